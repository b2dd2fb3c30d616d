"""Statements as topics: what stands for a name, an occurrence, an association or a role (TMDM 6.4)."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import plain_name_type
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.topics import insert_topic
from contextualise.domain.topics.creating import choose_slug
from contextualise.repository import names, reification, topics
from contextualise.repository.journal import Journal


async def reify(
    session: AsyncSession, map_id: int, user_id: int | None, construct_id: int, *, name: str, type_ids: Collection[int] = ()
) -> Saved:
    """Make a topic that stands for a statement, so that everything can be said about it; returns the topic's id.

    What was said about the statement in place (its hidden reifier) becomes the topic's. Raises `NotFound`, `Invalid` for the name, and
    `Conflict` where a topic stands for the statement already.
    """
    name = inputs.line(name, "name", what="a name")
    journal = await begin(session, map_id)
    kind = await _require_statement(journal, construct_id)
    present = await reification.reifiers_of(session, map_id, [construct_id])
    if present:
        topic_id = await _show(journal, present[0]["reifier_id"], name, type_ids)
    else:
        slug = await choose_slug(journal, None, name)
        topic_id = await insert_topic(journal, user_id, name=name, slug=slug, type_ids=type_ids)
        await reification.insert_reification(journal, reifier_id=topic_id, construct_id=construct_id, kind=kind)
    also = await reification.topics_about(session, map_id, construct_id)
    return await finish(journal, user_id=user_id, op="statement.reify", construct_id=topic_id, label=name, also=also)


async def unreify(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int) -> Saved:
    """Let a topic stand for itself alone again; both it and the statement stay. Raises `NotFound`, `Conflict` for the map's own topic."""
    journal = await begin(session, map_id)
    topic = await inputs.require_topic(session, map_id, topic_id)
    present = await reification.reified_by(session, map_id, [topic_id])
    if not present or topic.is_hidden:
        raise NotFound("This topic stands for no statement.")
    if present[0]["kind"] == "m":
        raise Conflict(f"“{topic.label}” stands for the map itself.")
    also = await reification.topics_about(session, map_id, present[0]["construct_id"])
    await reification.delete_reifications(journal, present)
    return await finish(journal, user_id=user_id, op="statement.unreify", construct_id=topic_id, label=topic.label, also=also)


async def bearer_of(journal: Journal, user_id: int | None, construct_id: int) -> int:
    """The topic whose occurrences are the attributes of a construct: a topic itself, else its reifier, hidden and made on first use.

    Raises `NotFound`.
    """
    kind = await reification.kind_of(journal.session, journal.map_id, construct_id)
    if kind == "t":
        return construct_id
    kind = await _require_statement(journal, construct_id)
    present = await reification.reifiers_of(journal.session, journal.map_id, [construct_id])
    if present:
        reifier: int = present[0]["reifier_id"]
        return reifier
    # No slug that is made from a name begins like this.
    made = await topics.insert_topic(journal, slug=f"~{construct_id}", label=f"~{construct_id}", is_hidden=True, user_id=user_id)
    await reification.insert_reification(journal, reifier_id=made["id"], construct_id=construct_id, kind=kind)
    topic_id: int = made["id"]
    return topic_id


async def _require_statement(journal: Journal, construct_id: int) -> str:
    kind = await reification.kind_of(journal.session, journal.map_id, construct_id)
    if kind is None or kind == "t":
        raise NotFound("There is no such statement in this map.")
    return kind


async def _show(journal: Journal, topic_id: int, name: str, type_ids: Collection[int]) -> int:
    topic = await inputs.require_topic(journal.session, journal.map_id, topic_id)
    if not topic.is_hidden:
        raise Conflict(f"“{topic.label}” stands for this statement already.")
    await inputs.require_topics(journal.session, journal.map_id, {"type_ids": type_ids})
    await topics.update_topic(journal, topic_id, is_hidden=False, slug=await choose_slug(journal, None, name))
    name_type = await plain_name_type(journal)
    if not await names.equal_name(journal.session, journal.map_id, topic_id=topic_id, type_id=name_type, scope_id=0, value=name):
        await names.insert_name(journal, topic_id=topic_id, type_id=name_type, scope_id=0, value=name)
    present = await topics.types_of(journal.session, journal.map_id, topic_id)
    await topics.insert_types(journal, topic_id, set(type_ids) - present)
    return topic_id
