"""What writes mail: everything that tells somebody something has one at hand."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.mail.messages import one_line
from contextualise.repository import mail as repository

MAX_SUBJECT = 200
MAX_BODY = 50_000


@dataclass(frozen=True, slots=True)
class Mailer:
    """Queues mail. Where no mail server is set it queues nothing, so that nobody needs to ask beforehand.

    `origin` is where people find the site: never taken from a request, whose host its sender may choose.
    """

    is_on: bool
    origin: str

    async def queue(self, session: AsyncSession, *, to: str, subject: str, body: str) -> None:
        """Write a mail in the caller's transaction: it is sent after the commit, and never where that fails.

        `body` is plain text. Line breaks in address and subject become spaces: no name makes a header of its own.
        """
        if self.is_on:
            text = body.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:MAX_BODY] + "\n"
            await repository.add_mail(session, recipient=one_line(to), subject=one_line(subject)[:MAX_SUBJECT], body=text)

    def link(self, path: str) -> str:
        """The whole address of a page of ours."""
        return self.origin + path
