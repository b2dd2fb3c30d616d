"""The versions of a text: listed, compared, brought back."""

from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import find_topic
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.maps import OpenMap
from contextualise.domain.texts import Stale
from contextualise.domain.versions import TextHistory, Version, compare, restore_version, text_history
from contextualise.lib.differences import Piece
from contextualise.lib.digests import read_digest
from contextualise.lib.numbers import whole_number
from contextualise.objects import StoreUnavailable
from contextualise.web.forms.posted import read_posted
from contextualise.web.history.opened import opened_by, opened_versions
from contextualise.web.pages.history.versions import versions_page
from contextualise.web.pages.topics.links import Link
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import map_to_edit, map_url, topic_url, undoable

READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/texts/{text_id:int}/versions", http_method=READ)
async def show_versions(request: AnyRequest, ref: FromPath[str], text_id: FromPath[int]) -> Response[Any]:
    """All versions of a text, and two of them compared: those asked for as `old` and `new`, else the last two."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
        may_edit = may(found.standing, Action.EDIT)
        history = await text_history(connection, found.map.id, text_id, may_edit=may_edit)
        history = opened_versions(await opened_by(connection, found), history)
        topic = await find_topic(connection, found.map.id, history.topic_id)
    old, new = _chosen(request, history)
    pieces, note = await _compared(request, found, old, new)
    back = Link(history.topic, topic_url(found, topic.slug)) if topic else Link("History", f"{map_url(found)}/history")
    page = versions_page(history, map_url(found), back, old, new, pieces, note, may_edit=may_edit)
    return show(request, "history/versions.html", page)


@post("/maps/{ref:str}/texts/{text_id:int}/versions/{version:int}/restoration")
async def restore_text(request: AnyRequest, ref: FromPath[str], text_id: FromPath[int], version: FromPath[int]) -> Response[Any]:
    """Writes the text as it was in a version, unless somebody has written it since the person saw the list."""
    expected = read_digest((await read_posted(request)).text("expected")) or b""
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        back = f"{map_url(found)}/texts/{text_id}/versions"
        try:
            async with session.begin_nested():
                user_id = found.viewer.id if found.viewer else None
                saved = await restore_version(session, parts_of(request).objects, found.map.id, user_id, text_id, version, expected)
        except Stale:
            return see_other(request, back, Flash("Somebody has written this text since. Look at it before you restore.", "error"))
        except Conflict as conflict:
            return see_other(request, back, Flash(str(conflict), "error"))
        where = await _page_of(session, found, text_id)
    return see_other(request, where, undoable(found, "Restored the text.", saved))


async def _page_of(session: AsyncSession, found: OpenMap, text_id: int) -> str:
    history = await text_history(session, found.map.id, text_id, may_edit=True)
    topic = await find_topic(session, found.map.id, history.topic_id)
    return f"{topic_url(found, topic.slug)}#text-{text_id}" if topic else map_url(found)


def _chosen(request: AnyRequest, history: TextHistory) -> tuple[Version | None, Version | None]:
    """The two versions to compare, the older one first, whichever way round they were chosen."""
    numbers = [whole_number(request.query_params.get(name, "")) for name in ("old", "new")]
    by_number = {version.change_id: version for version in history.versions}
    old, new = (by_number.get(number) if number is not None else None for number in numbers)
    order = list(history.versions)
    if new is None:
        new = next((version for version in order if version is not old), None)
    if old is None:
        later = order[order.index(new) + 1 :] if new else []
        old = next(iter(later), None)
    if old is not None and new is not None and order.index(old) < order.index(new):
        old, new = new, old
    return old, new


async def _compared(request: AnyRequest, found: OpenMap, old: Version | None, new: Version | None) -> tuple[list[Piece] | None, str]:
    if old is None or new is None:
        return None, "There is only one version of this text."
    if old is new:
        return None, "Choose two different versions."
    if old.bytes is None or new.bytes is None:
        return None, "One of these versions is gone for good."
    try:
        return await compare(parts_of(request).objects, found.map.id, old.digest, new.digest), ""
    except NotFound as missing:
        return None, str(missing)
    except StoreUnavailable:
        return None, "The store of files cannot be reached at the moment, so versions cannot be compared."


ROUTES = [show_versions, restore_text]
