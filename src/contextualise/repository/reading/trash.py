"""Reading how much lies in the trash."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Trashed:
    """What comes back with a deletion: how many statements of each sort, and the size of their content in bytes."""

    names: int = 0
    occurrences: int = 0
    associations: int = 0
    bytes: int = 0


_SIZES = text(
    """
    SELECT c.id, count(*) FILTER (WHERE e.named = 'name') AS names, count(*) FILTER (WHERE e.named = 'occurrence') AS occurrences,
      count(*) FILTER (WHERE e.named = 'association') AS associations, coalesce(sum(k.bytes), 0)::bigint AS bytes
    FROM change c CROSS JOIN LATERAL (
      SELECT r.entry ->> 'table' AS named, r.entry -> 'before' ->> 'sha256' AS sha256 FROM jsonb_array_elements(c.rows) AS r (entry)
      WHERE r.entry -> 'after' = 'null'::jsonb AND NOT coalesce((r.entry ->> 'waiting')::boolean, false)
    ) AS e
    LEFT JOIN content k ON e.named = 'occurrence' AND e.sha256 IS NOT NULL AND k.map_id = c.map_id AND k.sha256 = e.sha256::bytea
    WHERE c.map_id = :map_id AND c.id = ANY(:ids) GROUP BY c.id
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def sizes_of(connection: AsyncConnection, map_id: int, change_ids: Collection[int]) -> Mapping[int, Trashed]:
    """What each deletion took away."""
    rows = await connection.execute(_SIZES, {"map_id": map_id, "ids": sorted(change_ids)})
    return {row.id: Trashed(row.names, row.occurrences, row.associations, row.bytes) for row in rows}


@dataclass(frozen=True, slots=True)
class Whole:
    """All that lies in the trash of a map."""

    deletions: int
    bytes: int


_WHOLE = text(
    """
    WITH deleted AS MATERIALIZED (
      SELECT rows FROM change WHERE map_id = :map_id AND undone_by IS NULL AND op LIKE '%.delete' AND pg_column_size(rows) >= 16
    )
    SELECT (SELECT count(*) FROM deleted) AS deletions, coalesce((
      SELECT sum(k.bytes) FROM (
        SELECT DISTINCT r.entry -> 'before' ->> 'sha256' AS sha256 FROM deleted d, jsonb_array_elements(d.rows) AS r (entry)
        WHERE r.entry ->> 'table' = 'occurrence' AND r.entry -> 'after' = 'null'::jsonb
      ) AS s JOIN content k ON k.map_id = :map_id AND s.sha256 IS NOT NULL AND k.sha256 = s.sha256::bytea
      WHERE NOT EXISTS (SELECT FROM occurrence o WHERE o.map_id = k.map_id AND o.sha256 = k.sha256)), 0)::bigint AS bytes
    """
)


async def whole_trash(connection: AsyncConnection, map_id: int) -> Whole:
    """How many deletions lie in the trash of a map, and the bytes that nothing else in the map has."""
    row = (await connection.execute(_WHOLE, {"map_id": map_id})).one()
    return Whole(row.deletions, row.bytes)
