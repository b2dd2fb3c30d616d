"""A site that sends mail, and the mail server it sends it to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage

from litestar.testing import AsyncTestClient
from sqlalchemy import text

from contextualise.app import create_app, server_of
from contextualise.domain.mail import Transport
from contextualise.jobs.mailing import send_due, write_due
from contextualise.settings import Settings, SmtpSettings
from tests.mail_server import SENDER, MailServer, mail_server
from tests.web import Client, Site

ORIGIN = "http://testserver.local"
NEW = "a quiet lighthouse keeper"


@dataclass
class MailSite:
    """The site and its mail server; mail is sent when a test says so."""

    site: Site
    server: MailServer
    smtp: SmtpSettings

    async def deliver(self) -> list[EmailMessage]:
        """Write and send what is due; returns the messages that came by that, and forgets them."""
        database, mailer = self.site.database, self.site.parts.mailer
        await write_due(database, mailer)
        await send_due(database, Transport(server_of(self.smtp)))
        taken, self.server.messages = self.server.messages, []
        return taken

    async def put_right(self) -> None:
        """Let mail that was put off be due."""
        async with self.site.database.writing() as session:
            await session.execute(text("UPDATE outgoing_mail SET run_after = now()"))

    async def sign_in(self, email: str, password: str) -> Client | None:
        """A browser signed in with them; None where they do not fit."""
        browser = self.site.anonymous
        answer = await browser.post("/sign-in", {"email": email, "password": password})
        return browser if answer.status_code == 303 else None

    async def rewind(self, seconds: int) -> None:
        """Make every link older."""
        async with self.site.database.writing() as session:
            await session.execute(text(f"UPDATE account_link SET expires_at = expires_at - make_interval(secs => {seconds})"))


@asynccontextmanager
async def mail_site(settings: Settings, *, sign_up: str = "closed") -> AsyncIterator[MailSite]:
    """The running application with a mail server of its own."""
    async with mail_server() as server:
        smtp = SmtpSettings("127.0.0.1", server.port, "", "", "none", "Our maps", SENDER.addr_spec)
        changed = replace(settings, smtp=smtp, public_url=ORIGIN, sign_up=sign_up)  # type: ignore[arg-type]  # tests name modes that exist
        app = create_app(changed, with_jobs=False)
        async with AsyncTestClient(app, base_url=ORIGIN) as client:
            yield MailSite(Site(app, client), server, smtp)


def link_in(message: EmailMessage) -> str:
    """The path of the only link in a mail; it must lead to our own site."""
    content = message.get_content()
    links = [word for word in content.split() if word.startswith("http")]
    assert len(links) == 1 and links[0].startswith(f"{ORIGIN}/"), content
    return links[0].removeprefix(ORIGIN)
