"""Changing what a topic is: its address and its types."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.addresses import address_iri, free_slug
from contextualise.domain.errors import Conflict, Invalid
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.topics.creating import SlugTaken
from contextualise.lib.slugs import FALLBACK, slugify
from contextualise.repository import identifiers, topics
from contextualise.repository.identifiers import Kind
from contextualise.repository.journal import Journal


async def rename_topic(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, *, slug: str) -> Saved:
    """Give a topic another address, brought to its normal form; the old one leads to it for ever.

    Raises `SlugTaken`, `Invalid` for an address without a letter or digit, and `Conflict` for a base topic.
    """
    wanted = slugify(slug)
    if wanted == FALLBACK and FALLBACK not in slug.lower():
        raise Invalid({"slug": "Use letters or digits."})
    journal = await begin(session, map_id)
    topic = await inputs.require_topic(session, map_id, topic_id)
    if topic.is_base:
        raise Conflict(f"“{topic.label}” is a base topic: its address stays.")
    if wanted == topic.slug:
        return Saved(topic_id, None, journal.version)
    await _take_address(journal, topic_id, wanted)
    await topics.update_topic(journal, topic_id, slug=wanted)
    await identifiers.insert_identifiers(journal, [(Kind.ITEM_IDENTIFIER, address_iri(journal.base_iri, topic.slug), topic_id)])
    return await finish(journal, user_id=user_id, op="topic.rename", construct_id=topic_id, label=topic.label)


async def set_types(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, type_ids: Collection[int]) -> Saved:
    """Say what a topic is an instance of: these types and no others; raises `NotFound` and `Invalid`."""
    journal = await begin(session, map_id)
    topic = await inputs.require_topic(session, map_id, topic_id)
    await inputs.require_topics(session, map_id, {"type_ids": type_ids})
    wanted, present = set(type_ids), await topics.types_of(session, map_id, topic_id)
    if topic_id in wanted - present:
        raise Invalid({"type_ids": "A topic cannot be a kind of itself. Choose another one."})
    await topics.delete_types(journal, topic_id, present - wanted)
    await topics.insert_types(journal, topic_id, wanted - present)
    return await finish(journal, user_id=user_id, op="topic.types", construct_id=topic_id, label=topic.label)


async def _take_address(journal: Journal, topic_id: int, wanted: str) -> None:
    """Make the address free for the topic: one that it had before is its own. Raises `SlugTaken`."""
    former = await identifiers.find_identifiers(journal.session, journal.map_id, address_iri(journal.base_iri, wanted))
    if former.get(Kind.ITEM_IDENTIFIER) == topic_id:
        await identifiers.delete_identifier(journal, Kind.ITEM_IDENTIFIER, address_iri(journal.base_iri, wanted))
    free = await free_slug(journal, wanted)
    if free != wanted:
        raise SlugTaken(wanted, free)
