"""`python -m tests.soak kills`: eight people write to one map while the server is killed and started; nothing acknowledged is lost.

The whole of it is killed with SIGKILL, its own PostgreSQL as well, as a power cut would. SOAK_SECONDS (default 300), SOAK_KILLS (10) and
SOAK_PEOPLE (8) say how much.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg

from contextualise.embedded.postgres import EmbeddedPostgres
from tests.serving import KEY, Served, Visitor, ask, free_port, visiting
from tests.writers import Writer, table

SECONDS = float(os.environ.get("SOAK_SECONDS", "300"))
KILLS = int(os.environ.get("SOAK_KILLS", "10"))
PEOPLE = int(os.environ.get("SOAK_PEOPLE", "8"))


def main(_: Sequence[str] = ()) -> int:
    """Run it; the status is 1 when something acknowledged is not there or the doctor finds a fault."""
    with tempfile.TemporaryDirectory(prefix="contextualise-soak-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs under an account of its own where this is root
        served = Served(Path(folder) / "storage", free_port(), {"SECRET_KEY": KEY, "WORKERS": "2"})
        try:
            writers = asyncio.run(_run(served.start()))
        finally:
            served.stop()
        print(table(writers))
        done = served.run("doctor")
        print(done.stdout.strip().splitlines()[-1])
        return done.returncode


async def _run(served: Served) -> list[Writer]:
    url = EmbeddedPostgres(served.storage / "postgres", waited_for=False).start().url
    over, began = asyncio.Event(), time.monotonic()
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(visiting(served.address, url, f"person{number}@example.org")) for number in range(PEOPLE)]
        writers = await _begin(served, url, people)
        async with asyncio.TaskGroup() as group:
            for writer in writers:
                group.create_task(writer.work(over))
            await _kill_now_and_then(served, began)
            over.set()
        versions = ask(url, "SELECT version FROM map")
        print(
            f"{PEOPLE} people wrote to one map for {time.monotonic() - began:.0f} s through {KILLS} kills; it is at version {versions:,}."
        )
        for writer in writers:
            assert await writer.look() == writer.state
            await writer.check_pages()
    return writers


async def _begin(served: Served, url: str, people: list[Visitor]) -> list[Writer]:
    """A map of the first person to which the others may write, a topic for each of them and one for all."""
    home = await people[0].new_map("One map for all")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO map_member (map_id, user_id, mode) SELECT m.id, u.id, 'edit' FROM map m JOIN app_user u ON u.id <> m.owner_id"
        )
    common = await people[0].new_topic(home, "Written to by all")
    return [
        Writer(person, served, url, home, await person.new_topic(home, f"Topic of {number}"), common, number)
        for number, person in enumerate(people)
    ]


async def _kill_now_and_then(served: Served, began: float) -> None:
    dice = random.Random(20130250)
    for number in range(1, KILLS + 1):
        pause = SECONDS / (KILLS + 1)
        await asyncio.sleep(max(0.0, began + number * pause + dice.uniform(-0.2, 0.2) * pause - time.monotonic()))
        killed = await asyncio.to_thread(served.kill)
        started = time.monotonic()
        await asyncio.to_thread(served.start)
        print(f"kill {number}: {len(killed)} processes; answers again after {time.monotonic() - started:.1f} s", flush=True)
    await asyncio.sleep(max(0.0, began + SECONDS - time.monotonic()))
