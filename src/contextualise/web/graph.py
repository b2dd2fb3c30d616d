"""The graph around a topic: a drawing with real links made here, so that it works as a document; scripts only add moving about in it."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action
from contextualise.domain.errors import NotFound
from contextualise.domain.neighbourhood import explore, names_of
from contextualise.repository.reading.choosing import find_chosen
from contextualise.web.asked import asked_context
from contextualise.web.kept_views import keep_view, kept_view
from contextualise.web.pages.graph import Asked, graph_page, wish_of
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading


@route("/maps/{ref:str}/topics/{slug:str}/graph", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_graph(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """What a topic is connected with: `?depth=2&association=…&type=…&scope=…`, and what the reader opened (`open`) and hid (`hide`)."""

    def values(name: str) -> Sequence[str]:
        return request.query_params.getall(name, [])

    wish = wish_of(values)
    context = asked_context(request)
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        kept = kept_view(request, etag)
        if kept is not None:
            return kept
        near = await explore(connection, found.map.id, slug, context, wish) if slug.isprintable() else None
        if near is None or near.start.is_hidden:
            raise NotFound("No topic of this map has this address.")
        chosen = await find_chosen(connection, found.map.id, context)
        hidden = await names_of(connection, near, sorted(wish.hidden)) if wish.hidden else ()
    map_url = f"/maps/{found.map.ref}"
    asked = Asked(f"{Addresses(map_url).plain_topic(near.start.slug)}/graph", context, wish)
    page = graph_page(near, asked, map_url, chosen, hidden)
    return keep_view(request, etag, show(request, "graph/show.html", page, block="graph", headers=validators(etag)))


ROUTES = [show_graph]
