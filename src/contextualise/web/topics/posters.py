"""Takes in the picture that stands for a film or a 3D scene, drawn by the browser of somebody who may edit."""

import asyncio
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.content import Copy, Finding, keep_poster
from contextualise.domain.drafts import occurrence_draft
from contextualise.domain.errors import Invalid, NotFound
from contextualise.lib.kinds import SCENES
from contextualise.lib.renditions import make_poster
from contextualise.repository import renditions
from contextualise.web.shared.fragments import VARY, see_other, wants_fragment
from contextualise.web.shared.multipart import parts_of_form
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.blocks import MEDIA
from contextualise.web.topics.editing import Place, place_of
from contextualise.web.topics.upload_answers import wants_json

LARGEST = 8_000_000
_NO_PICTURE = "Send a picture in PNG, JPEG or WebP."

# A picture is taken apart in memory: one at a time.
_at_once = asyncio.Semaphore(1)


@post("/maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/poster", request_max_body_size=LARGEST + 1_000_000, status_code=200)
async def save_poster(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Keeps the picture in the field `file` for a film or scene of the topic, re-encoded and in several widths."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        sha256 = await _moving(connection, place, occurrence_id)
    poster = await _examined(await _sent(request))
    async with writing(request) as session:
        await keep_poster(session, parts_of(request).objects, place.map_id, sha256, poster)
    if wants_json(request):
        widths = [copy.width for copy in poster.copies]
        return Response({"width": poster.width, "height": poster.height, "widths": widths}, media_type="application/json", headers=VARY)
    if wants_fragment(request):
        return Response("", status_code=204, headers=VARY)
    return see_other(request, f"{place.page}#{MEDIA}")


async def _moving(connection: AsyncConnection, place: Place, occurrence_id: int) -> bytes:
    """The hash of a film or scene of the topic; raises `NotFound`, and `Invalid` for any other file."""
    draft = await occurrence_draft(connection, place.map_id, occurrence_id) if occurrence_id < 2**63 else None
    if draft is None or draft.topic_id != place.topic.id or draft.sha256 is None:
        raise NotFound("There is no such file on this topic.")
    media_type = await renditions.media_type_of(connection, place.map_id, draft.sha256)
    if media_type not in SCENES and not media_type.startswith("video/"):
        raise Invalid({"file": "Only films and 3D scenes have a picture that stands for them."})
    return draft.sha256


async def _sent(request: AnyRequest) -> bytes:
    """The file of the form; raises `Invalid`."""
    async for part in parts_of_form(request):
        if part.name == "file" and part.file_name is not None:
            data = bytearray()
            async for chunk in part.chunks:
                data += chunk
                if len(data) > LARGEST:
                    raise Invalid({"file": f"This picture is larger than {LARGEST // 1_000_000} MB."})
            return bytes(data)
    raise Invalid({"file": _NO_PICTURE})


async def _examined(data: bytes) -> Finding:
    async with _at_once:
        found = await asyncio.to_thread(make_poster, data)
    if found.problem or not found.pictures:
        raise Invalid({"file": found.problem or _NO_PICTURE})
    copies = [Copy(picture.width, picture.height, picture.data) for picture in found.pictures]
    return Finding(found.width, found.height, copies)


ROUTES = [save_poster]
