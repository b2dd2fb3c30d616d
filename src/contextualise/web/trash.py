"""What was deleted from a map in the last thirty days, the way back, and the way to be rid of it at once."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action, may, require
from contextualise.domain.errors import Conflict
from contextualise.domain.history import empty_trash, trash
from contextualise.domain.maps import OpenMap
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.trash import sizes_of, whole_trash
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.history.trash import PAGE, EmptyingPage, trash_page
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.templates import show_bytes
from contextualise.web.topics.editing import map_to_edit, map_url

READ = [HttpMethod.GET, HttpMethod.HEAD]
EMPTYING = "trash/emptying.html"


@route("/maps/{ref:str}/trash", http_method=READ)
async def show_trash(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Deleted topics, names, texts, facts and connections, the latest first, each with a button that brings it back."""
    before = whole_number(request.query_params.get("before", ""))
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        deleted = await trash(connection, found.map.id, before, PAGE + 1)
        sizes = await sizes_of(connection, found.map.id, [change.id for change in deleted])
    may_empty = may(found.standing, Action.MANAGE)
    return show(request, "trash/index.html", trash_page(deleted, sizes, map_url(found), before=before, may_empty=may_empty))


@route("/maps/{ref:str}/trash/emptying", http_method=READ)
async def ask_to_empty(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Asks for the map's title, typed, before everything in the trash is gone for good."""
    async with reading(request) as connection:
        found = await _own_map(request, connection, ref)
        page = await _emptying(connection, found)
    return show(request, EMPTYING, page)


@post("/maps/{ref:str}/trash/emptying")
async def empty(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Empties the trash, once the title was typed."""
    typed = (await read_posted(request)).text("title")
    async with writing(request) as session:
        found = await _own_map(request, session, ref)
        if _plain(typed) != _plain(found.map.title):
            page = await _emptying(await session.connection(), found)
            page = replace(page, typed=typed[:200], error="Type the title of the map as it is written above.")
            return show(request, EMPTYING, page, status=422)
        try:
            async with session.begin_nested():
                count = await empty_trash(session, found.map.id, found.viewer.id if found.viewer else None)
        except Conflict as conflict:
            return see_other(request, f"{map_url(found)}/trash", Flash(str(conflict), "error"))
    what = "1 deletion is" if count == 1 else f"{count} deletions are"
    return see_other(request, f"{map_url(found)}/trash", Flash(f"The trash is empty: {what} gone for good."))


async def _own_map(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str) -> OpenMap:
    """The map for its owner: who edits it without owning it must not take away for good what others wrote."""
    found = await map_to_edit(request, connection, ref)
    require(found.standing, Action.MANAGE)
    return found


async def _emptying(connection: AsyncConnection, found: OpenMap) -> EmptyingPage:
    whole = await whole_trash(connection, found.map.id)
    url = f"{map_url(found)}/trash"
    return EmptyingPage(f"{url}/emptying", url, found.map.title, whole.deletions, show_bytes(whole.bytes) if whole.bytes else "")


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


ROUTES = [show_trash, ask_to_empty, empty]
