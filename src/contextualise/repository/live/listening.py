"""A connection of its own on which a process hears what all processes announce. It comes back by itself when the database was gone."""

import asyncio
import random
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import psycopg
import structlog

from contextualise.repository.database import CONNECTING, Database
from contextualise.repository.live.announcing import CHANNEL, News, news_of

log = structlog.get_logger()
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


@dataclass(frozen=True, slots=True)
class Listening:
    """From now on nothing is missed; before it, something may have been."""

    process_id: int  # of PostgreSQL's process for the connection


async def listen(database: Database) -> AsyncGenerator[News | Listening, None]:
    """What is announced, in the order of the commits, without an end; `Listening` each time that the connection is made anew."""
    pause = _FIRST_PAUSE
    while True:
        try:
            # The writer's address: a copy of the database that is only read hears no announcements.
            _, options = database.writer.dialect.create_connect_args(database.writer.url)
            async with await psycopg.AsyncConnection.connect(**{**options, **CONNECTING, "autocommit": True}) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                yield Listening(connection.info.backend_pid)
                pause = _FIRST_PAUSE
                async for message in connection.notifies():
                    yield news_of(message.payload)
        except (psycopg.Error, OSError) as error:
            log.warning("not hearing of changes, connecting again", error=str(error), seconds=round(pause, 1))
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - so that processes do not come back all at once
        pause = min(_LONGEST_PAUSE, pause * 2)
