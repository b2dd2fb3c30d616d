"""Opening a share link: the browser remembers it, and goes on to the page that it is about."""

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import share_links
from contextualise.domain.access import Action, may
from contextualise.domain.accounts.limits import give_back_attempt, take_attempt
from contextualise.domain.maps import find_map, map_ref
from contextualise.domain.share_links import GoodLink, Token, Visit
from contextualise.web.pages.paths import path_url
from contextualise.web.pages.topics.links import encoded
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.opened_links import with_link
from contextualise.web.shared.requests import AnyRequest, reading, token_hash, writing
from contextualise.web.shared.state import parts_of

PURPOSE = "share-link"
_QUIET = {"Referrer-Policy": "no-referrer"}  # the address is the secret


@route("/s/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def open_link(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """To the map, topic or path that the link opens; a link that is not good opens nothing, whatever is wrong with it."""
    request.state.by_link = True
    address = request.client.host if request.client else ""
    limits = share_links.open_limits(address)
    async with writing(request) as session:
        await take_attempt(session, limits)
    given = share_links.read_token(token)
    async with reading(request) as connection:
        link = await share_links.require_link(connection, given)
        assert given is not None
        found, _ = await find_map(connection, given.map_id, token_hash(request))
    async with writing(request) as session:
        await give_back_attempt(session, limits)
        is_guest = found is not None and not may(found.standing, Action.READ)
        if is_guest and request.method == HttpMethod.GET:
            visit = Visit(address, request.headers.get("user-agent", "")[:300])
            await share_links.count_use(session, parts_of(request).signer.key(PURPOSE), given.map_id, link.id, visit)
    response = see_other(request, _target(given, link), headers=_QUIET)
    if is_guest:
        response.set_cookie(with_link(request, given.map_id, given.digest))
    return response


def _target(token: Token, link: GoodLink) -> str:
    map_url = f"/maps/{map_ref(token.map_id, link.title)}"
    if link.slug is None:
        return map_url
    return path_url(map_url, link.slug) if link.kind == "path" else f"{map_url}/topics/{encoded(link.slug)}"


ROUTES = [open_link]
