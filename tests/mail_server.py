"""A real SMTP server in the process of the test, which takes, refuses, is slow, or goes away, as the test says."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from contextualise.domain.mail import Server
from tests.certificates import make_certificate
from tests.serving import free_port

USER, PASSWORD = "maps", "a long quiet word"
SENDER = Address("Our maps", addr_spec="maps@example.org")
_WORST = 30.0


@dataclass
class MailServer:
    """The server; `answer` decides about each recipient, and `messages` are those it took."""

    port: int = field(default_factory=free_port)
    answer: Callable[[str], str] = lambda _: "250 OK"
    on_data: Callable[[], str] = lambda: "250 OK"
    seconds: float = 0.0
    messages: list[EmailMessage] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    certificate: Path | None = None
    asks_password: bool = False
    smtputf8: bool = True
    _server: asyncio.Server | None = None

    # What aiosmtpd calls.
    async def handle_RCPT(self, _: Any, __: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.tried.append(address)
        answer = self.answer(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _: Any, __: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds)
        answer = self.on_data()
        if answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = message_from_bytes(content, policy=default)
            assert isinstance(message, EmailMessage)
            message["X-Envelope-To"] = ", ".join(str(to) for to in envelope.rcpt_tos)
            self.messages.append(message)
        return answer

    async def start(self) -> None:
        """Listen, if it does not yet."""
        context = None
        if self.certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(self.certificate)

        more: dict[str, Any] = {"auth_required": True, "authenticator": _check} if self.asks_password else {}
        more |= {"tls_context": context, "require_starttls": context is not None, "enable_SMTPUTF8": self.smtputf8}

        def protocol() -> SMTP:
            return SMTP(self, hostname="mail.example.org", **more)

        self._server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def reached(self, **more: Any) -> Server:
        """How the application reaches it."""
        wanted: dict[str, Any] = {"host": "127.0.0.1", "user": "", "password": "", "security": "none", "sender": SENDER}
        return Server(port=self.port, **{**wanted, **more})

    async def arrived(self, count: int = 1) -> list[EmailMessage]:
        """The messages once there are so many."""
        async with asyncio.timeout(_WORST):
            while len(self.messages) < count:
                await asyncio.sleep(0.02)
        return self.messages


@asynccontextmanager
async def mail_server(**options: Any) -> AsyncIterator[MailServer]:
    """A server that listens on a port of its own."""
    server = MailServer(**options)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def certificate_for(folder: Path, *names: str) -> Path:
    """A file with a new certificate for these names and its key."""
    path = folder / f"{names[0]}.pem"
    path.write_text(make_certificate(*names))
    return path


def text_of(message: EmailMessage) -> str:
    """What the mail says."""
    content = message.get_content()
    assert isinstance(content, str)
    return content


def links_in(message: EmailMessage) -> list[str]:
    """The addresses in a mail, without their origin."""
    return [link.partition("//")[2].partition("/")[2].join(["/", ""]) for link in re.findall(r"https?://\S+", text_of(message))]


def _check(_: Any, __: Session, ___: Envelope, ____: str, data: Any) -> AuthResult:
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=False)
