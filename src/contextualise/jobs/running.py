"""Takes jobs from the queue one at a time and runs what stands for their kind."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError

from contextualise.domain.errors import DomainError
from contextualise.jobs.importing import import_upload
from contextualise.jobs.work import Outcome, Running, Stores
from contextualise.objects import ObjectStore
from contextualise.repository import jobs as queue
from contextualise.repository.database import Database
from contextualise.repository.jobs import Claimed

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 0.5

KINDS: dict[str, Callable[[Running], Awaitable[Outcome]]] = {"import": import_upload}


async def run_jobs(database: Database, objects: ObjectStore, stores: Stores) -> None:
    """Run jobs for as long as the process lives; a database that is away is waited for."""
    while True:
        try:
            worked = await run_next(database, objects, stores)
        except (DBAPIError, OSError) as error:
            log.warning("queue unreachable", error=str(error))
            worked = False
        if not worked:
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def run_next(database: Database, objects: ObjectStore, stores: Stores) -> bool:
    """Run the next job; False when none waits."""
    async with database.writing() as session:
        job = await queue.claim(session)
    if job is None:
        return False
    log.info("job started", job=job.id, kind=job.kind, attempt=job.attempts)
    try:
        outcome = await _run(Running(job, database, objects, stores))
    except DomainError as error:
        await _fail(database, job, str(error))
    except Exception:
        log.exception("job failed", job=job.id, kind=job.kind)
        await _fail(database, job, f"Something went wrong on our side. The log names it under job {job.id}.")
    else:
        async with database.writing() as session:
            await queue.finish(session, job, state="done", message=outcome.message, result=outcome.result, map_id=outcome.map_id)
    return True


async def _run(running: Running) -> Outcome:
    if running.job.attempts > queue.MOST_ATTEMPTS:
        raise DomainError(f"This was tried {queue.MOST_ATTEMPTS} times, and each time the server ended before it was done.")
    return await KINDS[running.job.kind](running)


async def _fail(database: Database, job: Claimed, message: str) -> None:
    async with database.writing() as session:
        await queue.finish(session, job, state="failed", message=message, result=None, map_id=job.map_id)
