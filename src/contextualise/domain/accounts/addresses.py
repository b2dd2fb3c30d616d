"""E-mail addresses: what is accepted, and the key under which one is looked up."""

import re
import unicodedata

from contextualise.domain.errors import Invalid

MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets

# Whether a mailbox exists only mail can tell, so this refuses typing errors and what cannot be shown safely, nothing more.
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@(?:[\w](?:[\w-]{0,61}[\w])?\.)*[\w](?:[\w-]{0,61}[\w])?")


def check_email(text: str) -> str:
    """The address without surrounding space; raises `Invalid` for what is no address."""
    address = unicodedata.normalize("NFC", text).strip()
    if not address:
        raise Invalid({"email": "Enter an e-mail address."})
    if len(address) > MAX_EMAIL or not _ADDRESS.fullmatch(address) or not address.isprintable() or ".." in address:
        raise Invalid({"email": "This is not an e-mail address, such as maria@example.org."})
    return address


def email_key(text: str) -> str | None:
    """The form in which addresses are compared, so that one mailbox is one account; None for what is no address.

    Upper and lower case are one. In the part before the @ they could differ (RFC 5321, 2.4), but no mail service in use does that.
    """
    try:
        local, _, domain = check_email(text).rpartition("@")
    except Invalid:
        return None
    return f"{unicodedata.normalize('NFKC', local).casefold()}@{_domain_key(domain)}"


def _domain_key(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain.casefold()
