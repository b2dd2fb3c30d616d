"""The files of a map, streamed from the object store to those who may read the map.

Nothing that somebody uploaded may act as a page of ours: pictures are shown, sounds and films are played, everything else is downloaded,
and a policy keeps all of it from running anything.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream

from contextualise.domain.access import Action, may
from contextualise.domain.content import content_key, rendition_key
from contextualise.domain.errors import NotFound
from contextualise.lib.byte_ranges import parse_range
from contextualise.lib.digests import read_digest
from contextualise.lib.dispositions import content_disposition
from contextualise.lib.kinds import IMAGES
from contextualise.lib.numbers import whole_number
from contextualise.objects import ObjectMissing, Opened
from contextualise.repository.reading.files import FileRow, find_file
from contextualise.web.shared.reach import keep_within
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import parts_of

# Nothing of a file runs, and it is of an origin of its own.
POLICY = "default-src 'none'; img-src 'self'; sandbox"
# A sound or film that is opened by itself is asked for once more, which only its own origin may do; still nothing runs.
PLAYED = "default-src 'none'; media-src 'self'; sandbox allow-same-origin"
SECONDS = 300  # how long a browser shows a file again without asking whether its reader still may see it
ACTIVE = re.compile(r"html|svg|[/+]xml\b|javascript|ecmascript", re.IGNORECASE)  # types that some program might run
WIDEST = 10_000
MISSING = "There is no such file in this map."


@dataclass(frozen=True, slots=True)
class Sent:
    """The bytes that an address stands for: the file, or a smaller copy of a picture."""

    key: str
    etag: str
    media_type: str
    size: int
    name: str

    @property
    def headers(self) -> dict[str, str]:
        """What goes with any part of it."""
        is_played = self.media_type.startswith(("audio/", "video/"))
        return {
            "ETag": self.etag,
            "Accept-Ranges": "bytes",
            "Cache-Control": f"private, max-age={SECONDS}",
            "Content-Security-Policy": PLAYED if is_played else POLICY,
            "Content-Disposition": content_disposition(self.name, inline=is_played or self.media_type in IMAGES),
            "X-Content-Type-Options": "nosniff",
        }


@route("/maps/{ref:str}/files/{digest:str}/{name:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_file(request: AnyRequest, ref: FromPath[str], digest: FromPath[str], name: FromPath[str]) -> Response[Any] | Stream:
    """A file under the SHA-256 of its bytes: whole (200), a part (206), unchanged (304) or beyond its end (416).

    With `width`, the smaller copy that fits it best; a picture that has none is sent as it is. What no topic has any more, only the
    history or the trash, is there for those who may bring it back.
    """
    sha256, width = read_digest(digest), _width(request)
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ, within_reach=True)
        reach = found.standing.reach
        within = None if reach is None else [topic_id for topic_id, _ in reach.topics]
        file = await find_file(connection, found.map.id, sha256, width or 0, within=within) if sha256 else None
        keep_within(request, is_open=reach is None or (file is not None and file.is_shown))
    if file is None or sha256 is None or not (file.is_shown or may(found.standing, Action.EDIT)):
        raise NotFound(MISSING)
    return await _send(request, _chosen(file, found.map.id, sha256, name, width))


def _chosen(file: FileRow, map_id: int, sha256: bytes, name: str, width: int | None) -> Sent:
    digest = sha256.hex()
    if width is not None and file.rendition_width is not None and file.rendition_type is not None and file.rendition_bytes is not None:
        key, etag = rendition_key(map_id, sha256, file.rendition_width), f'"{digest}-{file.rendition_width}-{file.rendition_bytes}"'
        return Sent(key, etag, file.rendition_type, file.rendition_bytes, name.rpartition(".")[0] + ".webp")
    if width is not None and file.media_type not in IMAGES:
        raise NotFound("There is no picture of this file.")
    media_type = "application/octet-stream" if ACTIVE.search(file.media_type) else file.media_type
    return Sent(content_key(map_id, sha256), f'"{digest}"', media_type, file.bytes, name)


async def _send(request: AnyRequest, sent: Sent) -> Response[Any] | Stream:
    headers, media_type = sent.headers, sent.media_type
    if _is_known(request.headers.get("if-none-match", ""), sent.etag):
        return Response(b"", status_code=304, media_type=media_type, headers=headers)
    try:
        part = _part(request, sent)
    except ValueError:
        return Response(b"", status_code=416, media_type=media_type, headers={**headers, "Content-Range": f"bytes */{sent.size}"})
    offset, length = part or (0, sent.size)
    if part is not None:
        headers["Content-Range"] = f"bytes {offset}-{offset + length - 1}/{sent.size}"
    headers["Content-Length"] = str(length)
    status = 206 if part is not None else 200
    if request.method == HttpMethod.HEAD:
        return Stream(_nothing(), status_code=status, media_type=media_type, headers=headers)
    opened = await _open(request, sent.key, offset, length)
    return Stream(opened.chunks, status_code=status, media_type=media_type, headers=headers)


async def _open(request: AnyRequest, key: str, offset: int, length: int) -> Opened:
    try:
        return await parts_of(request).objects.open(key, offset, length)
    except ObjectMissing:
        raise NotFound("The bytes of this file are missing from the store.") from None


def _part(request: AnyRequest, sent: Sent) -> tuple[int, int] | None:
    """The part asked for; `If-Range` with another version of the file asks for all of it."""
    header = request.headers.get("range")
    if header is None or request.headers.get("if-range", sent.etag) != sent.etag:
        return None
    return parse_range(header, sent.size)


def _is_known(if_none_match: str, etag: str) -> bool:
    """Whether the browser has the file (RFC 9110, 13.1.2)."""
    return if_none_match.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))


def _width(request: AnyRequest) -> int | None:
    asked = whole_number(request.query_params.get("width"))
    return min(asked, WIDEST) if asked else None


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""


ROUTES = [show_file]
