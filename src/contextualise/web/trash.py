"""What was deleted from a map in the last thirty days, and the way back."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.history import trash
from contextualise.web.forms.posted import construct_number
from contextualise.web.pages.history.trash import PAGE, trash_page
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading
from contextualise.web.topics.editing import map_to_edit, map_url


@route("/maps/{ref:str}/trash", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_trash(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Deleted topics, names, texts, facts and connections, the latest first, each with a button that brings it back."""
    before = construct_number(request.query_params.get("before", ""))
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        deleted = await trash(connection, found.map.id, before, PAGE + 1)
    return show(request, "trash/index.html", trash_page(deleted, map_url(found), before=before))


ROUTES = [show_trash]
