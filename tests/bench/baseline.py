"""The smallest handler that asks the database once: what every figure is compared with."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, MediaType, get
from litestar.datastructures import State

from contextualise.repository.database import Database


@get("/", media_type=MediaType.HTML)
async def one_query(state: State) -> str:
    """One row by primary key, as HTML."""
    async with state.database.reading() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        cursor = await driver.execute("SELECT title FROM map WHERE id = 1")
        row = await cursor.fetchone()
    return f"<p>{row[0]}</p>"


def create_app() -> Litestar:
    """The application for uvicorn."""
    database = Database(os.environ["DATABASE_URL"])

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        yield
        await database.close()

    return Litestar([one_query], state=State({"database": database}), lifespan=[lifespan], openapi_config=None, logging_config=None)
