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

_IDS = Statement(f"WITH {_BASE} SELECT iri, id FROM base")  # noqa: S608 - a constant of this module
# Which tags have most is told by their roles alone; how many topics those have, exactly, by looking at these few. Planned with the ids
# known, so that the planner knows how many roles there are of each kind.
_CLOUD = Statement(
    f"""
    WITH used AS MATERIALIZED (
      SELECT c.player_id AS id, count(*) AS count FROM role c
      WHERE c.map_id = %(map_id)s AND c.type_id = %(category)s AND c.association_type_id = %(categorization)s GROUP BY c.player_id
    )
    SELECT t.id, t.slug, t.label, n.count, (SELECT count(*) FROM used)
    FROM (SELECT id FROM used ORDER BY count DESC, id LIMIT {SHOWN}) AS most
    JOIN topic t ON t.map_id = %(map_id)s AND t.id = most.id
    CROSS JOIN LATERAL (
      SELECT count(DISTINCT m.player_id) AS count FROM role c
      JOIN role m ON m.map_id = c.map_id AND m.association_id = c.association_id AND m.type_id = %(member)s
      WHERE c.map_id = %(map_id)s AND c.player_id = most.id AND c.type_id = %(category)s AND c.association_type_id = %(categorization)s
    ) AS n
    WHERE n.count > 0
    ORDER BY t.sort_key, t.id
    """,  # noqa: S608 - constants of this module
    planned_each_time=True,
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
    base = {row[0]: row[1] for row in await _IDS.rows(connection, _values(map_id))}
    ids = {"categorization": base.get(CATEGORIZATION, 0), "category": base.get(CATEGORY, 0), "member": base.get(MEMBER, 0)}
    rows = await _CLOUD.rows(connection, {"map_id": map_id, **ids})
    return [TagCount(*row[:4]) for row in rows], rows[0][4] if rows else 0


async def find_tag(connection: AsyncConnection, map_id: int, slug: str) -> TagCount | None:
    """A topic as a tag, with how many topics are under it; None where no topic has the address."""
    rows = await _TAG.rows(connection, _values(map_id, slug=slug))
    return TagCount(*rows[0]) if rows else None


async def list_tagged(connection: AsyncConnection, map_id: int, tag_id: int, *, after: tuple[str, int] = ("", 0)) -> Sequence[Tagged]:
    """The topics under a tag by name, after a key: one more than a page where there are further ones."""
    rows = await _TAGGED.rows(connection, _values(map_id, tag_id=tag_id, key=after[0], after=after[1]))
    return [Tagged(*row) for row in rows]
