"""What lies in the object store, in a temporary table beside the rows that name it: a million objects are compared by the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, BigInteger, Integer, Row, Text, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

Reader = AsyncSession | AsyncConnection


@dataclass(frozen=True, slots=True)
class Lying:
    """An object of the store: a content, or with a width other than 0 a rendition, of a map; of no map when its key says neither."""

    key: str
    size: int
    map_id: int | None
    digest: bytes | None
    width: int = 0


@dataclass(frozen=True, slots=True)
class Named:
    """What a row names."""

    map_id: int
    digest: bytes
    width: int


_MAKE = (
    text("DROP TABLE IF EXISTS pg_temp.lying"),
    text("CREATE TEMPORARY TABLE lying (key text NOT NULL, size bigint NOT NULL, map_id bigint, sha256 bytea, width integer NOT NULL)"),
)
_ADD = text("INSERT INTO pg_temp.lying SELECT * FROM unnest(:keys, :sizes, :maps, :digests, :widths)").bindparams(
    bindparam("keys", type_=ARRAY(Text)),
    bindparam("sizes", type_=ARRAY(BigInteger)),
    bindparam("maps", type_=ARRAY(BigInteger)),
    bindparam("digests", type_=ARRAY(BYTEA)),
    bindparam("widths", type_=ARRAY(Integer)),
)
_SETTLE = (text("CREATE INDEX ON pg_temp.lying (map_id, sha256, width)"), text("ANALYZE pg_temp.lying"))


async def make_inventory(connection: Reader) -> None:
    """Begin an empty inventory; it belongs to this connection and goes with `drop_inventory`."""
    for statement in _MAKE:
        await connection.execute(statement)


async def add_to_inventory(connection: Reader, objects: Sequence[Lying]) -> None:
    """Write objects into it."""
    values = {
        "keys": [each.key for each in objects],
        "sizes": [each.size for each in objects],
        "maps": [each.map_id for each in objects],
        "digests": [each.digest for each in objects],
        "widths": [each.width for each in objects],
    }
    await connection.execute(_ADD, values)


async def settle_inventory(connection: Reader) -> None:
    """Make it quick to compare with; nothing is added after that."""
    for statement in _SETTLE:
        await connection.execute(statement)


async def drop_inventory(connection: Reader) -> None:
    """Let go of it."""
    await connection.execute(_MAKE[0])


# The picture of a map has a row like any content; -1 is for one that a version without such rows left.
_NAMED = """
    SELECT map_id, sha256, 0 AS width, bytes FROM content WHERE map_id = ANY(:maps)
    UNION ALL SELECT map_id, sha256, width, bytes FROM rendition WHERE map_id = ANY(:maps)
    UNION ALL SELECT m.id, m.image_sha256, 0, -1 FROM map m WHERE m.id = ANY(:maps) AND m.image_sha256 IS NOT NULL
      AND NOT EXISTS (SELECT FROM content k WHERE k.map_id = m.id AND k.sha256 = m.image_sha256)
"""


def _compared(sql: str) -> TextClause:
    return text(sql).bindparams(bindparam("maps", type_=ARRAY(BigInteger)))


_MISSING = _compared(
    f"SELECT n.map_id, n.sha256, n.width FROM ({_NAMED}) n LEFT JOIN pg_temp.lying l"  # noqa: S608 - made of constants
    " ON l.map_id = n.map_id AND l.sha256 = n.sha256 AND l.width = n.width WHERE l.key IS NULL ORDER BY 1, 3, 2"
)
_WRONG = _compared(
    f"SELECT n.map_id, n.sha256, n.width FROM ({_NAMED}) n JOIN pg_temp.lying l"  # noqa: S608 - made of constants
    " ON l.map_id = n.map_id AND l.sha256 = n.sha256 AND l.width = n.width WHERE n.bytes NOT IN (l.size, -1) ORDER BY 1, 3, 2"
)


async def missing(connection: Reader, maps: Collection[int]) -> list[Named]:
    """What these maps name and the inventory lacks."""
    return _named((await connection.execute(_MISSING, {"maps": sorted(maps)})).all())


async def wrong_sizes(connection: Reader, maps: Collection[int]) -> list[Named]:
    """What these maps name and lies there with another size."""
    return _named((await connection.execute(_WRONG, {"maps": sorted(maps)})).all())


def _named(rows: Sequence[Row[int, bytes, int]]) -> list[Named]:
    return [Named(row[0], bytes(row[1]), row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Unneeded:
    """Objects that no row names."""

    count: int
    bytes: int
    examples: Sequence[str]


_UNNEEDED = text(
    """
    SELECT count(*)::int, coalesce(sum(size), 0)::bigint, (array_agg(key ORDER BY key))[1:5] FROM pg_temp.lying l
    WHERE l.key NOT IN (SELECT arguments ->> 'key' FROM job WHERE state IN ('queued', 'running') AND arguments ? 'key')
      AND (l.map_id IS NULL OR NOT EXISTS (SELECT FROM content k WHERE l.width = 0 AND k.map_id = l.map_id AND k.sha256 = l.sha256)
        AND NOT EXISTS (SELECT FROM rendition r WHERE r.map_id = l.map_id AND r.sha256 = l.sha256 AND r.width = l.width)
        AND NOT EXISTS (SELECT FROM map m WHERE l.width = 0 AND m.id = l.map_id AND m.image_sha256 = l.sha256))
    """
)


async def unneeded(connection: Reader) -> Unneeded:
    """What no row of any map names, and no upload that a job has yet to read."""
    row = (await connection.execute(_UNNEEDED)).one()
    return Unneeded(row[0], row[1], row[2] or [])


@dataclass(frozen=True, slots=True)
class Usage:
    """How much lies in the store for a map; for 0 what belongs to none."""

    map_id: int
    title: str
    objects: int
    bytes: int


_USAGE = text(
    """
    SELECT coalesce(l.map_id, 0), coalesce(m.title, ''), count(*)::int, sum(l.size)::bigint
    FROM pg_temp.lying l LEFT JOIN map m ON m.id = l.map_id GROUP BY 1, 2 ORDER BY 1
    """
)


async def usage(connection: Reader) -> list[Usage]:
    """The inventory by map."""
    return [Usage(*row) for row in await connection.execute(_USAGE)]
