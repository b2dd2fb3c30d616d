"""Keeps objects where they are while a backup copies them: a lock in the database that a backup has alone and that collectors share."""

from psycopg import Connection, errors
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Any constant will do, as long as nothing else locks it.
_KEY = 20130251
_PATIENCE = "15s"  # a collector holds the lock for a moment, another backup for as long as it takes


class LeaseTaken(RuntimeError):
    """Another backup of this database is under way."""


def hold_objects(connection: Connection) -> None:
    """Until the connection ends, nobody deletes an object that a row names now or named since; raises `LeaseTaken`.

    Take it before the snapshot: whoever was deleting has ended by then, and no row of the snapshot names what they deleted.
    """
    connection.execute(f"SET lock_timeout = '{_PATIENCE}'")
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", [_KEY])
    except errors.LockNotAvailable as error:
        raise LeaseTaken from error
    connection.execute("SET lock_timeout = 0")


async def may_delete_objects(session: AsyncSession) -> bool:
    """Whether no backup is under way; if so, none begins before this transaction has ended."""
    return bool((await session.execute(text("SELECT pg_try_advisory_xact_lock_shared(:key)"), {"key": _KEY})).scalar_one())
