"""Lists by key: the next page begins after the last row's key, so that far pages are as fast as the first and nothing is skipped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

Key = tuple[Any, ...]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a page lies: after a key, before one, or at the beginning."""

    after: Key | None = None
    before: Key | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; `previous` and `next` are the keys to go on from, None at the ends."""

    rows: Sequence[Row]
    previous: Key | None
    next: Key | None


async def read_page(
    connection: AsyncConnection,
    statement: Select[*tuple[Any, ...]],
    *,
    order: Sequence[SQLColumnExpression[Any]],
    descending: bool,
    place: Place,
    limit: int,
    make: Callable[..., Row],
    key_of: Callable[[Row], Key],
) -> Page[Row]:
    """A page of the statement's rows in the order of these columns, which together must be unique."""
    backwards = place.before is not None
    key = place.before if backwards else place.after
    falling = descending != backwards
    if key is not None:
        position = tuple_(*order)
        statement = statement.where(position < key if falling else position > key)
    statement = statement.order_by(*(column.desc() if falling else column.asc() for column in order)).limit(limit + 1)
    found = [make(*row) for row in await connection.execute(statement)]
    more = len(found) > limit
    rows = found[:limit][::-1] if backwards else found[:limit]
    has_previous, has_next = (more, True) if backwards else (key is not None, more)
    return Page(rows, key_of(rows[0]) if rows and has_previous else None, key_of(rows[-1]) if rows and has_next else None)
