"""Looks at the new pictures of a map, one after the other, in a process that has nothing to lose."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import structlog

from contextualise.domain.content import Copy, Finding, content_key, keep_finding, next_picture
from contextualise.jobs.work import Outcome, Running
from contextualise.objects import ObjectMissing, ObjectStore
from contextualise.repository import jobs as queue
from contextualise.repository import renditions

log = structlog.get_logger()
SECONDS = 60  # for one picture
SHOW_EVERY_SECONDS = 1.0
RENEW_EVERY_SECONDS = 15.0
_LONGEST_ANSWER = 1 << 16

TOO_LONG = "It took too long to read this picture. It can be downloaded as it is."
TOO_MUCH = "This picture could not be read here. It can be downloaded as it is."
LOST = "The bytes of this picture are missing in the store of files. Tell whoever runs this site."


async def examine_pictures(running: Running) -> Outcome:
    """Look at every picture of the job's map that nobody has looked at; raises `objects.StoreUnavailable`, to be tried again later."""
    assert running.job.map_id is not None
    done, shown = 0, time.monotonic()
    async with _Pictures() as process, _renewing(running):
        while await _examine_next(running, process, running.job.map_id):
            done += 1
            if time.monotonic() - shown > SHOW_EVERY_SECONDS:
                await _show(running, running.job.map_id)
                shown = time.monotonic()
    await _show(running, running.job.map_id)
    return Outcome(f"{done} pictures", running.job.map_id)


async def _examine_next(running: Running, process: "_Pictures", map_id: int) -> bool:
    """One picture, claimed by its row for as long as it takes: a worker that dies leaves it to the next one."""
    async with running.database.writing() as session:
        picture = await next_picture(session, map_id)
        if picture is None:
            return False
        finding = await process.examine(running.objects, content_key(map_id, picture.sha256))
        await keep_finding(session, running.objects, map_id, picture.sha256, finding)
    if finding.problem:
        log.info("picture without copies", map=map_id, sha256=picture.sha256.hex(), problem=finding.problem)
    return True


async def _show(running: Running, map_id: int) -> None:
    """Let open pages show the copies. On its own: whoever writes to a map locks it first, and this would come second."""
    async with running.database.writing() as session:
        await renditions.renew_pages(session, map_id)


@contextlib.asynccontextmanager
async def _renewing(running: Running) -> AsyncIterator[None]:
    """Keep the job ours while the block runs."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_SECONDS)
            async with running.database.writing() as session:
                await queue.report(session, running.job.id, done=0, total=None, message="Looking at pictures")

    task = asyncio.create_task(renew())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Pictures:
    """The process and its folder; the process is started when it is needed, and again after a picture has killed it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._folder = TemporaryDirectory(prefix="contextualise-pictures-")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._end()
        self._folder.cleanup()

    async def examine(self, objects: ObjectStore, key: str) -> Finding:
        """What the process says about the picture under a key; raises `objects.StoreUnavailable`."""
        folder = Path(self._folder.name)
        path = folder / "picture"
        try:
            with path.open("wb") as file:
                async for chunk in (await objects.open(key)).chunks:
                    await asyncio.to_thread(file.write, chunk)
        except ObjectMissing:
            return Finding(problem=LOST)
        try:
            async with asyncio.timeout(SECONDS):  # `wait_for` of Python 3.11 can swallow the cancellation that ends the process
                answer = await self._ask(path, folder)
        except TimeoutError:
            await self._end()
            return Finding(problem=TOO_LONG)
        except (EOFError, ConnectionError):
            await self._end()
            return Finding(problem=TOO_MUCH)
        return await asyncio.to_thread(_read, answer, folder)

    async def _ask(self, path: Path, folder: Path) -> dict[str, Any]:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "contextualise.lib.picture_process"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LONGEST_ANSWER,
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps({"file": str(path), "folder": str(folder)}).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _read(answer: dict[str, Any], folder: Path) -> Finding:
    copies = [Copy(copy["width"], copy["height"], (folder / f"{copy['width']}.webp").read_bytes()) for copy in answer["copies"]]
    return Finding(answer["width"], answer["height"], copies, answer["problem"])
