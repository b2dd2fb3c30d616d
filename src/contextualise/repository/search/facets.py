"""By what results can be narrowed down: types, tags and contexts of the topics found, counted."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement
from contextualise.repository.search.ground import CATEGORIZATION, CATEGORY, MEMBER, Ground
from contextualise.repository.search.hits import Match

MOST = 12


class Facet(msgspec.Struct, array_like=True, frozen=True):
    """A topic that results can be kept to, and how many of them are."""

    id: int
    slug: str
    label: str
    count: int


class Facets(msgspec.Struct, array_like=True, frozen=True):
    """The most frequent of each kind, the most frequent first."""

    types: list[Facet]
    tags: list[Facet]
    themes: list[Facet]


NONE = Facets([], [], [])

_FACETS = Statement(
    f"""
    WITH f AS MATERIALIZED (SELECT unnest(%(topics)s::bigint[]) AS id)
    SELECT json_build_array(
      (SELECT coalesce(json_agg(json_build_array(x.id, x.slug, x.label, x.n) ORDER BY x.n DESC, x.sort_key), '[]') FROM (
         SELECT k.id, k.slug, k.label, k.sort_key, count(*) AS n FROM f
         JOIN topic_type y ON y.map_id = %(map_id)s AND y.topic_id = f.id JOIN topic k ON k.map_id = %(map_id)s AND k.id = y.type_id
         GROUP BY k.id, k.slug, k.label, k.sort_key ORDER BY n DESC, k.sort_key LIMIT {MOST}) AS x),
      (SELECT coalesce(json_agg(json_build_array(x.id, x.slug, x.label, x.n) ORDER BY x.n DESC, x.sort_key), '[]') FROM (
         SELECT k.id, k.slug, k.label, k.sort_key, count(DISTINCT f.id) AS n FROM f
         JOIN role a ON a.map_id = %(map_id)s AND a.player_id = f.id AND a.association_type_id = %(categorization)s
           AND a.type_id = %(member)s
         JOIN role b ON b.map_id = %(map_id)s AND b.association_id = a.association_id AND b.type_id = %(category)s
         JOIN topic k ON k.map_id = %(map_id)s AND k.id = b.player_id
         GROUP BY k.id, k.slug, k.label, k.sort_key ORDER BY n DESC, k.sort_key LIMIT {MOST}) AS x),
      (SELECT coalesce(json_agg(json_build_array(x.id, x.slug, x.label, x.n) ORDER BY x.n DESC, x.sort_key), '[]') FROM (
         SELECT k.id, k.slug, k.label, k.sort_key, count(DISTINCT h.topic_id) AS n
         FROM unnest(%(scoped)s::bigint[], %(scopes)s::bigint[]) AS h (topic_id, scope_id)
         JOIN scope_theme s ON s.map_id = %(map_id)s AND s.scope_id = h.scope_id JOIN topic k ON k.map_id = %(map_id)s AND k.id = s.topic_id
         GROUP BY k.id, k.slug, k.label, k.sort_key ORDER BY n DESC, k.sort_key LIMIT {MOST}) AS x)
    )::text
    """  # noqa: S608 - numbers of this module
)
_decoder = msgspec.json.Decoder(Facets)


async def count_facets(connection: AsyncConnection, map_id: int, ground: Ground, matches: Sequence[Match]) -> Facets:
    """The facets of what was found in one map, in one statement."""
    if not matches:
        return NONE
    scoped = [(hit.topic_id, hit.scope_id) for match in matches for hit in match.hits if hit.scope_id]
    values = {
        "map_id": map_id,
        "topics": [match.topic_id for match in matches],
        "categorization": ground.base.get(CATEGORIZATION, 0),
        "member": ground.base.get(MEMBER, 0),
        "category": ground.base.get(CATEGORY, 0),
        "scoped": [topic_id for topic_id, _ in scoped],
        "scopes": [scope_id for _, scope_id in scoped],
    }
    return _decoder.decode(await _FACETS.value(connection, values))
