"""Facts about a topic: adding and editing what is said by a value. Which form a value is edited in is told in `values`."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import OccurrenceDraft, occurrence_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import add_occurrence, edit_occurrence
from contextualise.lib.values import datatype_of
from contextualise.web.forms.occurrences import FactForm, fact_form, read_fact_form, resolve_fact_form
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.blocks import FACTS, block_of
from contextualise.web.topics.editing import Place, Refusal, attempt, in_place_of, place_of, show_form, show_saved, undoable
from contextualise.web.topics.making import Maker

FACT_TEMPLATE = "topics/forms/fact.html"
FACT_FIELDS = {"type_id": "type", "scope_ids": "theme"}
READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/topics/{slug:str}/attributes/new", http_method=READ)
async def new_fact(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a fact."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, FACT_TEMPLATE, _new_page(place, FactForm()))


@post("/maps/{ref:str}/topics/{slug:str}/attributes/new")
async def save_new_fact(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a fact; its value is checked against the kind that was chosen."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        form = await resolve_fact_form(read_fact_form(posted, FactForm()), resolver)
        deed = add_fact(session, place.map_id, place.user_id, place.topic.id, form)
        saved = await attempt(session, deed, FACT_FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, FACT_TEMPLATE, replace(_new_page(place, form), errors=saved.errors))
    message = undoable(place.found, f"Added “{form.type.text}”.", saved)
    return await show_moved(request, place, FACTS, block_of(iri_of(form)), f"occurrence-{saved.construct_id}", message)


async def show_moved(request: AnyRequest, place: Place, before: str, after: str, element: str, *notices: Flash) -> Response[Any]:
    """What `show_saved` shows, where the form stood in the part `before` of the page and the statement now stands in the part `after`."""
    if before == after or not wants_fragment(request):
        return await show_saved(request, place, after, element, *notices)
    left = await show_saved(request, place, before, before, *notices)
    arrived = in_place_of(await show_saved(request, place, after, element), f"#{after}")
    left.content += arrived.content
    return left


async def save_fact(session: AsyncSession, place: Place, draft: OccurrenceDraft, posted: Posted) -> tuple[FactForm, Saved | Refusal]:
    """Write a fact anew as posted; the form comes back with it, for what there is to correct."""
    resolver = Resolver(session, place.map_id)
    form = await resolve_fact_form(read_fact_form(posted, fact_form(draft)), resolver)
    deed = edit_fact(session, place.map_id, place.user_id, draft.id, form)
    return form, await attempt(session, deed, FACT_FIELDS, before=resolver.errors)


async def add_fact(session: AsyncSession, map_id: int, user_id: int | None, construct_id: int, form: FactForm) -> Saved:
    """Say something about a topic or any other construct, making the topics that the form names for the first time."""
    return await add_occurrence(session, map_id, user_id, construct_id, **await _fact(session, map_id, user_id, form))


async def edit_fact(session: AsyncSession, map_id: int, user_id: int | None, occurrence_id: int, form: FactForm) -> Saved:
    """Write a fact anew, making the topics that its form names for the first time."""
    return await edit_occurrence(session, map_id, user_id, occurrence_id, **await _fact(session, map_id, user_id, form))


async def draft_of(connection: AsyncConnection | AsyncSession, place: Place, occurrence_id: int) -> OccurrenceDraft:
    """The occurrence of this topic as a form shows it. Raises `NotFound` for one that the topic does not have."""
    draft = await occurrence_draft(connection, place.map_id, occurrence_id)
    if draft.topic_id != place.topic.id:
        raise NotFound("This statement is not there any more.")
    return draft


def iri_of(form: FactForm) -> str:
    """The datatype that a form chose, as it is stored."""
    offered = datatype_of(form.datatype)
    return offered.iri if offered else form.datatype


async def _fact(session: AsyncSession, map_id: int, user_id: int | None, form: FactForm) -> dict[str, Any]:
    maker = Maker(session, map_id, user_id)
    return {
        "type_id": await maker.id_of(form.type),
        "value": form.value,
        "datatype": form.datatype,
        "title": form.title or None,
        "scope_ids": await maker.ids_of(form.themes),
    }


def _new_page(place: Place, form: FactForm) -> FormPage[FactForm]:
    return place.form(form, title=f"A fact about {place.topic.label}", steps=("attributes", "new"), element="attribute-new", block=FACTS)


ROUTES = [new_fact, save_new_fact]
