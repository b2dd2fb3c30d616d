"""Takes recorded writes back."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError

from contextualise.repository.journal import images
from contextualise.repository.journal.entries import Entry, Image, StaleRow
from contextualise.repository.journal.writing import Journal


async def reverse(journal: Journal, entries: Sequence[Entry]) -> None:
    """Take entries back, last one first, and note that as entries of this journal.

    Raises `StaleRow` where a row has changed since, where its place is taken or what it refers to is missing; the database is then
    in the middle of it, so call it inside a savepoint.
    """
    for run in _runs(entries):
        if run[0].before is None:
            await _take_away(journal, run)
        elif run[0].after is None:
            await put_back(journal, run[0].table, [entry.image for entry in run])
        else:
            await _set_back(journal, run)


async def put_back(journal: Journal, table_name: str, rows: Sequence[Image]) -> None:
    """Insert rows from their images; raises `StaleRow` where a place is taken or what a row refers to is missing."""
    table = images.table_named(table_name)
    try:
        written = await journal.run(table, images.insert_statement(table, images.columns_of(table)), rows)
    except IntegrityError as error:
        raise StaleRow(table_name, list(rows)) from error
    journal.entries.extend(Entry(table_name, None, image) for image in written)


async def present(journal: Journal, table_name: str, rows: Sequence[Image]) -> list[Image]:
    """What now stands under the keys of these images."""
    table = images.table_named(table_name)
    return await journal.run(table, images.select_statement(table), rows)


async def _take_away(journal: Journal, run: list[Entry]) -> None:
    table = images.table_named(run[0].table)
    rows = [entry.image for entry in run]
    await _check_unchanged(journal, table.name, rows)
    try:
        gone = await journal.run(table, images.delete_statement(table), rows)
    except IntegrityError as error:
        raise StaleRow(table.name, rows) from error
    journal.entries.extend(Entry(table.name, image, None) for image in gone)


async def _set_back(journal: Journal, run: list[Entry]) -> None:
    table = images.table_named(run[0].table)
    columns = _changed_columns(run)
    now = await _check_unchanged(journal, table.name, [_compared(table, entry.image, columns) for entry in run])
    before = [entry.before for entry in run if entry.before is not None]
    if not columns:
        return
    try:
        after = await journal.run(table, images.update_statement(table, columns), before)
    except IntegrityError as error:
        raise StaleRow(table.name, before) from error
    old = {images.key_of(table, image): image for image in now}
    journal.entries.extend(Entry(table.name, old[images.key_of(table, image)], image) for image in after)


def _compared(table: Table, image: Image, columns: tuple[str, ...]) -> Image:
    """What must still be as it was left. A map's row holds settings that have nothing to do with each other: only those changed count."""
    return {name: image[name] for name in ("id", *columns)} if table.name == "map" else image


def _changed_columns(run: list[Entry]) -> tuple[str, ...]:
    # One statement sets them for all rows of the run: a column that one row did not change is as it was before anyway.
    changed: dict[str, None] = {}
    for entry in run:
        assert entry.before is not None and entry.after is not None
        before = images.lasting(entry.before)
        changed |= dict.fromkeys(name for name, value in before.items() if entry.after.get(name) != value)
    return tuple(changed)


async def _check_unchanged(journal: Journal, table_name: str, rows: list[Image]) -> list[Image]:
    table = images.table_named(table_name)
    now = {images.key_of(table, image): image for image in await present(journal, table_name, rows)}
    stale = [row for row in rows if (key := images.key_of(table, row)) not in now or not images.is_unchanged(now[key], row)]
    if stale:
        raise StaleRow(table_name, stale)
    return list(now.values())


def _runs(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Neighbours that one statement can take back: the same table, the same kind of write, no row twice."""
    for _, group in groupby(reversed(entries), lambda entry: (entry.table, entry.before is None, entry.after is None)):
        run: list[Entry] = []
        seen: set[tuple[object, ...]] = set()
        for entry in group:
            key = images.key_of(images.table_named(entry.table), entry.image)
            if key in seen:
                yield run
                run, seen = [], set()
            run.append(entry)
            seen.add(key)
        yield run
