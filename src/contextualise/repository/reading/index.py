"""The index of topics: pages by key over any filter, as fast at the end of a million as at their beginning.

Two ways lead to a page. Where few topics can match, they are gathered and sorted; where many do, the list is walked in its order and
a page is full soon. Which one it is, a bounded count tells first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.fitting import FIT, best_name
from contextualise.repository.reading.raw import Statement

FEW = 3000
PER_PAGE = 50
TYPES = 200  # kinds offered to filter by

Order = Literal["name", "changed"]
Way = Literal["first", "after", "before", "last"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which topics: whose names hold `key` (as names are compared), of the type, base topics or not."""

    key: str = ""
    type_id: int | None = None
    with_base: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A topic of the list: `name` is what the reader's context calls it, `label` what the list is ordered by; `matched` is the name
    that was found.
    """

    id: int
    slug: str
    name: str
    label: str
    sort_key: str
    is_base: bool
    updated_at: datetime
    types: Sequence[tuple[int, str, str]]
    matched: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list and whether there is more on either side."""

    rows: Sequence[Listed]
    has_before: bool
    has_after: bool


@dataclass(frozen=True, slots=True)
class TypeCount:
    """A type and how many topics have it; the count stops at `COUNTED` + 1."""

    id: int
    slug: str
    label: str
    count: int


COUNTED = 1000

_FIND_TYPE = Statement("SELECT id, label FROM topic WHERE map_id = %(map_id)s AND slug = %(slug)s")

# Skips from each type's first entry in the index to the next type's. Of a range the planner expects few rows: of one type it expects to
# meet a topic at once, and reads the table from the start; for a type of hidden topics alone that is all of it.
_TYPES = Statement(
    f"""
    WITH RECURSIVE kind (id) AS (
      (SELECT type_id FROM topic_type WHERE map_id = %(map_id)s ORDER BY type_id LIMIT 1)
      UNION ALL
      SELECT (SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.type_id > kind.id ORDER BY y.type_id LIMIT 1)
      FROM kind WHERE kind.id IS NOT NULL
    )
    SELECT t.id, t.slug, t.label, n.count FROM (SELECT id FROM kind WHERE id IS NOT NULL LIMIT {TYPES}) AS k
    JOIN topic t ON t.map_id = %(map_id)s AND t.id = k.id
    CROSS JOIN LATERAL (
      SELECT count(*) AS count FROM (
        SELECT FROM topic_type y WHERE y.map_id = %(map_id)s AND y.type_id = k.id LIMIT {COUNTED} + 1
      ) AS c
    ) AS n
    WHERE (
      SELECT true FROM topic_type y JOIN topic i ON i.map_id = y.map_id AND i.id = y.topic_id
      WHERE y.map_id = %(map_id)s AND y.type_id BETWEEN k.id AND k.id AND NOT i.is_hidden AND (%(with_base)s OR NOT i.is_base) LIMIT 1
    )
    ORDER BY t.sort_key, t.id
    """  # noqa: S608 - numbers of this module
)

_BY_NAME = """SELECT DISTINCT few.id FROM (
    SELECT n.topic_id AS id FROM name n WHERE n.map_id = %(map_id)s AND n.key LIKE %(pattern)s LIMIT {few} + 1
  ) AS few"""
_BY_TYPE = "SELECT y.topic_id AS id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.type_id = %(type_id)s LIMIT {few} + 1"

_COUNT_NAMES = Statement(f"SELECT count(*) FROM ({_BY_NAME.format(few=FEW)}) AS c", planned_each_time=True)  # noqa: S608 - a constant
_COUNT_TYPE = Statement(f"SELECT count(*) FROM ({_BY_TYPE.format(few=FEW)}) AS c")  # noqa: S608 - a constant

_ROW = """{head}
SELECT t.id, t.slug, {name}, t.label, t.sort_key, t.is_base, t.updated_at,
  ARRAY(SELECT ARRAY[y.type_id::text, k.slug, {type_name}] FROM topic_type y JOIN topic k ON k.map_id = y.map_id AND k.id = y.type_id
    WHERE y.map_id = %(map_id)s AND y.topic_id = t.id ORDER BY k.sort_key) AS types, {matched} AS matched
FROM ({rows}) AS t
"""
_MATCHED = """(SELECT n.value FROM name n WHERE n.map_id = %(map_id)s AND n.topic_id = t.id AND n.key LIKE %(pattern)s
    ORDER BY n.value <> t.label, n.id LIMIT 1)"""
_FITTING = {"head": f"WITH {FIT.format(themes='%(context)s::bigint[]')}", "name": best_name("t"), "type_name": best_name("k")}
_COLUMNS = {"name": ("sort_key", "%(key)s::text"), "changed": ("updated_at", "%(key)s::timestamptz")}


def _page(source: str, order: Order, *, falling: bool, placed: bool, key: bool, typed: bool, fitting: bool) -> Statement:
    """The statement for one page: `source` gives ids to choose from, or is empty where the list is walked."""
    column, value = _COLUMNS[order]
    direction = "DESC" if falling else "ASC"
    conditions = ["t.map_id = %(map_id)s", "NOT t.is_hidden", "(%(with_base)s OR NOT t.is_base)"]
    if placed:
        conditions.append(f"(t.{column}, t.id) {'<' if falling else '>'} ({value}, %(id)s)")
    if key and "name n" not in source:
        conditions.append("EXISTS (SELECT FROM name n WHERE n.map_id = t.map_id AND n.topic_id = t.id AND n.key LIKE %(pattern)s)")
    if typed and "topic_type y" not in source:
        conditions.append("EXISTS (SELECT FROM topic_type y WHERE y.map_id = t.map_id AND y.topic_id = t.id AND y.type_id = %(type_id)s)")
    chosen = f"({source}) AS c JOIN topic t ON t.id = c.id" if source else "topic t"
    rows = (
        f"SELECT t.* FROM {chosen} WHERE {' AND '.join(conditions)}"  # noqa: S608 - put together from constants
        f" ORDER BY t.{column} {direction}, t.id {direction} LIMIT %(limit)s"
    )
    named = _FITTING if fitting else {"head": "", "name": "t.label", "type_name": "k.label"}
    return Statement(
        _ROW.format(matched=_MATCHED if key else "NULL", rows=rows, **named) + f" ORDER BY t.{column} {direction}, t.id {direction}",
        planned_each_time=True,
    )


_PAGES: dict[tuple[object, ...], Statement] = {}


async def find_type(connection: AsyncConnection, map_id: int, slug: str) -> tuple[int, str] | None:
    """Id and label of the topic with this address."""
    rows = await _FIND_TYPE.rows(connection, {"map_id": map_id, "slug": slug})
    return (rows[0][0], rows[0][1]) if rows else None


async def count_types(connection: AsyncConnection, map_id: int, *, with_base: bool) -> list[TypeCount]:
    """The types that topics of the map have, by name."""
    return [TypeCount(*row) for row in await _TYPES.rows(connection, {"map_id": map_id, "with_base": with_base})]


async def list_topics(
    connection: AsyncConnection,
    map_id: int,
    chosen: Filter,
    *,
    order: Order = "name",
    descending: bool = False,
    way: Way = "first",
    place: tuple[object, int] | None = None,
    limit: int = PER_PAGE,
    themes: Sequence[int] = (),
) -> Listing:
    """A page of the map's topics, in one statement, or in two where a filter has to be weighed first. They are called as the themes
    of a reader's context have them.
    """
    backwards = way in ("before", "last")
    falling = descending != backwards
    source = await _source(connection, map_id, chosen)
    shape = (source, order, falling, place is not None, bool(chosen.key), chosen.type_id is not None, bool(themes))
    statement = _PAGES.get(shape)
    if statement is None:
        statement = _PAGES[shape] = _page(
            source,
            order,
            falling=falling,
            placed=place is not None,
            key=bool(chosen.key),
            typed=chosen.type_id is not None,
            fitting=bool(themes),
        )
    key, number = place or (None, 0)
    values = {**_values(map_id, chosen), "key": key, "id": number, "limit": limit + 1, "context": list(themes)}
    found = [Listed(*row) for row in await statement.rows(connection, values)]
    more = len(found) > limit
    rows = found[:limit][::-1] if backwards else found[:limit]
    rows = [replace(row, types=[(int(number), slug, label) for number, slug, label in row.types]) for row in rows]
    return Listing(rows, more if backwards else way == "after", way == "before" if backwards else more)


async def _source(connection: AsyncConnection, map_id: int, chosen: Filter) -> str:
    """Where the ids come from: a filter that few topics pass, or nothing, which walks the list."""
    values = _values(map_id, chosen)
    if chosen.key and await _COUNT_NAMES.value(connection, values) <= FEW:
        return _BY_NAME.format(few=FEW)
    if chosen.type_id is not None and await _COUNT_TYPE.value(connection, values) <= FEW:
        return _BY_TYPE.format(few=FEW)
    return ""


def _values(map_id: int, chosen: Filter) -> dict[str, object]:
    escaped = chosen.key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # One or two letters have no trigram to be found by: there, the beginning of names is looked at, in the order of their index.
    pattern = f"%{escaped}%" if len(chosen.key) > 2 else f"{escaped}%"
    return {"map_id": map_id, "pattern": pattern, "type_id": chosen.type_id, "with_base": chosen.with_base}
