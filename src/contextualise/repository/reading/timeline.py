"""What happened when: the dates of a map in a stretch of time, or how many there are where they are too many to be told one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nextafter

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.fitting import FIT
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context

COUNTED = 1000  # counts stop here
SPANNING = 60  # eras that begin before what is seen
LARGEST = 1e12  # years; what is further away is not drawn


@dataclass(frozen=True, slots=True)
class Extent:
    """The topics chosen as type and theme, and the first and the last moment that the map tells, in decimal years."""

    first: float | None
    last: float | None
    type_id: int | None
    type_label: str | None
    fits: tuple[int, ...] | None
    themes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with what it is said about; `kind` and `construct_id` name the statement where it is said about one of those."""

    id: int
    begin: float | None
    end: float | None
    datatype: str
    value: str
    title: str | None
    type_id: int
    type_label: str
    topic_slug: str
    topic_label: str
    topic_type_id: int | None
    kind: str | None
    construct_id: int | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dates: of topics of a type, in scopes that fit the reader's context."""

    map_id: int
    type_id: int | None = None
    fits: tuple[int, ...] | None = None

    def values(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "map_id": self.map_id,
            "any_type": self.type_id is None,
            "type_id": self.type_id or 0,
            "all_fit": self.fits is None,
            "fits": list(self.fits or ()),
        }


_EXTENT = Statement(
    f"""
    WITH context AS MATERIALIZED (SELECT id, slug, label FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(themes)s)),
    {FIT.format(themes="ARRAY(SELECT id FROM context)")},
    type AS MATERIALIZED (SELECT id, label FROM topic WHERE map_id = %(map_id)s AND slug = %(type)s)
    SELECT
      (SELECT o.t_from FROM occurrence o WHERE o.map_id = %(map_id)s AND o.t_from > -%(largest)s ORDER BY o.t_from LIMIT 1),
      (SELECT greatest(o.t_from, o.t_to) FROM occurrence o WHERE o.map_id = %(map_id)s AND o.t_from < %(largest)s
       ORDER BY o.t_from DESC LIMIT 1),
      (SELECT id FROM type), (SELECT label FROM type),
      ARRAY(SELECT id FROM fit WHERE NOT %(strict)s OR shared = size),
      ARRAY(SELECT ARRAY[slug, label] FROM context ORDER BY label)
    """  # noqa: S608 - constants of this module
)

_WANTED = """o.map_id = %(map_id)s AND (%(all_fit)s OR o.scope_id = ANY(%(fits)s::bigint[]))
  AND (%(any_type)s OR EXISTS (
    SELECT FROM topic_type y WHERE y.map_id = o.map_id AND y.topic_id = o.topic_id AND y.type_id = %(type_id)s))"""
_ROW = """
SELECT o.id, o.t_from, o.t_to, o.datatype, o.value, o.title, o.type_id, k.label, t.slug,
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
ORDER BY o.t_from NULLS FIRST, o.id
"""
_BEGINNING = f"""SELECT o.* FROM occurrence o WHERE {_WANTED} AND o.t_from >= %(start)s AND o.t_from <= %(end)s
  AND (o.t_from, o.id) > (%(after)s, %(after_id)s) ORDER BY o.t_from, o.id LIMIT %(limit)s"""  # noqa: S608 - constants of this module
# Those that began before and those without a known beginning.
# Periods end or begin by a slash (EDTF level 1); only they can last so long that it matters.
_LASTING = f"{_WANTED} AND o.t_to > %(start)s AND o.value LIKE '%/%'"
_OVERLAPPING = f"""(SELECT o.* FROM occurrence o WHERE {_LASTING} AND (o.t_from < %(start)s OR o.t_from IS NULL)
    ORDER BY o.t_to LIMIT {SPANNING})
  UNION ALL
  (SELECT o.* FROM occurrence o WHERE {_WANTED} AND o.t_to IS NULL AND o.t_from < %(start)s ORDER BY o.t_from DESC LIMIT {SPANNING})
  """  # noqa: S608 - constants of this module
_ITEMS = Statement(_ROW.format(rows=_BEGINNING), planned_each_time=True)
_ERAS = Statement(_ROW.format(rows=_OVERLAPPING), planned_each_time=True)
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


async def find_extent(connection: AsyncConnection, map_id: int, context: Context = EVERYTHING_SHOWN, *, type_slug: str = "") -> Extent:
    """How far the map's dates reach, and what the reader's choices mean in this map."""
    values = {"map_id": map_id, "themes": list(context.themes), "strict": context.strict, "type": type_slug, "largest": LARGEST}
    first, last, type_id, type_label, fits, chosen = (await _EXTENT.rows(connection, values))[0]
    is_open = not context.universal and not chosen
    return Extent(first, last, type_id, type_label, None if is_open else tuple(fits), tuple((slug, label) for slug, label in chosen))


async def list_dates(
    connection: AsyncConnection, choice: Choice, start: float, end: float, *, after: tuple[float, int] = (-LARGEST, 0), limit: int = 100
) -> list[Dated]:
    """The dates that begin between two moments, the earliest first, from after one on; at most `limit`."""
    values = choice.values() | {"start": start, "end": end, "after": after[0], "after_id": after[1], "limit": limit}
    return [Dated(*row) for row in await _ITEMS.rows(connection, values)]


async def list_spanning(connection: AsyncConnection, choice: Choice, start: float) -> list[Dated]:
    """The dates that began before a moment, or at no known time, and last longer: those that end first, and those without an end."""
    return [Dated(*row) for row in await _ERAS.rows(connection, choice.values() | {"start": start})]


async def count_dates(connection: AsyncConnection, choice: Choice, bounds: Sequence[float]) -> list[int]:
    """How many dates begin between each moment and the next; each count stops at `COUNTED` + 1."""
    highs = [*map(float, bounds[1:-1]), nextafter(bounds[-1], inf)]  # the last one holds its end too
    values = choice.values() | {"lows": [float(bound) for bound in bounds[:-1]], "highs": highs}
    return [row[0] for row in await _COUNT.rows(connection, values)]
