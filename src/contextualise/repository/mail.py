"""Statements about outgoing mail: a queue of its own, claimed with SKIP LOCKED by whichever process is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.tables import OutgoingMail

# Longer than any conversation with a mail server lasts: whoever has not come back by then has died.
CLAIM = text("interval '5 minutes'")


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail and how it stands with it."""

    id: int
    recipient: str
    subject: str
    body: str
    created_at: datetime
    attempts: int
    run_after: datetime
    locked_until: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    problem: str


_COLUMNS = (
    OutgoingMail.id,
    OutgoingMail.recipient,
    OutgoingMail.subject,
    OutgoingMail.body,
    OutgoingMail.created_at,
    OutgoingMail.attempts,
    OutgoingMail.run_after,
    OutgoingMail.locked_until,
    OutgoingMail.sent_at,
    OutgoingMail.failed_at,
    OutgoingMail.problem,
)
_WAITS = (OutgoingMail.sent_at.is_(None), OutgoingMail.failed_at.is_(None))


async def add_mail(session: AsyncSession, *, recipient: str, subject: str, body: str) -> int:
    """Write a mail that is sent once the transaction commits; returns its id."""
    statement = insert(OutgoingMail).values(recipient=recipient, subject=subject, body=body).returning(OutgoingMail.id)
    return (await session.execute(statement)).scalar_one()


async def claim_mail(session: AsyncSession) -> MailRow | None:
    """The mail that has been due longest, counted as tried, or one whose sender has died; None when none is due."""
    due = (
        select(OutgoingMail.id)
        .where(
            *_WAITS,
            OutgoingMail.run_after <= func.now(),
            or_(OutgoingMail.locked_until.is_(None), OutgoingMail.locked_until < func.now()),
        )
        .order_by(OutgoingMail.run_after, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(OutgoingMail)
        .where(OutgoingMail.id == due)
        .values(attempts=OutgoingMail.attempts + 1, locked_until=func.now() + CLAIM)
        .returning(*_COLUMNS)
    )
    row: Sequence[Any] | None = (await session.execute(statement)).one_or_none()
    return None if row is None else MailRow(*row)


async def note_sent(session: AsyncSession, row: MailRow) -> None:
    """The mail server has taken the mail. What it said is forgotten: the links in it open something, and copies are made of databases."""
    # Whoever is told so by the server is right, even if the claim has run out meanwhile.
    await session.execute(
        update(OutgoingMail)
        .where(OutgoingMail.id == row.id)
        .values(sent_at=func.now(), failed_at=None, locked_until=None, problem="", body="")
    )


async def note_failed(session: AsyncSession, row: MailRow, problem: str) -> None:
    """The mail will never be taken."""
    await session.execute(update(OutgoingMail).where(*_ours(row)).values(failed_at=func.now(), locked_until=None, problem=problem))


async def put_off(session: AsyncSession, row: MailRow, problem: str, seconds: int) -> None:
    """Let the mail wait for better times."""
    later = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    await session.execute(update(OutgoingMail).where(*_ours(row)).values(run_after=later, locked_until=None, problem=problem))


async def try_again(session: AsyncSession, mail_id: int) -> str | None:
    """Let a mail that waits or was given up be sent now, with all its tries before it; returns the recipient.

    None when there is no such mail, or it is sent, or is being sent.
    """
    statement = (
        update(OutgoingMail)
        .where(
            OutgoingMail.id == mail_id,
            OutgoingMail.sent_at.is_(None),
            or_(OutgoingMail.locked_until.is_(None), OutgoingMail.locked_until < func.now()),
        )
        .values(failed_at=None, run_after=func.now(), attempts=0, problem="", locked_until=None)
        .returning(OutgoingMail.recipient)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def list_mail(connection: AsyncConnection, place: Place, *, limit: int) -> Page[MailRow]:
    """Mail that has not been sent, waiting or given up, the youngest first."""
    return await read_page(
        connection,
        select(*_COLUMNS).where(OutgoingMail.sent_at.is_(None)),
        order=(OutgoingMail.id,),
        descending=True,
        place=place,
        limit=limit,
        make=MailRow,
        key_of=lambda row: (row.id,),
    )


async def forget_mail(session: AsyncSession, *, sent_days: int, failed_days: int) -> None:
    """Delete mail that was sent or given up longer ago: it names people, and links in it have ended."""
    sent = OutgoingMail.sent_at < func.now() - func.make_interval(0, 0, 0, sent_days)
    failed = OutgoingMail.failed_at < func.now() - func.make_interval(0, 0, 0, failed_days)
    await session.execute(delete(OutgoingMail).where(or_(sent, failed)))


def _ours(row: MailRow) -> tuple[ColumnElement[Any], ...]:
    """Only whoever claimed the mail last says what became of it."""
    return (OutgoingMail.id == row.id, OutgoingMail.locked_until == row.locked_until, OutgoingMail.sent_at.is_(None))
