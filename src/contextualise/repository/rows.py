"""Reads rows of one map as the images that a journal writes."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from contextualise.repository.journal import Image
from contextualise.repository.journal.images import clean, image_of, table_of
from contextualise.repository.tables import Base


def one_of(column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Whether the column holds one of the values, however many: one parameter, so that the statement is always the same."""
    return column == any_(bindparam(None, list(values), type_=ARRAY(column.type)))


async def find(session: AsyncSession, map_id: int, model: type[Base], construct_id: int) -> Image | None:
    """The row of a construct, or None."""
    found = await find_all(session, map_id, model, table_of(model).c.id == construct_id)
    return found[0] if found else None


async def find_many(session: AsyncSession, map_id: int, model: type[Base], column: str, ids: Collection[int]) -> list[Image]:
    """The rows whose column holds one of the ids, in the order of the primary key."""
    return await find_all(session, map_id, model, one_of(table_of(model).c[column], ids)) if ids else []


async def find_all(session: AsyncSession, map_id: int, model: type[Base], where: ColumnElement[bool]) -> list[Image]:
    """The rows that match, in the order of the primary key."""
    table = table_of(model)
    statement = select(image_of(table)).select_from(table).where(and_(table.c.map_id == map_id, where)).order_by(*table.primary_key.columns)
    return [clean(table, row) for row in (await session.execute(statement)).scalars()]
