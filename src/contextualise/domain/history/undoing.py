"""Taking a change back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history.restoring import Outcome, bring_back
from contextualise.domain.history.saving import Saved, begin, finish
from contextualise.repository import changes, constructs, identifiers, scopes, topics
from contextualise.repository.changes import Past
from contextualise.repository.journal import Entry, Journal, StaleRow, entry_from_json
from contextualise.repository.journal.reversing import reverse


@dataclass(frozen=True, slots=True)
class Restored(Saved):
    """What bringing something back did; `note` is a sentence about what did not come with it, "" where all did."""

    note: str = ""


async def undo(session: AsyncSession, map_id: int, user_id: int | None, change_id: int, *, may_manage: bool = False) -> Restored:
    """Take one change back as a change of its own; undoing that does it again.

    A deleted topic comes back as far as the map allows: see `restore_topic`. What is about the map itself, such as its title, who may read
    it or who works on it, is taken back only for somebody who may manage it. Raises `NotFound`, and `Conflict` with the reason where it
    was taken back already or something was built on it since; nothing is written then.
    """
    journal = await begin(session, map_id)
    past = await _require_undoable(session, map_id, change_id)
    entries = [entry_from_json(row) for row in await changes.rows_of_change(session, map_id, change_id)]
    if any(entry.table in _OF_MANAGERS for entry in entries) and not may_manage:
        raise Conflict(_OF_THE_MAP)
    own = [entry for entry in entries if not entry.waiting]
    try:
        async with session.begin_nested():
            await _take_back(journal, own)
            outcome = Outcome()
    except StaleRow as stale:
        if past.op != "topic.delete":
            raise Conflict(await _reason(session, map_id, stale)) from stale
        journal.entries.clear()
        outcome = await bring_back(journal, own)
    waiting = [entry for entry in entries if entry.waiting]
    if waiting:
        _add(outcome, await bring_back(journal, waiting))
    saved = await _finish(journal, user_id, past)
    return Restored(saved.construct_id, saved.change_id, saved.version, _note(outcome))


async def restore_topic(session: AsyncSession, map_id: int, user_id: int | None, change_id: int) -> Restored:
    """Bring a deleted topic back from the trash with all that was said about it.

    Where its address is taken by now it gets the next free one. Statements that need another deleted topic wait in that one's place in
    the trash; what needs something that is gone for good is left out. `note` tells both. Raises as `undo` does.
    """
    past = await changes.find_change(session, map_id, change_id)
    if past is None or past.op != "topic.delete":
        raise NotFound("There is no such topic in the trash.")
    return await undo(session, map_id, user_id, change_id)


async def _require_undoable(session: AsyncSession, map_id: int, change_id: int) -> Past:
    past = await changes.find_change(session, map_id, change_id)
    if past is None:
        raise NotFound("There is no such change in this map.")
    if past.op in _NEVER:
        raise Conflict(_NEVER[past.op])
    if past.undone_by is not None:
        raise Conflict("This has been undone already.")
    if past.is_purged:
        raise Conflict("This was deleted for good.")
    return past


_OF_MANAGERS = frozenset({"map", "map_member"})
_OF_THE_MAP = "This is about the map itself. Whoever manages the map can take it back."
_TRASH = "A map goes to the trash and comes back where your maps are listed."
_FIRST = "Administrators decide which maps are shown first, on the page of the map."
_NEVER = {
    "map.create": "The map began with this. To be rid of it, put the map in the trash.",
    "map.import": "The map began with this. To be rid of it, put the map in the trash.",
    "map.base": "Every map has these topics, so they stay.",
    "map.trash": _TRASH,
    "map.restore": _TRASH,
    "map.promote": _FIRST,
    "map.demote": _FIRST,
    "member.leave": "Who left comes back by accepting another invitation.",
    "member.own": "Ownership is handed over on the page of the map’s people.",
}
"""Changes that are not taken back from the history, and why."""


async def _take_back(journal: Journal, entries: Sequence[Entry]) -> None:
    """Reverse entries; raises `StaleRow`.

    Topics that were made go last, after the scopes that hold them and that nothing is in any more: a scope belongs to whoever uses it,
    not to the change that first did.
    """
    made = [entry for entry in entries if entry.table == "topic" and entry.before is None]
    await reverse(journal, [entry for entry in entries if entry.before is not None or entry.table not in ("topic", "scope", "scope_theme")])
    if made:
        await scopes.delete_unused(journal, [entry.image["id"] for entry in made])
        await reverse(journal, made)
    await constructs.refuse_dangling(journal, journal.entries)
    await refuse_clashes(journal, journal.entries)


async def refuse_clashes(journal: Journal, entries: Sequence[Entry]) -> None:
    """Raise `StaleRow` where what came back would have an address or identifier that means something else by now."""
    back = [entry.after for entry in entries if entry.table == "topic" and entry.after is not None]
    taken = await topics.elsewhere_addressed(journal, [row["id"] for row in back])
    if taken:
        raise StaleRow("topic", [row for row in back if row["id"] in taken])
    rows = [entry.after for entry in entries if entry.table == "identifier" and entry.after is not None]
    clashing = await identifiers.clashes(journal, rows)
    if clashing:
        raise StaleRow("identifier", clashing)


async def _finish(journal: Journal, user_id: int | None, past: Past) -> Saved:
    session, map_id = journal.session, journal.map_id
    also = await changes.topics_of_change(session, map_id, past.id)
    saved = await finish(journal, user_id=user_id, op="undo", construct_id=past.construct_id, label=past.label, also=also, undoes=past.id)
    if saved.change_id is None:
        raise Conflict("All of this is back already.")
    await _mark(session, map_id, past, saved.change_id)
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


def _add(outcome: Outcome, more: Outcome) -> None:
    outcome.waiting += more.waiting
    outcome.waits_for |= more.waits_for
    outcome.dropped += more.dropped


def _note(outcome: Outcome) -> str:
    notes = []
    if outcome.waiting:
        names = " and ".join(f"“{label}”" for label in sorted(outcome.waits_for))
        notes.append(f"{_statements(outcome.waiting)} will come back together with {names}.")
    if outcome.dropped:
        notes.append(f"{_statements(outcome.dropped)} could not come back: what belonged to it is gone for good.")
    return " ".join(notes)


def _statements(count: int) -> str:
    return "1 statement" if count == 1 else f"{count} statements"
