"""The writes of one change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, TextClause, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import images
from contextualise.repository.journal.entries import Entry, Image
from contextualise.repository.tables import Base


@dataclass(slots=True)
class Journal:
    """The writes of one change to one map. Make it with `open_journal`, which locks the map."""

    session: AsyncSession
    map_id: int
    version: int  # the map's version before this change
    base_iri: str
    name_type_id: int | None  # the plain type of names; a map without base topics has none yet
    entries: list[Entry] = field(default_factory=list)
    heirs: dict[int, int] = field(default_factory=dict)  # what took the place of each construct that became one with another

    async def insert(self, model: type[Base], **values: Any) -> Image:
        """Insert one row; returns its image, the new id included. Raises `sqlalchemy.exc.IntegrityError` for a row that exists."""
        return (await self.insert_many(model, [values]))[0]

    async def insert_many(self, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[Image]:
        """Insert rows of equal columns in one statement; returns their images."""
        if not rows:
            return []
        table = images.table_of(model)
        statement = images.insert_statement(table, ("map_id", *rows[0]))
        written = await self.run(table, statement, [images.as_json(row) for row in rows])
        self.entries.extend(Entry(table.name, None, image) for image in written)
        return written

    async def update(self, model: type[Base], where: ColumnElement[bool], **values: Any) -> list[Image]:
        """Update the rows that match; returns their images afterwards. Rows that stay as they are leave no entry."""
        table = images.table_of(model)
        condition = and_(self._of_map(table), where)
        image = images.image_of(table)
        rows = (await self.session.execute(select(image).select_from(table).where(condition))).scalars()
        before = {images.key_of(table, row): row for row in rows}
        after = list((await self.session.execute(update(table).where(condition).values(**values).returning(image))).scalars())
        for row in after:
            self._note_update(table, before[images.key_of(table, row)], row)
        return [images.clean(table, row) for row in after]

    async def rewrite(self, model: type[Base], changes: Sequence[tuple[Image, Mapping[str, Any]]]) -> list[Image]:
        """Give each row (its image, the values to set; the same columns for all) its own new values, in one statement."""
        if not changes:
            return []
        table = images.table_of(model)
        columns = tuple(changes[0][1])
        before = {images.key_of(table, image): image for image, _ in changes}
        statement = images.update_statement(table, columns)
        after = await self.run(table, statement, [{**image, **images.as_json(values)} for image, values in changes])
        for image in after:
            self._note_update(table, before[images.key_of(table, image)], image)
        return after

    async def delete(self, model: type[Base], where: ColumnElement[bool]) -> list[Image]:
        """Delete the rows that match in one statement; returns what they were."""
        table = images.table_of(model)
        result = await self.session.execute(delete(table).where(self._of_map(table), where).returning(images.image_of(table)))
        return self._note_deleted(table, [images.clean(table, row) for row in result.scalars()])

    async def remove(self, model: type[Base], rows: Sequence[Image]) -> list[Image]:
        """Delete the rows that have the keys of these images; returns what they were."""
        if not rows:
            return []
        table = images.table_of(model)
        return self._note_deleted(table, await self.run(table, images.delete_statement(table), rows))

    async def run(self, table: Table, statement: TextClause, rows: Sequence[Image]) -> list[Image]:
        """Execute one of the statements of `images` for rows of this map; returns the images that come back."""
        key = {"id" if table.name == "map" else "map_id": self.map_id}
        result = await self.session.execute(statement, {"rows": [{**row, **key} for row in rows]})
        return [images.clean(table, row) for row in result.scalars()]

    def _note_update(self, table: Table, before: Image, after: Image) -> None:
        before, after = images.clean(table, before), images.clean(table, after)
        if before != after:
            self.entries.append(Entry(table.name, before, after))

    def _note_deleted(self, table: Table, rows: list[Image]) -> list[Image]:
        self.entries.extend(Entry(table.name, image, None) for image in rows)
        return rows

    def _of_map(self, table: Table) -> ColumnElement[bool]:
        column: ColumnElement[int] = table.c.id if table.name == "map" else table.c.map_id
        return column == self.map_id
