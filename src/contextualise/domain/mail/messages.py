"""A mail as it goes over the wire: plain text with the headers that mail from a program should have."""

import unicodedata
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from contextualise.repository.mail import MailRow


def compose(row: MailRow, *, sender: Address, now: datetime | None = None) -> EmailMessage:
    """The message of a row. Its Message-ID is always the same, so that one sent twice is known for what it is (RFC 5322, 3.6.4).

    Raises `ValueError` where the recipient cannot be written as an address.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient_of(row.recipient)
    message["Subject"] = one_line(row.subject)
    message["Date"] = format_datetime(now or datetime.now(UTC))
    message["Message-ID"] = f"<{row.id}.{int(row.created_at.timestamp() * 1_000_000)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    message.set_content(row.body, cte="quoted-printable")
    return message


def recipient_of(text: str) -> Address:
    """The address, its domain as mail servers know it (RFC 5891); raises `ValueError` for what is no address."""
    local, mark, domain = text.rpartition("@")
    if not (local and mark and domain) or text != one_line(text) or " " in text:
        raise ValueError("This is not an e-mail address.")
    try:
        return Address(username=local, domain=domain.encode("idna").decode("ascii"))
    except UnicodeError:
        return Address(username=local, domain=domain)


def one_line(text: str) -> str:
    """The text without line breaks and other control characters."""
    shown = "".join(" " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character for character in text)
    return " ".join(shown.split())
