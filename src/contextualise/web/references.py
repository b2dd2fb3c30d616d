"""Topics for reference fields, while somebody types."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.lib.names import match_key
from contextualise.repository.reading.index import find_type
from contextualise.repository.reading.search import PATIENT, QUICK, search_topics
from contextualise.web.going_to import typed
from contextualise.web.pages.going_to import results_of
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading

MOST_TYPES = 10


@route("/maps/{ref:str}/references", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def find_references(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Options for what was typed: a list whose last entry offers to create the topic, where there is none and the person may.

    `?types=` keeps to topics of these types, given by their addresses and separated by commas. A list that says that it is a part was made
    at once; it comes whole, if later, for `?whole=1`.
    """
    text = typed(request)
    wanted = [slug for slug in request.query_params.get("types", "").split(",") if slug and slug.isprintable()][:MOST_TYPES]
    patience = PATIENT if request.query_params.get("whole") == "1" else QUICK
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        types = [type_[0] for slug in wanted if (type_ := await find_type(connection, found.map.id, slug[:200]))]
        topics = await search_topics(connection, found.map.id, found.map.base_iri, text, types=types, patience=patience)
    exact = any(hit.rank == 0 and match_key(hit.name) == match_key(text) for hit in topics.hits)
    creates = bool(text) and not exact and may(found.standing, Action.EDIT)
    results = results_of(Addresses(f"/maps/{found.map.ref}"), text, topics.hits)
    return show(request, "references/options.html", results, text=text, creates=creates, is_part=topics.is_cut and patience == QUICK)


ROUTES = [find_references]
