"""Places of a topic: names and coordinates, typed, pasted or picked on a map."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import OccurrenceDraft
from contextualise.domain.history import Saved
from contextualise.lib.kinds import Kind
from contextualise.lib.values import display
from contextualise.web.forms.places import BASE, PlaceForm, place_form, read_place_form, resolve_place_form
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.security import origin_of_tiles, policy
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.bearings import bearing_page, find_bearing, remove_bearing, save_bearing
from contextualise.web.topics.blocks import DATES
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, undoable
from contextualise.web.topics.facts import READ
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/place.html"
_FIELDS = {"type_id": "type", "value": "latitude", "scope_ids": "theme"}


@route("/maps/{ref:str}/topics/{slug:str}/places/new", http_method=READ)
async def new_place(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a place."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return _show(request, bearing_page(place, PlaceForm(), None, Kind.PLACE))


@post("/maps/{ref:str}/topics/{slug:str}/places/new")
async def save_new_place(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a place; coordinates that are none are refused beside their field."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        form = await resolve_place_form(read_place_form(posted, PlaceForm()), resolver)
        saved = await attempt(session, _save(session, place, form, None), _FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return _show(request, replace(bearing_page(place, form, None, Kind.PLACE), errors=saved.errors))
    message = undoable(place.found, f"Added “{_words(form)}”.", saved)
    return await show_saved(request, place, DATES, f"occurrence-{saved.construct_id}", message)


@route("/maps/{ref:str}/topics/{slug:str}/places/{occurrence_id:int}/edit", http_method=READ)
async def edit_place(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """The form of a place as it is."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        draft = await find_bearing(connection, place, occurrence_id, Kind.PLACE)
        details = await details_for(connection, place.found, "occurrences", occurrence_id)
    return _show(request, replace(bearing_page(place, place_form(draft), draft, Kind.PLACE), details=details))


@post("/maps/{ref:str}/topics/{slug:str}/places/{occurrence_id:int}/edit")
async def save_place(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Writes a place anew."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await find_bearing(session, place, occurrence_id, Kind.PLACE)
        resolver = Resolver(session, place.map_id)
        form = await resolve_place_form(read_place_form(posted, place_form(draft)), resolver)
        saved = await attempt(session, _save(session, place, form, draft), _FIELDS, before=resolver.errors)
        details = await details_for(session, place.found, "occurrences", occurrence_id)
    if isinstance(saved, Refusal):
        return _show(request, replace(bearing_page(place, form, draft, Kind.PLACE), errors=saved.errors, details=details))
    return await show_saved(request, place, DATES, f"occurrence-{occurrence_id}", undoable(place.found, "Saved.", saved))


@post("/maps/{ref:str}/topics/{slug:str}/places/{occurrence_id:int}/removal")
async def remove_place(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Deletes a place at once; Undo brings it back."""
    return await remove_bearing(request, ref, slug, occurrence_id, Kind.PLACE)


async def _save(session: AsyncSession, place: Place, form: PlaceForm, draft: OccurrenceDraft | None) -> Saved:
    assert form.checked is not None  # `attempt` is told of all that was refused before
    maker = Maker(session, place.map_id, place.user_id)
    type_id = await maker.id_or_none(form.type) or (await base_ids(session, place.map_id, [BASE]))[BASE]
    scope_ids = await maker.ids_of(form.themes)
    return await save_bearing(session, place, draft, type_id=type_id, checked=form.checked, title=form.name, scope_ids=scope_ids)


def _show(request: AnyRequest, page: FormPage[PlaceForm]) -> Response[Any]:
    """The form. Tiles of another site are for its own page: the topic's page, which it may stand in, lets in no other site's pictures."""
    settings = parts_of(request).settings
    tiles = None if wants_fragment(request) or settings.map_tiles_url is None else settings.map_tiles_url
    response = show_form(request, TEMPLATE, page, tiles=tiles, attribution=settings.map_tiles_attribution)
    if tiles:
        response.headers["Content-Security-Policy"] = policy(img_src=[origin_of_tiles(tiles)])
    return response


def _words(form: PlaceForm) -> str:
    return form.name or (display(form.checked.datatype, form.checked.value) if form.checked else "")


ROUTES = [new_place, save_new_place, edit_place, save_place, remove_place]
