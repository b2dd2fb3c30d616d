"""Links and facts of a topic: adding, editing, deleting."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import OccurrenceDraft, occurrence_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import add_occurrence, delete_occurrence, edit_occurrence
from contextualise.lib.values import datatype_of
from contextualise.web.forms.occurrences import (
    LINK,
    FactForm,
    LinkForm,
    fact_form,
    link_form,
    read_fact_form,
    read_link_form,
    resolve_fact_form,
    resolve_link_form,
)
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.blocks import FACTS, LINKS, block_of
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, undoable
from contextualise.web.topics.making import Maker

LINK_TEMPLATE = "topics/forms/link.html"
FACT_TEMPLATE = "topics/forms/fact.html"
READ = [HttpMethod.GET, HttpMethod.HEAD]
_LINK_FIELDS = {"value": "url", "scope_ids": "theme"}
FACT_FIELDS = {"type_id": "type", "scope_ids": "theme"}


@route("/maps/{ref:str}/topics/{slug:str}/links/new", http_method=READ)
async def new_link(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a link."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, LINK_TEMPLATE, _new_link_page(place, LinkForm()))


@post("/maps/{ref:str}/topics/{slug:str}/links/new")
async def save_new_link(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a link; addresses that would run code are refused beside the field."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        form = await resolve_link_form(read_link_form(posted), resolver)
        saved = await attempt(session, _save_link(session, place, form, None), _LINK_FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, LINK_TEMPLATE, replace(_new_link_page(place, form), errors=saved.errors))
    return await show_saved(request, place, LINKS, f"occurrence-{saved.construct_id}", undoable(place.found, "Added the link.", saved))


@route("/maps/{ref:str}/topics/{slug:str}/attributes/new", http_method=READ)
async def new_fact(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a fact."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, FACT_TEMPLATE, _new_fact_page(place, FactForm()))


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
        return show_form(request, FACT_TEMPLATE, replace(_new_fact_page(place, form), errors=saved.errors))
    message = undoable(place.found, f"Added “{form.type.text}”.", saved)
    if block_of(_iri(form)) != FACTS:
        return see_other(request, place.page, message)
    return await show_saved(request, place, FACTS, f"occurrence-{saved.construct_id}", message)


@route("/maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/edit", http_method=READ)
async def edit_value(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """The form of a link or fact as it is."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        draft = await _draft(connection, place, occurrence_id)
        details = await details_for(connection, place.found, "occurrences", occurrence_id)
    template, form = (LINK_TEMPLATE, link_form(draft)) if is_link(draft) else (FACT_TEMPLATE, fact_form(draft))
    return show_form(request, template, replace(_page(place, draft, form), details=details))


@post("/maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/edit")
async def save_value(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Writes a link or fact anew."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await _draft(session, place, occurrence_id)
        template, form, saved = await _save(session, place, draft, posted)
        details = await details_for(session, place.found, "occurrences", occurrence_id)
    if isinstance(saved, Refusal):
        return show_form(request, template, replace(_page(place, draft, form), errors=saved.errors, details=details))
    message = undoable(place.found, "Saved.", saved)
    if isinstance(form, FactForm) and not form.is_content and block_of(_iri(form)) != _block(draft):
        return see_other(request, place.page, message)  # it shows in another part of the page now
    return await show_saved(request, place, _block(draft), f"occurrence-{occurrence_id}", message)


@post("/maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/removal")
async def remove_value(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Deletes a link, fact or file at once; Undo brings it back."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await _draft(session, place, occurrence_id)
        saved = await delete_occurrence(session, place.map_id, place.user_id, occurrence_id)
    block = _block(draft)
    message = undoable(place.found, f"Deleted “{draft.title or draft.type.label}”.", saved)
    return await show_saved(request, place, block, block, message)


def is_link(draft: OccurrenceDraft) -> bool:
    """Whether an occurrence is a link and nothing more: an address under the plain kind of links."""
    offered = datatype_of(draft.datatype)
    return draft.sha256 is None and offered is not None and offered.key == LINK and draft.type.slug == "url"


async def _save(
    session: AsyncSession, place: Place, draft: OccurrenceDraft, posted: Posted
) -> tuple[str, LinkForm | FactForm, Saved | Refusal]:
    resolver = Resolver(session, place.map_id)
    if is_link(draft):
        link = await resolve_link_form(read_link_form(posted), resolver)
        deed = _save_link(session, place, link, draft.id)
        return LINK_TEMPLATE, link, await attempt(session, deed, _LINK_FIELDS, before=resolver.errors)
    fact = await resolve_fact_form(read_fact_form(posted, fact_form(draft)), resolver)
    deed = edit_fact(session, place.map_id, place.user_id, draft.id, fact)
    return FACT_TEMPLATE, fact, await attempt(session, deed, FACT_FIELDS, before=resolver.errors)


async def _save_link(session: AsyncSession, place: Place, form: LinkForm, occurrence_id: int | None) -> Saved:
    scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
    type_id = (await base_ids(session, place.map_id, ["url"]))["url"]
    given: dict[str, Any] = {"type_id": type_id, "value": form.url, "datatype": LINK, "title": form.title, "scope_ids": scope_ids}
    if occurrence_id is None:
        return await add_occurrence(session, place.map_id, place.user_id, place.topic.id, **given)
    return await edit_occurrence(session, place.map_id, place.user_id, occurrence_id, **given)


async def add_fact(session: AsyncSession, map_id: int, user_id: int | None, construct_id: int, form: FactForm) -> Saved:
    """Say something about a topic or any other construct, making the topics that the form names for the first time."""
    return await add_occurrence(session, map_id, user_id, construct_id, **await _fact(session, map_id, user_id, form))


async def edit_fact(session: AsyncSession, map_id: int, user_id: int | None, occurrence_id: int, form: FactForm) -> Saved:
    """Write a fact anew, making the topics that its form names for the first time."""
    return await edit_occurrence(session, map_id, user_id, occurrence_id, **await _fact(session, map_id, user_id, form))


async def _fact(session: AsyncSession, map_id: int, user_id: int | None, form: FactForm) -> dict[str, Any]:
    maker = Maker(session, map_id, user_id)
    return {
        "type_id": await maker.id_of(form.type),
        "value": form.value,
        "datatype": form.datatype,
        "title": form.title or None,
        "scope_ids": await maker.ids_of(form.themes),
    }


async def _draft(connection: AsyncConnection | AsyncSession, place: Place, occurrence_id: int) -> OccurrenceDraft:
    draft = await occurrence_draft(connection, place.map_id, occurrence_id)
    if draft.topic_id != place.topic.id:
        raise NotFound("This statement is not there any more.")
    return draft


def _iri(form: FactForm) -> str:
    offered = datatype_of(form.datatype)
    return offered.iri if offered else form.datatype


def _block(draft: OccurrenceDraft) -> str:
    return block_of(draft.datatype, is_content=draft.sha256 is not None)


def _new_link_page(place: Place, form: LinkForm) -> FormPage[LinkForm]:
    return place.form(form, title=f"A link of {place.topic.label}", steps=("links", "new"), element="link-new", block=LINKS)


def _new_fact_page(place: Place, form: FactForm) -> FormPage[FactForm]:
    return place.form(form, title=f"A fact about {place.topic.label}", steps=("attributes", "new"), element="attribute-new", block=FACTS)


def _page(place: Place, draft: OccurrenceDraft, form: LinkForm | FactForm) -> FormPage[Any]:
    title = f"Edit {draft.type.label} of {place.topic.label}"
    page = place.form(form, title=title, steps=("occurrences", draft.id, "edit"), element=f"occurrence-{draft.id}", block=_block(draft))
    return replace(page, removal=place.path("occurrences", draft.id, "removal"))


ROUTES = [new_link, save_new_link, new_fact, save_new_fact, edit_value, save_value, remove_value]
