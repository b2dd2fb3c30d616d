"""Statements about what people were writing and have not saved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Text, and_, case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.rows import one_of
from contextualise.repository.tables import Draft, MapMember, Topic, TopicMap

_ADDRESS = func.split_part(Draft.place, "#", 1, type_=Text)
_BEGINNING = 300


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A text that was not saved; `place` is the form's address below the map's and, after a `#`, which opening of it."""

    map_id: int
    place: str
    source: str
    base_sha256: bytes | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """A draft in a list of all of a person's: its beginning and its length in characters; `map_title` only while they may see the map."""

    map_id: int
    map_title: str | None
    place: str
    beginning: str
    length: int
    updated_at: datetime


async def keep(session: AsyncSession, map_id: int, user_id: int, place: str, source: str, base_sha256: bytes | None) -> datetime:
    """Write the draft over what the place held before; returns when."""
    statement = insert(Draft).values(map_id=map_id, user_id=user_id, place=place, source=source, base_sha256=base_sha256)
    statement = statement.on_conflict_do_update(
        index_elements=[Draft.map_id, Draft.user_id, Draft.place],
        set_={"source": statement.excluded.source, "base_sha256": statement.excluded.base_sha256, "updated_at": func.now()},
    )
    return (await session.execute(statement.returning(Draft.updated_at))).scalar_one()


async def count(session: AsyncSession, map_id: int, user_id: int, *, but: str) -> int:
    """How many drafts the person has in the map, other than that of one place."""
    statement = select(func.count()).where(Draft.map_id == map_id, Draft.user_id == user_id, Draft.place != but)
    return (await session.execute(statement)).scalar_one()


async def forget(session: AsyncSession, map_id: int, user_id: int, place: str) -> bool:
    """Delete a draft; False when there is none."""
    statement = delete(Draft).where(Draft.map_id == map_id, Draft.user_id == user_id, Draft.place == place)
    return (await session.execute(statement.returning(Draft.place))).scalar_one_or_none() is not None


async def forget_old(session: AsyncSession, days: int) -> None:
    """Delete drafts that nobody has touched for so many days."""
    await session.execute(delete(Draft).where(Draft.updated_at < func.now() - func.make_interval(0, 0, 0, days)))


async def find(connection: AsyncConnection | AsyncSession, map_id: int, user_id: int, place: str) -> DraftRow | None:
    """One draft, or None."""
    statement = _rows().where(Draft.map_id == map_id, Draft.user_id == user_id, Draft.place == place)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else DraftRow(*row)


async def of_form(
    connection: AsyncConnection | AsyncSession, map_id: int, user_id: int, addresses: Collection[str], ending: str, limit: int
) -> Sequence[DraftRow]:
    """The person's drafts of a form under any of its addresses, the newest first; `ending` is one that no other form's address has."""
    here = one_of(_ADDRESS, list(addresses))
    if ending:
        here = or_(here, _ADDRESS.endswith(ending, autoescape=True))
    statement = _rows().where(Draft.map_id == map_id, Draft.user_id == user_id, here)
    rows = await connection.execute(statement.order_by(Draft.updated_at.desc(), Draft.place).limit(limit))
    return [DraftRow(*row) for row in rows]


async def of_person(connection: AsyncConnection, user_id: int, limit: int) -> Sequence[ListedDraft]:
    """The person's drafts in all maps that are not in the trash, the newest first."""
    title = case(
        (or_(TopicMap.owner_id == user_id, TopicMap.published_at.is_not(None), MapMember.user_id.is_not(None)), TopicMap.title), else_=None
    )
    statement = (
        select(Draft.map_id, title, Draft.place, func.left(Draft.source, _BEGINNING), func.length(Draft.source), Draft.updated_at)
        .join(TopicMap, TopicMap.id == Draft.map_id)
        .outerjoin(MapMember, and_(MapMember.map_id == Draft.map_id, MapMember.user_id == user_id))
        .where(Draft.user_id == user_id, TopicMap.trashed_at.is_(None))
        .order_by(Draft.updated_at.desc(), Draft.map_id, Draft.place)
        .limit(limit)
    )
    return [ListedDraft(*row) for row in await connection.execute(statement)]


async def labels_of(connection: AsyncConnection, user_id: int, slugs: Collection[tuple[int, str]]) -> dict[tuple[int, str], str]:
    """What topics are called now, by map and address; only of maps in which the person has drafts."""
    own = select(Draft.map_id).where(Draft.user_id == user_id)
    statement = select(Topic.map_id, Topic.slug, Topic.label).where(
        Topic.map_id.in_(own), one_of(Topic.map_id, {map_id for map_id, _ in slugs}), one_of(Topic.slug, {slug for _, slug in slugs})
    )
    return {(map_id, slug): label for map_id, slug, label in await connection.execute(statement)}


def _rows() -> Select[int, str, str, bytes | None, datetime]:
    return select(Draft.map_id, Draft.place, Draft.source, Draft.base_sha256, Draft.updated_at)
