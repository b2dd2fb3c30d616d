"""The home page."""

from collections.abc import Sequence

from litestar import Response, route
from litestar.enums import HttpMethod

from contextualise.domain import maps
from contextualise.domain.accounts import Place, has_people, searchable
from contextualise.web.pages.maps import Card, HomePage, card_of
from contextualise.web.paging import addresses, flag_moment_and_number, place_of
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading, viewer_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
OWN_SHOWN = 3


@route("/", http_method=_READ)
async def home(request: AnyRequest) -> Response[str]:
    """Published maps, promoted ones first; before them, for a person who is signed in, the own maps changed last."""
    search = searchable(request.query_params.get("q", ""))
    place = place_of(request, flag_moment_and_number)
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
        own: Sequence[Card] = ()
        if viewer is not None and not search and place == Place():
            found = await maps.list_own(connection, viewer.id)
            own = [card_of(card, with_owner=False, own=True) for card in found.rows[:OWN_SHOWN]]
        published = await maps.list_published(connection, place, search=search)
        is_set_up = viewer is not None or bool(published.rows) or await has_people(connection)
    previous, following = addresses("/", published, {"q": search})
    page = HomePage(own, [card_of(card, with_owner=True) for card in published.rows], search, previous, following, is_set_up)
    return show(request, "home/show.html", page, block="published_maps")


ROUTES = [home]
