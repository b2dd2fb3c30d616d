"""One kind over a map: pages by key in any order, as fast at the end of many as at their beginning.

As in the index of topics two ways lead to a page. Where few can match, they are gathered and sorted; where many do, the list is walked in
the order of an index and a page is full soon, which leaves the orders that have an index. A bounded count tells first which one it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.kinds import Kind
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import Record
from contextualise.repository.reading.resources.kinds import CONDITIONS, NOTES, base, has_content, sort_of, source_of
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context

FEW, FEW_FOUND = 3000, 20_000  # that are gathered, of a kind and by words
PER_PAGE = 50
TYPES = 200  # types offered to filter by

Order = Literal["newest", "topic", "title", "time", "size"]
Way = Literal["first", "after", "before", "last"]

# For each order its key, the key's type in a statement, and whether the first of the list has the greatest.
_TITLE = "lower(left(coalesce(nullif(o.title, ''), o.file_name, o.value), 120))"
KEYS: dict[Order, tuple[str, str, bool]] = {
    "newest": ("o.id", "bigint", True),
    "topic": ("t.sort_key", "text", False),
    "title": (_TITLE, "text", False),
    "time": ("coalesce(o.t_from, o.t_to, 'Infinity'::double precision)", "double precision", False),
    "size": ("coalesce(c.bytes, 0)", "bigint", True),
}
WALKED: frozenset[Order] = frozenset({"newest", "topic", "time"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a kind is listed: with these words, of topics of a type, of a type of its own, fitting the reader's context."""

    kind: Kind
    words: tuple[str, ...] = ()
    topic_type: str = ""
    own_type: str = ""
    context: Context = EVERYTHING_SHOWN
    with_inbox: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies: after or before the entry with this key and id."""

    way: Way = "first"
    key: object = None
    id: int = 0


class TypeName(Record, frozen=True):
    """A type that topics of the map have."""

    id: int
    slug: str
    label: str


class Resource(Record, frozen=True):
    """An occurrence of the list, with its topic."""

    id: int
    topic_id: int
    slug: str
    label: str
    sort_key: str
    topic_type_id: int | None
    topic_type: str | None
    type_id: int
    type_slug: str
    type_label: str
    datatype: str
    value: str
    title: str | None
    file_name: str | None
    lat: float | None
    lon: float | None
    media_type: str | None
    bytes: int | None
    beginning: str | None
    alt: str | None
    width: int | None
    height: int | None
    renditions: tuple[int, ...]
    problem: str | None
    created_at: datetime
    themes: tuple[tuple[str, str], ...]
    key: str | float | int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list, whether there is more on either side, whether it can be had in every order, and the types to narrow it by."""

    rows: tuple[Resource, ...]
    has_before: bool
    has_after: bool
    order: Order
    is_few: bool
    types: tuple[TypeName, ...]


_HEAD = f"WITH inbox AS MATERIALIZED (SELECT {base(NOTES)} AS id)"
_FIT = """, context AS MATERIALIZED (
  SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(themes)s)
), fits AS MATERIALIZED (
  SELECT array_agg(m.scope_id) || 0::bigint AS ids FROM (
    SELECT scope_id, count(*) AS shared FROM scope_theme
    WHERE map_id = %(map_id)s AND topic_id IN (SELECT id FROM context) GROUP BY scope_id
  ) AS m WHERE NOT %(strict)s
    OR shared = (SELECT count(*) FROM scope_theme s WHERE s.map_id = %(map_id)s AND s.scope_id = m.scope_id)
)"""
_SAID = "search_words(search_said(o.title, o.alt, o.file_name, o.value, o.sha256))"
_HAS_SAID = "(o.sha256 IS NULL OR o.title IS NOT NULL OR o.alt IS NOT NULL OR o.file_name IS NOT NULL)"
_QUERY = "to_tsquery('public.words', %(query)s)"
# Here each row is looked at as the list is walked: not by the index over all words, which the added nothing keeps away from.
_FINDS = f"""(({_HAS_SAID} AND {_SAID} @@ {_QUERY})
  OR (SELECT true FROM name n WHERE n.map_id = %(map_id)s AND n.topic_id = o.topic_id AND search_words(n.key || '') @@ {_QUERY} LIMIT 1)
  OR (c.plain IS NOT NULL AND search_words(left(c.plain, 200000)) @@ {_QUERY}))"""  # noqa: S608 - constants of this module
_FOUND = (
    f"""SELECT o.id FROM occurrence o WHERE o.map_id = %(map_id)s AND {_HAS_SAID} AND {_SAID} @@ {_QUERY}""",  # noqa: S608 - constants
    f"""SELECT o.id FROM name n JOIN occurrence o ON o.map_id = n.map_id AND o.topic_id = n.topic_id
    WHERE n.map_id = %(map_id)s AND search_words(n.key) @@ {_QUERY}""",  # noqa: S608 - the same
    f"""SELECT o.id FROM content c JOIN occurrence o ON o.map_id = c.map_id AND o.sha256 = c.sha256
    WHERE c.map_id = %(map_id)s AND c.plain IS NOT NULL AND search_words(left(c.plain, 200000)) @@ {_QUERY}""",  # noqa: S608 - the same
)
_TYPED = """(SELECT true FROM topic_type y WHERE y.map_id = o.map_id AND y.topic_id = o.topic_id
    AND y.type_id = (SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = %(topic_type)s) LIMIT 1)"""
_OWN = "o.type_id = (SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = %(own_type)s)"


def _found(kind: Kind) -> str:
    """Ids among which all that has the words is, unless there are too many of them."""
    parts = _FOUND if has_content(kind) else _FOUND[:2]
    return " UNION ".join(f"({part} AND {sort_of(kind)} LIMIT {FEW_FOUND} + 1)" for part in parts)


def _conditions(chosen: Chosen, *, are_found: bool) -> list[str]:
    conditions = [
        "o.map_id = %(map_id)s",
        "NOT t.is_hidden",
        CONDITIONS[chosen.kind],
        "(%(with_inbox)s OR o.topic_id <> (SELECT id FROM inbox))",
    ]
    if chosen.words and not are_found:
        conditions.append(_FINDS)
    if chosen.topic_type:
        conditions.append(_TYPED)
    if chosen.own_type:
        conditions.append(_OWN)
    if chosen.context.universal:
        conditions.append("o.scope_id = 0")
    elif chosen.context.themes:
        conditions.append("o.scope_id = ANY((SELECT ids FROM fits)::bigint[])")
    return conditions


def _page(chosen: Chosen, order: Order, *, source: str, are_found: bool, falling: bool, placed: bool) -> Statement:
    key, kind, _ = KEYS[order]
    direction = "DESC" if falling else "ASC"
    conditions = _conditions(chosen, are_found=are_found)
    if placed:
        conditions.append(f"({key}, o.id) {'<' if falling else '>'} (%(key)s::{kind}, %(id)s)")
    if source:  # as one list of numbers, so that each is looked up by its key
        conditions.append(f"o.id = ANY(ARRAY({source}))")
    order_by = f"ORDER BY {key} {direction}, o.id {direction}"
    rows = f"""SELECT o.id, {key} AS key FROM occurrence o JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
    LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
    WHERE {" AND ".join(conditions)} {order_by} LIMIT %(limit)s"""  # noqa: S608 - put together from constants
    return Statement(
        f"""{_HEAD}{_FIT if chosen.context.themes else ""}, page AS MATERIALIZED ({rows})
        SELECT coalesce(json_agg(json_build_array(o.id, o.topic_id, t.slug, t.label, t.sort_key, k.id, k.label, y.id, y.slug, y.label,
          o.datatype, left(o.value, 2000), o.title, o.file_name, o.lat, o.lon, c.media_type, c.bytes,
          left(c.plain, 300), o.alt, c.width, c.height,
          CASE WHEN o.sha256 IS NULL OR c.html IS NOT NULL THEN '[]' ELSE (SELECT coalesce(json_agg(r.width ORDER BY r.width), '[]')
            FROM rendition r WHERE r.map_id = o.map_id AND r.sha256 = o.sha256) END,
          c.problem, o.created_at,
          CASE WHEN o.scope_id = 0 THEN '[]' ELSE (SELECT coalesce(json_agg(json_build_array(h.slug, h.label) ORDER BY h.sort_key), '[]')
            FROM scope_theme m JOIN topic h ON h.map_id = m.map_id AND h.id = m.topic_id
            WHERE m.map_id = o.map_id AND m.scope_id = o.scope_id) END,
          CASE WHEN page.key::text = 'Infinity' THEN to_json('Infinity'::text) ELSE to_json(page.key) END)
          ORDER BY page.key {direction}, page.id {direction}), '[]')::text
        FROM page JOIN occurrence o ON o.map_id = %(map_id)s AND o.id = page.id
        JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
        JOIN topic y ON y.map_id = o.map_id AND y.id = o.type_id
        LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
        LEFT JOIN LATERAL (
          SELECT z.id, z.label FROM topic_type x JOIN topic z ON z.map_id = x.map_id AND z.id = x.type_id
          WHERE x.map_id = o.map_id AND x.topic_id = o.topic_id ORDER BY x.type_id LIMIT 1
        ) AS k ON true""",  # noqa: S608 - the same
        planned_each_time=True,
    )


# Skips from each type's first entry in the index to the next type's.
_TYPES = f"""
  SELECT coalesce(json_agg(json_build_array(t.id, t.slug, t.label) ORDER BY t.sort_key, t.id), '[]') FROM (
    WITH RECURSIVE kind (id) AS (
      (SELECT type_id FROM topic_type WHERE map_id = %(map_id)s ORDER BY type_id LIMIT 1)
      UNION ALL
      SELECT (SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.type_id > kind.id ORDER BY y.type_id LIMIT 1)
      FROM kind WHERE kind.id IS NOT NULL
    )
    SELECT id FROM kind WHERE id IS NOT NULL LIMIT {TYPES}
  ) AS k JOIN topic t ON t.map_id = %(map_id)s AND t.id = k.id
  WHERE (
    SELECT true FROM topic_type y JOIN topic i ON i.map_id = y.map_id AND i.id = y.topic_id
    WHERE y.map_id = %(map_id)s AND y.type_id BETWEEN k.id AND k.id AND NOT i.is_hidden AND NOT i.is_base LIMIT 1
  )"""  # noqa: S608 - a number of this module


def _survey(kind: Kind, *, searched: bool) -> Statement:
    """How many there are of the kind, up to a bound; where these are many, how many have the words; the types that topics have."""
    found = f"CASE WHEN n.count > {FEW} THEN (SELECT count(*) FROM ({_found(kind)}) AS f) ELSE 0 END" if searched else "0"  # noqa: S608
    return Statement(
        f"{_HEAD}, n AS MATERIALIZED (SELECT count(*) AS count FROM ({source_of(kind, FEW)}) AS s)"  # noqa: S608 - constants
        f" SELECT n.count, {found}, ({_TYPES})::text FROM n",
        planned_each_time=True,
    )


_type_decoder = msgspec.json.Decoder(tuple[TypeName, ...])
_decoder = msgspec.json.Decoder(tuple[Resource, ...])
_statements: dict[tuple[object, ...], Statement] = {}


async def list_resources(
    connection: AsyncConnection,
    map_id: int,
    chosen: Chosen,
    *,
    order: Order = "newest",
    reverse: bool = False,
    place: Place | None = None,
    limit: int = PER_PAGE,
) -> Listing:
    """A page of the list in two statements. An order that many have no index for becomes the newest first."""
    values = _values(map_id, chosen)
    searched = bool(chosen.words)
    survey = _kept(("survey", chosen.kind, searched), lambda: _survey(chosen.kind, searched=searched))
    count, found_count, types = (await survey.rows(connection, values))[0]
    are_found = searched and count > FEW and found_count <= FEW_FOUND
    is_few = count <= FEW or are_found
    source = _found(chosen.kind) if are_found else source_of(chosen.kind, FEW) if is_few else ""
    place = place or Place()
    if not is_few and order not in WALKED:
        order, reverse, place = "newest", False, Place()
    backwards = place.way in ("before", "last")
    falling = KEYS[order][2] ^ reverse ^ backwards
    placed = place.way in ("after", "before")
    shape = (chosen.kind, *map(bool, (chosen.words, chosen.topic_type, chosen.own_type, chosen.context.themes, chosen.context.universal)))
    statement = _kept(
        ("page", shape, order, is_few, are_found, falling, placed),
        lambda: _page(chosen, order, source=source, are_found=are_found, falling=falling, placed=placed),
    )
    found = _decoder.decode(await statement.value(connection, {**values, "key": place.key, "id": place.id, "limit": limit + 1}))
    more = len(found) > limit
    rows = found[:limit][::-1] if backwards else found[:limit]
    has_before = more if backwards else place.way == "after"
    has_after = place.way == "before" if backwards else more
    return Listing(rows, has_before, has_after, order, is_few, _type_decoder.decode(types))


def _values(map_id: int, chosen: Chosen) -> dict[str, object]:
    return {
        "map_id": map_id,
        "query": " & ".join(f"'{word}':*" for word in chosen.words),
        "topic_type": chosen.topic_type,
        "own_type": chosen.own_type,
        "themes": list(chosen.context.themes),
        "strict": chosen.context.strict,
        "with_inbox": chosen.with_inbox,
    }


def _kept(shape: tuple[object, ...], make: Callable[[], Statement]) -> Statement:
    """The statement of this shape, put together once."""
    if shape not in _statements:
        _statements[shape] = make()
    return _statements[shape]
