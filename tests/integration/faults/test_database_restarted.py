"""PostgreSQL is killed and comes back: the first request after that works, and so do the background tasks."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contextualise.embedded.postgres import EmbeddedPostgres
from contextualise.repository.database import Database


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "postgres", fast=True) as server:
        yield server


def kill(folder: Path) -> None:
    os.kill(int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


async def read(database: Database) -> int:
    async with database.reading() as connection:
        return int((await connection.execute(text("SELECT 1 FROM pg_sleep(0.1)"))).scalar_one())


async def write(database: Database) -> int:
    async with database.writing() as session:
        return int((await session.execute(text("SELECT 1 FROM pg_sleep(0.1)"))).scalar_one())


async def test_no_request_meets_a_connection_of_before(server: EmbeddedPostgres, tmp_path: Path) -> None:
    database = Database(server.url, pool_size=5)
    try:
        await asyncio.gather(*(work(database) for work in (read, write) for _ in range(5)))
        kill(tmp_path)
        while server.alive:
            await asyncio.sleep(0.01)
        with pytest.raises(DBAPIError):
            await read(database)
        with pytest.raises(DBAPIError):
            await write(database)
        assert await asyncio.to_thread(server.revive)
        assert await asyncio.gather(*(work(database) for work in (read, write) for _ in range(5))) == [1] * 10
        kill(tmp_path)
        while server.alive:
            await asyncio.sleep(0.01)
        assert await asyncio.to_thread(server.revive)
        assert await asyncio.gather(*(work(database) for work in (read, write) for _ in range(5))) == [1] * 10
    finally:
        await database.close()


async def test_a_connection_that_broke_is_not_given_to_anybody(server: EmbeddedPostgres) -> None:
    database = Database(server.url, pool_size=1)
    try:
        async with database.reader.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        driver.pgconn.finish()
        assert driver.closed
        assert await read(database) == 1
    finally:
        await database.close()


async def test_a_server_that_is_gone_without_a_word_is_given_up(server: EmbeddedPostgres) -> None:
    database = Database(server.url, pool_size=1)
    try:
        for engine in (database.reader, database.writer):
            async with engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                given = driver.info.get_parameters()
                assert (given["tcp_user_timeout"], given["keepalives_idle"], given["connect_timeout"]) == ("30000", "15", "5")
    finally:
        await database.close()
