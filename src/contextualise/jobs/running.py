"""Takes jobs from the queue one at a time and runs what stands for their kind."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from contextualise.domain.errors import DomainError
from contextualise.objects import ObjectStore
from contextualise.repository import jobs as queue
from contextualise.repository.database import Database
from contextualise.repository.jobs import Claimed

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Running:
    """What a job has to work with; `report(done, total, message)` shows progress and keeps the job claimed."""

    job: Claimed
    database: Database
    objects: ObjectStore

    async def report(self, done: int, total: int | None, message: str) -> None:
        """Show progress to whoever waits."""
        async with self.database.writing() as session:
            await queue.report(session, self.job.id, done=done, total=total, message=message)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended well."""

    message: str
    map_id: int | None = None
    result: dict[str, Any] | None = None


Work = Callable[[Running], Awaitable[Outcome]]
KINDS: dict[str, Work] = {}


async def run_jobs(database: Database, objects: ObjectStore) -> None:
    """Run jobs for as long as the process lives; a database that is away is waited for."""
    while True:
        try:
            worked = await run_next(database, objects)
        except (DBAPIError, OSError) as error:
            log.warning("queue unreachable", error=str(error))
            worked = False
        if not worked:
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def run_next(database: Database, objects: ObjectStore) -> bool:
    """Run the next job; False when none waits."""
    async with database.writing() as session:
        job = await queue.claim(session)
    if job is None:
        return False
    try:
        outcome = await _run(Running(job, database, objects))
    except DomainError as error:
        await _finish(database, job, "failed", str(error), None)
    except Exception:
        log.exception("job failed", job=job.id, kind=job.kind)
        await _finish(database, job, "failed", f"Something went wrong on our side. The log names it under job {job.id}.", None)
    else:
        await _finish(database, job, "done", outcome.message, outcome)
    return True


async def _run(running: Running) -> Outcome:
    if running.job.attempts > queue.MOST_ATTEMPTS:
        return await _give_up(running)
    return await KINDS[running.job.kind](running)


async def _give_up(running: Running) -> Outcome:
    raise DomainError(f"This was tried {queue.MOST_ATTEMPTS} times, and each time the server ended before it was done.")


async def _finish(database: Database, job: Claimed, state: str, message: str, outcome: Outcome | None) -> None:
    async with database.writing() as session:
        await queue.finish(
            session,
            job.id,
            state=state,
            message=message,
            result=outcome.result if outcome else None,
            map_id=outcome.map_id if outcome and outcome.map_id else job.map_id,
        )
