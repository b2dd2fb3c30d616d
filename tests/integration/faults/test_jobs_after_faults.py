"""The queue goes on after its database was away."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from contextualise.embedded.postgres import EmbeddedPostgres
from contextualise.jobs import Stores, run_jobs
from contextualise.objects import FolderStore
from contextualise.repository import jobs as queue
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from tests.integration.faults.test_database_restarted import kill


async def ended(database: Database, job_id: int) -> str:
    async with asyncio.timeout(60):
        while True:
            async with database.reading() as connection:
                row = (await connection.execute(text("SELECT state, message FROM job WHERE id = :id"), {"id": job_id})).one()
            if row.state in ("done", "failed"):
                return str(row.message)
            await asyncio.sleep(0.05)


async def test_jobs_are_run_after_the_database_was_killed(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "postgres") as server:  # a fast one may lose what was committed last
        await asyncio.to_thread(upgrade, server.url)
        database = Database(server.url, pool_size=3)
        stores = Stores(server.url, str(tmp_path / "objects"), None)
        running = asyncio.create_task(run_jobs(database, FolderStore(tmp_path / "objects"), stores))
        try:
            async with database.writing() as session:
                first = await queue.add_job(session, "examine", user_id=None, arguments={})
            assert "log names it" in await ended(database, first)  # it is for no map
            kill(tmp_path)
            await asyncio.sleep(1.5)
            assert await asyncio.to_thread(server.revive)
            async with database.writing() as session:
                second = await queue.add_job(session, "examine", user_id=None, arguments={})
            assert "log names it" in await ended(database, second)
            assert not running.done()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await database.close()
