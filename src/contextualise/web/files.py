"""The files of a map, streamed from the object store to those who may read the map.

Nothing that somebody uploaded may act as a page of ours: pictures are shown, everything else is downloaded, and a policy keeps both from
running anything.
"""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream

from contextualise.domain.access import Action
from contextualise.domain.errors import NotFound
from contextualise.domain.texts.content import content_key
from contextualise.lib.byte_ranges import parse_range
from contextualise.objects import ObjectMissing, Opened
from contextualise.repository.reading.files import FileRow, find_file
from contextualise.web.pages.topics.media import IMAGES
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import parts_of

POLICY = "default-src 'none'; sandbox"
SECONDS = 300  # how long a browser shows a picture again without asking whether its reader still may see it
ACTIVE = re.compile(r"html|xml|svg|javascript|ecmascript", re.IGNORECASE)  # types that some program might run
MISSING = "There is no such file in this map."


@route("/maps/{ref:str}/files/{digest:str}/{name:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_file(request: AnyRequest, ref: FromPath[str], digest: FromPath[str], name: FromPath[str]) -> Response[Any] | Stream:
    """A file under the SHA-256 of its bytes: whole (200), a part (206), unchanged (304) or beyond its end (416)."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        sha256 = _sha256(digest)
        file = await find_file(connection, found.map.id, sha256) if sha256 else None
    if file is None or sha256 is None:
        raise NotFound(MISSING)
    headers = _headers(file, digest, name)
    media_type = "application/octet-stream" if ACTIVE.search(file.media_type) else file.media_type
    if f'"{digest}"' in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=media_type, headers=headers)
    try:
        part = _part(request, file, digest)
    except ValueError:
        return Response(b"", status_code=416, media_type=media_type, headers={**headers, "Content-Range": f"bytes */{file.bytes}"})
    offset, length = part or (0, file.bytes)
    if part is not None:
        headers["Content-Range"] = f"bytes {offset}-{offset + length - 1}/{file.bytes}"
    headers["Content-Length"] = str(length)
    status = 206 if part is not None else 200
    if request.method == HttpMethod.HEAD:
        return Stream(_nothing(), status_code=status, media_type=media_type, headers=headers)
    opened = await _open(request, content_key(found.map.id, sha256), offset, length)
    return Stream(opened.chunks, status_code=status, media_type=media_type, headers=headers)


async def _open(request: AnyRequest, key: str, offset: int, length: int) -> Opened:
    try:
        return await parts_of(request).objects.open(key, offset, length)
    except ObjectMissing:
        raise NotFound("The bytes of this file are missing from the store.") from None


def _part(request: AnyRequest, file: FileRow, digest: str) -> tuple[int, int] | None:
    """The part asked for; `If-Range` with another version of the file asks for all of it."""
    header = request.headers.get("range")
    if header is None or request.headers.get("if-range", f'"{digest}"') != f'"{digest}"':
        return None
    return parse_range(header, file.bytes)


def _headers(file: FileRow, digest: str, name: str) -> dict[str, str]:
    shown = "inline" if file.media_type in IMAGES else "attachment"
    return {
        "ETag": f'"{digest}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={SECONDS}",
        "Content-Security-Policy": POLICY,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }


def _sha256(digest: str) -> bytes | None:
    try:
        return bytes.fromhex(digest) if len(digest) == 64 and digest == digest.lower() else None
    except ValueError:
        return None


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


ROUTES = [show_file]
