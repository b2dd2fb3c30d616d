"""The two engines: one for reading, one for writing."""

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

# A server that is gone without a word, with its machine or its network, is given up after half a minute and not after a quarter of an
# hour. Statements may take as long as they like: what is waited for is the answer of the other machine's kernel.
CONNECTING: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_USED = "used before"


def sqlalchemy_url(url: str) -> str:
    """`postgresql://…` or `postgres://…` with the driver named, as SQLAlchemy wants it."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Database:
    """Connections to one PostgreSQL database.

    Reads have an engine of their own in autocommit without the pool's ROLLBACK: psycopg forgets its prepared statements at every
    ROLLBACK, which doubled PostgreSQL's share of the time for a page.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        address = sqlalchemy_url(url)
        options = {"pool_size": pool_size, "max_overflow": pool_size, "pool_pre_ping": False, "pool_recycle": 1800, "pool_timeout": 10}
        self.reader: AsyncEngine = create_async_engine(
            address,
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
            connect_args={"prepare_threshold": 2, **CONNECTING},
            **options,
        )
        self.writer: AsyncEngine = create_async_engine(address, connect_args=CONNECTING, **options)

        for engine in (self.reader, self.writer):
            event.listen(engine.sync_engine, "checkout", _refuse_dead)
            event.listen(engine.sync_engine, "checkin", _note_use)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for statements that change nothing."""
        async with self.reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: committed when the block ends well, rolled back when it raises."""
        async with AsyncSession(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self.reader.dispose()
        await self.writer.dispose()


def _refuse_dead(connection: Any, record: Any, _: Any) -> None:
    """Let no request find out that PostgreSQL was restarted: a waiting connection of which there is something to read was closed.

    That takes two microseconds, where asking the server would take as long as a small statement. The whole pool is as old and goes too.
    """
    driver = connection.driver_connection
    if record.info.get(_USED) and (driver.closed or _has_ended(driver.pgconn.socket)):
        raise InvalidatePoolError


def _note_use(_: Any, record: Any) -> None:
    record.info[_USED] = True


def _has_ended(descriptor: int) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))
