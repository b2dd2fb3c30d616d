"""Statements about wiki links: which topic `[[a name]]` in a text means."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.lib.slugs import FALLBACK, slugify
from contextualise.repository.names import NAME_TYPE, name_key


def link_slug(target: str) -> str:
    """The address a link's target may be; '' where the target has no letter to make one of."""
    slug = slugify(target)
    return "" if slug == FALLBACK and name_key(target) != FALLBACK else slug


# A name decides before an address, an address before a former one; among equals a person's own topic before a base topic, the same
# accents before others, a plain name before a typed or scoped one, and then the older topic. Only rows with the same key are compared,
# so that a change to any other name can never turn a link elsewhere.
_MEANING = """
    SELECT c.topic_id FROM (
      SELECT n.topic_id, 0 AS kind, t.is_base, (lower(n.value) <> lower({target}))::int AS unlike,
        (n.scope_id <> 0)::int + (n.type_id IS DISTINCT FROM
          (SELECT construct_id FROM identifier WHERE map_id = :map_id AND kind = 1 AND iri = :name_type))::int AS oddity
      FROM name n JOIN topic t ON t.map_id = n.map_id AND t.id = n.topic_id
      WHERE n.map_id = :map_id AND n.key = {key} AND NOT t.is_hidden
      UNION ALL
      SELECT t.id, 1, t.is_base, 0, 0 FROM topic t WHERE t.map_id = :map_id AND t.slug = {slug} AND NOT t.is_hidden
      UNION ALL
      SELECT t.id, 2, t.is_base, 0, 0 FROM identifier i JOIN topic t ON t.map_id = i.map_id AND t.id = i.construct_id
      WHERE i.map_id = :map_id AND i.kind = 3 AND {slug} <> '' AND NOT t.is_hidden
        AND i.iri = (SELECT base_iri FROM map WHERE id = :map_id) || '#' || {slug}
    ) c
    ORDER BY c.kind, c.is_base, c.unlike, c.oddity, c.topic_id LIMIT 1
"""

MEANING_OF_LINK = _MEANING.format(key="l.key", slug="l.slug", target="l.target")
"""The topic that row `l` of content_link means."""

_MEANINGS = text(
    f"SELECT ({_MEANING.format(key='q.key', slug='q.slug', target='q.target')})"  # noqa: S608
    " FROM unnest(:keys, :slugs, :targets) WITH ORDINALITY AS q(key, slug, target, n) ORDER BY q.n"
).bindparams(bindparam("keys", type_=ARRAY(Text)), bindparam("slugs", type_=ARRAY(Text)), bindparam("targets", type_=ARRAY(Text)))

_RELINK = text(
    f"""
    WITH affected AS MATERIALIZED (
      SELECT sha256, position FROM content_link WHERE map_id = :map_id AND key = ANY(:keys)
      UNION SELECT sha256, position FROM content_link WHERE map_id = :map_id AND slug = ANY(:slugs)
    ), meant AS MATERIALIZED (
      SELECT l.sha256, l.position, l.topic_id AS old, ({MEANING_OF_LINK}) AS new
      FROM content_link l JOIN affected USING (sha256, position) WHERE l.map_id = :map_id
    )
    UPDATE content_link SET topic_id = meant.new FROM meant
    WHERE content_link.map_id = :map_id AND content_link.sha256 = meant.sha256 AND content_link.position = meant.position
      AND meant.old IS DISTINCT FROM meant.new
    """  # noqa: S608
).bindparams(bindparam("keys", type_=ARRAY(Text)), bindparam("slugs", type_=ARRAY(Text)), bindparam("map_id", type_=BigInteger))


async def meanings(session: AsyncSession | AsyncConnection, map_id: int, targets: Sequence[str]) -> list[int | None]:
    """The topic that each target means, in their order; None where there is none."""
    if not targets:
        return []
    values: dict[str, Any] = {"map_id": map_id, "name_type": NAME_TYPE}
    values |= {
        "keys": [name_key(target) for target in targets],
        "slugs": [link_slug(target) for target in targets],
        "targets": list(targets),
    }
    return list((await session.execute(_MEANINGS, values)).scalars())


async def relink(session: AsyncSession, map_id: int, *, keys: Collection[str], slugs: Collection[str]) -> None:
    """Let each link with one of these keys or slugs point at the topic it means now."""
    values: dict[str, Any] = {"map_id": map_id, "name_type": NAME_TYPE, "keys": sorted(keys), "slugs": sorted(slugs)}
    await session.execute(_RELINK, values)
