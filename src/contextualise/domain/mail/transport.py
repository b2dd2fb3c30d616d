"""Hands one mail to the mail server (RFC 5321), and tells a refusal for good from one for now."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Literal

import aiosmtplib

SECONDS = 30.0  # for one step of the conversation
LONGEST = 120.0  # for all of them together


@dataclass(frozen=True, slots=True)
class Server:
    """The mail server and how it is reached; `authorities` is a file of certificates to trust in place of the system's."""

    host: str
    port: int
    user: str
    password: str
    security: Literal["starttls", "tls", "none"]
    sender: Address
    authorities: str | None = None


class Refused(Exception):
    """The server will not take this mail, now or later; `str(error)` is its reason."""


class Unreachable(Exception):
    """The server cannot take this mail now; `is_about_mail` says that it could take another."""

    def __init__(self, reason: str, *, is_about_mail: bool = False) -> None:
        super().__init__(reason)
        self.is_about_mail = is_about_mail


@dataclass(frozen=True, slots=True)
class Transport:
    """Sends over a connection of its own for each mail."""

    server: Server
    seconds: float = SECONDS

    async def send(self, message: EmailMessage, recipient: Address) -> None:
        """Hand the mail over; raises `Refused` and `Unreachable`."""
        try:
            async with asyncio.timeout(LONGEST), self._connected() as client:
                await client.send_message(message, sender=self.server.sender.addr_spec, recipients=[recipient.addr_spec])
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _verdict(error.recipients[0]) from error
        except aiosmtplib.SMTPConnectResponseError as error:
            raise Unreachable(_reason(error)) from error
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPHeloError) as error:
            # Ours to put right: the mail waits for it.
            raise Unreachable(_reason(error)) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _verdict(error) from error
        except aiosmtplib.SMTPNotSupported as error:
            # Either the server knows no addresses beyond ASCII (RFC 6531), or it offers no encryption where we ask for it.
            if recipient.addr_spec.isascii():
                raise Unreachable(_line(str(error))) from error
            raise Refused("The mail server takes no address with such characters.") from error
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError, TimeoutError) as error:
            raise Unreachable(_line(str(error)) or "The mail server does not answer.") from error

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        server = self.server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self.seconds,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=None if server.security == "none" else ssl.create_default_context(cafile=server.authorities),
            local_hostname=server.sender.domain,
        )
        await client.connect()
        try:
            if server.user:
                await client.login(server.user, server.password)
            yield client
        finally:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=5)
            client.close()


def _verdict(error: aiosmtplib.SMTPResponseException) -> Refused | Unreachable:
    """RFC 5321, 4.2.1: 5yz is final, 4yz may be tried again."""
    return Refused(_reason(error)) if error.code >= 500 else Unreachable(_reason(error), is_about_mail=True)


def _reason(error: aiosmtplib.SMTPResponseException) -> str:
    return _line(f"{error.code} {error.message}")


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
