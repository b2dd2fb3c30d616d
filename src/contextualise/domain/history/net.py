"""What several changes together did to each row."""

from collections.abc import Iterable

from contextualise.repository.journal import Entry
from contextualise.repository.journal.images import key_of, lasting, table_named


def net(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each row that is different in the end, from what it was at first to what it is at last.

    Rows that were made and deleted again, or that are as they were, are left out. Rows that only wait in a deletion do not count: what
    that deletion did not write itself was told by the change that did.
    """
    first: dict[tuple[object, ...], Entry] = {}
    last: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        if entry.waiting:
            continue
        key = (entry.table, *key_of(table_named(entry.table), entry.image))
        first.setdefault(key, entry)
        last[key] = entry
    nets = (Entry(entry.table, entry.before, last[key].after) for key, entry in first.items())
    return [entry for entry in nets if _is_different(entry)]


def _is_different(entry: Entry) -> bool:
    if entry.before is None or entry.after is None:
        return entry.before is not entry.after
    return lasting(entry.before) != lasting(entry.after)
