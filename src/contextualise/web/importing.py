"""The upload form for maps, and the page that shows how far an import is."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from litestar import Response, route
from litestar.datastructures import UploadFile
from litestar.enums import HttpMethod
from litestar.exceptions import ClientException
from litestar.params import FromPath

from contextualise.domain.errors import NotFound
from contextualise.repository import jobs as queue
from contextualise.repository.tables import Job
from contextualise.web.forms.posted import read_multipart
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer, writing
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class ImportForm:
    """The form, with what was typed and what is wrong with it."""

    limit: int
    title: str
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class ImportState:
    """How far an import is."""

    id: int
    file_name: str
    state: str
    message: str
    done: int
    total: int | None
    map_url: str | None
    warnings: list[str]
    more_warnings: int

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ("done", "failed")


@route("/maps/importing", http_method=_READ)
async def import_form(request: AnyRequest) -> Response[str]:
    """The upload form."""
    async with reading(request) as connection:
        await require_viewer(request, connection)
    return show(request, "importing/new.html", _form(request))


@route("/maps/importing", http_method=HttpMethod.POST, status_code=303)
async def start_import(request: AnyRequest) -> Response[str]:
    """Keep the upload in the object store and queue its import."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    parts = parts_of(request)
    form = await _posted(request)
    title, file = str(form.get("title") or "").strip(), form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _refused(request, title, {"file": "Choose a file."})
    if len(title) > 200:
        return _refused(request, title, {"title": "Use at most 200 characters for the title."})
    limit = parts.settings.max_import_mb
    size = file.file.seek(0, 2)
    if size > limit * 1_000_000:
        return _refused(request, title, {"file": f"This file has {size / 1_000_000:.1f} MB; at most {limit} MB are taken."}, 413)
    if size == 0:
        return _refused(request, title, {"file": "This file is empty."})
    file.file.seek(0)
    key = f"imports/{secrets.token_hex(16)}"
    await parts.objects.put(key, _chunks(file), "application/octet-stream")
    arguments = {"key": key, "file_name": file.filename[:200], "title": title, "megabytes": limit}
    async with writing(request) as session:
        job_id = await queue.add_job(session, "import", user_id=viewer.id, arguments=arguments)
    return see_other(request, f"/maps/importing/{job_id}")


@route("/maps/importing/{job_id:int}", http_method=_READ)
async def import_state(request: AnyRequest, job_id: FromPath[int]) -> Response[str]:
    """How far the import is; the page asks again by itself until it is over, with or without scripts."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        job = await queue.find_job(connection, job_id) if job_id < 2**63 else None
    if job is None or job.kind != "import" or job.user_id != viewer.id:
        raise NotFound("There is no such import.")
    return show(request, "importing/show.html", _state(job), block="import_progress")


def _state(job: Job) -> ImportState:
    result = job.result or {}
    return ImportState(
        id=job.id,
        file_name=job.arguments["file_name"],
        state=job.state,
        message=job.message,
        done=job.done,
        total=job.total,
        map_url=f"/maps/{job.map_id}" if job.map_id else None,
        warnings=result.get("warnings", []),
        more_warnings=result.get("more_warnings", 0),
    )


def _form(request: AnyRequest, title: str = "", errors: dict[str, str] | None = None) -> ImportForm:
    return ImportForm(parts_of(request).settings.max_import_mb * 1_000_000, title, errors or {})


def _refused(request: AnyRequest, title: str, errors: dict[str, str], status: int = 422) -> Response[str]:
    return show(request, "importing/new.html", _form(request, title, errors), status=status)


async def _posted(request: AnyRequest) -> Any:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise ClientException
    return await read_multipart(request)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


ROUTES = [import_form, start_import, import_state]
