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


async def media_type_of(session: AsyncSession | AsyncConnection, map_id: int, sha256: bytes) -> str:
    """What a content of the map is."""
    return (await session.execute(select(Content.media_type).where(Content.map_id == map_id, Content.sha256 == sha256))).scalar_one()


async def is_waiting(session: AsyncSession, kind: str, map_id: int) -> bool:
    """Whether a job of the kind waits for the map; one that runs may have passed what is new."""
    waiting = (Job.kind == kind, Job.map_id == map_id, Job.state == "queued")
    return (await session.execute(select(Job.id).where(*waiting).limit(1))).scalar_one_or_none() is not None


async def claim_unexamined(session: AsyncSession, map_id: int, media_types: Collection[str]) -> Unexamined | None:
    """The oldest picture of a map that nobody has looked at or looks at now; it stays claimed until the transaction ends."""
    statement = (
        select(Content.sha256, Content.media_type, Content.bytes)
        .where(Content.map_id == map_id, Content.examined_at.is_(None), one_of(Content.media_type, media_types))
        .order_by(Content.created_at, Content.sha256)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Unexamined(*row)


async def count_unexamined(session: AsyncSession, map_id: int, media_types: Collection[str]) -> int:
    """How many pictures of a map nobody has looked at."""
    waiting = (Content.map_id == map_id, Content.examined_at.is_(None), one_of(Content.media_type, media_types))
    return (await session.execute(select(func.count()).where(*waiting))).scalar_one()


async def maps_to_examine(session: AsyncSession, kind: str, media_types: Collection[str]) -> Sequence[int]:
    """The maps with pictures that nobody has looked at and no job of this kind is for."""
    busy = select(Job.id).where(Job.kind == kind, Job.map_id == Content.map_id, Job.state.in_(("queued", "running")))
    waiting = (Content.examined_at.is_(None), one_of(Content.media_type, media_types), ~busy.exists())
    return (await session.execute(select(Content.map_id).where(*waiting).distinct())).scalars().all()


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
    """Write what was found out about a picture, in place of what was known; False where the map has it no more."""
    same = (Content.map_id == map_id, Content.sha256 == sha256)
    values = {"width": width, "height": height, "problem": problem, "examined_at": func.now()}
    found = await session.execute(update(Content).where(*same).values(values).returning(Content.sha256))
    if found.scalar_one_or_none() is None:
        return False
    await replace_renditions(session, map_id, sha256, copies)
    return True


async def note_size(session: AsyncSession, map_id: int, sha256: bytes, width: int | None, height: int | None) -> None:
    """Write how large a film or scene is shown."""
    same = (Content.map_id == map_id, Content.sha256 == sha256)
    await session.execute(update(Content).where(*same).values(width=width, height=height))


async def replace_renditions(session: AsyncSession, map_id: int, sha256: bytes, copies: Sequence[Copy]) -> None:
    """Name smaller pictures, in place of those there were."""
    await session.execute(delete(Rendition).where(Rendition.map_id == map_id, Rendition.sha256 == sha256))
    for copy in copies:
        values = {"height": copy.height, "media_type": copy.media_type, "bytes": copy.size}
        await session.execute(insert(Rendition).values(map_id=map_id, sha256=sha256, width=copy.width, **values))


async def renew_pages(session: AsyncSession, map_id: int) -> None:
    """Let the pages of a map be read anew.

    Its version cannot tell that: versions count changes that people made, each with its row in the history. The time of the last change
    can, which is part of what tells pages apart.
    """
    await session.execute(update(TopicMap).where(TopicMap.id == map_id).values(updated_at=func.clock_timestamp()))
