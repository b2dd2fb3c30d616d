"""Statements about topics, their addresses and types."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.lib.slugs import slugify
from contextualise.repository.journal import Image, Journal
from contextualise.repository.names import NAME_TYPE, name_key
from contextualise.repository.rows import one_of
from contextualise.repository.tables import Topic, TopicType


@dataclass(frozen=True, slots=True)
class TopicRef:
    """What is needed to name a topic and to link to it."""

    id: int
    slug: str
    label: str
    is_base: bool
    is_hidden: bool


_REF = (Topic.id, Topic.slug, Topic.label, Topic.is_base, Topic.is_hidden)


async def insert_topic(
    journal: Journal, *, slug: str, label: str, is_base: bool = False, is_hidden: bool = False, user_id: int | None = None
) -> Image:
    """Make a topic; a label that its names do not give it is put right by `names.label_topics`."""
    return await journal.insert(
        Topic,
        slug=slug,
        label=label,
        sort_key=name_key(label)[:120],
        is_base=is_base,
        is_hidden=is_hidden,
        created_by=user_id,
        updated_by=user_id,
    )


async def insert_types(journal: Journal, topic_id: int, type_ids: Collection[int]) -> None:
    """Make a topic an instance of types."""
    await journal.insert_many(TopicType, [{"topic_id": topic_id, "type_id": type_id} for type_id in sorted(type_ids)])


async def delete_types(journal: Journal, topic_id: int, type_ids: Collection[int]) -> None:
    """Take types from a topic."""
    if type_ids:
        await journal.delete(TopicType, (TopicType.topic_id == topic_id) & one_of(TopicType.type_id, type_ids))


async def types_of(session: AsyncSession, map_id: int, topic_id: int) -> set[int]:
    """The types a topic is an instance of."""
    statement = select(TopicType.type_id).where(TopicType.map_id == map_id, TopicType.topic_id == topic_id)
    return set((await session.execute(statement)).scalars())


async def update_topic(journal: Journal, topic_id: int, **values: Any) -> None:
    """Set columns of a topic."""
    await journal.update(Topic, Topic.id == topic_id, **values)


async def find_topic(session: AsyncSession | AsyncConnection, map_id: int, topic_id: int) -> TopicRef | None:
    """A topic, or None."""
    return (await find_topics(session, map_id, [topic_id])).get(topic_id)


async def find_topics(session: AsyncSession | AsyncConnection, map_id: int, topic_ids: Collection[int]) -> Mapping[int, TopicRef]:
    """Those of the topics that exist, by id."""
    if not topic_ids:
        return {}
    rows = await session.execute(select(*_REF).where(Topic.map_id == map_id, one_of(Topic.id, topic_ids)))
    return {row.id: TopicRef(*row) for row in rows}


_TAKEN = text(
    """
    SELECT c.slug FROM unnest(:slugs) AS c(slug)
    WHERE EXISTS (SELECT FROM topic t WHERE t.map_id = :map_id AND t.slug = c.slug)
       OR EXISTS (SELECT FROM identifier i WHERE i.map_id = :map_id AND i.kind = 3 AND i.iri = :base_iri || '#' || c.slug)
    """
).bindparams(bindparam("slugs", type_=ARRAY(Text)))


async def taken_slugs(session: AsyncSession, map_id: int, base_iri: str, slugs: Sequence[str]) -> set[str]:
    """Those of the slugs that are the address of a topic, or were and still lead to it."""
    return set((await session.execute(_TAKEN, {"map_id": map_id, "base_iri": base_iri, "slugs": list(slugs)})).scalars())


_RESOLVE = text(
    """
    SELECT t.id, t.slug, t.label, t.is_base, t.is_hidden FROM (
      SELECT id AS topic_id, 0 AS kind, 0 AS unlike, 0 AS oddity FROM topic WHERE map_id = :map_id AND slug = :reference
      UNION ALL
      SELECT construct_id, 1, 0, 0 FROM identifier
        WHERE map_id = :map_id AND kind = 3 AND iri = (SELECT base_iri FROM map WHERE id = :map_id) || '#' || :reference
      UNION ALL
      SELECT construct_id, 2, 0, kind FROM identifier WHERE map_id = :map_id AND kind IN (1, 2, 3) AND iri = :reference
      UNION ALL
      SELECT topic_id, 3, (lower(value) <> lower(:reference))::int, (scope_id <> 0)::int + (type_id IS DISTINCT FROM
          (SELECT construct_id FROM identifier WHERE map_id = :map_id AND kind = 1 AND iri = :name_type))::int
        FROM name WHERE map_id = :map_id AND key = :key
      UNION ALL
      SELECT id, 4, 0, 0 FROM topic WHERE map_id = :map_id AND slug = :slug
    ) c
    JOIN topic t ON t.map_id = :map_id AND t.id = c.topic_id
    WHERE NOT t.is_hidden
    ORDER BY c.kind, t.is_base, c.unlike, c.oddity, t.id LIMIT 1
    """
)


async def resolve_topic(session: AsyncSession | AsyncConnection, map_id: int, reference: str) -> TopicRef | None:
    """The topic a person means by an address, a former address, an identifier or a name, in this order; None where there is none."""
    values = {"map_id": map_id, "reference": reference, "key": name_key(reference), "slug": slugify(reference), "name_type": NAME_TYPE}
    row = (await session.execute(_RESOLVE, values)).one_or_none()
    return None if row is None else TopicRef(*row)


async def mark_as_base(journal: Journal, topic_ids: Collection[int]) -> None:
    """Protect topics as base topics."""
    if topic_ids:
        await journal.update(Topic, one_of(Topic.id, topic_ids) & ~Topic.is_base, is_base=True, is_hidden=False)


async def delete_topic_row(journal: Journal, topic_id: int) -> None:
    """Delete the row of a topic that nothing refers to any more."""
    await journal.delete(Topic, Topic.id == topic_id)


_WORDS = text(
    """
    SELECT 'key', key FROM name WHERE map_id = :map_id AND topic_id = :id
    UNION ALL SELECT 'slug', slug FROM topic WHERE map_id = :map_id AND id = :id
    UNION ALL SELECT 'slug', substr(i.iri, length(m.base_iri) + 2) FROM identifier i JOIN map m ON m.id = i.map_id
      WHERE i.map_id = :map_id AND i.construct_id = :id AND i.kind = 3 AND starts_with(i.iri, m.base_iri || '#')
    """
)


async def link_words(session: AsyncSession, map_id: int, topic_id: int) -> tuple[set[str], set[str]]:
    """The keys of a topic's names, and its present and former addresses: what links in texts can mean it by."""
    words: dict[str, set[str]] = {"key": set(), "slug": set()}
    for kind, word in await session.execute(_WORDS, {"map_id": map_id, "id": topic_id}):
        words[kind].add(word)
    return words["key"], words["slug"]


_ADDRESSED = text(
    """
    SELECT t.id FROM topic t JOIN identifier i ON i.map_id = t.map_id AND i.kind = 3 AND i.iri = :base_iri || '#' || t.slug
    WHERE t.map_id = :map_id AND t.id = ANY(:ids) AND i.construct_id <> t.id
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def elsewhere_addressed(journal: Journal, topic_ids: Collection[int]) -> list[int]:
    """Those of the topics whose address leads to something else already, as its former address."""
    values = {"map_id": journal.map_id, "base_iri": journal.base_iri, "ids": sorted(topic_ids)}
    return list((await journal.session.execute(_ADDRESSED, values)).scalars()) if topic_ids else []
