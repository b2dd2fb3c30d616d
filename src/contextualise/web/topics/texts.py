"""Writing the texts of a topic, in place and in the type in which they are read."""

import asyncio
from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import OccurrenceDraft, occurrence_draft
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import delete_occurrence
from contextualise.domain.texts import Stale, read_source, save_text
from contextualise.domain.topics import resolve
from contextualise.objects import ObjectStore
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import References, Resolver
from contextualise.web.forms.texts import Clash, TextForm, previewed, read_text_form, resolve_text_form, wanted_links
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, topic_url, undoable
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/text.html"
BLOCK = "topic-text"
READ = [HttpMethod.GET, HttpMethod.HEAD]
_FIELDS = {"source": "text", "scope_ids": "theme"}
_MOST_LINKS = 500  # looked up for a preview


@route("/maps/{ref:str}/topics/{slug:str}/text/new", http_method=READ)
async def new_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a text; the topic may have one in each context."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return _show(request, _page(place, None, TextForm()))


@route("/maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/edit", http_method=READ)
async def edit_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], text_id: FromPath[int]) -> Response[Any]:
    """The form of a text as it is."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        draft = await _draft(connection, place, text_id)
    assert draft.sha256 is not None
    source = await read_source(parts_of(request).objects, place.map_id, draft.sha256)
    return _show(request, _page(place, text_id, TextForm(source, draft.sha256.hex(), References.to(draft.themes))))


@post("/maps/{ref:str}/topics/{slug:str}/text/new")
async def save_new_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Writes a text where there was none in its contexts."""
    return await _save_posted(request, ref, slug, None)


@post("/maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/edit")
async def save_edited_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], text_id: FromPath[int]) -> Response[Any]:
    """Writes a text anew. Where somebody else did so meanwhile, both texts come back with a proposal that has both."""
    return await _save_posted(request, ref, slug, text_id)


@post("/maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/removal")
async def remove_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], text_id: FromPath[int]) -> Response[Any]:
    """Deletes a text at once; Undo brings it back."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        await _draft(session, place, text_id)
        saved = await delete_occurrence(session, place.map_id, place.user_id, text_id)
    return await show_saved(request, place, BLOCK, BLOCK, undoable(place.found, "Deleted the text.", saved))


async def _save_posted(request: AnyRequest, ref: str, slug: str, text_id: int | None) -> Response[Any]:
    posted = await read_posted(request)
    if posted.has("preview"):
        return await _preview(request, ref, slug, text_id, read_text_form(posted))
    objects = parts_of(request).objects
    clash: Clash | None = None
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await _draft_or_none(session, place, text_id)
        resolver = Resolver(session, place.map_id)
        form = await resolve_text_form(read_text_form(posted), resolver)
        try:
            saved = await attempt(session, _save(session, objects, place, form, draft), _FIELDS, before=resolver.errors)
        except Clashed as clashed:
            saved, clash = Refusal({}), Clash(clashed.stale.mine, clashed.stale.theirs, clashed.stale.merged.conflicts, clashed.by)
            current = clashed.stale.current
            form = replace(form, source=clashed.stale.merged.text, expected=current.hex() if current else "")
    if isinstance(saved, Refusal):
        page = replace(_page(place, text_id, form), errors=saved.errors)
        return show_form(request, TEMPLATE, page, status=409 if clash else 422, clash=clash)
    gone = not form.source.strip()
    element = BLOCK if gone else f"text-{saved.construct_id}"
    return await show_saved(
        request, place, BLOCK, element, undoable(place.found, "Deleted the text." if gone else "Saved the text.", saved)
    )


class Clashed(Exception):
    """Somebody else saved the text meanwhile."""

    def __init__(self, stale: Stale, by: str | None) -> None:
        super().__init__(str(stale))
        self.stale, self.by = stale, by


async def _save(session: AsyncSession, objects: ObjectStore, place: Place, form: TextForm, draft: OccurrenceDraft | None) -> Saved:
    scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
    before = [theme.id for theme in draft.themes] if draft else []
    expected = bytes.fromhex(form.expected) if form.expected else None
    kind = draft.type.slug if draft else "text"
    try:
        if draft is None or draft.sha256 is None or set(scope_ids) == set(before):
            return await _write(session, objects, place, form.source, expected, scope_ids, kind)
        if draft.sha256 != expected:  # changed meanwhile: settle that where the text was, before it moves to other contexts
            return await _write(session, objects, place, form.source, expected, before, kind)
        saved = await _write(session, objects, place, form.source, None, scope_ids, kind)
        await delete_occurrence(session, place.map_id, place.user_id, draft.id)
        return replace(saved, change_id=None)
    except Stale as stale:
        raise Clashed(stale, draft.updated_by if draft else None) from stale


async def _write(
    session: AsyncSession, objects: ObjectStore, place: Place, source: str, expected: bytes | None, scope_ids: list[int], kind: str
) -> Saved:
    return await save_text(
        session,
        objects,
        place.map_id,
        place.user_id,
        place.topic.id,
        source=source,
        expected=expected,
        scope_ids=scope_ids,
        type=kind,
    )


async def _preview(request: AnyRequest, ref: str, slug: str, text_id: int | None, form: TextForm) -> Response[Any]:
    """The text as it would be read: beside the form for htmx, above it on the page."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        form = await resolve_text_form(form, Resolver(connection, place.map_id))
        names = (await asyncio.to_thread(wanted_links, form.source))[:_MOST_LINKS]
        found = {name: await resolve(connection, place.map_id, name) for name in dict.fromkeys(names)}
    addresses: dict[int, str | None] = {}
    for position, name in enumerate(names):
        topic = found[name]
        addresses[position] = topic_url(place.found, topic.slug) + place.context if topic else None
    html = await asyncio.to_thread(previewed, form.source, addresses)
    page = _page(place, text_id, replace(form, preview=html))
    return show(request, TEMPLATE, page, block="preview", inline=False, clash=None)


async def _draft(connection: AsyncConnection | AsyncSession, place: Place, text_id: int) -> OccurrenceDraft:
    draft = await occurrence_draft(connection, place.map_id, text_id)
    if draft.topic_id != place.topic.id:
        raise NotFound("This text is not there any more.")
    if draft.sha256 is None or draft.type.slug not in ("text", "note"):
        raise Conflict("This is no text.")
    return draft


async def _draft_or_none(connection: AsyncSession, place: Place, text_id: int | None) -> OccurrenceDraft | None:
    """The text that is edited; one that was deleted meanwhile does not keep anybody from saving what they wrote."""
    try:
        return await _draft(connection, place, text_id) if text_id is not None else None
    except NotFound:
        return None


def _show(request: AnyRequest, page: FormPage[TextForm]) -> Response[Any]:
    return show_form(request, TEMPLATE, page, clash=None)


def _page(place: Place, text_id: int | None, form: TextForm) -> FormPage[TextForm]:
    if text_id is None:
        return place.form(form, title=f"A text about {place.topic.label}", steps=("text", "new"), element="text-new", block=BLOCK)
    title = f"Edit the text of {place.topic.label}"
    page = place.form(form, title=title, steps=("text", text_id, "edit"), element=f"text-{text_id}", block=BLOCK)
    return replace(page, removal=place.path("text", text_id, "removal"))


ROUTES = [new_text, edit_text, save_new_text, save_edited_text, remove_text]
