"""Writes rows of one map and keeps their images before and after, so that every change can be shown, undone and replayed.

An image is the row as JSON without `map_id` and without generated columns. Everything a domain function changes in a map goes
through here; projections (`content`, `content_link`, a topic's label) do not, because they can be rebuilt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, insert, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.tables import Base

Image = dict[str, Any]

TABLES = (
    "map",
    "topic",
    "topic_type",
    "identifier",
    "scope",
    "scope_theme",
    "name",
    "variant",
    "occurrence",
    "association",
    "role",
    "reification",
)
"""Tables that changes are recorded of, parents before children."""

# Kept from other rows: not compared and not put back when a change is undone.
_VOLATILE = frozenset(
    {
        *("label", "sort_key", "updated_at", "updated_by", "association_type_id", "association_scope_id"),
        *("version", "topic_count", "created_at", "trashed_at"),
    }
)


class StaleRow(Exception):
    """A row is no longer as the change left it, or what it needs is gone; `table` and `key` say which."""

    def __init__(self, table: str, key: Mapping[str, Any]) -> None:
        super().__init__(f"{table} {dict(key)}")
        self.table = table
        self.key = dict(key)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row written: `before` is None for an insert, `after` for a delete."""

    table: str
    before: Image | None
    after: Image | None

    def as_json(self) -> dict[str, Any]:
        """The form kept in `change.rows`."""
        return {"table": self.table, "before": self.before, "after": self.after}


def entry_from_json(value: Mapping[str, Any]) -> Entry:
    """The inverse of `Entry.as_json`."""
    return Entry(value["table"], value["before"], value["after"])


@dataclass(slots=True)
class Journal:
    """The writes of one change to one map. Make it with `open_journal`, which locks the map."""

    session: AsyncSession
    map_id: int
    version: int  # the map's version before this change
    entries: list[Entry] = field(default_factory=list)

    async def insert(self, model: type[Base], **values: Any) -> Image:
        """Insert one row; returns its image, the new id included. Raises `sqlalchemy.exc.IntegrityError` for a row that exists."""
        table = _table(model)
        result = await self.session.execute(insert(table).values(map_id=self.map_id, **values).returning(_image(table)))
        image = _clean(table, result.scalar_one())
        self.entries.append(Entry(table.name, None, image))
        return image

    async def insert_many(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[Image]:
        """Insert rows of equal columns in one statement; returns their images."""
        if not rows:
            return []
        table = _table(model)
        statement = insert(table).values([{"map_id": self.map_id, **row} for row in rows]).returning(_image(table))
        images = [_clean(table, image) for image in (await self.session.execute(statement)).scalars()]
        self.entries.extend(Entry(table.name, None, image) for image in images)
        return images

    async def update(self, model: type[Base], where: ColumnElement[bool], **values: Any) -> list[Image]:
        """Update the rows that match; returns their images afterwards. Rows that stay as they are leave no entry."""
        table = _table(model)
        condition = and_(self._of_map(table), where)
        before = {
            _key(table, image): image
            for image in (await self.session.execute(select(_image(table)).select_from(table).where(condition).with_for_update())).scalars()
        }
        result = await self.session.execute(update(table).where(condition).values(**values).returning(_image(table)))
        after = list(result.scalars())
        for image in after:
            old = before[_key(table, image)]
            if old != image:
                self.entries.append(Entry(table.name, _clean(table, old), _clean(table, image)))
        return [_clean(table, image) for image in after]

    async def delete(self, model: type[Base], where: ColumnElement[bool]) -> list[Image]:
        """Delete the rows that match in one statement; returns what they were."""
        table = _table(model)
        result = await self.session.execute(delete(table).where(self._of_map(table), where).returning(_image(table)))
        images = [_clean(table, image) for image in result.scalars()]
        self.entries.extend(Entry(table.name, image, None) for image in images)
        return images

    async def reverse(self, entries: Sequence[Entry]) -> None:
        """Take entries back, last one first; raises `StaleRow` where a row has changed since or its place is taken."""
        for entry in reversed(entries):
            if entry.before is None:
                await self._take_away(entry)
            elif entry.after is None:
                await self.put_back(entry.table, entry.before)
            else:
                await self._set_back(entry)

    async def put_back(self, table_name: str, image: Image) -> None:
        """Insert a row from its image; raises `StaleRow` where its place is taken or what it refers to is missing."""
        table = Base.metadata.tables[table_name]
        names = ", ".join(f'"{name}"' for name in _columns(table))
        statement = text(
            f'INSERT INTO "{table.name}" ({names}) SELECT {names} FROM jsonb_populate_record(NULL::"{table.name}", :image)'  # noqa: S608 - names come from the mapped classes
        ).bindparams(bindparam("image", type_=JSONB))
        try:
            async with self.session.begin_nested():
                await self.session.execute(statement, {"image": {**image, "map_id": self.map_id}})
        except IntegrityError as error:
            raise StaleRow(table.name, _key_values(table, image)) from error
        self.entries.append(Entry(table.name, None, image))

    async def _take_away(self, entry: Entry) -> None:
        table = Base.metadata.tables[entry.table]
        assert entry.after is not None
        await self._check_unchanged(table, entry.after)
        try:
            async with self.session.begin_nested():
                await self.session.execute(delete(table).where(self._is(table, entry.after)))
        except IntegrityError as error:
            raise StaleRow(table.name, _key_values(table, entry.after)) from error
        self.entries.append(Entry(table.name, entry.after, None))

    async def _set_back(self, entry: Entry) -> None:
        table = Base.metadata.tables[entry.table]
        assert entry.before is not None and entry.after is not None
        await self._check_unchanged(table, entry.after)
        changed = [name for name, value in entry.before.items() if entry.after.get(name) != value and name not in _VOLATILE]
        if not changed:
            return
        columns = ", ".join(f'"{name}" = old."{name}"' for name in changed)
        keys = " AND ".join(f'target."{name}" = old."{name}"' for name in _key_names(table))
        statement = text(
            f'UPDATE "{table.name}" AS target SET {columns} FROM jsonb_populate_record(NULL::"{table.name}", :image) AS old'  # noqa: S608 - names come from the mapped classes
            f" WHERE {keys}"
        ).bindparams(bindparam("image", type_=JSONB))
        try:
            async with self.session.begin_nested():
                await self.session.execute(statement, {"image": {**entry.before, **self._map_key(table)}})
        except IntegrityError as error:
            raise StaleRow(table.name, _key_values(table, entry.after)) from error
        self.entries.append(Entry(table.name, entry.after, entry.before))

    async def _check_unchanged(self, table: Table, image: Image) -> None:
        row = (await self.session.execute(select(_image(table)).select_from(table).where(self._is(table, image)))).scalar_one_or_none()
        if row is None or _lasting(_clean(table, row)) != _lasting(image):
            raise StaleRow(table.name, _key_values(table, image))

    def _map_key(self, table: Table) -> dict[str, int]:
        return {"id" if table.name == "map" else "map_id": self.map_id}

    def _of_map(self, table: Table) -> ColumnElement[bool]:
        column = table.c.id if table.name == "map" else table.c.map_id
        return column == self.map_id

    def _is(self, table: Table, image: Image) -> ColumnElement[bool]:
        return and_(self._of_map(table), *(table.c[name] == image[name] for name in _key_names(table) if name != "map_id"))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table) and table.name in TABLES
    return table


def _image(table: Table) -> ColumnElement[Image]:
    return literal_column(f'to_jsonb("{table.name}".*)', JSONB)


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.computed is None]


def _clean(table: Table, image: Image) -> Image:
    return {name: image[name] for name in _columns(table) if name != "map_id" or table.name == "map"}


def _key_names(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]


def _key_values(table: Table, image: Image) -> dict[str, Any]:
    return {name: image.get(name) for name in _key_names(table) if name != "map_id"}


def _key(table: Table, image: Image) -> tuple[Any, ...]:
    return tuple(image[name] for name in _key_names(table))


def _lasting(image: Image) -> Image:
    return {name: value for name, value in image.items() if name not in _VOLATILE}
