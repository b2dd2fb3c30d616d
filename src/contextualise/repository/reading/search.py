"""Finding topics by what somebody types: any name, address or identifier.

Beginnings of names are enough from one letter on; from three letters on they may stand anywhere in a name, and slips are forgiven.

The quick statement reads a few entries at the right place of an index. Only when it finds too little does the thorough one look for the
text anywhere in a name, and then for names that resemble it; on a map of a million topics, or on a busy machine, that can take long, so it
is stopped after a moment. Then what was found is told to be a part, and may be asked for again with more patience.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.names import search_key
from contextualise.repository.reading.raw import Statement
from contextualise.repository.search.finding import after
from contextualise.repository.search.limits import AS_BEFORE, LIMITS
from contextualise.repository.search.query import Query, meaning, parse, quoted
from contextualise.repository.search.statements import WORDS_THERE

FOUND = 10
# Milliseconds for each thorough statement: where more can be asked for afterwards, and where nothing comes after it.
QUICK, PATIENT = 100, 3000
SHORTEST_INFIX = 3
MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic that was found; `name` is the one of its names that matched, `rank` 0 for an exact match, more the further off."""

    id: int
    slug: str
    label: str
    is_base: bool
    type_id: int | None
    type_label: str | None
    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, the likeliest first. Those of a search that was cut short are the first ones of the whole search."""

    hits: Sequence[Hit]
    is_cut: bool = False


_TOPIC = """
SELECT t.id, t.slug, t.label, t.is_base, k.id, k.label, h.value, h.rank
FROM (SELECT DISTINCT ON (topic_id) topic_id, value, rank FROM hit ORDER BY topic_id, rank, length(value)) AS h
JOIN topic t ON t.map_id = %(map_id)s AND t.id = h.topic_id AND NOT t.is_hidden
LEFT JOIN LATERAL (
  SELECT y.id, y.label FROM topic_type m JOIN topic y ON y.map_id = m.map_id AND y.id = m.type_id
  WHERE m.map_id = %(map_id)s AND m.topic_id = t.id ORDER BY m.type_id LIMIT 1
) AS k ON true
WHERE cardinality(%(types)s::bigint[]) = 0
  OR EXISTS (SELECT FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = t.id AND y.type_id = ANY(%(types)s))
ORDER BY t.is_base, h.rank, h.value <> t.label, length(h.value), t.sort_key, t.id LIMIT %(limit)s
"""

# With types to keep to, more candidates are taken, as most may be of other types.
_QUICK = Statement(
    """
    WITH hit AS MATERIALIZED (
      (SELECT topic_id, value, 0 AS rank FROM name WHERE map_id = %(map_id)s AND key = %(key)s LIMIT 50)
      UNION ALL
      SELECT id, label, 0 FROM topic WHERE map_id = %(map_id)s AND slug = %(slug)s
      UNION ALL
      SELECT i.construct_id, i.iri, 0 FROM identifier i WHERE i.map_id = %(map_id)s AND i.kind IN (1, 2, 3) AND i.iri = ANY(%(iris)s)
      UNION ALL
      (SELECT topic_id, value, 1 FROM name
       WHERE map_id = %(map_id)s AND key ~>=~ %(key)s AND key ~<~ %(end)s AND key <> %(key)s
       ORDER BY key USING ~<~ LIMIT %(candidates)s)
    )
    """  # noqa: S608 - a constant
    + _TOPIC
)

_INSIDE = Statement(
    """
    WITH hit AS MATERIALIZED (
      (SELECT topic_id, value, 3 AS rank FROM name
       WHERE map_id = %(map_id)s AND search_words(key) @@ to_tsquery('words'::regconfig, %(words)s) LIMIT 500)
      UNION ALL
      (SELECT topic_id, value, CASE WHEN key LIKE %(word)s THEN 2 ELSE 4 END FROM name
       WHERE map_id = %(map_id)s AND key LIKE %(pattern)s LIMIT 500)
    )
    """  # noqa: S608 - a constant
    + _TOPIC,
    planned_each_time=True,
)

_RESEMBLING = Statement(
    """
    WITH hit AS MATERIALIZED (
      SELECT topic_id, value, 5 + round(100 * (1 - greatest(similarity(key, %(key)s), 0.9 * word_similarity(%(key)s, key))))::int AS rank
      FROM (
        (SELECT topic_id, value, key FROM name
         WHERE map_id = %(map_id)s AND search_words(key) @@ to_tsquery('words'::regconfig, %(misspelt)s) LIMIT 200)
        UNION ALL
        (SELECT topic_id, value, key FROM name WHERE map_id = %(map_id)s AND (key % %(key)s OR %(key)s <% key) LIMIT 2000)
      ) AS n ORDER BY 3 LIMIT 50
    )
    """  # noqa: S608 - a constant
    + _TOPIC,
    planned_each_time=True,
)


async def search_topics(
    connection: AsyncConnection,
    map_id: int,
    base_iri: str,
    text: str,
    *,
    types: Collection[int] = (),
    limit: int = FOUND,
    patience: int = PATIENT,
) -> Found:
    """The topics that somebody may mean by the text; none for an empty text. Statements that take longer stop after `patience` ms."""
    key = search_key(text)[:MAX_KEY]
    if not key:
        return Found([])
    query = parse(text)
    escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {
        "map_id": map_id,
        "key": key,
        "end": after(key),
        "slug": key.replace(" ", "-"),
        "iris": [text.strip(), f"{base_iri}#{key.replace(' ', '-')}"],
        "types": list(types),
        "limit": limit,
        "candidates": 500 if types else 60,
        "pattern": f"%{escaped}%",
        "word": f"% {escaped}%",
        "words": query.tsquery(),
        "maps": [map_id],
        "ways": quoted(query.slips()),
    }
    hits = [Hit(*row) for row in await _QUICK.rows(connection, values)]
    if len(hits) >= limit or len(key) < SHORTEST_INFIX:
        return Found(hits)
    await LIMITS.rows(connection, {"milliseconds": str(patience), "scans": "off"})
    try:
        is_cut = await _thoroughly(connection, values, hits, limit, query)
    finally:
        await AS_BEFORE.rows(connection, {})
    return Found(hits[:limit], is_cut)


async def _thoroughly(connection: AsyncConnection, values: dict[str, object], hits: list[Hit], limit: int, query: Query) -> bool:
    """Adds the hits that take longer to find; whether it was stopped before it was done."""
    try:
        known = {hit.id for hit in hits}
        hits += [hit for row in await _INSIDE.rows(connection, values) if (hit := Hit(*row)).id not in known]
        if len(hits) < limit // 2:
            there = [str(row[0]) for row in await WORDS_THERE["name"].rows(connection, values)] if values["ways"] else []
            meant = {**values, "misspelt": meaning(query.slips(), there)}
            known = {hit.id for hit in hits}
            hits += [hit for row in await _RESEMBLING.rows(connection, meant) if (hit := Hit(*row)).id not in known]
    except DBAPIError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        return True  # what was found so far is worth more than a late answer
    return False


_RECENT = Statement(
    """
    WITH seen AS MATERIALIZED (
      SELECT id, place FROM unnest(%(seen)s::bigint[]) WITH ORDINALITY AS s (id, place)
    ), changed AS MATERIALIZED (
      SELECT id, 1000 + row_number() OVER () AS place FROM (
        SELECT id FROM topic WHERE map_id = %(map_id)s AND NOT is_hidden AND NOT is_base ORDER BY updated_at DESC, id DESC LIMIT %(limit)s
      ) AS c
    )
    SELECT t.id, t.slug, t.label, t.is_base, k.id, k.label, t.label, 0
    FROM (SELECT id, min(place) AS place FROM (SELECT * FROM seen UNION ALL SELECT * FROM changed) AS u GROUP BY id) AS r
    JOIN topic t ON t.map_id = %(map_id)s AND t.id = r.id AND NOT t.is_hidden
    LEFT JOIN LATERAL (
      SELECT y.id, y.label FROM topic_type m JOIN topic y ON y.map_id = m.map_id AND y.id = m.type_id
      WHERE m.map_id = %(map_id)s AND m.topic_id = t.id ORDER BY m.type_id LIMIT 1
    ) AS k ON true
    ORDER BY r.place LIMIT %(limit)s
    """
)


async def recent_topics(connection: AsyncConnection, map_id: int, seen: Sequence[int], *, limit: int = 6) -> Sequence[Hit]:
    """The topics that the reader saw last, the latest first; where those are few, the ones changed last."""
    return [Hit(*row) for row in await _RECENT.rows(connection, {"map_id": map_id, "seen": list(seen), "limit": limit})]


@dataclass(frozen=True, slots=True)
class FoundMap:
    """A map whose title holds the text."""

    id: int
    title: str
    accent: str
    topic_count: int


# The maps that a person may see: own ones, those shared with that person, published ones; the likeliest to be meant first.
_VISIBLE = """
SELECT m.id, m.title, m.base_iri, m.accent, m.topic_count, m.title ILIKE %(pattern)s AS matches FROM map m
LEFT JOIN map_member c ON c.map_id = m.id AND c.user_id = %(user_id)s
WHERE m.trashed_at IS NULL AND (m.owner_id = %(user_id)s OR c.user_id IS NOT NULL OR m.published_at IS NOT NULL)
ORDER BY m.title ILIKE %(pattern)s DESC, m.owner_id IS DISTINCT FROM %(user_id)s, c.user_id IS NULL, m.updated_at DESC LIMIT %(most)s
"""
_MAPS = Statement(_VISIBLE)

# Across maps only exact names and beginnings are looked for: one short reading of the index for each map.
_ACROSS = Statement(
    f"""
    WITH visible AS MATERIALIZED ({_VISIBLE})
    SELECT v.id, v.title, t.id, t.slug, t.label, t.is_base, k.id, k.label, h.value, h.rank
    FROM visible v CROSS JOIN LATERAL (
      SELECT DISTINCT ON (topic_id) topic_id, value, CASE WHEN key = %(key)s THEN 0 ELSE 1 END AS rank FROM (
        SELECT topic_id, value, key FROM name
        WHERE map_id = v.id AND key ~>=~ %(key)s AND key ~<~ %(end)s ORDER BY key USING ~<~ LIMIT 5
      ) AS n ORDER BY topic_id, rank
    ) AS h
    JOIN topic t ON t.map_id = v.id AND t.id = h.topic_id AND NOT t.is_hidden AND NOT t.is_base
    LEFT JOIN LATERAL (
      SELECT y.id, y.label FROM topic_type m JOIN topic y ON y.map_id = m.map_id AND y.id = m.type_id
      WHERE m.map_id = v.id AND m.topic_id = t.id ORDER BY m.type_id LIMIT 1
    ) AS k ON true
    ORDER BY h.rank, h.value <> t.label, length(h.value), t.sort_key LIMIT %(limit)s
    """  # noqa: S608 - a constant
)
MAPS_SEARCHED = 200
RECENT_MAPS = 5


async def search_maps(
    connection: AsyncConnection, user_id: int | None, text: str, *, limit: int = FOUND
) -> tuple[Sequence[FoundMap], Sequence[tuple[int, str, Hit]]]:
    """Maps that the person may see with such a title, and topics of the maps that the person may see, each with its map's id and title."""
    key = search_key(text)[:MAX_KEY]
    if not key:
        return await _recent_maps(connection, user_id), []
    escaped = text.strip()[:MAX_KEY].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"user_id": user_id, "pattern": f"%{escaped}%", "most": MAPS_SEARCHED, "key": key, "end": after(key), "limit": limit}
    maps = [
        FoundMap(number, title, accent, count)
        for number, title, _, accent, count, matches in await _MAPS.rows(connection, {**values, "most": limit})
        if matches
    ]
    rows = await _ACROSS.rows(connection, values)
    return maps, [(row[0], row[1], Hit(*row[2:])) for row in rows]


async def _recent_maps(connection: AsyncConnection, user_id: int | None) -> Sequence[FoundMap]:
    """The maps that somebody is likely to go to before a letter is typed; none for a stranger, who has the home page."""
    if user_id is None:
        return []
    rows = await _MAPS.rows(connection, {"user_id": user_id, "pattern": "%", "most": RECENT_MAPS})
    return [FoundMap(number, title, accent, count) for number, title, _, accent, count, _ in rows]
