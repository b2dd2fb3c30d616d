"""Fixtures that every layer of tests uses."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from tests import services

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Test data that is not part of the project; a clone without it skips the tests that read it."""
    if not CORPORA.is_dir():
        pytest.skip("the folder of test corpora is not beside this checkout")
    return CORPORA


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A migrated database of this run's own on a real PostgreSQL."""
    with services.postgres_url() as server, services.database(server) as url:
        upgrade(url)
        yield url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[Database]:
    """The two engines on that database."""
    database = Database(database_url, pool_size=5)
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    """A session whose work is rolled back after the test; code under test may use savepoints but never commits."""
    async with database.writer.connect() as connection, AsyncSession(bind=connection, expire_on_commit=False) as session:
        yield session
        await session.rollback()


@pytest.fixture
async def emptied(database: Database) -> AsyncIterator[Database]:
    """The database for tests that commit; every table is emptied afterwards."""
    yield database
    async with database.writer.begin() as connection:
        names = await connection.execute(
            text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        )
        await connection.execute(text(f"TRUNCATE {', '.join(names.scalars())} RESTART IDENTITY CASCADE"))
