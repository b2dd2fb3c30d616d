"""What happened when: the dates of a map in a stretch of time, or how many there are where they are too many to be told one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nextafter

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.tellings import CHOSEN, Choice, Telling, TellingStatement

COUNTED = 50_000  # counts stop here; they are read from the index alone
SPANNING = 60  # eras that begin before what is seen
LARGEST = 1e12  # years; what is further away is not drawn


@dataclass(frozen=True, slots=True)
class Extent:
    """The first and the last moment that the map tells, in decimal years."""

    first: float | None
    last: float | None


@dataclass(frozen=True, slots=True)
class Dated(Telling):
    """A date with what it is said about."""

    begin: float | None
    end: float | None
    datatype: str
    value: str


_EXTENT = Statement(
    """
    SELECT
      (SELECT o.t_from FROM occurrence o WHERE o.map_id = %(map_id)s AND o.t_from > -%(largest)s ORDER BY o.t_from LIMIT 1),
      (SELECT greatest(o.t_from, o.t_to) FROM occurrence o WHERE o.map_id = %(map_id)s AND o.t_from < %(largest)s
       ORDER BY o.t_from DESC LIMIT 1)
    """
)

_WANTED = f"o.map_id = %(map_id)s AND {CHOSEN}"
_COLUMNS, _ORDER = "o.t_from, o.t_to, o.datatype, o.value", "o.t_from NULLS FIRST, o.id"
_BEGINNING = f"""SELECT o.* FROM occurrence o WHERE {_WANTED} AND o.t_from >= %(start)s AND o.t_from <= %(end)s
  AND (o.t_from, o.id) > (%(after)s, %(after_id)s) ORDER BY o.t_from, o.id LIMIT %(limit)s"""  # noqa: S608 - constants of this module
# Those that began before and those without a known beginning.
# Periods end or begin by a slash (EDTF level 1); only they can last so long that it matters.
_LASTING = f"{_WANTED} AND o.t_to > %(start)s AND o.value LIKE '%/%'"
_OVERLAPPING = f"""SELECT b.* FROM (
    (SELECT o.* FROM occurrence o WHERE {_LASTING} AND o.t_from < %(start)s ORDER BY o.t_to LIMIT {SPANNING})
    UNION ALL
    (SELECT o.* FROM occurrence o WHERE {_LASTING} AND o.t_from IS NULL ORDER BY o.t_to LIMIT {SPANNING})
    ORDER BY t_to LIMIT {SPANNING}
  ) AS b
  UNION ALL
  (SELECT o.* FROM occurrence o WHERE {_WANTED} AND o.t_to IS NULL AND o.t_from < %(start)s ORDER BY o.t_from DESC LIMIT {SPANNING})
  """  # noqa: S608 - constants of this module
_ITEMS = TellingStatement(_BEGINNING, _COLUMNS, _ORDER)
_ERAS = TellingStatement(_OVERLAPPING, _COLUMNS, _ORDER)
_COUNT = Statement(
    f"""
    SELECT (SELECT count(*) FROM (
      SELECT FROM occurrence o WHERE {_WANTED} AND o.t_from >= b.low AND o.t_from < b.high
      LIMIT {COUNTED} + 1
    ) AS counting)
    FROM unnest(%(lows)s::float8[], %(highs)s::float8[]) WITH ORDINALITY AS b (low, high, position) ORDER BY b.position
    """,  # noqa: S608 - constants of this module
    planned_each_time=True,
)


async def find_extent(connection: AsyncConnection, map_id: int) -> Extent:
    """How far the map's dates reach."""
    return Extent(*(await _EXTENT.rows(connection, {"map_id": map_id, "largest": LARGEST}))[0])


async def list_dates(
    connection: AsyncConnection, choice: Choice, start: float, end: float, *, after: tuple[float, int] = (-LARGEST, 0), limit: int = 100
) -> list[Dated]:
    """The dates that begin between two moments, the earliest first, from after one on; at most `limit`."""
    values = choice.values() | {"start": start, "end": end, "after": after[0], "after_id": after[1], "limit": limit}
    return [Dated(*row) for row in await _ITEMS.for_(choice).rows(connection, values)]


async def list_spanning(connection: AsyncConnection, choice: Choice, start: float) -> list[Dated]:
    """The dates that began before a moment, or at no known time, and last longer: those that end first, and those without an end."""
    return [Dated(*row) for row in await _ERAS.for_(choice).rows(connection, choice.values() | {"start": start})]


async def count_dates(connection: AsyncConnection, choice: Choice, bounds: Sequence[float]) -> list[int]:
    """How many dates begin between each moment and the next; each count stops at `COUNTED` + 1."""
    highs = [*map(float, bounds[1:-1]), nextafter(bounds[-1], inf)]  # the last one holds its end too
    values = choice.values() | {"lows": [float(bound) for bound in bounds[:-1]], "highs": highs}
    return [row[0] for row in await _COUNT.rows(connection, values)]
