"""Statements about pictures: what is known of them, and their smaller copies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.rows import one_of
from contextualise.repository.tables import Content, Job, Rendition, TopicMap


@dataclass(frozen=True, slots=True)
class Copy:
    """A smaller picture that lies in the store."""

    width: int
    height: int
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Unexamined:
    """A picture that nobody has looked at yet."""

    sha256: bytes
    media_type: str
    size: int


async def wants_examining(session: AsyncSession, map_id: int, sha256: bytes) -> bool:
    """Whether the picture has not been looked at."""
    same = (Content.map_id == map_id, Content.sha256 == sha256, Content.examined_at.is_(None))
    return (await session.execute(select(Content.sha256).where(*same))).scalar_one_or_none() is not None


async def is_waiting(session: AsyncSession, kind: str, map_id: int) -> bool:
    """Whether a job of the kind waits for the map; one that runs may have passed what is new."""
    waiting = (Job.kind == kind, Job.map_id == map_id, Job.state == "queued")
    return (await session.execute(select(Job.id).where(*waiting).limit(1))).scalar_one_or_none() is not None


async def next_unexamined(
    session: AsyncSession | AsyncConnection, map_id: int, media_types: Collection[str], limit: int
) -> Sequence[Unexamined]:
    """The pictures of a map that nobody has looked at, the oldest first."""
    statement = (
        select(Content.sha256, Content.media_type, Content.bytes)
        .where(Content.map_id == map_id, Content.examined_at.is_(None), one_of(Content.media_type, media_types))
        .order_by(Content.created_at, Content.sha256)
        .limit(limit)
    )
    return [Unexamined(*row) for row in await session.execute(statement)]


async def note_examined(
    session: AsyncSession,
    map_id: int,
    sha256: bytes,
    *,
    width: int | None,
    height: int | None,
    problem: str | None,
    copies: Sequence[Copy],
) -> bool:
    """Write what was found out about a picture, in place of what was known; False where the map has it no more.

    The map's time of change moves along, by which its pages are known to be others now.
    """
    same = (Content.map_id == map_id, Content.sha256 == sha256)
    values = {"width": width, "height": height, "problem": problem, "examined_at": func.now()}
    found = await session.execute(update(Content).where(*same).values(values).returning(Content.sha256))
    if found.scalar_one_or_none() is None:
        return False
    await session.execute(delete(Rendition).where(Rendition.map_id == map_id, Rendition.sha256 == sha256))
    await add_renditions(session, map_id, sha256, copies)
    return True


async def add_renditions(session: AsyncSession, map_id: int, sha256: bytes, copies: Sequence[Copy]) -> None:
    """Name smaller pictures, in place of those of the same width, and let the map's pages show them."""
    for copy in copies:
        values = {"height": copy.height, "media_type": copy.media_type, "bytes": copy.size}
        statement = insert(Rendition).values(map_id=map_id, sha256=sha256, width=copy.width, **values)
        await session.execute(statement.on_conflict_do_update(index_elements=["map_id", "sha256", "width"], set_=values))
    await session.execute(update(TopicMap).where(TopicMap.id == map_id).values(updated_at=func.now()))
