"""The shortest way from a statement to its rows: the driver's own connection, with the statement kept prepared.

SQLAlchemy's asynchronous layer switches stacks several times for each statement, and the driver looks for placeholders anew in every
statement longer than 4 kB; together that costs as much as a small page itself.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import psycopg
from psycopg import AsyncConnection as Driver
from psycopg import AsyncRawCursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Statement:
    """A statement whose placeholders are written `%(name)s`, put once into the form that PostgreSQL takes.

    Kept prepared, it is planned once for all values. That suits look-ups by key; a statement whose best plan depends on its values, such
    as a pattern that few or many names match, is planned for each.
    """

    def __init__(self, text: str, *, planned_each_time: bool = False) -> None:
        self.text = text
        self.prepare = not planned_each_time
        self.names = tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))
        numbers = {name: f"${number}" for number, name in enumerate(self.names, 1)}
        self.query = _PLACEHOLDER.sub(lambda found: numbers[found[1]], text).encode()

    async def rows(self, connection: AsyncConnection, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """All rows; raises what SQLAlchemy raises for an error of the database, and gives up a connection that was lost."""
        assert connection.sync_connection is not None, "the connection was opened by `Database.reading` or by a session"
        driver = cast("Driver[Any]", connection.sync_connection.connection.driver_connection)
        try:
            async with AsyncRawCursor(driver) as cursor:
                await cursor.execute(self.query, [parameters[name] for name in self.names], prepare=self.prepare)
                return cast("Sequence[Sequence[Any]]", await cursor.fetchall())
        except psycopg.Error as error:
            if driver.closed:
                await connection.invalidate(error)
            raise DBAPIError(self.query.decode(), None, error, connection_invalidated=driver.closed) from error

    async def value(self, connection: AsyncConnection, parameters: Mapping[str, Any]) -> Any:
        """The first column of the first row; None when there is no row."""
        rows = await self.rows(connection, parameters)
        return rows[0][0] if rows else None
