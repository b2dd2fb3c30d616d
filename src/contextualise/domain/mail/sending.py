"""Sends what waits, one mail at a time, with growing pauses between tries."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.mail.messages import compose, recipient_of
from contextualise.domain.mail.transport import Refused, Transport, Unreachable
from contextualise.repository import mail as repository
from contextualise.repository.accounts import Page, Place
from contextualise.repository.database import Database

# After so many seconds each, then always after the last: a greylisting server lets a mail pass after some minutes, a broken one is
# mended within hours.
PAUSES = (60, 300, 900, 1800, 3600, 7200, 14_400, 21_600)
PAGE = 50
MOST_ATTEMPTS = len(PAUSES) + 10  # three days

Way = Literal["sent", "later", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail; `is_server_away` says that the others need not be tried now."""

    mail_id: int
    way: Way
    problem: str = ""
    is_server_away: bool = False


async def send_next(database: Database, transport: Transport) -> Outcome | None:
    """Send the mail whose turn it is; None when none is due.

    The claim is a transaction of its own and nothing is locked while the server is talked to. Whoever dies between the server's yes
    and ours leaves the mail to be sent once more, with the same Message-ID.
    """
    async with database.writing() as session:
        row = await repository.claim_mail(session)
    if row is None:
        return None
    outcome = await _send(transport, row)
    async with database.writing() as session:
        match outcome.way:
            case "sent":
                await repository.note_sent(session, row)
            case "failed":
                await repository.note_failed(session, row, outcome.problem)
            case "later":
                await repository.put_off(session, row, outcome.problem, PAUSES[min(row.attempts, len(PAUSES)) - 1])
    return outcome


async def list_unsent(connection: AsyncConnection, place: Place) -> Page[repository.MailRow]:
    """A page of the mail that waits or was given up, the youngest first."""
    return await repository.list_mail(connection, place, limit=PAGE)


async def try_again(session: AsyncSession, mail_id: int) -> str | None:
    """Let one mail be sent now; returns its recipient, None when it is sent or being sent or there is none."""
    return await repository.try_again(session, mail_id)


async def forget_old_mail(session: AsyncSession) -> None:
    """Delete what was sent a week ago and what was given up a month ago."""
    await repository.forget_mail(session, sent_days=7, failed_days=30)


async def _send(transport: Transport, row: repository.MailRow) -> Outcome:
    try:
        await transport.send(compose(row, sender=transport.server.sender), recipient_of(row.recipient))
    except (Refused, ValueError) as error:
        return Outcome(row.id, "failed", str(error))
    except Unreachable as error:
        way: Way = "later" if row.attempts < MOST_ATTEMPTS else "failed"
        return Outcome(row.id, way, str(error), is_server_away=not error.is_about_mail)
    return Outcome(row.id, "sent")
