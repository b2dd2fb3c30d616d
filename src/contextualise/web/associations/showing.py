"""The page of an association, and the addresses of all other statements."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.association import find_owner, read_association
from contextualise.web.asked import asked_context
from contextualise.web.pages.associations import association_page
from contextualise.web.pages.topics.links import encoded, query_of
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading

READ = [HttpMethod.GET, HttpMethod.HEAD]
GONE = "There is no such statement in this map."


@route("/maps/{ref:str}/associations/{number:str}", http_method=READ)
async def show_association(request: AnyRequest, ref: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """An association: who takes part in which role, in which context, and what is said about it."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        after = whole_number(request.query_params.get("after", "0")) or 0
        association_id = whole_number(number)
        record = await read_association(connection, found.map.id, association_id, after=after) if association_id else None
    if record is None:
        raise NotFound(GONE)
    page = association_page(record, f"/maps/{found.map.ref}", asked_context(request), may_edit=may(found.standing, Action.EDIT))
    return show(request, "associations/show.html", page, block="association", headers=validators(etag))


@route("/maps/{ref:str}/names/{number:str}", http_method=READ)
async def show_name(request: AnyRequest, ref: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """To the name on its topic's page."""
    return await _to_statement(request, ref, "name", number)


@route("/maps/{ref:str}/occurrences/{number:str}", http_method=READ)
async def show_occurrence(request: AnyRequest, ref: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """To the text, link or fact on its topic's page."""
    return await _to_statement(request, ref, "occurrence", number)


async def _to_statement(request: AnyRequest, ref: str, kind: str, number: str) -> Response[Any]:
    statement_id = whole_number(number)
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        owner = await find_owner(connection, found.map.id, kind, statement_id) if statement_id else None
    if owner is None:
        raise NotFound(GONE)
    slug, is_text, is_in_inbox = owner
    if is_in_inbox and statement_id is not None:
        if not may(found.standing, Action.EDIT):
            raise NotFound(GONE)
        return see_other(request, f"/maps/{found.map.ref}/notes?before={statement_id + 1}#text-{statement_id}")
    anchor = f"{'text' if is_text else kind}-{statement_id}"
    return see_other(request, f"/maps/{found.map.ref}/topics/{encoded(slug)}{query_of(asked_context(request))}#{anchor}")


ROUTES = [show_association, show_name, show_occurrence]
