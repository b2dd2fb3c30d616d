"""The index of topics: sorted, narrowed down and turned over by links and one form."""

from datetime import datetime
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action, may
from contextualise.domain.maps import OpenMap
from contextualise.lib.names import search_key
from contextualise.repository.reading.choosing import find_chosen
from contextualise.repository.reading.index import Filter, Order, TypeCount, Way, count_types, find_type, list_topics
from contextualise.web.asked import asked_context, asked_place
from contextualise.web.pages.topics.index import Asked, index_page
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import HTML, VARY, show, target_id
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.kept_pages import KeptPage, kept_pages

LONGEST = 200


@route("/maps/{ref:str}/topics", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def list_all(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The topics of a map."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        kept = kept_pages(request).find(etag) if etag else None
        if kept is not None:
            return Response(kept.before, media_type=HTML, headers={**VARY, **validators(etag)})
        asked = await _asked(request, connection, found)
        context = asked_context(request)
        chosen = await find_chosen(connection, found.map.id, context)
        way, place = _place(request, asked.order)
        listing = await list_topics(
            connection,
            found.map.id,
            asked.filter,
            order=asked.order,
            descending=asked.descending,
            way=way,
            place=place,
            themes=[theme.id for theme in chosen.themes],
        )
        types = await _types(request, connection, found, with_base=asked.filter.with_base)
    addresses = Addresses(f"/maps/{found.map.ref}", context)
    may_edit = may(found.standing, Action.EDIT)
    page = index_page(addresses, asked, listing, types, chosen, context, may_edit=may_edit, topic_count=found.map.topic_count)
    block = "topic_list" if target_id(request) == "topic-list" else "main"
    response = show(request, "topics/index.html", page, block=block, headers=validators(etag))
    if etag is not None:
        kept_pages(request).keep(etag, KeptPage(0, "", response.content, ""))
    return response


async def _asked(request: AnyRequest, connection: AsyncConnection, found: OpenMap) -> Asked:
    query = request.query_params
    text = " ".join(_clean(query.get("q")).split())
    slug = _clean(query.get("type"))
    type_ = await find_type(connection, found.map.id, slug) if slug else None
    order: Order = "changed" if query.get("sort") == "changed" else "name"
    descending = query.get("dir") == "desc" if order == "name" else query.get("dir") != "asc"
    chosen = Filter(search_key(text)[:LONGEST], type_[0] if type_ else (0 if slug else None), query.get("base") == "1")
    return Asked(text, chosen, slug, type_[1] if type_ else slug, order, descending)


def _clean(value: str | None) -> str:
    """A field of the query as PostgreSQL can take it."""
    return "".join(character for character in (value or "")[:LONGEST] if character.isprintable())


def _place(request: AnyRequest, order: Order) -> tuple[Way, tuple[object, int] | None]:
    """Where the page lies; the first one for an address that somebody has changed by hand."""
    query = request.query_params
    if query.get("last") == "1":
        return "last", None
    ways: tuple[Way, Way] = ("after", "before")
    for way in ways:
        place = asked_place(query.get(way))
        if place is not None:
            try:
                return way, (place[0] if order == "name" else _moment(place[0]), place[1])
            except ValueError:
                continue
    return "first", None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not 1900 < moment.year < 3000:
        raise ValueError
    return moment


async def _types(request: AnyRequest, connection: AsyncConnection, found: OpenMap, *, with_base: bool) -> list[TypeCount]:
    """The types of the map, counted once for each version of it."""
    known: dict[tuple[int, bool], tuple[int, list[TypeCount]]] = request.app.state.setdefault("type_counts", {})
    key = (found.map.id, with_base)
    version, types = known.get(key, (-1, []))
    if version != found.map.version:
        types = await count_types(connection, found.map.id, with_base=with_base)
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[key] = (found.map.version, types)
    return types


_MOST_KNOWN = 500

ROUTES = [list_all]
