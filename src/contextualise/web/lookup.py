"""Topics by what their facts say."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action
from contextualise.repository.reading.lookup import find_holders, survey_facts
from contextualise.web.asked import asked_context, asked_place
from contextualise.web.forms.lookup import read_lookup, wanted_of
from contextualise.web.pages.lookup import lookup_page
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading


@route("/maps/{ref:str}/lookup", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def look_up(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The topics that have a fact of the kind `?type=`, with a `value`, or from `low` to `high`."""
    form, after = read_lookup(request.query_params), asked_place(request.query_params.get("after"))
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        wanted = wanted_of(form)
        survey = await survey_facts(connection, found.map.id, wanted)
        holders = () if form.errors else await find_holders(connection, found.map.id, survey, wanted, after=after)
    addresses = Addresses(f"/maps/{found.map.ref}", asked_context(request))
    page = lookup_page(addresses, form, survey, holders, is_first=after is None)
    return show(request, "resources/lookup.html", page, block="main", headers=validators(etag), status=422 if form.errors else 200)


ROUTES = [look_up]
