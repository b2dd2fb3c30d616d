"""Deleting topics, so that nothing is left that points at them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.errors import Conflict, Invalid
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.topics.merging import merge_all
from contextualise.domain.topics.redirecting import Redirect
from contextualise.repository import deletion, reification
from contextualise.repository.deletion import Doomed
from contextualise.repository.journal import Journal
from contextualise.repository.topics import TopicRef

_USES = {
    "topics": ("the type of {} topic", "the type of {} topics"),
    "names": ("the type of {} name", "the type of {} names"),
    "occurrences": ("the type of {} occurrence", "the type of {} occurrences"),
    "associations": ("the type of {} association", "the type of {} associations"),
    "roles": ("the role of {} member of associations", "the role of {} members of associations"),
    "themes": ("a context of {} statement", "a context of {} statements"),
}


class StillUsed(Conflict):
    """The topic says what others are; `counts` tells how often, by use: topics, names, occurrences, associations, roles, themes."""

    def __init__(self, label: str, counts: Mapping[str, int]) -> None:
        parts = [_USES[use][counts[use] != 1].format(counts[use]) for use in _USES if use in counts]
        listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
        super().__init__(f"“{label}” is still {listed}. Choose a topic to take its place.")
        self.counts = dict(counts)


async def delete_topic(
    session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, *, replacement_id: int | None = None
) -> Saved:
    """Delete a topic with all that is said about it; it goes to the trash.

    Names, occurrences, associations it plays in, identifiers and hidden reifiers go too; what it reified stays. Where it is used as a
    type, role or context, the replacement takes its place in the same change and statements that become equal become one.
    Raises `StillUsed` without a replacement, `Conflict` for a base topic and for the one that stands for the map.
    """
    journal = await begin(session, map_id)
    topic = await inputs.require_topic(session, map_id, topic_id)
    await _refuse_protected(session, map_id, topic)
    if replacement_id is not None:
        await _replace(journal, user_id, topic_id, replacement_id)
    doomed = await deletion.collect(session, map_id, Doomed(topics={topic_id}))
    counts = await deletion.uses(session, map_id, doomed)
    if counts:
        raise StillUsed(topic.label, counts)
    await deletion.delete_all(journal, doomed)
    return await finish(journal, user_id=user_id, op="topic.delete", construct_id=topic_id, label=topic.label)


async def uses_of(session: AsyncSession, map_id: int, topic_id: int) -> Mapping[str, int]:
    """How often what stays uses a topic, by use; empty where it can be deleted without a replacement."""
    return await deletion.uses(session, map_id, await deletion.collect(session, map_id, Doomed(topics={topic_id})))


async def _refuse_protected(session: AsyncSession, map_id: int, topic: TopicRef) -> None:
    if topic.is_base:
        raise Conflict(f"“{topic.label}” is a base topic: every map needs it.")
    if any(row["kind"] == "m" for row in await reification.reified_by(session, map_id, [topic.id])):
        raise Conflict(f"“{topic.label}” stands for the map itself.")


async def _replace(journal: Journal, user_id: int | None, topic_id: int, replacement_id: int) -> None:
    if replacement_id == topic_id:
        raise Invalid({"replacement_id": "Choose another topic."})
    await inputs.require_topics(journal.session, journal.map_id, {"replacement_id": [replacement_id]})
    # What goes anyway needs no new type; what becomes equal to something is one with it.
    redirect = Redirect(journal, user_id, old=topic_id, new=replacement_id, identity=False)
    await redirect.run()
    await merge_all(journal, user_id, redirect.reifiers)
