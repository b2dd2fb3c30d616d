"""What machines may find: published maps and their topics, in the order of their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.maps.opening import map_ref
from contextualise.repository.reading.raw import Statement


@dataclass(frozen=True, slots=True)
class PublicMap:
    """A published map; `starts` are the numbers of topics after which its second and further pages begin."""

    id: int
    title: str
    updated_at: datetime
    starts: tuple[int, ...]

    @property
    def ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.id, self.title)


@dataclass(frozen=True, slots=True)
class PublicTopic:
    """A topic of a published map."""

    id: int
    slug: str
    updated_at: datetime


# Only a map of several pages is stepped through, from one page to the next.
_MAPS = Statement(
    """
WITH RECURSIVE found AS (
  SELECT id, title, updated_at, topic_count FROM map
  WHERE id > %(after)s AND published_at IS NOT NULL AND trashed_at IS NULL ORDER BY id LIMIT %(limit)s
), step (map_id, id) AS (
  SELECT id, 0::bigint FROM found WHERE topic_count > %(page)s
  UNION ALL
  SELECT s.map_id, (SELECT t.id FROM topic t WHERE t.map_id = s.map_id AND t.id > s.id AND NOT t.is_hidden AND NOT t.is_base
                    ORDER BY t.id OFFSET %(page)s - 1 LIMIT 1)
  FROM step s WHERE s.id IS NOT NULL
)
SELECT id, title, updated_at,
  coalesce((SELECT array_agg(s.id ORDER BY s.id) FROM step s WHERE s.map_id = found.id AND s.id > 0), '{}')
FROM found ORDER BY id
"""
)
# The map is looked at each time: a list that is long in coming ends where the map is made private meanwhile.
_TOPICS = Statement(
    """
SELECT t.id, t.slug, t.updated_at
FROM topic t JOIN map m ON m.id = t.map_id AND m.published_at IS NOT NULL AND m.trashed_at IS NULL
WHERE t.map_id = %(map_id)s AND t.id > %(after)s AND NOT t.is_hidden AND NOT t.is_base
ORDER BY t.id LIMIT %(limit)s
"""
)


async def list_maps(connection: AsyncConnection, after: int, *, page: int, limit: int) -> Sequence[PublicMap]:
    """Published maps after one; `page` is how many topics a page of a map has."""
    rows = await _MAPS.rows(connection, {"after": after, "page": page, "limit": limit})
    return [PublicMap(row[0], row[1], row[2], tuple(row[3])) for row in rows]


async def list_topics(connection: AsyncConnection, map_id: int, after: int, *, limit: int) -> Sequence[PublicTopic]:
    """Topics of a published map after one; none of a map that is not published any more."""
    return [PublicTopic(*row) for row in await _TOPICS.rows(connection, {"map_id": map_id, "after": after, "limit": limit})]
