"""Merging topics: two that stand for one subject become one (TMDM 6.2)."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.addresses import address_iri
from contextualise.domain.errors import Conflict, Invalid
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.topics.redirecting import Redirect
from contextualise.repository import identifiers, reification, scopes, topics
from contextualise.repository.identifiers import Kind
from contextualise.repository.journal import Journal
from contextualise.repository.tables import Identifier, Reification
from contextualise.repository.topics import TopicRef


async def merge_topics(session: AsyncSession, map_id: int, user_id: int | None, keep_id: int, drop_id: int) -> Saved:
    """Make two topics one: the first keeps its address and gets all that is said about the second, whose address leads to it.

    Statements that become equal become one, and so do the topics that reify them, until nothing changes. Raises `NotFound`,
    `Invalid` for one topic given twice, and `Conflict` with the reason, in which case nothing is merged.
    """
    if keep_id == drop_id:
        raise Invalid({"drop_id": "Choose another topic."})
    journal = await begin(session, map_id)
    await inputs.require_topic(session, map_id, keep_id)
    drop = await inputs.require_topic(session, map_id, drop_id)
    if drop.is_base:
        raise Conflict(f"“{drop.label}” is a base topic. Merge the other topic into it instead.")
    async with session.begin_nested():
        await merge_all(journal, user_id, [(keep_id, drop_id)])
    return await finish(journal, user_id=user_id, op="topic.merge", construct_id=keep_id, label=drop.label)


async def merge_all(journal: Journal, user_id: int | None, pairs: Sequence[tuple[int, int]]) -> None:
    """Merge pairs of topics (the first of each stays) and the pairs that follow from it; raises `Conflict`."""
    heirs: dict[int, int] = {}
    work = list(pairs)
    while work:
        keep_id, drop_id = (_heir(heirs, topic_id) for topic_id in work.pop(0))
        if keep_id == drop_id:
            continue
        found = await topics.find_topics(journal.session, journal.map_id, [keep_id, drop_id])
        keep, drop = found[keep_id], found[drop_id]
        if heirs:  # a pair that follows: nobody chose which of the two stays
            keep, drop = sorted((keep, drop), key=lambda topic: (not topic.is_base, topic.is_hidden, topic.id))
        work += await _merge(journal, user_id, keep, drop)
        heirs[drop.id] = keep.id


async def _merge(journal: Journal, user_id: int | None, keep: TopicRef, drop: TopicRef) -> list[tuple[int, int]]:
    if drop.is_base:
        raise Conflict(f"“{keep.label}” and “{drop.label}” are base topics with a meaning of their own.")
    journal.heirs[drop.id] = keep.id
    redirect = Redirect(journal, user_id, old=drop.id, new=keep.id, identity=True)
    await redirect.run()
    await _move_reification(journal, keep, drop)
    found = await identifiers.identifiers_of(journal.session, journal.map_id, [drop.id])
    await journal.rewrite(Identifier, [(row, {"construct_id": keep.id}) for row in found])
    if keep.is_hidden and not drop.is_hidden:
        await topics.update_topic(journal, keep.id, is_hidden=False)
    await scopes.delete_unused(journal, [drop.id])
    await topics.delete_topic_row(journal, drop.id)
    if not drop.is_hidden:
        await identifiers.insert_identifiers(journal, [(Kind.ITEM_IDENTIFIER, address_iri(journal.base_iri, drop.slug), keep.id)])
    return redirect.reifiers


async def _move_reification(journal: Journal, keep: TopicRef, drop: TopicRef) -> None:
    """What the dropped topic stands for, the kept one stands for now; raises `Conflict` where both stand for something."""
    reified = {row["reifier_id"]: row for row in await reification.reified_by(journal.session, journal.map_id, [keep.id, drop.id])}
    if keep.id in reified and drop.id in reified:
        raise Conflict(f"“{keep.label}” and “{drop.label}” each stand for another statement, so they cannot be one subject.")
    if drop.id in reified:
        row = reified[drop.id]
        await journal.remove(Reification, [row])
        await reification.insert_reification(journal, reifier_id=keep.id, construct_id=row["construct_id"], kind=row["kind"])


def _heir(heirs: dict[int, int], topic_id: int) -> int:
    while topic_id in heirs:
        topic_id = heirs[topic_id]
    return topic_id
