"""Writes many rows at once by PostgreSQL's COPY."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection as Driver
from psycopg import AsyncCursor, sql
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

Row = Sequence[object]
_FLUSH = 256 * 1024
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


async def copy_rows(session: AsyncSession, table: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Append the rows to a table within the session's transaction; returns how many there were.

    Values may be None, bool, int, float, str (without NUL), bytes, and what `str()` makes right for the column.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
    count = 0
    async with _cursor(session) as cursor, cursor.copy(statement) as copy:
        lines: list[str] = []
        size = 0
        for row in rows:
            line = "\t".join([_field(value) for value in row])
            lines.append(line)
            size += len(line)
            count += 1
            if size > _FLUSH:
                await copy.write("\n".join(lines) + "\n")
                lines.clear()
                size = 0
        if lines:
            await copy.write("\n".join(lines) + "\n")
    return count


async def take_construct_ids(session: AsyncSession, count: int) -> list[int]:
    """So many new construct ids, in ascending order."""
    result = await session.execute(text("SELECT nextval('construct_id') FROM generate_series(1, :count)"), {"count": count})
    return sorted(result.scalars())


async def gather_statistics(session: AsyncSession) -> None:
    """Let the planner know what was written, at once: its own housekeeping would come a minute later."""
    await session.execute(text("ANALYZE topic, topic_type, identifier, scope, scope_theme, name, variant, occurrence, association, role"))


@asynccontextmanager
async def _cursor(session: AsyncSession) -> AsyncIterator[AsyncCursor[Any]]:
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    assert isinstance(driver, Driver)
    async with driver.cursor() as cursor:
        yield cursor


def _field(value: object) -> str:
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value)
