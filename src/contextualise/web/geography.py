"""Where things of a map are: a drawing of the world made of links, the same as a list, and a file for other programs."""

import json
from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action
from contextualise.domain.maps import OpenMap
from contextualise.repository.reading.choosing import find_chosen
from contextualise.repository.reading.places import (
    WORLD,
    Box,
    Cell,
    Placed,
    find_places,
    find_reach,
    gather_places,
    list_places,
)
from contextualise.repository.reading.tellings import Choice, choice_of
from contextualise.web.asked import asked_context, asked_number, asked_type
from contextualise.web.kept_views import keep_view, kept_view
from contextualise.web.pages.places import COLUMNS, PER_PAGE, Asked, around, asked_box, merged, name_of, pins, places_page
from contextualise.web.pages.tellings import href_of
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.security import origin_of_tiles, policy
from contextualise.web.shared.state import origin_of, parts_of

READ = [HttpMethod.GET, HttpMethod.HEAD]
_BATCH = 1000


@route("/maps/{ref:str}/places", http_method=READ)
async def show_places(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The places of the map: `?west=5&south=45&east=15&north=55` is the part of the world; `type` and `scope` as elsewhere."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        tiles = parts_of(request).settings.map_tiles_url
        headers = {"Content-Security-Policy": policy(img_src=[origin_of_tiles(tiles)])} if tiles else {}
        kept = kept_view(request, etag, **headers)
        if kept is not None:
            return kept
        asked = _asked(request, f"/maps/{found.map.ref}/places")
        chosen = await find_chosen(connection, found.map.id, asked.context, type_slug=asked.type_slug)
        choice = choice_of(found.map.id, chosen)
        reach = await find_reach(connection, found.map.id, measured=asked.box is None)
        box = asked.box or (around(reach) if reach else None)
        cells, singles = await _gathered(connection, choice, box)
        listed = await list_places(connection, choice, box or WORLD, after=asked.after, limit=PER_PAGE + 1)
    page = places_page(asked, chosen, reach, box, f"/maps/{found.map.ref}", cells, singles, listed)
    headers |= validators(etag)
    attribution = parts_of(request).settings.map_tiles_attribution
    answer = show(request, "places/show.html", page, block="places", headers=headers, tiles=tiles, attribution=attribution)
    return keep_view(request, etag, answer)


@route("/maps/{ref:str}/places/points", http_method=READ)
async def show_points(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The signs of a part of the world for a map that moves, as GeoJSON."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        asked, choice = await _chosen(request, connection, found)
        box = asked.box or WORLD
        cells, singles = await _gathered(connection, choice, box)
    signs = pins(asked, cells, singles, Addresses(f"/maps/{found.map.ref}", asked.context), box)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [float(pin.x), -float(pin.y)]},
            "properties": {"count": pin.count, "label": pin.label, "href": pin.href, "sign": pin.sign},
        }
        for pin in signs
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return Response(body, media_type="application/geo+json", headers=validators(etag))


@route("/maps/{ref:str}/places.geojson", http_method=READ)
async def show_file(request: AnyRequest, ref: FromPath[str]) -> Stream:
    """All places as GeoJSON (RFC 7946)."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        _, choice = await _chosen(request, connection, found)
        places, after = [], 0
        while batch := await list_places(connection, choice, WORLD, after=after, limit=_BATCH):
            places += batch
            after = batch[-1].id
            if len(batch) < _BATCH:
                break
    headers = {"Content-Disposition": 'attachment; filename="places.geojson"', "Cache-Control": "private, no-cache"}
    addresses = Addresses(origin_of(request) + f"/maps/{found.map.ref}")
    return Stream(_features(places, addresses), media_type="application/geo+json", headers=headers)


async def _features(places: list[Placed], addresses: Addresses) -> AsyncIterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    for number, place in enumerate(places):
        feature = {
            "type": "Feature",
            "id": place.id,
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {"name": name_of(place), "topic": place.topic_label, "kind": place.type_label, "url": href_of(place, addresses)},
        }
        yield (b"," if number else b"") + json.dumps(feature, ensure_ascii=False).encode()
    yield b"]}"


async def _chosen(request: AnyRequest, connection: AsyncConnection, found: OpenMap) -> tuple[Asked, Choice]:
    asked = _asked(request, f"/maps/{found.map.ref}/places")
    return asked, choice_of(found.map.id, await find_chosen(connection, found.map.id, asked.context, type_slug=asked.type_slug))


def _asked(request: AnyRequest, path: str) -> Asked:
    query = request.query_params
    box = asked_box(*(query.get(side, "") for side in ("west", "south", "east", "north")))
    return Asked(path, asked_context(request), asked_type(request), box, asked_number(query.get("after")))


async def _gathered(connection: AsyncConnection, choice: Choice, box: Box | None) -> tuple[list[Cell], list[Placed]]:
    if box is None:
        return [], []
    cells = merged(await gather_places(connection, choice, box, box.width / COLUMNS), box)
    alone = [cell.first_id for cell in cells if cell.count == 1]
    return cells, await find_places(connection, choice, alone) if alone else []


ROUTES = [show_places, show_points, show_file]
