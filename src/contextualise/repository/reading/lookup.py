"""Topics by what a fact of theirs says: just a value, a number or a time in a range, or anything at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import Record

FEW = 3000
PER_PAGE = 50
TYPES = 200  # kinds of facts offered to choose from
TRIED = 200  # occurrences of a type among which there has to be a fact of a topic for it to be offered
SHOWN = 5  # values of one topic


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: one of these spellings of a value, and a range of numbers, of times, or of either."""

    type_slug: str
    values: tuple[str, ...] = ()
    numbers: tuple[float | None, float | None] | None = None
    times: tuple[float | None, float | None] | None = None
    is_open: bool = True  # nothing but the type is told


class FactType(Record, frozen=True):
    """A kind of fact that topics of the map have."""

    id: int
    slug: str
    label: str


class Holder(Record, frozen=True):
    """A topic with such a fact, its first type, and the first of its values that fit, each with its datatype."""

    id: int
    slug: str
    label: str
    sort_key: str
    type_id: int | None
    type_label: str | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """The kinds of facts, and the one asked for: None when the map has no such topic; `is_few` for short work."""

    types: tuple[FactType, ...]
    chosen: FactType | None
    is_few: bool


_TOLD = """(%(is_open)s
    OR o.value = ANY(%(values)s::text[])
    OR (%(has_numbers)s AND o.num BETWEEN %(low)s AND %(high)s)
    OR (%(has_times)s AND coalesce(o.t_from, '-Infinity') >= %(begin)s AND coalesce(o.t_from, o.t_to) < %(end)s))"""
_FITS = f"o.map_id = %(map_id)s AND o.sha256 IS NULL AND o.type_id = %(type_id)s AND {_TOLD}"

# Skips from each type's first entry in the index to the next type's.
_SURVEY = Statement(
    f"""
    WITH RECURSIVE kind (id) AS (
      (SELECT type_id FROM occurrence WHERE map_id = %(map_id)s ORDER BY type_id LIMIT 1)
      UNION ALL
      SELECT (SELECT o.type_id FROM occurrence o WHERE o.map_id = %(map_id)s AND o.type_id > kind.id ORDER BY o.type_id LIMIT 1)
      FROM kind WHERE kind.id IS NOT NULL
    ), used AS (
      SELECT t.id, t.slug, t.label, t.sort_key FROM (SELECT id FROM kind WHERE id IS NOT NULL LIMIT {TYPES}) AS k
      JOIN topic t ON t.map_id = %(map_id)s AND t.id = k.id
      WHERE (SELECT true FROM (
          SELECT o.map_id, o.topic_id, o.sha256 FROM occurrence o
          WHERE o.map_id = %(map_id)s AND o.type_id BETWEEN k.id AND k.id ORDER BY o.type_id, o.topic_id LIMIT {TRIED}
        ) AS o JOIN topic h ON h.map_id = o.map_id AND h.id = o.topic_id WHERE o.sha256 IS NULL AND NOT h.is_hidden LIMIT 1)
    ), chosen AS (
      SELECT id, slug, label FROM topic WHERE map_id = %(map_id)s AND slug = %(type_slug)s
    )
    SELECT (SELECT coalesce(json_agg(json_build_array(id, slug, label) ORDER BY sort_key, id), '[]') FROM used)::text,
      (SELECT json_build_array(id, slug, label) FROM chosen)::text,
      (SELECT count(*) FROM (SELECT FROM occurrence o WHERE o.map_id = %(map_id)s AND o.sha256 IS NULL
        AND o.type_id BETWEEN (SELECT id FROM chosen) AND (SELECT id FROM chosen) AND {_TOLD} LIMIT {FEW} + 1) AS c)
    """,  # noqa: S608 - numbers of this module
    planned_each_time=True,
)


def _page(*, is_few: bool, placed: bool) -> Statement:
    place = "AND (t.sort_key, t.id) > (%(key)s, %(id)s)" if placed else ""
    if is_few:
        rows = f"""SELECT t.* FROM (SELECT DISTINCT o.topic_id AS id FROM occurrence o WHERE {_FITS}) AS f
          JOIN topic t ON t.map_id = %(map_id)s AND t.id = f.id WHERE NOT t.is_hidden {place}"""  # noqa: S608 - constants
    else:
        rows = f"""SELECT t.* FROM topic t WHERE t.map_id = %(map_id)s AND NOT t.is_hidden {place}
          AND EXISTS (SELECT FROM occurrence o WHERE o.topic_id = t.id AND {_FITS})"""  # noqa: S608 - constants
    return Statement(
        f"""
        WITH page AS MATERIALIZED ({rows} ORDER BY t.sort_key, t.id LIMIT {PER_PAGE} + 1)
        SELECT coalesce(json_agg(json_build_array(t.id, t.slug, t.label, t.sort_key, k.id, k.label, (
          SELECT json_agg(json_build_array(f.datatype, left(f.value, 500))) FROM (
            SELECT o.datatype, o.value FROM occurrence o WHERE o.topic_id = t.id AND {_FITS} ORDER BY o.id LIMIT {SHOWN}
          ) AS f)) ORDER BY t.sort_key, t.id), '[]')::text
        FROM page t LEFT JOIN LATERAL (
          SELECT y.id, y.label FROM topic_type m JOIN topic y ON y.map_id = m.map_id AND y.id = m.type_id
          WHERE m.map_id = t.map_id AND m.topic_id = t.id ORDER BY m.type_id LIMIT 1
        ) AS k ON true
        """,  # noqa: S608 - constants
        planned_each_time=True,
    )


_PAGES = {(few, placed): _page(is_few=few, placed=placed) for few in (False, True) for placed in (False, True)}
_types = msgspec.json.Decoder(tuple[FactType, ...])
_type = msgspec.json.Decoder(FactType)
_holders = msgspec.json.Decoder(tuple[Holder, ...])


async def survey_facts(connection: AsyncConnection, map_id: int, wanted: Wanted) -> Survey:
    """The kinds of facts of a map, the one asked for, and whether few facts fit; one statement."""
    types, chosen, count = (await _SURVEY.rows(connection, _values(map_id, wanted)))[0]
    return Survey(_types.decode(types), None if chosen is None else _type.decode(chosen), count <= FEW)


async def find_holders(
    connection: AsyncConnection, map_id: int, survey: Survey, wanted: Wanted, *, after: tuple[str, int] | None = None
) -> Sequence[Holder]:
    """The topics by name, after a key: one more than a page when there are further ones; none without a type."""
    if survey.chosen is None:
        return ()
    key, number = after or ("", 0)
    values = {**_values(map_id, wanted), "type_id": survey.chosen.id, "key": key, "id": number}
    return _holders.decode(await _PAGES[survey.is_few, after is not None].value(connection, values))


def _values(map_id: int, wanted: Wanted) -> dict[str, object]:
    low, high = wanted.numbers or (None, None)
    begin, end = wanted.times or (None, None)
    return {
        "map_id": map_id,
        "type_slug": wanted.type_slug,
        "is_open": wanted.is_open,
        "values": list(wanted.values),
        "has_numbers": wanted.numbers is not None,
        "low": float("-inf") if low is None else low,
        "high": float("inf") if high is None else high,
        "has_times": wanted.times is not None,
        "begin": float("-inf") if begin is None else begin,
        "end": float("inf") if end is None else end,
    }
