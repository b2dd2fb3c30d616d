"""Editing and deleting a connection, from a topic's page or from its own."""

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.associations import delete_association, edit_association
from contextualise.domain.drafts import AssociationDraft, association_draft, topic_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.web.associations.linking import BLOCK, FIELDS, TEMPLATE
from contextualise.web.forms.associations import (
    AssociationForm,
    association_form,
    changes_rows,
    filled,
    read_association_form,
    resolve_association_form,
)
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import page_before, see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import (
    FRAME,
    Place,
    Refusal,
    attempt,
    context_of,
    frame_of,
    map_to_edit,
    map_url,
    show_form,
    show_saved,
    undoable,
)
from contextualise.web.topics.making import Maker

READ = [HttpMethod.GET, HttpMethod.HEAD]


@dataclass(frozen=True, slots=True)
class Spot:
    """An association, and the topic on whose page it is edited, if any."""

    found: OpenMap
    association: AssociationDraft
    place: Place | None
    context: str
    frame: str = ""

    @property
    def user_id(self) -> int | None:
        """Who asks."""
        return self.found.viewer.id if self.found.viewer else None

    @property
    def url(self) -> str:
        """The association's own page."""
        return f"{map_url(self.found)}/associations/{self.association.id}"

    def path(self, step: str, frame: str = "") -> str:
        """An address below the association's that remembers the topic, and what the form stands in on its page."""
        topic = f"topic={quote(self.place.topic.slug, safe='')}" if self.place else ""
        joined = "&".join(part for part in (topic, self.context.removeprefix("?"), frame and f"{FRAME}={frame}") if part)
        return f"{self.url}/{step}" + (f"?{joined}" if joined else "")


@route("/maps/{ref:str}/associations/{association_id:int}/edit", http_method=READ)
async def edit_form(request: AnyRequest, ref: FromPath[str], association_id: FromPath[int]) -> Response[Any]:
    """The form of a connection as it is."""
    async with reading(request) as connection:
        spot = await _spot(request, connection, ref, association_id)
        details = await details_for(connection, spot.found, "associations", association_id, spot.place)
    return show_form(request, TEMPLATE, replace(_page(spot, association_form(spot.association)), details=details))


@post("/maps/{ref:str}/associations/{association_id:int}/edit")
async def save(request: AnyRequest, ref: FromPath[str], association_id: FromPath[int]) -> Response[Any]:
    """Writes type, members and contexts anew."""
    posted = await read_posted(request)
    async with writing(request) as session:
        spot = await _spot(request, session, ref, association_id)
        details = await details_for(session, spot.found, "associations", association_id, spot.place)
        form = read_association_form(posted)
        if changes_rows(posted):
            return show_form(request, TEMPLATE, replace(_page(spot, form), details=details))
        resolver = Resolver(session, spot.found.map.id)
        form = await resolve_association_form(form, resolver)
        saved = await attempt(session, _edit(session, spot, form), FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(_page(spot, form), errors=saved.errors, details=details))
    return await _told(request, spot, undoable(spot.found, f"Saved the connection “{form.type.text}”.", saved))


@post("/maps/{ref:str}/associations/{association_id:int}/removal")
async def remove(request: AnyRequest, ref: FromPath[str], association_id: FromPath[int]) -> Response[Any]:
    """Deletes a connection at once; Undo brings it back."""
    async with writing(request) as session:
        spot = await _spot(request, session, ref, association_id)
        saved = await delete_association(session, spot.found.map.id, spot.user_id, association_id)
    message = undoable(spot.found, f"Deleted the connection “{spot.association.type.label}”.", saved)
    if spot.place is None:
        return see_other(request, map_url(spot.found), message)
    return await show_saved(request, spot.place, BLOCK, BLOCK, message)


async def _edit(session: AsyncSession, spot: Spot, form: AssociationForm) -> Saved:
    maker = Maker(session, spot.found.map.id, spot.user_id)
    return await edit_association(
        session,
        spot.found.map.id,
        spot.user_id,
        spot.association.id,
        type_id=await maker.id_of(form.type),
        members=[(await maker.id_of(row.role), await maker.id_of(row.player)) for row in filled(form.members)],
        scope_ids=await maker.ids_of(form.themes),
    )


async def _told(request: AnyRequest, spot: Spot, message: Flash) -> Response[Any]:
    if spot.place is None:
        return see_other(request, spot.url + spot.context, message)
    return await show_saved(request, spot.place, BLOCK, f"association-{spot.association.id}", message)


async def _spot(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str, association_id: int) -> Spot:
    found = await map_to_edit(request, connection, ref)
    association = await association_draft(connection, found.map.id, association_id)
    return Spot(found, association, await _place(request, connection, found), context_of(request), frame_of(request))


async def _place(request: AnyRequest, connection: AsyncConnection | AsyncSession, found: OpenMap) -> Place | None:
    """The topic whose page the person comes from."""
    slug = request.query_params.get("topic") or _topic_in(page_before(request).path)
    if not slug:
        return None
    try:
        return Place(found, await topic_draft(connection, found.map.id, slug), context_of(request))
    except NotFound:
        return None


def _topic_in(path: str) -> str | None:
    found = re.fullmatch(r"/maps/[^/]+/topics/([^/]+)", path)
    return unquote(found[1]) if found else None


def _page(spot: Spot, form: AssociationForm) -> FormPage[AssociationForm]:
    return FormPage(
        title=f"Edit the connection {spot.association.type.label}",
        action=spot.path("edit", spot.frame),
        back=spot.place.page if spot.place else spot.url + spot.context,
        back_to=spot.place.topic.label if spot.place else "The connection",
        element=f"association-{spot.association.id}",
        block=BLOCK,
        values=form,
        sources=f"{map_url(spot.found)}/references",
        removal=spot.path("removal", spot.frame),
        frame=spot.frame,
    )


ROUTES = [edit_form, save, remove]
