"""The published maps: shown first or not, made private."""

from litestar import Response, route
from litestar.enums import HttpMethod

from contextualise.domain import reports
from contextualise.domain.accounts import searchable
from contextualise.web.admin.showing import show_admin
from contextualise.web.pages.admin import PublishedPage
from contextualise.web.paging import addresses, moment_and_number, place_of
from contextualise.web.shared.requests import AnyRequest, reading, require_admin

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_URL = "/admin/maps"


@route(_URL, http_method=_READ)
async def published(request: AnyRequest) -> Response[str]:
    """The published maps, the one published last first."""
    search = searchable(request.query_params.get("q", ""))
    async with reading(request) as connection:
        await require_admin(request, connection)
        found = await reports.list_published(connection, place_of(request, moment_and_number), search=search)
        previous, following = addresses(_URL, found, {"q": search})
        page = PublishedPage(found.rows, search, previous, following)
        return await show_admin(request, connection, "admin/maps.html", page, block="map_list")


ROUTES = [published]
