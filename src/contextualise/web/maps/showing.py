"""The front page of a map."""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import PICTURE_TYPE, FrontText, OpenMap, front_of, read_picture
from contextualise.lib.markdown.linking import fill_links
from contextualise.web.pages.maps import OverviewPage, image_url
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import moved, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_IMAGE_SECONDS = 86_400  # its address changes with it


@route("/maps/{ref:str}", http_method=_READ)
async def overview(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """What the map is about, its own text, its topics by type, and what was changed last."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        if ref != found.map.ref:
            return moved(map_address(request, found))
        etag = etag_of(request, found, found.map.promoted_at)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        front = await front_of(connection, found.map)
    page = OverviewPage(
        front=front,
        text_html=_text(found, front.text) if front.text else None,
        image_url=image_url(found.map.ref, found.map.image_sha256),
        is_promoted=found.map.promoted_at is not None,
        may_promote=found.viewer is not None and found.viewer.is_admin,
        has_connections=bool(front.connections),
    )
    return show(request, "maps/show.html", page, headers=validators(etag))


@route("/maps/{ref:str}/image", http_method=_READ)
async def image(request: AnyRequest, ref: FromPath[str]) -> Response[bytes]:
    """The map's picture, for those who may read the map; `size=small` is the one of lists."""
    async with reading(request) as connection:
        found = (await map_for(request, connection, ref, Action.READ)).map
    if found.image_sha256 is None:
        raise NotFound("This map has no picture.")
    small = request.query_params.get("size") == "small"
    etag = f'"{found.image_sha256.hex()}{"-small" if small else ""}"'
    headers = {"ETag": etag, "Cache-Control": f"private, max-age={_IMAGE_SECONDS}"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, media_type=PICTURE_TYPE, headers=headers)
    content = await read_picture(parts_of(request).objects, found.id, found.image_sha256, small=small)
    return Response(content, media_type=PICTURE_TYPE, headers=headers)


def map_address(request: AnyRequest, found: OpenMap, step: str = "") -> str:
    """The address of a map, or of a page below it, with the query of the request."""
    query = request.scope["query_string"].decode("latin-1")
    return f"/maps/{quote(found.map.ref)}{step}" + (f"?{query}" if query else "")


def _text(found: OpenMap, text: FrontText) -> str:
    base = f"/maps/{quote(found.map.ref)}/topics"
    resolved = {link.position: f"{base}/{quote(link.slug, safe='')}" for link in text.links if link.slug}
    create = (lambda name: f"{base}/new?{urlencode({'name': name})}") if may(found.standing, Action.EDIT) else None
    return fill_links(text.html, resolved, create)


ROUTES = [overview, image]
