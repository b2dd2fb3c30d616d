"""Where things are: the places of a map in a rectangle of the world, gathered into groups where they lie close together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.fitting import FIT
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context

READ = 200_000  # places that are looked at for one drawing
CELLS = 500  # groups of one drawing


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the world in degrees; `west` is never east of `east`."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Degrees from side to side."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Degrees from top to bottom."""
        return self.north - self.south


WORLD = Box(-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the map's places reach, and what the reader's choices mean in this map."""

    box: Box | None
    type_id: int | None
    type_label: str | None
    fits: tuple[int, ...] | None
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which places: of topics of a type, in scopes that fit the reader's context."""

    map_id: int
    type_id: int | None = None
    fits: tuple[int, ...] | None = None

    def values(self, box: Box) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "map_id": self.map_id,
            "any_type": self.type_id is None,
            "type_id": self.type_id or 0,
            "all_fit": self.fits is None,
            "fits": list(self.fits or ()),
            "west": box.west,
            "south": box.south,
            "east": box.east,
            "north": box.north,
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """Places that lie close together: how many, the middle of them, their own rectangle, and the first of them."""

    count: int
    lat: float
    lon: float
    box: Box
    first_id: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A place with what it is said about; `kind` and `construct_id` name the statement where it is said about one of those."""

    id: int
    lat: float
    lon: float
    title: str | None
    type_label: str
    topic_slug: str
    topic_label: str
    topic_type_id: int | None
    kind: str | None
    construct_id: int | None


_HERE = "o.map_id = %(map_id)s AND o.lat BETWEEN -90 AND 90 AND o.lon BETWEEN -180 AND 180"
_WANTED = f"""{_HERE} AND o.lat >= %(south)s AND o.lat <= %(north)s AND o.lon >= %(west)s AND o.lon <= %(east)s
  AND (%(all_fit)s OR o.scope_id = ANY(%(fits)s::bigint[]))
  AND (%(any_type)s OR EXISTS (
    SELECT FROM topic_type y WHERE y.map_id = o.map_id AND y.topic_id = o.topic_id AND y.type_id = %(type_id)s))"""

_REACH = Statement(
    f"""
    WITH context AS MATERIALIZED (SELECT id, slug, label FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(themes)s)),
    {FIT.format(themes="ARRAY(SELECT id FROM context)")},
    type AS MATERIALIZED (SELECT id, label FROM topic WHERE map_id = %(map_id)s AND slug = %(type)s),
    reach AS MATERIALIZED (
      SELECT min(lat) AS south, max(lat) AS north, min(lon) AS west, max(lon) AS east
      FROM (SELECT o.lat, o.lon FROM occurrence o WHERE {_HERE} LIMIT %(most)s) AS near
    )
    SELECT reach.*, (SELECT id FROM type), (SELECT label FROM type), ARRAY(SELECT id FROM fit WHERE NOT %(strict)s OR shared = size),
      ARRAY(SELECT ARRAY[slug, label] FROM context ORDER BY label)
    FROM reach
    """  # noqa: S608 - constants of this module
)
_CELLS = Statement(
    f"""
    SELECT count(*), avg(lat), avg(lon), min(lat), max(lat), min(lon), max(lon), min(id) FROM (
      SELECT o.id, o.lat, o.lon FROM occurrence o WHERE {_WANTED} LIMIT {READ}
    ) AS place GROUP BY floor(lat / %(cell)s::float8), floor(lon / %(cell)s::float8) ORDER BY count(*) DESC, min(id) LIMIT {CELLS}
    """,  # noqa: S608 - constants of this module
    planned_each_time=True,
)
_ROW = """
SELECT o.id, o.lat, o.lon, o.title, k.label, t.slug,
  coalesce(CASE WHEN t.is_hidden THEN (
    SELECT y.label FROM association a JOIN topic y ON y.map_id = a.map_id AND y.id = a.type_id
    WHERE f.kind = 'a' AND a.map_id = o.map_id AND a.id = f.construct_id
  ) END, t.label),
  (SELECT y.type_id FROM topic_type y WHERE y.map_id = t.map_id AND y.topic_id = t.id ORDER BY y.type_id LIMIT 1),
  CASE WHEN t.is_hidden THEN f.kind END, CASE WHEN t.is_hidden THEN f.construct_id END
FROM ({rows}) AS o
JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
JOIN topic k ON k.map_id = o.map_id AND k.id = o.type_id
LEFT JOIN reification f ON t.is_hidden AND f.map_id = t.map_id AND f.reifier_id = t.id
ORDER BY o.id
"""
_LIST = Statement(
    _ROW.format(rows=f"SELECT o.* FROM occurrence o WHERE {_WANTED} AND o.id > %(after)s ORDER BY o.id LIMIT %(limit)s"),  # noqa: S608
    planned_each_time=True,
)
_SINGLE = Statement(_ROW.format(rows="SELECT o.* FROM occurrence o WHERE o.map_id = %(map_id)s AND o.id = ANY(%(ids)s::bigint[])"))


async def find_reach(
    connection: AsyncConnection, map_id: int, context: Context = EVERYTHING_SHOWN, *, type_slug: str = "", measured: bool = True
) -> Reach:
    """How far the map's places reach; no rectangle for a map without any. Unless it is to be measured it is that of one of them."""
    values = {"map_id": map_id, "themes": list(context.themes), "strict": context.strict, "type": type_slug}
    values["most"] = READ if measured else 1
    south, north, west, east, type_id, type_label, fits, chosen = (await _REACH.rows(connection, values))[0]
    is_open = not context.universal and not chosen
    box = None if south is None else Box(west, south, east, north)
    return Reach(box, type_id, type_label, None if is_open else tuple(fits), tuple((slug, label) for slug, label in chosen))


async def gather_places(connection: AsyncConnection, choice: Choice, box: Box, cell: float) -> list[Cell]:
    """The places of a rectangle by squares of `cell` degrees, the fullest first; at most `CELLS` squares."""
    rows = await _CELLS.rows(connection, choice.values(box) | {"cell": cell})
    return [Cell(count, lat, lon, Box(west, south, east, north), first) for count, lat, lon, south, north, west, east, first in rows]


async def list_places(connection: AsyncConnection, choice: Choice, box: Box, *, after: int = 0, limit: int = 100) -> list[Placed]:
    """The places of a rectangle as they were made, from after one on."""
    return [Placed(*row) for row in await _LIST.rows(connection, choice.values(box) | {"after": after, "limit": limit})]


async def find_places(connection: AsyncConnection, map_id: int, ids: Sequence[int]) -> list[Placed]:
    """Places by their ids."""
    return [Placed(*row) for row in await _SINGLE.rows(connection, {"map_id": map_id, "ids": list(ids)})]
