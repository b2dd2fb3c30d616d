"""What a supervisor asks: is the process alive, and can it serve."""

import os
import shutil
from collections.abc import Awaitable, Callable

import structlog
from litestar import Request, Response, route
from litestar.datastructures import State
from litestar.enums import HttpMethod

from contextualise.repository.migrate import head, revision
from contextualise.web.shared.state import Parts, parts_of

log = structlog.get_logger()
_READ = [HttpMethod.GET, HttpMethod.HEAD]
LEAST_FREE_BYTES = 100_000_000


@route("/healthz", http_method=_READ, sync_to_thread=False)
def alive() -> Response[dict[str, str]]:
    """200 as long as the process answers at all."""
    return Response({"status": "alive"})


@route("/readyz", http_method=_READ)
async def ready(request: Request[object, object, State]) -> Response[dict[str, object]]:
    """200 when database, schema, object store and disk are fit to serve; else 503, naming the part. Details go to the log alone."""
    parts = parts_of(request)
    checks: dict[str, Callable[[Parts], Awaitable[None]]] = {"database": _database, "objects": _objects, "disk": _disk}
    states = {name: await _state(name, check, parts) for name, check in checks.items()}
    fit = all(state == "ok" for state in states.values())
    return Response({"status": "ready" if fit else "not ready", **states}, status_code=200 if fit else 503)


async def _state(name: str, check: Callable[[Parts], Awaitable[None]], parts: Parts) -> str:
    try:
        await check(parts)
    except Exception as error:  # whatever it is, the part is not fit
        log.error("not ready", part=name, error=str(error))
        return "failed"
    return "ok"


async def _database(parts: Parts) -> None:
    async with parts.database.reading() as connection:
        current = await connection.run_sync(revision)
    if current != head():
        raise RuntimeError(f"the schema is at {current}, this version needs {head()}")


async def _objects(parts: Parts) -> None:
    await parts.objects.check()


async def _disk(parts: Parts) -> None:
    storage = parts.settings.storage
    if not storage.is_dir():
        return  # database and objects live elsewhere
    if not os.access(storage, os.W_OK):
        raise RuntimeError(f"{storage} cannot be written")
    if shutil.disk_usage(storage).free < LEAST_FREE_BYTES:
        raise RuntimeError(f"less than {LEAST_FREE_BYTES // 1_000_000} MB are free on the disk of {storage}")
