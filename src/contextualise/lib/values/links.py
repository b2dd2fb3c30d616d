"""Web addresses as values."""

import re
from dataclasses import replace
from urllib.parse import urlsplit

from contextualise.lib.addresses import SAFE_SCHEMES, scheme_of
from contextualise.lib.iri import normalised
from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.datatypes import ANY_URI
from contextualise.lib.values.places import check_place

# The length to which identifiers are indexed.
MAX_BYTES = 2_000
_HELP = "Write a whole address, such as https://example.org/page."
_WITH_HOST = frozenset({"http", "https", "ftp", "ftps", "irc", "ircs"})
_BARE_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}(?::\d{1,5})?(?:[/?#].*)?", re.DOTALL)
_BARE_MAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?|_[\w-]{1,61}")


def check_address(text: str) -> Checked:
    """Return an address in its one spelling, with a scheme that runs nothing and a host that can exist."""
    text = _with_scheme(text.strip()[: 2 * MAX_BYTES])
    if re.search(r"\s", text):
        raise ValueRefused("An address has no spaces; write %20 for one.")
    scheme = scheme_of(text)
    if scheme is None:
        raise ValueRefused(_HELP)
    if scheme not in SAFE_SCHEMES:
        raise ValueRefused(f"Addresses that begin with “{scheme[:30]}:” are not linked here. {_HELP}")
    address = normalised(text)
    if len(address.encode()) > MAX_BYTES:
        raise ValueRefused(f"An address has at most {MAX_BYTES:,} bytes.")
    if scheme in _WITH_HOST:
        _check_host(address)
    elif not address.partition(":")[2]:
        raise ValueRefused(_HELP)
    if scheme == "geo":
        return replace(check_place(address), value=address, datatype=ANY_URI)
    return Checked(address, ANY_URI)


def _with_scheme(text: str) -> str:
    if _BARE_MAIL.fullmatch(text):
        return "mailto:" + text
    return "https://" + text if _BARE_HOST.fullmatch(text) else text


def _check_host(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueRefused(_HELP) from None
    if "@" in parts.netloc:
        raise ValueRefused("An address must not carry a name or a password: others would see it.")
    if parts.netloc.startswith("["):
        return  # urlsplit has checked the numbers
    labels = host.removesuffix(".").split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or len(host) > 253:
        raise ValueRefused(f"“{host[:80]}” is no name of a site. {_HELP}" if host else _HELP)
