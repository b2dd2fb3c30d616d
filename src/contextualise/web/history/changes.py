"""One change, with what it did before and after."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.domain.history.telling import tell
from contextualise.domain.history.timeline import ChangeRow, find_told
from contextualise.repository.reading.change import rows_of
from contextualise.web.history.differences import compare_texts, slugs_of
from contextualise.web.history.opened import opened_by, require_opened
from contextualise.web.pages.history.change import ChangePage, difference_lines
from contextualise.web.pages.history.timeline import change_line
from contextualise.web.pages.topics.links import Link, encoded
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.editing import map_url

READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/changes/{change_id:int}", http_method=READ)
async def show_change(request: AnyRequest, ref: FromPath[str], change_id: FromPath[int]) -> Response[Any]:
    """Who changed what, when, and the statements before and after; who may edit can take it back."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
        may_edit = may(found.standing, Action.EDIT)
        change = await find_told(connection, found.map.id, change_id, may_edit=may_edit)
        if change is None:
            raise NotFound("There is no such change in this map.")
        require_opened(await opened_by(connection, found), change.version)
        entries = await rows_of(connection, found.map.id, change_id)
        told = await tell(connection, found.map.id, [entry for entry in entries if not entry.waiting], may_edit=may_edit)
        slugs = await slugs_of(connection, found.map.id, told)
    texts, error = await compare_texts(request, found.map.id, told)
    url = map_url(found)
    line = change_line(change, may_edit=may_edit, may_manage=may(found.standing, Action.MANAGE))
    page = ChangePage(
        title=f"{line.who} {line.what}",
        change=line,
        undid=_link(url, change.undoes, "the change that this took back"),
        undone_by=_link(url, change.undone_by, "the change that took this back"),
        then_url=_then(url, change),
        lines=difference_lines(told, url, slugs, texts),
        more=told.more,
        note=error or _note(change, is_empty=not told.told),
        may_edit=may_edit,
    )
    return show(request, "history/change.html", page)


def _link(url: str, change_id: int | None, text: str) -> Link | None:
    return None if change_id is None else Link(text, f"{url}/changes/{change_id}")


def _then(url: str, change: ChangeRow) -> str:
    """The page of the one topic that the change was about, as it was right after it."""
    if len(change.about) != 1:
        return ""
    return f"{url}/topics/{encoded(change.about[0].slug)}?at=v{change.version}"


def _note(change: ChangeRow, *, is_empty: bool) -> str:
    if change.is_empty and change.op.endswith(".delete"):
        return "What was deleted here is gone for good: the trash keeps it for 30 days."
    if change.op in ("map.import", "map.create"):
        return "With this the history of the map begins."
    return "Nothing that can be shown was different afterwards." if is_empty else ""


ROUTES = [show_change]
