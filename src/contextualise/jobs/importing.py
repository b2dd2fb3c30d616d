"""Imports an uploaded file in a process of its own.

Reading a map takes seconds of computing and hundreds of megabytes: beside the server it slows nobody's pages, and its memory is given
back when it ends.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import msgspec

from contextualise.domain.errors import Conflict, DomainError
from contextualise.domain.transfer import Imported, Progress, import_map, read_file
from contextualise.jobs.work import Outcome, Running, Stores
from contextualise.objects import ObjectMissing, ObjectStore, open_store
from contextualise.repository import jobs as queue
from contextualise.repository.database import Database
from contextualise.repository.jobs import Claimed

REPORT_EVERY_SECONDS = 0.4


async def import_upload(running: Running) -> Outcome:
    """Import the upload that the job names; the upload is deleted once the job has ended, either way."""
    answer = await _in_process(msgspec.json.encode(Task(running.stores, running.job)))
    await running.objects.delete(running.job.arguments["key"])
    if answer.imported is None:
        raise DomainError(answer.error)
    return outcome_of(answer.imported)


class Task(msgspec.Struct):
    """What the process is told."""

    stores: Stores
    job: Claimed


class Answer(msgspec.Struct):
    """What the process says: why it failed, or what it imported."""

    error: str = ""
    imported: Imported | None = None


async def _in_process(task: bytes) -> Answer:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        output, _ = await process.communicate(task)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"the importing process ended with status {process.returncode}")
    return msgspec.json.decode(output, type=Answer)


def main() -> None:
    """The life of the process: a task on standard input, an answer on standard output."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    try:
        answer = Answer(imported=asyncio.run(_import(task.stores, task.job)))
    except DomainError as error:
        answer = Answer(error=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


async def _import(stores: Stores, job: Claimed) -> Imported:
    database, objects = Database(stores.database_url, pool_size=2), open_store(Path(stores.objects_folder), stores.s3)
    progress = Progress()
    arguments = job.arguments
    try:
        async with _reporting(database, job, progress):
            with TemporaryFile() as file:
                await _fetch(objects, arguments["key"], cast(BinaryIO, file))
                reading = await read_file(
                    cast(BinaryIO, file), file_name=arguments["file_name"], megabytes=arguments["megabytes"], progress=progress
                )
            async with database.writing() as session:
                assert job.user_id is not None
                imported = await import_map(session, reading, owner_id=job.user_id, title=arguments["title"], progress=progress)
                # In the same transaction: a job that is run again after a crash finds itself done and imports nothing twice.
                ended = outcome_of(imported)
                if not await queue.finish(session, job, state="done", message=ended.message, result=ended.result, map_id=ended.map_id):
                    raise Conflict("Another process has taken this job over.")
        return imported
    finally:
        await database.close()


def outcome_of(imported: Imported) -> Outcome:
    """What the job's page shows."""
    result: dict[str, Any] = {"warnings": list(imported.warnings), "more_warnings": imported.more_warnings}
    return Outcome(imported.sentence, imported.map_id, result)


async def _fetch(objects: ObjectStore, key: str, file: BinaryIO) -> None:
    try:
        opened = await objects.open(key)
    except ObjectMissing as error:
        raise DomainError("The uploaded file is gone. Upload it again.") from error
    async for chunk in opened.chunks:
        file.write(chunk)
    file.seek(0)


@contextlib.asynccontextmanager
async def _reporting(database: Database, job: Claimed, progress: Progress) -> AsyncIterator[None]:
    """Write the progress down while the block runs; that also keeps the job ours."""

    async def report() -> None:
        while True:
            async with database.writing() as session:
                await queue.report(session, job.id, done=progress.done, total=progress.total, message=progress.message)
            await asyncio.sleep(REPORT_EVERY_SECONDS)

    task = asyncio.create_task(report())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


if __name__ == "__main__":
    main()
