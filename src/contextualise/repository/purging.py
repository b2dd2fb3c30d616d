"""Statements that forget for good what has been in the trash for its time, and the contents that nothing needs after that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.ext.asyncio import AsyncSession

_IDS = ARRAY(BigInteger)
_DIGESTS = ARRAY(BYTEA)


@dataclass(frozen=True, slots=True)
class Emptied:
    """What went with the row images of some changes: how many changes, and the occurrences that they had deleted with their topics."""

    changes: int
    occurrence_ids: Collection[int]
    topic_ids: Collection[int]


# What took things away and was not taken back itself. An undo is one where all it did was to take content away again: that was
# never in the trash, and its object is to go in the same time. The images are looked at last: most of them are large and stored apart.
_DELETED = "c.undone_by IS NULL AND c.op LIKE '%.delete' AND c.at < :before AND c.rows <> '[]'::jsonb"
_REMOVED = """
    c.undone_by IS NULL AND c.op = 'undo' AND c.at < :before AND c.rows <> '[]'::jsonb
    AND jsonb_path_exists(c.rows, '$[*] ? (@.table == "occurrence" && @.after == null && @.before.sha256 != null)')
    AND NOT jsonb_path_exists(c.rows, '$[*] ? (@.after != null)')
"""

# Asked for one after the other: an index leads to the deletions.
_NEXT = [
    text(
        f"SELECT m.id FROM map m WHERE EXISTS (SELECT FROM change c WHERE c.map_id = m.id AND {due})"  # noqa: S608 - made of constants
        " ORDER BY m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED"
    )
    for due in (_DELETED, _REMOVED)
]


async def lock_next_map(session: AsyncSession, before: datetime) -> int | None:
    """A map with deletions that are due, locked against every writer until the transaction ends; None where there is no other."""
    for statement in _NEXT:
        found: int | None = (await session.execute(statement, {"before": before})).scalar_one_or_none()
        if found is not None:
            return found
    return None


_EMPTY = text(
    f"""
    WITH old AS (
      SELECT c.id, c.rows FROM change c WHERE c.map_id = :map_id AND ({_DELETED} OR {_REMOVED}) ORDER BY c.id LIMIT :limit
    ), emptied AS (
      UPDATE change SET rows = '[]' FROM old WHERE change.map_id = :map_id AND change.id = old.id
    ), gone AS (
      SELECT (e.entry -> 'before' ->> 'id')::bigint AS id, (e.entry -> 'before' ->> 'topic_id')::bigint AS topic_id
      FROM old CROSS JOIN LATERAL jsonb_array_elements(old.rows) AS e (entry)
      WHERE e.entry ->> 'table' = 'occurrence' AND e.entry -> 'after' = 'null'::jsonb AND e.entry -> 'before' ->> 'sha256' IS NOT NULL
    )
    SELECT (SELECT count(*) FROM old)::int AS changes,
      (SELECT coalesce(array_agg(DISTINCT id), '{{}}') FROM gone) AS occurrence_ids,
      (SELECT coalesce(array_agg(DISTINCT topic_id), '{{}}') FROM gone) AS topic_ids
    """  # noqa: S608 - made of constants
)


async def empty_deleted(session: AsyncSession, map_id: int, before: datetime, limit: int) -> Emptied:
    """Drop the row images of a map's old deletions that have not been taken back; the changes themselves stay in its history."""
    row = (await session.execute(_EMPTY, {"map_id": map_id, "before": before, "limit": limit})).one()
    return Emptied(row.changes, row.occurrence_ids, row.topic_ids)


_FORGET_USES = text(
    """
    WITH waiting AS (
      SELECT DISTINCT (e.entry -> 'before' ->> 'id')::bigint AS id
      FROM change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS e (entry)
      WHERE c.map_id = :map_id AND c.undone_by IS NULL AND c.id IN (
          SELECT change_id FROM change_topic WHERE map_id = :map_id AND topic_id = ANY(:topic_ids)
          UNION SELECT id FROM change WHERE map_id = :map_id AND undone_by IS NULL AND op LIKE '%.delete')
        AND e.entry ->> 'table' = 'occurrence' AND e.entry -> 'after' = 'null'::jsonb
    )
    DELETE FROM content_use u
    WHERE u.map_id = :map_id AND u.occurrence_id = ANY(:occurrence_ids)
      AND NOT EXISTS (SELECT FROM occurrence o WHERE o.map_id = :map_id AND o.id = u.occurrence_id)
      AND NOT EXISTS (SELECT FROM waiting w WHERE w.id = u.occurrence_id)
    RETURNING u.sha256
    """
).bindparams(bindparam("topic_ids", type_=_IDS), bindparam("occurrence_ids", type_=_IDS))


async def forget_uses(session: AsyncSession, map_id: int, emptied: Emptied) -> set[bytes]:
    """Forget what deleted occurrences used that are neither there again nor can come back; returns the contents."""
    values = {"map_id": map_id, "occurrence_ids": list(emptied.occurrence_ids), "topic_ids": list(emptied.topic_ids)}
    return set((await session.execute(_FORGET_USES, values)).scalars())


# A picture that a map once had is kept as long as its history tells of it.
_DROP = text(
    """
    DELETE FROM content k
    WHERE k.map_id = :map_id AND k.sha256 = ANY(:digests)
      AND NOT EXISTS (SELECT FROM content_use u WHERE u.map_id = k.map_id AND u.sha256 = k.sha256)
      AND NOT EXISTS (SELECT FROM occurrence o WHERE o.map_id = k.map_id AND o.sha256 = k.sha256)
      AND NOT EXISTS (SELECT FROM map m WHERE m.id = k.map_id AND m.image_sha256 = k.sha256)
      AND NOT EXISTS (
        SELECT FROM change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS e (entry)
        WHERE c.map_id = k.map_id AND c.op LIKE 'map.%' AND e.entry ->> 'table' = 'map'
          AND '\\x' || encode(k.sha256, 'hex') IN (e.entry -> 'before' ->> 'image_sha256', e.entry -> 'after' ->> 'image_sha256'))
    """
).bindparams(bindparam("digests", type_=_DIGESTS))


async def drop_contents(session: AsyncSession, map_id: int, digests: Collection[bytes]) -> None:
    """Delete the rows of those contents that nothing needs any more; their objects go when leftovers are collected."""
    if digests:
        await session.execute(_DROP, {"map_id": map_id, "digests": sorted(digests)})
