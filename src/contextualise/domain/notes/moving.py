"""Notes find their topic, and lose it again."""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import require_base
from contextualise.domain.errors import Conflict, Invalid
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.notes.writing import label_of_note, require_note
from contextualise.domain.occurrences import delete_found
from contextualise.domain.topics.creating import choose_slug, insert_topic
from contextualise.repository import occurrences
from contextualise.repository.journal import Image, Journal


async def attach_note(
    session: AsyncSession, map_id: int, user_id: int | None, note_id: int, *, topic_id: int | None = None, name: str | None = None
) -> Saved:
    """Give a note to a topic, or to a new one of that name made in the same change. Returns the id of the topic.

    A topic that has the very same note keeps one. Raises `NotFound`, `Invalid` for a name that will not do, and `Conflict` where the
    topic has the note already.
    """
    journal = await begin(session, map_id)
    note = await require_note(session, map_id, note_id)
    if topic_id is None:
        value = inputs.line(name or "", "name", what="the name of a topic")
        topic_id = await insert_topic(journal, user_id, name=value, slug=await choose_slug(journal, None, value))
    topic = await inputs.require_topic(session, map_id, topic_id)
    if topic.is_hidden:
        raise Invalid({"topic_id": "Choose a topic of this map."})
    if topic.id == (await require_base(journal, "notes"))["notes"]:
        return await _detach(journal, user_id, note)
    if topic.id == note["topic_id"]:
        raise Conflict(f"“{topic.label}” has this note already.")
    return await _move(journal, user_id, note, topic_id, op="note.attach")


async def detach_note(session: AsyncSession, map_id: int, user_id: int | None, note_id: int) -> Saved:
    """Take a note from its topic and put it back into the inbox of the map; returns the id of the inbox's topic."""
    journal = await begin(session, map_id)
    return await _detach(journal, user_id, await require_note(session, map_id, note_id))


async def _detach(journal: Journal, user_id: int | None, note: Image) -> Saved:
    inbox = (await require_base(journal, "notes"))["notes"]
    if note["topic_id"] == inbox:
        raise Conflict("This note is in the inbox already.")
    return await _move(journal, user_id, note, inbox, op="note.detach")


async def _move(journal: Journal, user_id: int | None, note: Image, topic_id: int, *, op: str) -> Saved:
    session, map_id = journal.session, journal.map_id
    label = await label_of_note(session, map_id, note)
    place = {"topic_id": topic_id, "type_id": note["type_id"], "scope_id": note["scope_id"]}
    if await occurrences.equal_occurrence(session, map_id, **place, datatype=note["datatype"], value=note["value"]):
        saved = await delete_found(journal, user_id, note, op=op, label=label)
    else:
        await occurrences.update_occurrence(journal, user_id, note["id"], topic_id=topic_id)
        saved = await finish(journal, user_id=user_id, op=op, construct_id=note["id"], label=label)
    return Saved(topic_id, saved.change_id, saved.version)
