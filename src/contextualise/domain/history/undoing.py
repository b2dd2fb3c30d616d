"""Taking a change back."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history.saving import Saved, begin, finish
from contextualise.repository import changes, scopes, topics
from contextualise.repository.changes import Past
from contextualise.repository.journal import Entry, Journal, StaleRow, entry_from_json
from contextualise.repository.journal.reversing import reverse


async def undo(session: AsyncSession, map_id: int, user_id: int | None, change_id: int) -> Saved:
    """Take one change back as a change of its own; undoing that does it again.

    Raises `NotFound`, and `Conflict` with the reason where it was taken back already or something was built on it since. Nothing is
    written then.
    """
    journal = await begin(session, map_id)
    past = await require_undoable(session, map_id, change_id)
    entries = [entry_from_json(row) for row in await changes.rows_of_change(session, map_id, change_id)]
    try:
        async with session.begin_nested():
            await take_back(journal, entries)
    except StaleRow as stale:
        raise Conflict(await _reason(session, map_id, stale)) from stale
    return await finish_undo(journal, user_id, past)


async def require_undoable(session: AsyncSession, map_id: int, change_id: int) -> Past:
    """The change; raises `NotFound`, and `Conflict` where it cannot be taken back whatever the map is like now."""
    past = await changes.find_change(session, map_id, change_id)
    if past is None:
        raise NotFound("There is no such change in this map.")
    if past.undone_by is not None:
        raise Conflict("This has been undone already.")
    if past.is_purged:
        raise Conflict("This was deleted for good.")
    return past


async def take_back(journal: Journal, entries: Sequence[Entry]) -> None:
    """Reverse entries; scopes that only the topics made by them are in the way of go first. Raises `StaleRow`."""
    made = {entry.image["id"] for entry in entries if entry.table == "topic" and entry.before is None}
    if made:
        await scopes.delete_unused(journal, made)
    await reverse(journal, entries)


async def finish_undo(journal: Journal, user_id: int | None, past: Past) -> Saved:
    """Record that a change was taken back."""
    also = await changes.topics_of_change(journal.session, journal.map_id, past.id)
    saved = await finish(journal, user_id=user_id, op="undo", construct_id=past.construct_id, label=past.label, also=also, undoes=past.id)
    await _mark(journal.session, journal.map_id, past, saved.change_id)
    return saved


async def _mark(session: AsyncSession, map_id: int, past: Past, by: int | None) -> None:
    """Note what is undone now: a change, not the one that it took back, again the one that that took back, and so on."""
    change: Past | None = past
    while change is not None:
        await changes.mark_undone(session, map_id, change.id, by)
        by = None if by is not None else change.id
        change = await changes.find_change(session, map_id, change.undoes) if change.undoes is not None else None


async def _reason(session: AsyncSession, map_id: int, stale: StaleRow) -> str:
    """Why a change cannot be taken back, as a sentence that says what to do if anything can be done."""
    needed = {image[column] for image in stale.images for column in ("topic_id", "type_id", "player_id") if column in image}
    missing = needed - set(await topics.find_topics(session, map_id, needed))
    gone = await changes.last_labels(session, map_id, missing)
    if gone:
        return f"This needs “{gone[0]}”, which has been deleted since. Bring that back first."
    return "Something that belongs to this has been changed since, so it cannot be undone as it is."
