"""Takes jobs from the queue and runs what stands for their kind: imports one at a time, and beside them pictures one at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from contextualise.domain.content import EXAMINE, examine_forgotten
from contextualise.domain.errors import DomainError
from contextualise.domain.leaving import LEAVING
from contextualise.jobs.examining import examine_pictures
from contextualise.jobs.importing import import_upload
from contextualise.jobs.leaving import purge_maps_of
from contextualise.jobs.work import Outcome, Running, Stores
from contextualise.objects import ObjectStore, StoreUnavailable
from contextualise.repository import jobs as queue
from contextualise.repository.database import Database
from contextualise.repository.jobs import Claimed

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 0.5
PUT_OFF_SECONDS = 30

KINDS: dict[str, Callable[[Running], Awaitable[Outcome]]] = {"import": import_upload, EXAMINE: examine_pictures, LEAVING: purge_maps_of}
# An import of minutes must not hold up pictures, which are waited for on a page.
LANES: tuple[Collection[str], ...] = (("import",), (EXAMINE, LEAVING))
# Safe to begin again, and asked for by nobody who would look at its failure.
PATIENT = frozenset({EXAMINE, LEAVING})


async def run_jobs(database: Database, objects: ObjectStore, stores: Stores) -> None:
    """Run jobs for as long as the process lives; a database that is away is waited for."""
    await asyncio.gather(*(_run_lane(database, objects, stores, kinds) for kinds in LANES))


async def _run_lane(database: Database, objects: ObjectStore, stores: Stores, kinds: Collection[str]) -> None:
    looked_back = EXAMINE not in kinds
    while True:
        try:
            if not looked_back:
                async with database.writing() as session:
                    await examine_forgotten(session)
                looked_back = True
            worked = await run_next(database, objects, stores, kinds)
        except (DBAPIError, OSError) as error:
            log.warning("queue unreachable", error=str(error))
            worked = False
        except Exception:
            # Whatever it is: without this the process would answer requests and run no job any more.
            log.exception("queue out of order")
            worked = False
        if not worked:
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def run_next(database: Database, objects: ObjectStore, stores: Stores, kinds: Collection[str] = tuple(KINDS)) -> bool:
    """Run the next job of these kinds; False when none waits."""
    async with database.writing() as session:
        job = await queue.claim(session, kinds)
    if job is None:
        return False
    log.info("job started", job=job.id, kind=job.kind, attempt=job.attempts)
    try:
        outcome = await _run(Running(job, database, objects, stores))
    except DomainError as error:
        await _fail(database, job, str(error))
    except StoreUnavailable as error:
        if job.kind not in PATIENT:
            await _fail(database, job, "The store of files does not answer. Try again in a moment.")
        else:
            log.warning("job put off", job=job.id, kind=job.kind, error=str(error))
            async with database.writing() as session:
                await queue.put_off(session, job, PUT_OFF_SECONDS)
    except OperationalError as error:
        # The database went away in the middle: once it is back and the claim has run out, the job is taken over.
        log.warning("job interrupted", job=job.id, kind=job.kind, error=str(error))
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
