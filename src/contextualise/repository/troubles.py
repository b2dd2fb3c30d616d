"""Statements about kinds of errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.tables import User
from contextualise.repository.tables.together import Trouble


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """A kind of error, and how often it came."""

    fingerprint: str
    summary: str
    sample: str
    first_at: datetime
    last_at: datetime
    count: int
    told_at: datetime | None
    told_count: int


_COLUMNS = (
    *(Trouble.fingerprint, Trouble.summary, Trouble.sample, Trouble.first_at, Trouble.last_at),
    *(Trouble.count, Trouble.told_at, Trouble.told_count),
)


async def add(
    session: AsyncSession, fingerprint: str, summary: str, sample: str, first_at: datetime, last_at: datetime, count: int
) -> None:
    """Count a kind of error, known or new; the latest sample is kept."""
    values = {"fingerprint": fingerprint, "summary": summary, "sample": sample, "first_at": first_at, "last_at": last_at, "count": count}
    statement = insert(Trouble).values(values)
    same = {"count": Trouble.count + count, "last_at": func.greatest(Trouble.last_at, last_at), "sample": sample, "summary": summary}
    await session.execute(statement.on_conflict_do_update(index_elements=[Trouble.fingerprint], set_=same))


async def claim_untold(session: AsyncSession, pause: timedelta, limit: int) -> list[TroubleRow]:
    """Kinds that came since they were told, which was that long ago or never; others leave them alone until the transaction ends."""
    long_ago = or_(Trouble.told_at.is_(None), Trouble.told_at < func.now() - pause)
    statement = (
        select(*_COLUMNS)
        .where(Trouble.count > Trouble.told_count, long_ago)
        .order_by(Trouble.first_at, Trouble.fingerprint)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [TroubleRow(*row) for row in await session.execute(statement)]


async def note_told(session: AsyncSession, rows: Sequence[TroubleRow]) -> None:
    """These were told, with the counts that they have."""
    told = [row.fingerprint for row in rows]
    statement = update(Trouble).where(Trouble.fingerprint.in_(told)).values(told_at=func.now(), told_count=Trouble.count)
    await session.execute(statement)


async def addresses_of_administrators(session: AsyncSession) -> Sequence[str]:
    """The addresses of those who are told."""
    active = (User.is_admin, User.disabled_at.is_(None), User.left_at.is_(None))
    return (await session.execute(select(User.email).where(*active).order_by(User.id))).scalars().all()


async def list_troubles(connection: AsyncConnection, place: Place, limit: int) -> Page[TroubleRow]:
    """A page of the kinds of errors, the latest first."""
    return await read_page(
        connection,
        select(*_COLUMNS),
        order=(Trouble.last_at, Trouble.fingerprint),
        descending=True,
        place=place,
        limit=limit,
        make=TroubleRow,
        key_of=lambda row: (row.last_at, row.fingerprint),
    )


async def forget(session: AsyncSession, fingerprint: str) -> bool:
    """Delete a kind; False where there is none. When it comes again it is new."""
    statement = delete(Trouble).where(Trouble.fingerprint == fingerprint).returning(Trouble.fingerprint)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def forget_before(session: AsyncSession, age: timedelta) -> None:
    """Delete what did not come for so long."""
    await session.execute(delete(Trouble).where(Trouble.last_at < func.now() - age))
