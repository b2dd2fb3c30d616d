"""Writing a note on a topic, and changing or deleting any note, where it is read."""

import asyncio
from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.notes import add_note, delete_note, edit_note, require_note, source_of_note
from contextualise.domain.notes.writing import digest_of
from contextualise.domain.texts import Stale
from contextualise.domain.topics import resolve
from contextualise.objects import ObjectStore
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import References, Resolver
from contextualise.web.forms.texts import Clash, TextForm, clash_of, previewed, read_text_form, resolve_text_form, wanted_links
from contextualise.web.notes.homes import BLOCK, Home, answer_at_home, answer_with_notes, home_of_note
from contextualise.web.notes.inbox import FIELDS
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, topic_url, undoable
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/note.html"
READ = [HttpMethod.GET, HttpMethod.HEAD]
MOST_LINKS = 500  # looked up for a preview


@route("/maps/{ref:str}/topics/{slug:str}/notes/new", http_method=READ)
async def new_note(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a note on a topic."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, TEMPLATE, _new_page(place, TextForm()), clash=None)


@post("/maps/{ref:str}/topics/{slug:str}/notes/new")
async def save_new_note(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a note to a topic."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        if posted.has("preview"):
            return await _preview(request, session, place.found, _new_page(place, read_text_form(posted)))
        resolver = Resolver(session, place.map_id)
        form = await resolve_text_form(read_text_form(posted), resolver)
        saved = await attempt(session, _add(session, parts_of(request).objects, place, form), FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(_new_page(place, form), errors=saved.errors), clash=None)
    notice = undoable(place.found, "Added the note.", saved) if saved.change_id else Flash("This note is there already.", "info")
    element = f"text-{saved.construct_id}"
    if not wants_fragment(request) or target_id(request) != BLOCK:
        return see_other(request, f"{place.page}#{element}", notice)
    return await answer_with_notes(request, place.found, place.topic.slug, notice, element=element)


@route("/maps/{ref:str}/notes/{note_id:int}/edit", http_method=READ)
async def edit_form(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """The form of a note as it is."""
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        row = await require_note(session, home.map_id, note_id)
    source = await source_of_note(parts_of(request).objects, home.map_id, row)
    form = TextForm(source, digest_of(row).hex(), References.to(home.note.themes))
    return show_form(request, TEMPLATE, _page(home, form), clash=None)


@post("/maps/{ref:str}/notes/{note_id:int}/edit")
async def save_note(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Writes a note anew; an empty one is deleted. Where somebody else wrote it meanwhile, both come back with a proposal that has both."""
    posted = await read_posted(request)
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        if posted.has("preview"):
            return await _preview(request, session, home.found, _page(home, read_text_form(posted)))
        form, saved, clash = await _save(session, parts_of(request).objects, home, posted)
    if isinstance(saved, Refusal):
        page = replace(_page(home, form), errors=saved.errors)
        return show_form(request, TEMPLATE, page, status=409 if clash else 422, clash=clash)
    if not form.source.strip():
        return await answer_at_home(request, home, undoable(home.found, "Deleted the note.", saved))
    return await answer_at_home(request, home, undoable(home.found, "Saved the note.", saved), element=home.element)


@post("/maps/{ref:str}/notes/{note_id:int}/removal")
async def remove_note(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Deletes a note at once; Undo brings it back."""
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        saved = await delete_note(session, home.map_id, home.user_id, note_id)
    return await answer_at_home(request, home, undoable(home.found, "Deleted the note.", saved))


async def _save(session: AsyncSession, objects: ObjectStore, home: Home, posted: Posted) -> tuple[TextForm, Saved | Refusal, Clash | None]:
    resolver = Resolver(session, home.map_id)
    form = await resolve_text_form(read_text_form(posted), resolver)
    try:
        return form, await attempt(session, _edit(session, objects, home, form), FIELDS, before=resolver.errors), None
    except Clashed as clashed:
        stale = clashed.stale
        clash = await asyncio.to_thread(clash_of, stale, home.note.updated_by)
        return replace(form, source=stale.merged.text, expected=stale.current.hex() if stale.current else ""), Refusal({}), clash


class Clashed(Exception):
    """Somebody else wrote the note meanwhile; `attempt` tells other conflicts, but this one needs both texts."""

    def __init__(self, stale: Stale) -> None:
        super().__init__(str(stale))
        self.stale = stale


async def _add(session: AsyncSession, objects: ObjectStore, place: Place, form: TextForm) -> Saved:
    scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
    return await add_note(session, objects, place.map_id, place.user_id, source=form.source, topic_id=place.topic.id, scope_ids=scope_ids)


async def _edit(session: AsyncSession, objects: ObjectStore, home: Home, form: TextForm) -> Saved:
    scope_ids = await Maker(session, home.map_id, home.user_id).ids_of(form.themes)
    expected = bytes.fromhex(form.expected) if form.expected else None
    given: dict[str, Any] = {"source": form.source, "expected": expected, "scope_ids": scope_ids}
    try:
        return await edit_note(session, objects, home.map_id, home.user_id, home.note.id, **given)
    except Stale as stale:
        raise Clashed(stale) from stale


async def _preview(
    request: AnyRequest, connection: AsyncConnection | AsyncSession, found: OpenMap, page: FormPage[TextForm]
) -> Response[Any]:
    """The note as it would be read: beside the form for htmx, above it on the page."""
    form = await resolve_text_form(page.values, Resolver(connection, found.map.id))
    names = (await asyncio.to_thread(wanted_links, form.source))[:MOST_LINKS]
    topics = {name: await resolve(connection, found.map.id, name) for name in dict.fromkeys(names)}
    addresses: dict[int, str | None] = {}
    for position, name in enumerate(names):
        topic = topics[name]
        addresses[position] = topic_url(found, topic.slug) if topic else None
    html = await asyncio.to_thread(previewed, form.source, addresses)
    return show(request, TEMPLATE, replace(page, values=replace(form, preview=html)), block="preview", inline=False, clash=None)


def _page(home: Home, form: TextForm) -> FormPage[TextForm]:
    title = f"Edit a note on {home.topic.label}" if home.topic else "Edit a note"
    return replace(home.form(form, title=title, step="edit"), removal=home.path("removal"))


def _new_page(place: Place, form: TextForm) -> FormPage[TextForm]:
    return place.form(form, title=f"A note on {place.topic.label}", steps=("notes", "new"), element="note-new", block=BLOCK)


ROUTES = [new_note, save_new_note, edit_form, save_note, remove_note]
