"""A person's maps: own, shared, in the trash."""

from litestar import Response, route
from litestar.enums import HttpMethod
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import maps, sharing
from contextualise.domain.accounts import Page, searchable
from contextualise.domain.maps import MapCard
from contextualise.web.pages.maps import MapsPage, card_of
from contextualise.web.paging import addresses, moment_and_number, place_of
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_LISTS = ("own", "shared", "trash")


@route("/maps", http_method=_READ)
async def own_maps(request: AnyRequest) -> Response[str]:
    """The person's own maps; `?show=shared` those of others, `?show=trash` the deleted ones."""
    asked = request.query_params.get("show", "own")
    shown = asked if asked in _LISTS else "own"
    search = searchable(request.query_params.get("q", ""))
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        found = await _list(request, connection, viewer.id, shown, search)
        waiting = await sharing.count_for(connection, parts_of(request).mailer, viewer.id)
    previous, following = addresses("/maps", found, {"show": "" if shown == "own" else shown, "q": search})
    cards = [card_of(card, with_owner=shown == "shared", own=shown == "own") for card in found.rows]
    return show(request, "maps/index.html", MapsPage(shown, cards, search, previous, following, waiting))


async def _list(request: AnyRequest, connection: AsyncConnection, user_id: int, shown: str, search: str) -> Page[MapCard]:
    place = place_of(request, moment_and_number)
    if shown == "trash":
        return await maps.list_trashed(connection, user_id, place)
    if shown == "shared":
        return await maps.list_shared(connection, user_id, place, search=search)
    return await maps.list_own(connection, user_id, place, search=search)


ROUTES = [own_maps]
