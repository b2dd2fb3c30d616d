"""Going to a topic by any of its names, or doing something: a page with a form, and the same results in the dialog."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.search import PATIENT, QUICK, Found, recent_topics, search_maps, search_topics
from contextualise.web.asked import asked_context
from contextualise.web.pages.actions import Action as Do
from contextualise.web.pages.actions import actions_of, fitting
from contextualise.web.pages.going_to import GoToPage, go_to_any_page, go_to_page
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.fragments import here, own_path, page_before, page_context, show, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading, viewer_of
from contextualise.web.trail import trail_of

READ = [HttpMethod.GET, HttpMethod.HEAD]
LONGEST = 200


@route("/maps/{ref:str}/go-to", http_method=READ)
async def go_to(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The topics of a map that somebody may mean by `?q=`.

    The dialog gets at once what is found at once; where that is not all, it asks for what comes `?beyond=` the first so many.
    """
    text, beyond = typed(request), request.query_params.get("beyond")
    quickly = wants_fragment(request) and beyond is None
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        if text:
            hits = await search_topics(connection, found.map.id, found.map.base_iri, text, patience=QUICK if quickly else PATIENT)
        else:
            hits = Found(await recent_topics(connection, found.map.id, _seen(request)))
    addresses = Addresses(f"/maps/{found.map.ref}", asked_context(request))
    may_edit = may(found.standing, Action.EDIT)
    page = go_to_page(addresses, text, hits, _actions(request, text), map_title=found.map.title, may_edit=may_edit, quickly=quickly)
    if beyond is not None and wants_fragment(request):
        return show(request, "going_to/show.html", page.after(whole_number(beyond) or 0), block="go_to_further")
    return _show(request, page)


@route("/go-to", http_method=READ)
async def go_to_any(request: AnyRequest) -> Response[Any]:
    """Maps, and topics of all maps, that the reader may see."""
    text = typed(request)
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
        maps, hits = await search_maps(connection, viewer.id if viewer else None, text)
    return _show(request, go_to_any_page(text, maps, hits, _actions(request, text)))


def typed(request: AnyRequest) -> str:
    """What was typed, as far as it can be looked for."""
    text = request.query_params.get("q", "")[:LONGEST]
    return "".join(character for character in text if character.isprintable()).strip()


def _seen(request: AnyRequest) -> tuple[int, ...]:
    """The topics seen before, the latest first, without the one that the reader looks at."""
    seen = trail_of(request)[::-1]
    return seen[1:] if "/topics/" in page_before(request).path else seen


def _actions(request: AnyRequest, text: str) -> tuple[Do, ...]:
    """What can be done by these words; a change of appearance comes back to the page from which it was asked for."""
    context = page_context(request)
    before = page_before(request)
    back = before.path + (f"?{before.query}" if before.query else "") if wants_fragment(request) else here(request)
    return fitting(actions_of(context["viewer"], context["current_map"], theme=context["theme"], back=own_path(back)), text)


def _show(request: AnyRequest, page: GoToPage) -> Response[Any]:
    template = "going_to/show.html" if request.state.get("current_map") else "going_to/any.html"
    return show(request, template, page, block="go_to_results")


ROUTES = [go_to, go_to_any]
