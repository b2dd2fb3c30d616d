"""The two engines: one for reading, one for writing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine


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
            connect_args={"prepare_threshold": 2, "connect_timeout": 5},
            **options,
        )
        self.writer: AsyncEngine = create_async_engine(address, connect_args={"connect_timeout": 5}, **options)

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
