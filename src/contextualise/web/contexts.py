"""The contexts of a map."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action
from contextualise.repository.reading.contexts import list_themes
from contextualise.web.asked import asked_place
from contextualise.web.pages.contexts import contexts_page
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading


@route("/maps/{ref:str}/contexts", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_contexts(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Every theme that statements of the map have, with how many have it."""
    after = asked_place(request.query_params.get("after"))
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        themes = await list_themes(connection, found.map.id, after=after or ("", 0))
    page = contexts_page(f"/maps/{found.map.ref}", themes, is_first=after is None)
    return show(request, "contexts/index.html", page, headers=validators(etag))


ROUTES = [show_contexts]
