"""Writing a note on a topic, and changing or deleting any note, where it is read."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.history import Saved
from contextualise.domain.notes import add_note, delete_note, edit_note, require_note, source_of_note
from contextualise.domain.notes.writing import digest_of
from contextualise.objects import ObjectStore
from contextualise.web.forms.posted import Posted
from contextualise.web.forms.references import References
from contextualise.web.forms.texts import TextForm
from contextualise.web.notes.homes import BLOCK, Home, answer_at_home, answer_with_notes, home_of_note
from contextualise.web.notes.writing import NoteForm, guarded, open_form, preview, refused, try_to_save
from contextualise.web.pages.forms import Details, FormPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, place_of, topic_url, undoable
from contextualise.web.topics.making import Maker

READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/topics/{slug:str}/notes/new", http_method=READ)
async def new_note(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a note on a topic."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        return await open_form(request, connection, _new_form(place), TextForm())


@post("/maps/{ref:str}/topics/{slug:str}/notes/new")
async def save_new_note(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a note to a topic."""

    async def save(posted: Posted) -> Response[Any]:
        return await _save_new(request, ref, slug, posted)

    return await guarded(request, save)


@route("/maps/{ref:str}/notes/{note_id:int}/edit", http_method=READ)
async def edit_form(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """The form of a note as it is."""
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        row = await require_note(session, home.map_id, note_id)
        source = await source_of_note(parts_of(request).objects, home.map_id, row)
        form = TextForm(source, digest_of(row).hex(), References.to(home.note.themes), tuple(theme.id for theme in home.note.themes))
        return await open_form(request, session, _form(home, await details_for(session, home.found, "occurrences", note_id)), form)


@post("/maps/{ref:str}/notes/{note_id:int}/edit")
async def save_note(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Writes a note anew; an empty one is deleted. Where somebody else wrote it meanwhile, both come back with a proposal that has both."""

    async def save(posted: Posted) -> Response[Any]:
        return await _save(request, ref, note_id, posted)

    return await guarded(request, save)


@post("/maps/{ref:str}/notes/{note_id:int}/removal")
async def remove_note(request: AnyRequest, ref: FromPath[str], note_id: FromPath[int]) -> Response[Any]:
    """Deletes a note at once; Undo brings it back."""
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        saved = await delete_note(session, home.map_id, home.user_id, note_id)
    return await answer_at_home(request, home, undoable(home.found, "Deleted the note.", saved))


async def _save_new(request: AnyRequest, ref: str, slug: str, posted: Posted) -> Response[Any]:
    objects = parts_of(request).objects
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        if posted.has("preview"):
            return await preview(request, session, _new_form(place), posted)

        async def add(form: TextForm) -> Saved:
            return await _add(session, objects, place, form)

        form, saved, _ = await try_to_save(request, session, place.found, posted, add)
    if isinstance(saved, Refusal):
        return await refused(request, _new_form(place), posted, form, saved.errors, None)
    notice = undoable(place.found, "Added the note.", saved) if saved.change_id else Flash("This note is there already.", "info")
    element = f"text-{saved.construct_id}"
    if not wants_fragment(request) or target_id(request) != BLOCK:
        return see_other(request, f"{place.page}#{element}", notice)
    return await answer_with_notes(request, place.found, place.topic.slug, notice, element=element)


async def _save(request: AnyRequest, ref: str, note_id: int, posted: Posted) -> Response[Any]:
    objects = parts_of(request).objects
    async with writing(request) as session:
        home = await home_of_note(request, session, ref, note_id)
        if posted.has("preview"):
            return await preview(request, session, _form(home), posted)

        async def edit(form: TextForm) -> Saved:
            return await _edit(session, objects, home, form)

        form, saved, stale = await try_to_save(request, session, home.found, posted, edit)
    if isinstance(saved, Refusal):
        return await refused(request, _form(home), posted, form, saved.errors, stale)
    if not form.source.strip():
        return await answer_at_home(request, home, undoable(home.found, "Deleted the note.", saved))
    return await answer_at_home(request, home, undoable(home.found, "Saved the note.", saved), element=home.element)


async def _add(session: AsyncSession, objects: ObjectStore, place: Place, form: TextForm) -> Saved:
    scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
    given: dict[str, Any] = {"source": form.source, "topic_id": place.topic.id, "scope_ids": scope_ids}
    return await add_note(session, objects, place.map_id, place.user_id, **given)


async def _edit(session: AsyncSession, objects: ObjectStore, home: Home, form: TextForm) -> Saved:
    scope_ids = await Maker(session, home.map_id, home.user_id).ids_of(form.themes)
    expected = bytes.fromhex(form.expected) if form.expected else None
    given: dict[str, Any] = {"source": form.source, "expected": expected, "scope_ids": scope_ids}
    return await edit_note(session, objects, home.map_id, home.user_id, home.note.id, **given)


def _form(home: Home, details: Details | None = None) -> NoteForm:
    def page(form: TextForm) -> FormPage[TextForm]:
        title = f"Edit a note on {home.topic.label}" if home.topic else "Edit a note"
        return replace(home.form(form, title=title, step="edit"), removal=home.path("removal"), details=details)

    # A picture belongs to a topic: a note that has none yet takes none.
    files_url = f"{topic_url(home.found, home.topic.slug)}/files/new" if home.topic else ""
    return NoteForm(home.found, f"notes/{home.note.id}/edit", page, files_url, home.note.updated_by)


def _new_form(place: Place) -> NoteForm:
    def page(form: TextForm) -> FormPage[TextForm]:
        title = f"A note on {place.topic.label}"
        return place.form(form, title=title, steps=("notes", "new"), element="note-new", block=BLOCK)

    return NoteForm(place.found, f"topics/{quote(place.topic.slug, safe='')}/notes/new", page, f"{place.url}/files/new")


ROUTES = [new_note, save_new_note, edit_form, save_note, remove_note]
