"""Where things are: the places of a map in a rectangle of the world, gathered into groups where they lie close together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.tellings import CHOSEN, Choice, Telling, TellingStatement

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
class Cell:
    """Places that lie close together: how many, the middle of them, their own rectangle, and the first of them."""

    count: int
    lat: float
    lon: float
    box: Box
    first_id: int


@dataclass(frozen=True, slots=True)
class Placed(Telling):
    """A place with what it is said about."""

    lat: float
    lon: float


_HERE = "o.map_id = %(map_id)s AND o.lat BETWEEN -90 AND 90 AND o.lon BETWEEN -180 AND 180"
_WANTED = f"""{_HERE} AND o.lat >= %(south)s AND o.lat <= %(north)s AND o.lon >= %(west)s AND o.lon <= %(east)s AND {CHOSEN}"""

_REACH = Statement(
    f"""
    SELECT min(lat), max(lat), min(lon), max(lon)
    FROM (SELECT o.lat, o.lon FROM occurrence o WHERE {_HERE} LIMIT %(most)s) AS near
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
_LIST = TellingStatement(
    f"SELECT o.* FROM occurrence o WHERE {_WANTED} AND o.id > %(after)s ORDER BY o.id LIMIT %(limit)s",  # noqa: S608 - constants
    "o.lat, o.lon",
    "o.id",
)
_SINGLE = TellingStatement(
    "SELECT o.* FROM occurrence o WHERE o.map_id = %(map_id)s AND o.id = ANY(%(ids)s::bigint[])", "o.lat, o.lon", "o.id"
)


async def find_reach(connection: AsyncConnection, map_id: int, *, measured: bool = True) -> Box | None:
    """How far the map's places reach; None for a map without any. Unless it is to be measured it is where one of them is."""
    south, north, west, east = (await _REACH.rows(connection, {"map_id": map_id, "most": READ if measured else 1}))[0]
    return None if south is None else Box(west, south, east, north)


async def gather_places(connection: AsyncConnection, choice: Choice, box: Box, cell: float) -> list[Cell]:
    """The places of a rectangle by squares of `cell` degrees, the fullest first; at most `CELLS` squares."""
    rows = await _CELLS.rows(connection, _values(choice, box) | {"cell": cell})
    return [Cell(count, lat, lon, Box(west, south, east, north), first) for count, lat, lon, south, north, west, east, first in rows]


async def list_places(connection: AsyncConnection, choice: Choice, box: Box, *, after: int = 0, limit: int = 100) -> list[Placed]:
    """The places of a rectangle as they were made, from after one on."""
    values = _values(choice, box) | {"after": after, "limit": limit}
    return [Placed(*row) for row in await _LIST.for_(choice).rows(connection, values)]


async def find_places(connection: AsyncConnection, choice: Choice, ids: Sequence[int]) -> list[Placed]:
    """Places by their ids."""
    return [Placed(*row) for row in await _SINGLE.for_(choice).rows(connection, choice.values() | {"ids": list(ids)})]


def _values(choice: Choice, box: Box) -> dict[str, object]:
    return choice.values() | {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
