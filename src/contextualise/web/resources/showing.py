"""The overview of what a map has, and the list of each kind: narrowed down, sorted and turned over by links and one form."""

import re
from collections.abc import Callable
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.lib.kinds import Kind
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.resources import KEYS, Chosen, Order, Place, Way, count_kinds, list_resources
from contextualise.web.asked import asked_context, asked_place
from contextualise.web.pages.resources import Asked, orders_of, overview_page, resources_page
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import HTML, VARY, show, target_id
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.kept_pages import KeptPage, kept_pages

READ = [HttpMethod.GET, HttpMethod.HEAD]
LONGEST = 200
MOST_WORDS = 8


@route("/maps/{ref:str}/resources", http_method=READ)
async def show_kinds(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """How much there is of each kind."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        counts = await count_kinds(connection, found.map.id, with_inbox=may(found.standing, Action.EDIT))
    addresses = Addresses(f"/maps/{found.map.ref}", asked_context(request))
    page = overview_page(addresses.map_url, counts, addresses.query)
    return show(request, "resources/index.html", page, block="main", headers=validators(etag))


@route("/maps/{ref:str}/resources/{kind:str}", http_method=READ)
async def show_resources(request: AnyRequest, ref: FromPath[str], kind: FromPath[str]) -> Response[Any]:
    """Everything of one kind."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        kept = kept_pages(request).find(etag) if etag else None
        if kept is not None:
            return Response(kept.before, media_type=HTML, headers={**VARY, **validators(etag)})
        asked = _asked(request, found, kind_of(kind))
        place = _place(request, asked.order)
        listing = await list_resources(connection, found.map.id, asked.chosen, order=asked.order, reverse=asked.reverse, place=place)
    addresses = Addresses(f"/maps/{found.map.ref}", asked.chosen.context)
    page = resources_page(addresses, asked, listing, may_edit=may(found.standing, Action.EDIT))
    block = "resource_list" if target_id(request) == "resource-list" else "main"
    response = show(request, "resources/list.html", page, block=block, headers=validators(etag))
    if etag is not None:
        kept_pages(request).keep(etag, KeptPage(0, "", response.content, ""))
    return response


def kind_of(text: str) -> Kind:
    """The kind that an address names. Raises `NotFound`."""
    try:
        return Kind(text)
    except ValueError:
        raise NotFound("There is no such list in a map.") from None


def _asked(request: AnyRequest, found: OpenMap, kind: Kind) -> Asked:
    query = request.query_params
    text = " ".join(_clean(query.get("q")).split())
    chosen = Chosen(
        kind,
        words=tuple(dict.fromkeys(re.findall(r"[^\W_]+", text.casefold())))[:MOST_WORDS],
        topic_type=_clean(query.get("type")),
        own_type=_clean(query.get("as")),
        context=asked_context(request),
        with_inbox=may(found.standing, Action.EDIT),
    )
    orders = orders_of(kind)
    order = next((order for order in orders if order == query.get("sort")), orders[0])
    return Asked(text, chosen, order, query.get("dir") == "back")


def _clean(value: str | None) -> str:
    """A field of the query as PostgreSQL can take it."""
    return "".join(character for character in (value or "")[:LONGEST] if character.isprintable())


def _place(request: AnyRequest, order: Order) -> Place:
    """Where the page lies; the first one for an address that somebody has changed by hand."""
    query = request.query_params
    if query.get("last") == "1":
        return Place("last")
    ways: tuple[Way, Way] = ("after", "before")
    for way in ways:
        place = asked_place(query.get(way))
        if place is not None:
            try:
                return Place(way, _KEY[KEYS[order][1]](place[0]), place[1])
            except ValueError:
                continue
    return Place()


def _whole(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise ValueError
    return number


_KEY: dict[str, Callable[[str], object]] = {"bigint": _whole, "text": str, "double precision": float}

ROUTES = [show_kinds, show_resources]
