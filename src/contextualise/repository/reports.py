"""Statements about readers' complaints, and about the published maps that administrators look after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.maps import map_ref
from contextualise.repository.tables import Report, TopicMap, User

Reader = AsyncConnection | AsyncSession
_Handler = aliased(User)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A complaint, with the map as it stands now."""

    map_id: int
    id: int
    address: str
    reason: str
    body: str
    user_id: int | None
    user_name: str | None
    email: str
    created_at: datetime
    handled_at: datetime | None
    handler: str | None
    outcome: str
    map_title: str
    owner_id: int
    owner_name: str
    is_published: bool
    is_trashed: bool

    @property
    def map_ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.map_id, self.map_title)


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A published map as administrators see it in a list."""

    id: int
    title: str
    owner_name: str
    topic_count: int
    published_at: datetime
    promoted_at: datetime | None
    report_count: int

    @property
    def ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.id, self.title)


def _select() -> Select[*tuple[Any, ...]]:
    writer, owner = aliased(User), aliased(User)
    return (
        select(
            Report.map_id,
            Report.id,
            Report.address,
            Report.reason,
            Report.body,
            Report.user_id,
            writer.name,
            Report.email,
            Report.created_at,
            Report.handled_at,
            _Handler.name,
            Report.outcome,
            TopicMap.title,
            TopicMap.owner_id,
            owner.name,
            TopicMap.published_at.is_not(None),
            TopicMap.trashed_at.is_not(None),
        )
        .join(TopicMap, TopicMap.id == Report.map_id)
        .join(owner, owner.id == TopicMap.owner_id)
        .outerjoin(writer, writer.id == Report.user_id)
        .outerjoin(_Handler, _Handler.id == Report.handled_by)
    )


async def add_report(session: AsyncSession, map_id: int, *, address: str, reason: str, body: str, user_id: int | None, email: str) -> int:
    """Write a complaint; returns its id."""
    values = {"map_id": map_id, "address": address, "reason": reason, "body": body, "user_id": user_id, "email": email}
    return (await session.execute(insert(Report).values(**values).returning(Report.id))).scalar_one()


async def find_report(connection: Reader, map_id: int, report_id: int) -> ReportRow | None:
    """One complaint."""
    row = (await connection.execute(_select().where(Report.map_id == map_id, Report.id == report_id))).one_or_none()
    return None if row is None else ReportRow(*row)


async def list_reports(connection: AsyncConnection, place: Place, *, handled: bool, limit: int) -> Page[ReportRow]:
    """Complaints that wait, the earliest first, or those handled, the latest first."""
    state = Report.handled_at.is_not(None) if handled else Report.handled_at.is_(None)
    return await read_page(
        connection,
        _select().where(state),
        order=(Report.id,),
        descending=handled,
        place=place,
        limit=limit,
        make=ReportRow,
        key_of=lambda row: (row.id,),
    )


async def count_open(connection: Reader) -> int:
    """How many complaints wait."""
    return (await connection.execute(select(func.count()).select_from(Report).where(Report.handled_at.is_(None)))).scalar_one()


async def handle_reports(
    session: AsyncSession, map_id: int, report_id: int | None, *, by: int, outcome: str
) -> list[tuple[int, int | None, str]]:
    """Note what came of one complaint, or of all that wait about the map; returns id, person and address of each that waited."""
    chosen = Report.map_id == map_id if report_id is None else (Report.map_id == map_id) & (Report.id == report_id)
    statement = (
        update(Report)
        .where(chosen, Report.handled_at.is_(None))
        .values(handled_at=func.now(), handled_by=by, outcome=outcome)
        .returning(Report.id, Report.user_id, Report.email)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


async def list_administrators(session: AsyncSession) -> list[int]:
    """Those who look after the site."""
    return list((await session.execute(select(User.id).where(User.is_admin, User.disabled_at.is_(None)))).scalars())


async def list_published(connection: AsyncConnection, place: Place, *, search: str, limit: int) -> Page[PublishedRow]:
    """Published maps, the one published last first; each word of `search` is in a title or the name of an owner."""
    waiting = select(func.count()).where(Report.map_id == TopicMap.id, Report.handled_at.is_(None)).correlate(TopicMap).scalar_subquery()
    columns = (TopicMap.id, TopicMap.title, User.name, TopicMap.topic_count, TopicMap.published_at, TopicMap.promoted_at, waiting)
    statement = (
        select(*columns).join(User, User.id == TopicMap.owner_id).where(TopicMap.published_at.is_not(None), TopicMap.trashed_at.is_(None))
    )
    for word in search.split()[:10]:
        statement = statement.where(or_(TopicMap.title.icontains(word, autoescape=True), User.name.icontains(word, autoescape=True)))
    return await read_page(
        connection,
        statement,
        order=(TopicMap.published_at, TopicMap.id),
        descending=True,
        place=place,
        limit=limit,
        make=PublishedRow,
        key_of=lambda row: (row.published_at, row.id),
    )
