"""Dates of a topic: events, eras and other times, typed in words and understood while they are typed."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, post, route
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import OccurrenceDraft
from contextualise.domain.history import Saved
from contextualise.lib.kinds import Kind
from contextualise.web.forms.dates import BASE, OTHER, DateForm, Reading, date_form, read_date_form, read_time, resolve_date_form
from contextualise.web.forms.posted import clean, read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.bearings import bearing_page, find_bearing, remove_bearing, save_bearing
from contextualise.web.topics.blocks import DATES
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, map_to_edit, place_of, show_form, show_saved, undoable
from contextualise.web.topics.facts import READ
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/date.html"


@dataclass(frozen=True, slots=True)
class DateGuide:
    """What is understood of the fields of a date, and of examples."""

    when: str
    until: str
    reading: Reading
    examples: tuple[tuple[str, Reading], ...]


EXAMPLES = (
    ("14 January 1900", ""),
    ("1900-01-14", ""),
    ("1900-01-14 20:30", ""),
    ("June 1800", ""),
    ("spring 1848", ""),
    ("1842", ""),
    ("44 BCE", ""),
    ("c. 1790", ""),
    ("1790?", ""),
    ("1790s", ""),
    ("18th century", ""),
    ("5th century BCE", ""),
    ("1914–1918", ""),
    ("12", "15 June 1800"),
    ("c. 1750", "1801?"),
    ("since 1990", ""),
    ("until 1806", ""),
    ("1990", "now"),
)
_FIELDS = {"type_id": "type", "value": "when", "scope_ids": "theme"}


@route("/maps/{ref:str}/topics/{slug:str}/dates/new", http_method=READ)
async def new_date(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a date."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, TEMPLATE, bearing_page(place, DateForm(), None, Kind.DATE))


@post("/maps/{ref:str}/topics/{slug:str}/dates/new")
async def save_new_date(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a date; what is not understood, and an end before the beginning, is told beside the field."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        form = await resolve_date_form(read_date_form(posted, DateForm()), resolver)
        saved = await attempt(session, _save(session, place, form, None), _FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(bearing_page(place, form, None, Kind.DATE), errors=saved.errors))
    message = undoable(place.found, f"Added {_words(form)}.", saved)
    return await show_saved(request, place, DATES, f"occurrence-{saved.construct_id}", message)


@route("/maps/{ref:str}/topics/{slug:str}/dates/{occurrence_id:int}/edit", http_method=READ)
async def edit_date(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """The form of a date as it is."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        draft = await find_bearing(connection, place, occurrence_id, Kind.DATE)
        details = await details_for(connection, place.found, "occurrences", occurrence_id)
    return show_form(request, TEMPLATE, replace(bearing_page(place, date_form(draft), draft, Kind.DATE), details=details))


@post("/maps/{ref:str}/topics/{slug:str}/dates/{occurrence_id:int}/edit")
async def save_date(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Writes a date anew."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await find_bearing(session, place, occurrence_id, Kind.DATE)
        resolver = Resolver(session, place.map_id)
        form = await resolve_date_form(read_date_form(posted, date_form(draft)), resolver)
        saved = await attempt(session, _save(session, place, form, draft), _FIELDS, before=resolver.errors)
        details = await details_for(session, place.found, "occurrences", occurrence_id)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(bearing_page(place, form, draft, Kind.DATE), errors=saved.errors, details=details))
    return await show_saved(request, place, DATES, f"occurrence-{occurrence_id}", undoable(place.found, "Saved.", saved))


@post("/maps/{ref:str}/topics/{slug:str}/dates/{occurrence_id:int}/removal")
async def remove_date(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Deletes a date at once; Undo brings it back."""
    return await remove_bearing(request, ref, slug, occurrence_id, Kind.DATE)


@route("/maps/{ref:str}/dates/reading", http_method=READ)
async def read_date(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """What is understood of `?when=&until=`, while somebody types a date."""
    async with reading(request) as connection:
        await map_to_edit(request, connection, ref)
    when, until = (clean(request.query_params.get(name, "")) for name in ("when", "until"))
    examples = [(" until ".join(filter(None, fields)), read_time(*fields)) for fields in EXAMPLES]
    guide = DateGuide(when, until, read_time(when, until), tuple(examples))
    return show(request, "topics/forms/date_reading.html", guide, block="reading")


async def _save(session: AsyncSession, place: Place, form: DateForm, draft: OccurrenceDraft | None) -> Saved:
    assert form.checked is not None  # `attempt` is told of all that was refused before
    maker = Maker(session, place.map_id, place.user_id)
    if form.kind == OTHER:
        type_id = await maker.id_of(form.type)
    else:
        slug = BASE[form.kind]
        type_id = (await base_ids(session, place.map_id, [slug]))[slug]
    scope_ids = await maker.ids_of(form.themes)
    return await save_bearing(session, place, draft, type_id=type_id, checked=form.checked, title=form.title, scope_ids=scope_ids)


def _words(form: DateForm) -> str:
    return f"“{form.title or form.reading.words}”"


ROUTES = [new_date, save_new_date, edit_date, save_date, remove_date, read_date]
