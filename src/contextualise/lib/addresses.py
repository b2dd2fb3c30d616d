"""Addresses of pages and files on the web: which may be followed, and which lead away from this site."""

import re

# What a reader's browser may be sent to by a click. Nothing here runs code in our pages.
SAFE_SCHEMES = frozenset(
    {
        "ftp",
        "ftps",
        "geo",
        "http",
        "https",
        "irc",
        "ircs",
        "magnet",
        "mailto",
        "matrix",
        "news",
        "sms",
        "tel",
        "urn",
        "xmpp",
    }
)

# Browsers drop these before they look for the scheme (WHATWG URL Standard, "basic URL parser").
_DROPPED_BY_BROWSERS = re.compile(r"^[\x00-\x20]+|[\t\n\r]|[\x00-\x20]+$")
_SCHEME = re.compile(r"([^/?#:\\]*):")
_AWAY = re.compile(r"[/\\]{2}")


def scheme_of(address: str) -> str | None:
    """Return the scheme of an address in lower case as a browser would see it, None for a relative one."""
    found = _SCHEME.match(_DROPPED_BY_BROWSERS.sub("", address))
    return found.group(1).lower() if found else None


def is_safe(address: str) -> bool:
    """Say whether an address may stand in a link: relative, or with a scheme that runs nothing."""
    scheme = scheme_of(address)
    return scheme is None or scheme in SAFE_SCHEMES


def leads_away(address: str, base: str = "") -> bool:
    """Say whether an address leaves this site; ``base`` is the site's own origin, if known."""
    if base and (address == base or address.startswith(base.rstrip("/") + "/")):
        return False
    return scheme_of(address) is not None or bool(_AWAY.match(address.strip()))
