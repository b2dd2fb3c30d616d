"""Taking a change back; doing it again is taking that back."""

import re
from typing import Any
from urllib.parse import unquote

from litestar import Response, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import home_of, topic_draft
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Restored, undo
from contextualise.domain.maps import OpenMap
from contextualise.domain.notes import find_inbox
from contextualise.domain.sharing import tell_of_undo
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import own_path, page_before, see_other
from contextualise.web.shared.requests import AnyRequest, writing
from contextualise.web.topics.editing import context_of, map_to_edit, map_url, topic_url, undoable


@post("/maps/{ref:str}/changes/{change_id:int}/undoing")
async def undo_change(request: AnyRequest, ref: FromPath[str], change_id: FromPath[int]) -> Response[Any]:
    """Takes the change back and goes to what it was about; the message offers to do it again."""
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        saved = await _undo(session, found, change_id)
        construct_id = saved.construct_id if isinstance(saved, Restored) else None
        where = _list_before(request, found) or await _where(request, session, found, construct_id)
    if isinstance(saved, str):
        return see_other(request, where, Flash(saved, "error"))
    return see_other(request, where, undoable(found, f"Undone. {saved.note}".strip(), saved, label="Do it again"))


async def _undo(session: AsyncSession, found: OpenMap, change_id: int) -> Restored | str:
    """What came of it, or why it cannot be undone any more."""
    try:
        async with session.begin_nested():
            user_id, may_manage = found.viewer.id if found.viewer else None, may(found.standing, Action.MANAGE)
            restored = await undo(session, found.map.id, user_id, change_id, may_manage=may_manage)
            if restored.construct_id == 0:
                await tell_of_undo(session, found.map.id, user_id, restored.change_id)
            return restored
    except Conflict as conflict:
        return str(conflict)


def _list_before(request: AnyRequest, found: OpenMap) -> str | None:
    """The page of the history from which the person comes: whoever takes several changes back wants to stay there."""
    before = page_before(request)
    if re.fullmatch(rf"/maps/{found.map.id}(?:-[^/]*)?/(?:history|people|changes/\d+)", before.path) is None:
        return None
    return own_path(before.path + (f"?{before.query}" if before.query else ""), map_url(found))


async def _where(request: AnyRequest, session: AsyncSession, found: OpenMap, construct_id: int | None) -> str:
    """The topic that came back, else the topic's page from which the person comes, else where the statement shows."""
    home = await home_of(session, found.map.id, construct_id) if construct_id is not None else None
    inbox = await find_inbox(session, found.map.id)
    if re.fullmatch(rf"/maps/{found.map.id}(?:-[^/]*)?/notes", page_before(request).path) or (inbox and home and home.id == inbox.topic_id):
        return f"{map_url(found)}/notes"
    if home is None or home.id != construct_id:
        before = await _page_before(request, session, found)
        if before is not None:
            return before
    if home is None:
        return f"{map_url(found)}/topics" if construct_id else map_url(found)
    return topic_url(found, home.slug) + context_of(request)


async def _page_before(request: AnyRequest, session: AsyncSession, found: OpenMap) -> str | None:
    path = page_before(request).path
    slug = re.fullmatch(rf"/maps/{found.map.id}(?:-[^/]*)?/topics/([^/]+)(?:/changes)?", path)
    if slug is None:
        return None
    try:
        topic = await topic_draft(session, found.map.id, unquote(slug[1]).replace("\0", ""))
    except NotFound:
        return None
    return topic_url(found, topic.slug) + context_of(request)


ROUTES = [undo_change]
