"""Links of a topic, and which form each of its values is edited in; facts themselves are in `facts`."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import OccurrenceDraft
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import add_occurrence, delete_occurrence, edit_occurrence
from contextualise.lib.films import film_of
from contextualise.lib.values import datatype_of
from contextualise.web.forms.links import LINK, LinkForm, link_form, read_link_form, resolve_link_form
from contextualise.web.forms.occurrences import FactForm, fact_form
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.blocks import LINKS, block_of
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, undoable
from contextualise.web.topics.facts import FACT_TEMPLATE, draft_of, iri_of, save_fact, show_moved
from contextualise.web.topics.making import Maker

LINK_TEMPLATE = "topics/forms/link.html"
READ = [HttpMethod.GET, HttpMethod.HEAD]
FILM, PAGE = "video", "url"  # the base topics that type a link
_LINK_FIELDS = {"value": "url", "scope_ids": "theme"}


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


@route("/maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/edit", http_method=READ)
async def edit_value(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """The form of a link or fact as it is."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        draft = await draft_of(connection, place, occurrence_id)
        details = await details_for(connection, place.found, "occurrences", occurrence_id)
    if draft.sha256 is not None and draft.type.slug not in ("text", "note"):
        return see_other(request, place.path("files", draft.id, "edit"))
    template, form = (LINK_TEMPLATE, link_form(draft)) if is_link(draft) else (FACT_TEMPLATE, fact_form(draft))
    return show_form(request, template, replace(_page(place, draft, form), details=details))


@post("/maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/edit")
async def save_value(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Writes a link or fact anew."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await draft_of(session, place, occurrence_id)
        template, form, saved = await _save(session, place, draft, posted)
        details = await details_for(session, place.found, "occurrences", occurrence_id)
    if isinstance(saved, Refusal):
        return show_form(request, template, replace(_page(place, draft, form), errors=saved.errors, details=details))
    message = undoable(place.found, "Saved.", saved)
    block = block_of(iri_of(form)) if isinstance(form, FactForm) and not form.is_content else _block(draft)
    return await show_moved(request, place, _block(draft), block, f"occurrence-{occurrence_id}", message)


@post("/maps/{ref:str}/topics/{slug:str}/occurrences/{occurrence_id:int}/removal")
async def remove_value(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Deletes a link, fact or file at once; Undo brings it back."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await draft_of(session, place, occurrence_id)
        saved = await delete_occurrence(session, place.map_id, place.user_id, occurrence_id)
    block = _block(draft)
    message = undoable(place.found, f"Deleted “{draft.title or draft.type.label}”.", saved)
    return await show_saved(request, place, block, block, message)


def is_link(draft: OccurrenceDraft) -> bool:
    """Whether an occurrence is a link and nothing more: an address under the plain kinds of links and films."""
    offered = datatype_of(draft.datatype)
    return draft.sha256 is None and offered is not None and offered.key == LINK and draft.type.slug in (PAGE, FILM)


async def _save(
    session: AsyncSession, place: Place, draft: OccurrenceDraft, posted: Posted
) -> tuple[str, LinkForm | FactForm, Saved | Refusal]:
    if is_link(draft):
        resolver = Resolver(session, place.map_id)
        link = await resolve_link_form(read_link_form(posted), resolver)
        deed = _save_link(session, place, link, draft.id)
        return LINK_TEMPLATE, link, await attempt(session, deed, _LINK_FIELDS, before=resolver.errors)
    fact, saved = await save_fact(session, place, draft, posted)
    return FACT_TEMPLATE, fact, saved


async def _save_link(session: AsyncSession, place: Place, form: LinkForm, occurrence_id: int | None) -> Saved:
    scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
    type_ = FILM if film_of(form.url) else PAGE
    given: dict[str, Any] = {
        "type_id": (await base_ids(session, place.map_id, [type_]))[type_],
        "value": form.url,
        "datatype": LINK,
        "title": form.title,
        "description": form.description,
        "scope_ids": scope_ids,
    }
    if occurrence_id is None:
        return await add_occurrence(session, place.map_id, place.user_id, place.topic.id, **given)
    return await edit_occurrence(session, place.map_id, place.user_id, occurrence_id, **given)


def _block(draft: OccurrenceDraft) -> str:
    return block_of(draft.datatype, is_content=draft.sha256 is not None)


def _new_link_page(place: Place, form: LinkForm) -> FormPage[LinkForm]:
    return place.form(form, title=f"A link or film for {place.topic.label}", steps=("links", "new"), element="link-new", block=LINKS)


def _page(place: Place, draft: OccurrenceDraft, form: LinkForm | FactForm) -> FormPage[Any]:
    title = f"Edit {draft.type.label} of {place.topic.label}"
    page = place.form(form, title=title, steps=("occurrences", draft.id, "edit"), element=f"occurrence-{draft.id}", block=_block(draft))
    return replace(page, removal=place.path("occurrences", draft.id, "removal"))


ROUTES = [new_link, save_new_link, edit_value, save_value, remove_value]
