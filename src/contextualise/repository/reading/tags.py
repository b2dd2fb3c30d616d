"""The tags of a map, and the topics under each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import CATEGORIZATION, CATEGORY, OWN

MEMBER = OWN + "member"
SHOWN = 500  # tags of one cloud: those with most topics
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag and how many topics are under it."""

    id: int
    slug: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """A topic under a tag, with its first type."""

    id: int
    slug: str
    label: str
    sort_key: str
    type_id: int | None
    type_label: str | None


_BASE = """base AS MATERIALIZED (
  SELECT iri, construct_id AS id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = ANY(%(base)s)
)"""


def _base(iri: str) -> str:
    return f"(SELECT id FROM base WHERE iri = '{iri}')"  # noqa: S608 - a constant of this module


_OF_TAG = f"""FROM role c JOIN role m ON m.map_id = c.map_id AND m.association_id = c.association_id AND m.type_id = {_base(MEMBER)}
  WHERE c.map_id = %(map_id)s AND c.association_type_id = {_base(CATEGORIZATION)} AND c.type_id = {_base(CATEGORY)}"""

_CLOUD = Statement(
    f"""
    WITH {_BASE}, counted AS (
      SELECT c.player_id AS id, count(DISTINCT m.player_id) AS count {_OF_TAG} GROUP BY c.player_id
    ), most AS (SELECT id, count FROM counted ORDER BY count DESC, id LIMIT {SHOWN})
    SELECT t.id, t.slug, t.label, most.count, (SELECT count(*) FROM counted)
    FROM most JOIN topic t ON t.map_id = %(map_id)s AND t.id = most.id ORDER BY t.sort_key, t.id
    """  # noqa: S608 - constants of this module
)
_TAG = Statement(
    f"""
    WITH {_BASE}
    SELECT t.id, t.slug, t.label, (SELECT count(DISTINCT m.player_id) {_OF_TAG} AND c.player_id = t.id)
    FROM topic t WHERE t.map_id = %(map_id)s AND t.slug = %(slug)s
    """  # noqa: S608 - the same
)
_TAGGED = Statement(
    f"""
    WITH {_BASE}
    SELECT t.id, t.slug, t.label, t.sort_key, k.id, k.label
    FROM topic t LEFT JOIN LATERAL (
      SELECT y.id, y.label FROM topic_type x JOIN topic y ON y.map_id = x.map_id AND y.id = x.type_id
      WHERE x.map_id = t.map_id AND x.topic_id = t.id ORDER BY x.type_id LIMIT 1
    ) AS k ON true
    WHERE t.map_id = %(map_id)s AND t.id IN (SELECT m.player_id {_OF_TAG} AND c.player_id = %(tag_id)s)
      AND NOT t.is_hidden AND (t.sort_key, t.id) > (%(key)s, %(after)s)
    ORDER BY t.sort_key, t.id LIMIT {PER_PAGE} + 1
    """  # noqa: S608 - the same
)


def _values(map_id: int, **more: object) -> dict[str, object]:
    return {"map_id": map_id, "base": [CATEGORIZATION, CATEGORY, MEMBER], **more}


async def count_tags(connection: AsyncConnection, map_id: int) -> tuple[list[TagCount], int]:
    """The tags with most topics, by name, and how many tags there are in all."""
    rows = await _CLOUD.rows(connection, _values(map_id))
    return [TagCount(*row[:4]) for row in rows], rows[0][4] if rows else 0


async def find_tag(connection: AsyncConnection, map_id: int, slug: str) -> TagCount | None:
    """A topic as a tag, with how many topics are under it; None where no topic has the address."""
    rows = await _TAG.rows(connection, _values(map_id, slug=slug))
    return TagCount(*rows[0]) if rows else None


async def list_tagged(connection: AsyncConnection, map_id: int, tag_id: int, *, after: tuple[str, int] = ("", 0)) -> Sequence[Tagged]:
    """The topics under a tag by name, after a key: one more than a page where there are further ones."""
    rows = await _TAGGED.rows(connection, _values(map_id, tag_id=tag_id, key=after[0], after=after[1]))
    return [Tagged(*row) for row in rows]
