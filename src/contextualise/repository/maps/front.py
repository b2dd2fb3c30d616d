"""What the front page of a map tells about it, in one statement."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

LARGE = 10_000
"""From so many topics on, counts of types stop at `MANY` and nothing is counted over all associations."""
MANY = 500


class FrontType(msgspec.Struct, frozen=True, array_like=True):
    """A topic type and how many topics it has; `is_more` when counting stopped, `is_base` for a word that every map has."""

    id: int
    slug: str
    label: str
    count: int
    is_more: bool
    is_base: bool


class FrontTopic(msgspec.Struct, frozen=True, array_like=True):
    """A topic in a short list: when and by whom it was changed, or how many connections it has."""

    id: int
    slug: str
    label: str
    updated_at: datetime | None
    updated_by: str | None
    connections: int | None


class FrontLink(msgspec.Struct, frozen=True, array_like=True):
    """A wiki link of the home text; without a slug no topic has that name yet."""

    position: int
    target: str
    key: str
    slug: str | None


class FrontText(msgspec.Struct, frozen=True, array_like=True):
    """The text of the topic that stands for the map."""

    slug: str
    html: str
    links: tuple[FrontLink, ...]


class Front(msgspec.Struct, frozen=True, array_like=True):
    """Everything of a map's front page but the map's own row."""

    owner_name: str
    connections: int | None
    text: FrontText | None
    types: tuple[FrontType, ...]
    recent: tuple[FrontTopic, ...]
    connected: tuple[FrontTopic, ...]
    member_count: int


# Types are found by stepping through the index from one type to the next, so their number decides and not the number of topics.
_FRONT = """
WITH RECURSIVE kind (id) AS (
  (SELECT type_id FROM topic_type WHERE map_id = %(map_id)s ORDER BY type_id LIMIT 1)
  UNION ALL
  SELECT (SELECT t.type_id FROM topic_type t WHERE t.map_id = %(map_id)s AND t.type_id > kind.id ORDER BY t.type_id LIMIT 1)
  FROM kind WHERE kind.id IS NOT NULL
),
counted AS (
  SELECT t.id, t.slug, t.label, t.sort_key, t.is_base, LEAST(n.count, %(many)s) AS count, n.count > %(many)s AS is_more
  FROM kind JOIN topic t ON t.map_id = %(map_id)s AND t.id = kind.id
  CROSS JOIN LATERAL (
    SELECT count(*) AS count FROM (
      SELECT 1 FROM topic_type y JOIN topic i ON i.map_id = y.map_id AND i.id = y.topic_id
      WHERE y.map_id = %(map_id)s AND y.type_id = kind.id AND NOT i.is_base AND NOT i.is_hidden
      LIMIT %(many)s + 1
    ) AS met
  ) AS n
  WHERE n.count > 0 ORDER BY n.count DESC, t.sort_key LIMIT 60
),
recent AS (
  SELECT t.id, t.slug, t.label, t.updated_at, u.name
  FROM (
    SELECT * FROM topic WHERE map_id = %(map_id)s AND NOT is_hidden AND NOT is_base ORDER BY updated_at DESC, id DESC LIMIT 8
  ) AS t LEFT JOIN app_user u ON u.id = t.updated_by
),
connected AS (
  SELECT t.id, t.slug, t.label, p.count
  FROM (
    SELECT player_id, count(*) AS count FROM role WHERE map_id = %(map_id)s AND NOT %(is_large)s
    GROUP BY player_id ORDER BY count(*) DESC, player_id LIMIT 60
  ) AS p JOIN topic t ON t.map_id = %(map_id)s AND t.id = p.player_id
  WHERE NOT t.is_hidden AND NOT t.is_base ORDER BY p.count DESC, t.sort_key LIMIT 8
),
home AS (
  SELECT t.slug, c.html, c.sha256
  FROM reification r
  JOIN topic t ON t.map_id = r.map_id AND t.id = r.reifier_id
  JOIN occurrence o ON o.map_id = t.map_id AND o.topic_id = t.id
  JOIN identifier i ON i.map_id = o.map_id AND i.kind = 1 AND i.iri = %(text)s AND i.construct_id = o.type_id
  JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256 AND c.html IS NOT NULL
  WHERE r.map_id = %(map_id)s AND r.construct_id = 0
  ORDER BY o.scope_id <> 0, o.position, o.id LIMIT 1
)
SELECT jsonb_build_array(
  (SELECT u.name FROM map m JOIN app_user u ON u.id = m.owner_id WHERE m.id = %(map_id)s),
  (SELECT count(*) FROM association WHERE map_id = %(map_id)s AND NOT %(is_large)s HAVING NOT %(is_large)s),
  (SELECT jsonb_build_array(slug, html, coalesce((
     SELECT jsonb_agg(jsonb_build_array(l.position, l.target, l.key, t.slug) ORDER BY l.position)
     FROM content_link l LEFT JOIN topic t ON t.map_id = l.map_id AND t.id = l.topic_id
     WHERE l.map_id = %(map_id)s AND l.sha256 = home.sha256), '[]')) FROM home),
  coalesce((SELECT jsonb_agg(jsonb_build_array(id, slug, label, count, is_more, is_base) ORDER BY sort_key) FROM counted), '[]'),
  coalesce((SELECT jsonb_agg(jsonb_build_array(id, slug, label, updated_at, name, NULL) ORDER BY updated_at DESC, id DESC)
    FROM recent), '[]'),
  coalesce((SELECT jsonb_agg(jsonb_build_array(id, slug, label, NULL, NULL, count) ORDER BY count DESC, label) FROM connected), '[]'),
  (SELECT count(*) FROM map_member WHERE map_id = %(map_id)s)
)::text
"""


async def read_front(connection: AsyncConnection, map_id: int, topic_count: int, *, text_type: str) -> Front:
    """The front page of a map that has about so many topics; `text_type` is the subject identifier of texts as an occurrence type."""
    parameters = {"map_id": map_id, "text": text_type, "is_large": topic_count > LARGE, "many": MANY if topic_count > LARGE else LARGE}
    row = (await connection.exec_driver_sql(_FRONT, parameters)).scalar_one()
    return msgspec.json.decode(row, type=Front)
