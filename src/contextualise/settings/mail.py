"""The settings of the mail server, which belong together."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Literal, cast

from contextualise.settings.errors import SettingsError
from contextualise.settings.reading import LOOPBACK, Reader
from contextualise.settings.values import SmtpSettings

SECURITY = ("starttls", "tls", "none")
PORTS = {"starttls": 587, "tls": 465, "none": 25}


def read_smtp(read: Reader) -> SmtpSettings | None:
    """How to reach the mail server; None where none is set. SettingsError for what would fail, or give a password away, later."""
    host, user, password = (read.text(name) for name in ("SMTP_HOST", "SMTP_USER", "SMTP_PASSWORD"))
    security = cast(Literal["starttls", "tls", "none"], read.choice("SMTP_SECURITY", SECURITY))
    port = read.number("SMTP_PORT", 1, 65535) if read.text("SMTP_PORT") else PORTS[security]
    if not host:
        _refuse_orphans(read)
        return None
    if not host.isprintable() or any(mark in host for mark in "/@ ") or (":" in host and host.count(":") < 2):
        raise SettingsError(f"SMTP_HOST: {host!r} is not the name of a host; the port is SMTP_PORT")
    if bool(user) != bool(password):
        missing = "SMTP_PASSWORD" if user else "SMTP_USER"
        raise SettingsError(f"{missing}: is missing; SMTP_USER and SMTP_PASSWORD belong together")
    if password and security == "none" and host not in LOOPBACK:
        raise SettingsError("SMTP_SECURITY: with `none` the password would cross the network in the clear; use starttls or tls")
    if not read.origin("PUBLIC_URL"):
        raise SettingsError("PUBLIC_URL: is missing; with SMTP_HOST set it must be given, because mail holds links")
    name, sender = _sender(read.text("MAIL_FROM"))
    return SmtpSettings(host, port, user, password, security, name, sender)


def _refuse_orphans(read: Reader) -> None:
    for name in ("SMTP_PORT", "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM"):
        if read.text(name):
            raise SettingsError(f"{name}: is set, but SMTP_HOST is not")


def _sender(text: str) -> tuple[str, str]:
    if not text:
        raise SettingsError("MAIL_FROM: is missing; with SMTP_HOST set it must say who mail comes from")
    ((name, address), *others) = getaddresses([text])
    local, _, domain = address.rpartition("@")
    try:
        if others or not (local and domain and address.isascii() and text.isprintable()):
            raise ValueError
        Address(name, addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise SettingsError(f"MAIL_FROM: {text!r} is not of the form Our maps <maps@example.org>") from error
    return name, address
