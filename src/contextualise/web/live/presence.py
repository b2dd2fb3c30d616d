"""Who is here, what they edit, and the choice not to be seen."""

from typing import Any
from uuid import UUID

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import live
from contextualise.domain.access import Action
from contextualise.domain.live import OpenPage
from contextualise.domain.maps import OpenMap
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.live import PARTS, HerePage, SeenPage, people_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, require_viewer, writing

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_FORM_BYTES = 10_000


async def show_who_is_here(request: AnyRequest, connection: AsyncConnection, found: OpenMap) -> Response[Any]:
    """The members who have a page of the map open; other readers are told how pages follow what happens."""
    standing = found.standing
    if not (standing.is_owner or standing.mode is not None) or found.viewer is None:
        return show(request, "live/show.html", HerePage(None), block="here")
    here = await live.who_is_here(connection, found.map.id)
    page = HerePage(people_of(here), is_hidden=await live.is_hidden(connection, found.viewer.id))
    return show(request, "live/show.html", page, block="here")


@route("/maps/{ref:str}/live/editing", http_method=HttpMethod.POST, status_code=204, request_max_body_size=_FORM_BYTES)
async def editing(request: AnyRequest, ref: FromPath[str]) -> None:
    """Say in which part of a page one writes, or with an empty `part` that one has stopped. Scripts of the open page ask for it."""
    posted = await read_posted(request)
    part = posted.text("part")
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.EDIT)
        assert found.viewer is not None
        stream_id = _stream_id(posted.text("stream"))
        if stream_id is not None and (part in PARTS or not part):
            await live.say_editing(session, OpenPage(found.map.id, stream_id, found.viewer.id, None), part)


@route("/account/presence", http_method=_READ)
async def being_seen(request: AnyRequest) -> Response[Any]:
    """The choice whether others see that one is here."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        page = SeenPage(await live.is_hidden(connection, viewer.id))
    return show(request, "live/being_seen.html", page)


@route("/account/presence", http_method=HttpMethod.POST, status_code=303, request_max_body_size=_FORM_BYTES)
async def choose_being_seen(request: AnyRequest) -> Response[str]:
    """Be shown among those who are here, or not."""
    posted = await read_posted(request)
    hidden = posted.text("seen") == "no"
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        await live.set_hidden(session, viewer.id, hidden=hidden)
    told = "Others do not see any more when you are here." if hidden else "Members of your maps see when you are here."
    return see_other(request, "/account/presence", Flash(told))


def _stream_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


ROUTES = [editing, being_seen, choose_being_seen]
