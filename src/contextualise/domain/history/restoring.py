"""Brings deleted things back where the map has moved on since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from contextualise.domain.addresses import free_slug
from contextualise.domain.history.fates import missing_for, needs_of
from contextualise.repository import changes, constructs, identifiers
from contextualise.repository.journal import Entry, Image, Journal, StaleRow
from contextualise.repository.journal.images import key_of, table_named
from contextualise.repository.journal.reversing import present, put_back, reverse

_STATEMENTS = ("name", "occurrence", "association")


@dataclass(slots=True)
class Outcome:
    """How many statements did not come back: some wait for other deleted topics, some need what is gone for good."""

    waiting: int = 0
    waits_for: set[str] = field(default_factory=set)
    dropped: int = 0


async def bring_back(journal: Journal, entries: Sequence[Entry]) -> Outcome:
    """Take a deletion back as far as the map allows.

    A topic whose address is taken gets the next free one. A statement that needs something else that is deleted waits with the change
    that deleted that. What equals something made since stays away, and so does what needs something that is gone for good.
    """
    gone = [entry for entry in reversed(entries) if entry.after is None]
    gone = await _not_there(journal, gone)
    needed = {need for needs in needs_of(gone) for need in needs}
    missing = missing_for(gone, await constructs.existing(journal.session, journal.map_id, needed))
    outcome = await _set_aside(journal, {position: (gone[position], cause) for position, cause in missing.items()})
    for table, rows in groupby((entry for position, entry in enumerate(gone) if position not in missing), lambda entry: entry.table):
        await _put_back(journal, table, [entry.image for entry in rows])
    for entry in (entry for entry in reversed(entries) if entry.after is not None):
        await _try(journal, entry)
    return outcome


async def _not_there(journal: Journal, gone: Sequence[Entry]) -> list[Entry]:
    """The rows whose place is free: what came back another way needs nothing."""
    left: list[Entry] = []
    for name in {entry.table: None for entry in gone}:
        rows = [entry for entry in gone if entry.table == name]
        table = table_named(name)
        taken = {key_of(table, row) for row in await present(journal, name, [entry.image for entry in rows])}
        left += [entry for entry in rows if key_of(table, entry.image) not in taken]
    return left


async def _set_aside(journal: Journal, missing: dict[int, tuple[Entry, int]]) -> Outcome:
    outcome = Outcome()
    waiting: defaultdict[int, list[Entry]] = defaultdict(list)
    for cause in {cause for _, cause in missing.values()}:
        remover = await changes.remover_of(journal.session, journal.map_id, cause)
        entries = [entry for entry, needed in missing.values() if needed == cause]
        count = sum(entry.table in _STATEMENTS for entry in entries)
        if remover is None:
            outcome.dropped += count
            continue
        waiting[remover] += reversed(entries)
        outcome.waiting += count
        past = await changes.find_change(journal.session, journal.map_id, remover)
        outcome.waits_for |= {past.label} if past and count else set()
    for remover, entries in waiting.items():
        await changes.let_wait(journal.session, journal.map_id, remover, entries)
    return outcome


async def _put_back(journal: Journal, table: str, rows: list[Image]) -> None:
    if table == "topic":
        rows = [row if row["is_hidden"] else row | {"slug": await free_slug(journal, row["slug"])} for row in rows]
    elif table == "identifier":
        clashing = await identifiers.clashes(journal, rows)
        rows = [row for row in rows if row not in clashing]
    if not rows:
        return
    try:
        async with journal.session.begin_nested():
            await put_back(journal, table, rows)
    except StaleRow:
        if len(rows) == 1:
            return  # an equal statement is there by now, or this belongs to one that has an equal
        for row in rows:
            await _put_back(journal, table, [row])


async def _try(journal: Journal, entry: Entry) -> None:
    """Take back a row that was changed or made, unless somebody has changed it since."""
    written = len(journal.entries)
    try:
        async with journal.session.begin_nested():
            await reverse(journal, [entry])
            await constructs.refuse_dangling(journal, journal.entries[written:])
    except StaleRow:
        del journal.entries[written:]
