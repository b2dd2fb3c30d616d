"""Drafts of texts: kept while somebody types, and the list of those that were never saved."""

from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.errors import NotAllowed, NotFound
from contextualise.domain.writing_drafts import drafts_of_person, find_draft, forget_draft, keep_draft
from contextualise.lib.numbers import whole_number
from contextualise.web.forms.posted import Posted, clean, read_posted
from contextualise.web.pages.drafts import DraftPage, DraftsPage, line_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import VARY, see_other, show, wants_fragment
from contextualise.web.shared.requests import AnyRequest, SignInNeeded, reading, require_viewer, writing
from contextualise.web.topics.editing import map_to_edit
from contextualise.web.writing import base_of, keep_written, read_pass

READ = [HttpMethod.GET, HttpMethod.HEAD]


@post("/maps/{ref:str}/drafts", status_code=204)
async def keep(request: AnyRequest, ref: FromPath[str]) -> Response[None]:
    """Keeps what is being written, for the writer alone.

    With a form's pass this also works for somebody whose session has ended, who is told so all the same (401).
    """
    posted = await read_posted(request)
    async with writing(request) as session:
        refusal = await _refusal(request, session, ref, posted)
        if refusal is not None:
            await keep_written(request, session, posted, posted.text("source"))
        else:
            user_id, map_id = request.state.viewer.id, request.state.current_map.map.id
            await keep_draft(session, map_id, user_id, posted.text("place"), source=posted.text("source"), base_sha256=base_of(posted))
    if refusal is not None:
        raise refusal
    return Response(None, status_code=204, headers=VARY)


async def _refusal(request: AnyRequest, session: AsyncSession, ref: str, posted: Posted) -> Exception | None:
    """Why whoever asks may not keep a draft here."""
    given = read_pass(request, posted)
    try:
        await map_to_edit(request, session, ref, Action.COMMENT)  # comments have drafts too
    except (NotFound, NotAllowed, SignInNeeded) as refusal:
        return SignInNeeded() if given is not None and request.state.get("viewer") is None else refusal
    if given is not None and given.user_id != request.state.viewer.id:
        return NotAllowed("Somebody else has signed in here meanwhile. What you wrote is kept for you alone.")
    return None


@route("/drafts", http_method=READ)
async def list_drafts(request: AnyRequest) -> Response[str]:
    """Everything that the person began to write and has not saved."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        rows = await drafts_of_person(connection, viewer.id)
    return show(request, "drafts/index.html", DraftsPage([line_of(row, label) for row, label in rows]))


@route("/drafts/show", http_method=READ)
async def show_draft(request: AnyRequest) -> Response[str]:
    """One draft, whole: to read, to copy, to take up, to throw away. Where it is gone, the list of the others."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        map_id, place = _place(request.query_params.get("map", ""), request.query_params.get("place", ""))
        row = await find_draft(connection, map_id, viewer.id, place)
    if row is None:
        return see_other(request, "/drafts", Flash("This draft is not there any more: it was saved or thrown away.", "info"))
    return show(request, "drafts/show.html", DraftPage.of(row))


@post("/drafts/removal")
async def throw_away(request: AnyRequest) -> Response[Any]:
    """Throws a draft away, for good."""
    posted = await read_posted(request)
    asked = request.query_params
    map_id, place = _place(posted.text("map") or asked.get("map", ""), posted.text("place") or asked.get("place", ""))
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        is_gone = await forget_draft(session, map_id, viewer.id, place)
    if wants_fragment(request):
        return Response("", status_code=200, media_type="text/html", headers=VARY)
    return see_other(request, "/drafts", Flash("Thrown away." if is_gone else "This draft was saved or thrown away before."))


def _place(map_id: str, place: str) -> tuple[int, str]:
    """The draft that is asked for; nonsense names one that does not exist."""
    return whole_number(map_id) or 0, clean(place)


ROUTES = [keep, list_drafts, show_draft, throw_away]
