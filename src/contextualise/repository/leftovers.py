"""Statements that tell which objects of the store are still named by a row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Integer, bindparam, select, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.tables import Job, TopicMap

Reader = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class Owner:
    """What the database knows of a map that objects lie under: when it was made, None where it is no more; whether it ever was."""

    created_at: datetime | None
    was_there: bool


_OWNER = text(
    """
    SELECT (SELECT created_at FROM map WHERE id = :map_id) AS created_at,
      :map_id <= (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM map_id_seq) AS was_there
    """
).bindparams(bindparam("map_id", type_=BigInteger))


async def owner_of(connection: Reader, map_id: int) -> Owner:
    """Whether a map of this number is or was in this database."""
    row = (await connection.execute(_OWNER, {"map_id": map_id})).one()
    return Owner(row.created_at, row.was_there)


async def lock_map(session: AsyncSession, map_id: int) -> bool:
    """Hold off every writer of the map until the transaction ends, as each of them holds off the others; False where there is no map."""
    statement = select(TopicMap.id).where(TopicMap.id == map_id).with_for_update()
    return (await session.execute(statement)).scalar_one_or_none() is not None


_CONTENTS = text(
    """
    SELECT d FROM unnest(:digests) AS d WHERE EXISTS (SELECT FROM content k WHERE k.map_id = :map_id AND k.sha256 = d)
      OR EXISTS (SELECT FROM map m WHERE m.id = :map_id AND m.image_sha256 = d)
    """
).bindparams(bindparam("digests", type_=ARRAY(BYTEA)))


async def named_contents(connection: Reader, map_id: int, digests: Collection[bytes]) -> set[bytes]:
    """Those of the contents that the map names."""
    return set((await connection.execute(_CONTENTS, {"map_id": map_id, "digests": list(digests)})).scalars())


_RENDITIONS = text(
    """
    SELECT r.sha256, r.width FROM rendition r JOIN unnest(:digests, :widths) AS w (sha256, width) USING (sha256, width)
    WHERE r.map_id = :map_id
    """
).bindparams(bindparam("digests", type_=ARRAY(BYTEA)), bindparam("widths", type_=ARRAY(Integer)))


async def named_renditions(connection: Reader, map_id: int, wanted: Collection[tuple[bytes, int]]) -> set[tuple[bytes, int]]:
    """Those of the renditions, each the content's hash and a width, that the map names."""
    values = {"map_id": map_id, "digests": [digest for digest, _ in wanted], "widths": [width for _, width in wanted]}
    return {(row.sha256, row.width) for row in await connection.execute(_RENDITIONS, values)}


_BUSY = text("SELECT sha256 FROM content WHERE map_id = :map_id AND sha256 = ANY(:digests)").bindparams(
    bindparam("digests", type_=ARRAY(BYTEA))
)
_FREE = text(f"{_BUSY.text} FOR NO KEY UPDATE SKIP LOCKED").bindparams(bindparam("digests", type_=ARRAY(BYTEA)))


async def busy_contents(session: AsyncSession, map_id: int, digests: Collection[bytes]) -> set[bytes]:
    """Those of the contents whose smaller pictures are being made now; the others cannot be begun with until the transaction ends."""
    values = {"map_id": map_id, "digests": list(digests)}
    free = set((await session.execute(_FREE, values)).scalars())
    return set((await session.execute(_BUSY, values)).scalars()) - free


async def awaited_uploads(connection: Reader) -> set[str]:
    """The keys of uploads that a job has yet to read."""
    statement = select(Job.arguments["key"].astext).where(Job.state.in_(("queued", "running")))
    return {key for key in (await connection.execute(statement)).scalars() if key is not None}
