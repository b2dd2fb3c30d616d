"""The search page: a form that works as it stands; with scripts the results come while one types."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.search import Question, search_all, search_map
from contextualise.repository.reading.choosing import find_chosen
from contextualise.repository.search import KINDS, Filters
from contextualise.web.asked import asked_context
from contextualise.web.pages.search import key_of, search_all_page, search_map_page
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.fragments import show, target_id
from contextualise.web.shared.requests import AnyRequest, map_for, reading, viewer_of

READ = [HttpMethod.GET, HttpMethod.HEAD]
LONGEST = 200


@route("/maps/{ref:str}/search", http_method=READ)
async def search_one(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """What a map has about `?q=`: topics by names, texts, notes, attributes, links and files, narrowed down by links."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        question = _question(request)
        chosen = await find_chosen(connection, found.map.id, question.filters.context)
        answer = await search_map(connection, found, question)
    addresses, may_edit = Addresses(f"/maps/{found.map.ref}", question.filters.context), may(found.standing, Action.EDIT)
    page = search_map_page(addresses, question, answer, chosen, title=found.map.title, may_edit=may_edit)
    return show(request, "search/show.html", page, block=_block(request))


@route("/search", http_method=READ)
async def search_every(request: AnyRequest) -> Response[Any]:
    """The same over all maps that the reader may see."""
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
        question = _question(request)
        answer = await search_all(connection, viewer.id if viewer else None, question)
    return show(request, "search/any.html", search_all_page(question, answer), block=_block(request))


def _question(request: AnyRequest) -> Question:
    query = request.query_params
    kinds = tuple(kind for kind in KINDS if kind in query.getall("kind", []))
    filters = Filters(_clean(request, "type"), _clean(request, "tag"), _clean(request, "in"), asked_context(request))
    return Question(_clean(request, "q"), kinds, filters, key_of(query.get("after") or ""), is_patient=query.get("patience") == "long")


def _clean(request: AnyRequest, name: str) -> str:
    """A field of the query as PostgreSQL can take it."""
    text = request.query_params.get(name) or ""
    return "".join(character for character in text[:LONGEST] if character.isprintable()).strip()


def _block(request: AnyRequest) -> str:
    return "search_more" if target_id(request) == "search-more" else "search_results"


ROUTES = [search_one, search_every]
