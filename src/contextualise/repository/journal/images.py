"""Rows as JSON images, and the statements that write rows from images.

The names of tables and columns in these statements come from the mapped classes alone, never from a person.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, TextClause, bindparam, literal_column, text
from sqlalchemy.dialects.postgresql import JSONB

from contextualise.repository.journal.entries import Image
from contextualise.repository.tables import Base

TABLES = (
    "map",
    "map_member",
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

# Kept from other rows, or about the change itself: not compared and not put back when a change is undone.
_VOLATILE = frozenset(
    {
        "label",
        "sort_key",
        "updated_at",
        "updated_by",
        "version",
        "talk_version",
        "topic_count",
        "note_count",
        "created_at",
        "created_by",
        "trashed_at",
        "added_at",
        "added_by",
    }
)

# People leave; what they wrote can be put back all the same.
_PEOPLE = frozenset({"created_by", "updated_by", "added_by"})


def table_of(model: type[Base]) -> Table:
    """The table of a mapped class; only those in `TABLES` may be written through a journal."""
    table = model.__table__
    assert isinstance(table, Table) and table.name in TABLES
    return table


def table_named(name: str) -> Table:
    """The table of an entry."""
    assert name in TABLES
    return Base.metadata.tables[name]


@lru_cache
def image_of(table: Table) -> ColumnElement[Image]:
    """An expression for the row as JSON; `clean` makes an image of it."""
    return literal_column(f'to_jsonb("{table.name}".*)', JSONB)


@lru_cache
def columns_of(table: Table) -> tuple[str, ...]:
    """The columns that can be written."""
    return tuple(column.name for column in table.columns if column.computed is None)


@lru_cache
def key_names(table: Table) -> tuple[str, ...]:
    """The primary key."""
    return tuple(column.name for column in table.primary_key.columns)


def clean(table: Table, row: Image) -> Image:
    """The image of a row: what a person's change decided, without the map and without generated columns."""
    return {name: row[name] for name in columns_of(table) if name != "map_id"}


def key_of(table: Table, image: Image) -> tuple[Any, ...]:
    """The primary key of an image without the map."""
    return tuple(image[name] for name in key_names(table) if name != "map_id")


def lasting(image: Image) -> Image:
    """The columns that a change decided; the rest is kept from other rows or tells when and by whom."""
    return {name: value for name, value in image.items() if name not in _VOLATILE}


def is_unchanged(row: Image, left: Image) -> bool:
    """Whether the row is still as a change left it; a column that is newer than the change says nothing."""
    return all(row.get(name) == value for name, value in lasting(left).items())


def as_json(values: Mapping[str, Any]) -> Image:
    """Plain values in the form that images have."""
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, UUID | date | datetime):
        return str(value)
    if isinstance(value, float) and not isfinite(value):
        return str(value)  # JSON has no infinity
    return value


@lru_cache
def insert_statement(table: Table, columns: tuple[str, ...]) -> TextClause:
    """Insert rows given as `:rows`, returning them whole; columns that are not named get their defaults."""
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(_value(name) for name in columns)
    return _with_rows(
        f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM {_rows(table)} AS r'  # noqa: S608
        f' RETURNING to_jsonb("{table.name}".*)'
    )


@lru_cache
def select_statement(table: Table) -> TextClause:
    """The present rows under the keys of `:rows`."""
    return _with_rows(
        f'SELECT to_jsonb(t.*) FROM "{table.name}" AS t JOIN {_rows(table)} AS r ON {_same(table)}'  # noqa: S608
    )


@lru_cache
def update_statement(table: Table, columns: tuple[str, ...]) -> TextClause:
    """Set the columns of the rows under the keys of `:rows`, returning the rows whole."""
    pairs = ", ".join(f'"{name}" = {_value(name)}' for name in columns)
    return _with_rows(
        f'UPDATE "{table.name}" AS t SET {pairs} FROM {_rows(table)} AS r'  # noqa: S608
        f" WHERE {_same(table)} RETURNING to_jsonb(t.*)"
    )


@lru_cache
def delete_statement(table: Table) -> TextClause:
    """Delete the rows under the keys of `:rows`, returning them whole."""
    return _with_rows(
        f'DELETE FROM "{table.name}" AS t USING {_rows(table)} AS r'  # noqa: S608
        f" WHERE {_same(table)} RETURNING to_jsonb(t.*)"
    )


def _with_rows(statement: str) -> TextClause:
    return text(statement).bindparams(bindparam("rows", type_=JSONB))


def _rows(table: Table) -> str:
    # Not NULL::"name": that is a type of PostgreSQL's own.
    return f'jsonb_populate_recordset((SELECT row FROM "{table.name}" AS row LIMIT 0), :rows)'  # noqa: S608


def _same(table: Table) -> str:
    return " AND ".join(f't."{name}" = r."{name}"' for name in key_names(table))


def _value(name: str) -> str:
    if name in _PEOPLE:
        return f'(SELECT u.id FROM app_user u WHERE u.id = r."{name}")'  # noqa: S608
    return f'r."{name}"'
