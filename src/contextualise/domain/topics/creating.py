"""Making topics, and finding the one that a person means."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import inputs
from contextualise.domain.addresses import free_slug
from contextualise.domain.base_topics import plain_name_type
from contextualise.domain.errors import Invalid
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.scopes import scope_of
from contextualise.lib.slugs import slugify
from contextualise.repository import names, topics
from contextualise.repository.journal import Journal
from contextualise.repository.topics import TopicRef


class SlugTaken(Invalid):
    """The wanted address belongs to another topic; `proposal` is one that is free."""

    def __init__(self, wanted: str, proposal: str) -> None:
        super().__init__({"slug": f"“{wanted}” is the address of another topic; “{proposal}” is free."})
        self.proposal = proposal


async def create_topic(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    *,
    name: str,
    type_ids: Collection[int] = (),
    scope_ids: Collection[int] = (),
    slug: str | None = None,
    hidden: bool = False,
) -> Saved:
    """Make a topic with one name.

    Without a wanted address it gets one made from the name. Raises `Invalid` for a name or type that will not do, and `SlugTaken`.
    """
    name = inputs.line(name, "name", what="a name")
    journal = await begin(session, map_id)
    topic_id = await insert_topic(
        journal, user_id, name=name, type_ids=type_ids, scope_ids=scope_ids, slug=await choose_slug(journal, slug, name), hidden=hidden
    )
    return await finish(journal, user_id=user_id, op="topic.create", construct_id=topic_id, label=name, labelled=[topic_id])


async def insert_topic(
    journal: Journal,
    user_id: int | None,
    *,
    name: str,
    slug: str,
    type_ids: Collection[int] = (),
    scope_ids: Collection[int] = (),
    hidden: bool = False,
) -> int:
    """Write a topic with one name as part of a change; returns its id."""
    if type_ids:
        await inputs.require_topics(journal.session, journal.map_id, {"type_ids": type_ids})
    scope_id = await scope_of(journal, scope_ids)
    name_type = await plain_name_type(journal)
    topic = await topics.insert_topic(journal, slug=slug, label=name, is_hidden=hidden, user_id=user_id)
    topic_id: int = topic["id"]
    await names.insert_name(journal, topic_id=topic_id, type_id=name_type, scope_id=scope_id, value=name)
    await topics.insert_types(journal, topic_id, set(type_ids))
    return topic_id


async def choose_slug(journal: Journal, wanted: str | None, name: str) -> str:
    """A free address made from the name, or the wanted one in its normal form; raises `SlugTaken`."""
    slug = slugify(wanted or name)
    free = await free_slug(journal, slug)
    if wanted and free != slug:
        raise SlugTaken(slug, free)
    return free


async def resolve(session: AsyncSession | AsyncConnection, map_id: int, reference: str) -> TopicRef | None:
    """The topic a person means by an address, a former address, an identifier (IRI) or a name, tried in this order; None if none.

    Among several topics of the name it is a person's own before a base topic, then the one that is plainly called so, then the older.
    """
    reference = reference.strip()
    if not reference or "\x00" in reference:
        return None
    return await topics.resolve_topic(session, map_id, reference)


async def resolve_or_create(
    session: AsyncSession, map_id: int, user_id: int | None, reference: str, *, type_ids: Collection[int] = ()
) -> tuple[TopicRef, Saved | None]:
    """The topic that is meant, made with the reference as its name where there is none; `Saved` tells that it was made."""
    await begin(session, map_id)  # locks the map first: two people who name the same new topic get one
    found = await resolve(session, map_id, reference)
    if found is not None:
        return found, None
    saved = await create_topic(session, map_id, user_id, name=reference, type_ids=type_ids)
    return await inputs.require_topic(session, map_id, saved.construct_id), saved
