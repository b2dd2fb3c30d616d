"""The tags of a map as a cloud and as a list, and the topics under each."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.repository.reading.tags import count_tags, find_tag, list_tagged
from contextualise.web.asked import asked_place
from contextualise.web.kept_views import keep_view, kept_view
from contextualise.web.pages.tags import cloud_page, tag_page
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading

READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/tags", http_method=READ)
async def show_tags(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Every tag with how many topics are under it."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        kept = kept_view(request, etag)
        if kept is not None:
            return kept
        tags, total = await count_tags(connection, found.map.id)
    page = cloud_page(tags, total, f"/maps/{found.map.ref}", may_edit=may(found.standing, Action.EDIT))
    return keep_view(request, etag, show(request, "tags/index.html", page, headers=validators(etag)))


@route("/maps/{ref:str}/tags/{slug:str}", http_method=READ)
async def show_tag(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The topics under one tag, by name."""
    after = asked_place(request.query_params.get("after"))
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        tag = await find_tag(connection, found.map.id, slug) if slug.isprintable() else None
        if tag is None:
            raise NotFound("This map has no such tag.")
        tagged = await list_tagged(connection, found.map.id, tag.id, after=after or ("", 0))
    return show(
        request, "tags/show.html", tag_page(tag, tagged, f"/maps/{found.map.ref}", is_first=after is None), headers=validators(etag)
    )


ROUTES = [show_tags, show_tag]
