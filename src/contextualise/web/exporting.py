"""A whole map as a file."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from typing import BinaryIO

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream

from contextualise.domain.access import Action, may
from contextualise.domain.accounts import take_export
from contextualise.domain.transfer import file_path, write_map
from contextualise.lib.dispositions import content_disposition
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import browser_of

XTM = "application/x-tm+xml"
_IN_MEMORY = 4_000_000
_CHUNK = 1 << 18
# Each holds a connection and looks at every row of a map.
_AT_ONCE = asyncio.Semaphore(2)


@route("/maps/{ref:str}/export.xtm", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def export_map(request: AnyRequest, ref: FromPath[str]) -> Response[str] | Stream:
    """The map in XTM 2.1, texts included and files by their address; for all who may read the whole of it."""
    parts = parts_of(request)
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
    headers = {
        "Content-Disposition": content_disposition(f"{found.map.ref}.xtm", inline=False),
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if request.method == HttpMethod.HEAD:
        return Response("", media_type=XTM, headers=headers)
    await take_export(parts.database, browser_of(request).address)
    base = parts.mailer.link(f"/maps/{found.map.ref}/")
    file: BinaryIO = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115 - closed when sent
    try:
        # Written before it is sent: a reader with a slow line must not hold a connection to the database.
        async with _AT_ONCE, parts.database.writing() as session:
            address, for_readers = (lambda sha256, name: base + file_path(sha256, name)), not may(found.standing, Action.EDIT)
            async for piece in write_map(session, parts.objects, found.map.id, address=address, for_readers=for_readers):
                await asyncio.to_thread(file.write, piece)
    except BaseException:
        file.close()
        raise
    return Stream(_sent(file), media_type=XTM, headers=headers)


async def _sent(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


ROUTES = [export_map]
