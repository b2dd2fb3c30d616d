"""Statements that find what a comment is about."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.notes import IN_INBOX, NOTE
from contextualise.repository.reading.topic import VIDEO

QUOTED = 120  # characters


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic or statement as it is found by its number: on whose page it stands, how it begins, what it is."""

    id: int
    table: str  # topic, name, occurrence, association
    topic_id: int
    slug: str
    label: str  # of the topic
    quote: str
    created_by: int | None
    datatype: str = ""
    media_type: str | None = None
    is_text: bool = False
    is_note: bool = False
    is_film: bool = False


CONNECTION = """(
  SELECT y.label || coalesce(': ' || (
    SELECT string_agg(p.label, ' – ' ORDER BY r.id)
    FROM (SELECT * FROM role r WHERE r.map_id = a.map_id AND r.association_id = a.id ORDER BY r.id LIMIT 3) AS r
    JOIN topic p ON p.map_id = r.map_id AND p.id = r.player_id), '')
  FROM topic y WHERE y.map_id = a.map_id AND y.id = a.type_id
)"""
"""What the association `a` is called: its type and the first few who take part."""

# Notes of the inbox are for editors alone, and what hangs on a hidden topic has no page; neither can be talked about.
_FIND = text(
    f"""
    SELECT x.id, x.kind, t.id AS topic_id, t.slug, t.label, coalesce(left(x.quote, {QUOTED}), '') AS quote, x.created_by,
      x.datatype, x.media_type, x.is_text, x.is_note, x.is_film
    FROM (
      SELECT t.id, 'topic' AS kind, t.id AS topic_id, t.label AS quote, t.created_by,
        '' AS datatype, NULL AS media_type, false AS is_text, false AS is_note, false AS is_film
      FROM topic t WHERE t.map_id = :map_id AND t.id = :id
      UNION ALL
      SELECT n.id, 'name', n.topic_id, n.value, NULL, '', NULL, false, false, false
      FROM name n WHERE n.map_id = :map_id AND n.id = :id
      UNION ALL
      SELECT o.id, 'occurrence', o.topic_id, coalesce(o.title, o.file_name, nullif(left(c.plain, {QUOTED}), ''), left(o.value, {QUOTED})),
        o.created_by, o.datatype, c.media_type, c.html IS NOT NULL,
        EXISTS (SELECT FROM identifier i WHERE i.map_id = o.map_id AND i.construct_id = o.type_id AND i.kind = 1 AND i.iri = '{NOTE}'),
        EXISTS (SELECT FROM identifier i WHERE i.map_id = o.map_id AND i.construct_id = o.type_id AND i.kind = 1 AND i.iri = '{VIDEO}')
      FROM occurrence o LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
      WHERE o.map_id = :map_id AND o.id = :id AND NOT {IN_INBOX}
      UNION ALL
      SELECT a.id, 'association', r.player_id, {CONNECTION}, a.created_by, '', NULL, false, false, false
      FROM association a
      CROSS JOIN LATERAL (SELECT player_id FROM role r WHERE r.map_id = a.map_id AND r.association_id = a.id ORDER BY r.id LIMIT 1) AS r
      WHERE a.map_id = :map_id AND a.id = :id
    ) AS x JOIN topic t ON t.map_id = :map_id AND t.id = x.topic_id AND NOT t.is_hidden
    """  # noqa: S608 - constants
)


async def find_subject(session: AsyncSession | AsyncConnection, map_id: int, construct_id: int) -> Subject | None:
    """The topic or statement with this number; None where there is none that can be talked about."""
    row = (await session.execute(_FIND, {"map_id": map_id, "id": construct_id})).one_or_none()
    return None if row is None else Subject(*row)
