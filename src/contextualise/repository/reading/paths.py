"""Knowledge paths: which topic follows which, in which context, over a whole map."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import NAVIGATION, NEXT, OWN, PREVIOUS

PATH = OWN + "path"
MOST = 20_000  # steps of one map that are read


@dataclass(frozen=True, slots=True)
class Edge:
    """One step: in a scope, one topic comes before another."""

    association_id: int
    scope_id: int
    one_id: int
    next_id: int


@dataclass(frozen=True, slots=True)
class TopicName:
    """A topic of a path."""

    id: int
    slug: str
    label: str


_EDGES = Statement(
    f"""
    WITH base AS MATERIALIZED (
      SELECT iri, construct_id AS id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = ANY(%(base)s)
    )
    SELECT p.association_id, p.association_scope_id, p.player_id, n.player_id
    FROM role p JOIN role n ON n.map_id = p.map_id AND n.association_id = p.association_id
      AND n.type_id = (SELECT id FROM base WHERE iri = '{NEXT}')
    WHERE p.map_id = %(map_id)s AND p.type_id = (SELECT id FROM base WHERE iri = '{PREVIOUS}')
      AND p.association_type_id = (SELECT id FROM base WHERE iri = '{NAVIGATION}')
      AND (%(every)s OR p.association_scope_id = ANY(%(scopes)s::bigint[]))
    ORDER BY p.association_id LIMIT {MOST} + 1
    """  # noqa: S608 - constants of this module
)
# A path has a topic of its own, which is the one theme of its steps.
_PATHS = Statement(
    """
    SELECT t.id, t.slug, t.label, coalesce((SELECT s.id FROM scope s WHERE s.map_id = t.map_id AND s.key = t.id::text), -1)
    FROM topic_type y JOIN topic t ON t.map_id = y.map_id AND t.id = y.topic_id
    WHERE y.map_id = %(map_id)s
      AND y.type_id = (SELECT construct_id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = %(path)s)
      AND (%(slug)s = '' OR t.slug = %(slug)s)
    ORDER BY t.sort_key, t.id LIMIT 1000
    """
)
_TOPICS = Statement("SELECT id, slug, label FROM topic WHERE map_id = %(map_id)s AND id = ANY(%(ids)s::bigint[])")


async def read_edges(connection: AsyncConnection, map_id: int, scopes: Collection[int] | None = None) -> list[Edge]:
    """The steps of a map as they were made, or those in some scopes; at most `MOST` + 1."""
    values = {"map_id": map_id, "base": [NAVIGATION, PREVIOUS, NEXT], "every": scopes is None, "scopes": list(scopes or ())}
    return [Edge(*row) for row in await _EDGES.rows(connection, values)]


async def read_paths(connection: AsyncConnection, map_id: int, slug: str = "") -> list[tuple[TopicName, int]]:
    """The topics that are paths, by name, each with the scope of its steps (-1: it has none yet); or the one with this address."""
    rows = await _PATHS.rows(connection, {"map_id": map_id, "path": PATH, "slug": slug})
    return [(TopicName(*row[:3]), row[3]) for row in rows]


async def read_topics(connection: AsyncConnection, map_id: int, ids: Collection[int]) -> Mapping[int, TopicName]:
    """Topics by id."""
    return {row[0]: TopicName(*row) for row in await _TOPICS.rows(connection, {"map_id": map_id, "ids": list(ids)})}


async def plain_of(connection: AsyncConnection | AsyncSession) -> AsyncConnection:
    """The connection beneath a session."""
    return connection if isinstance(connection, AsyncConnection) else await connection.connection()
