"""The inbox of a map: notes are kept first and find their place later."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.notes import add_note
from contextualise.lib.numbers import whole_number
from contextualise.objects import ObjectStore
from contextualise.repository.reading.notes import find_note, list_notes
from contextualise.web.forms.posted import Posted, clean
from contextualise.web.forms.texts import TextForm
from contextualise.web.notes.writing import guarded, taken, try_to_save
from contextualise.web.pages.notes import InboxPage, inbox_note, inbox_page
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import page_before, see_other, show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import Refusal, map_to_edit, map_url, undoable, with_focus_on
from contextualise.web.topics.making import Maker
from contextualise.web.writing import writing_again, writing_at

TEMPLATE = "notes/index.html"
BLOCK = "notes-list"
ADDRESS = "notes"  # of the form for a new note, below the map's
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the inbox the address asks for."""

    text: str = ""
    before: int | None = None
    after: int | None = None


BEGINNING = Asked()


@route("/maps/{ref:str}/notes", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_inbox(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The notes that are about no topic yet, the newest first, for those who may edit; `?q=` keeps to those with all of its words."""
    asked = asked_of({name: request.query_params.get(name, "") for name in ("q", "before", "after")})
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        target = target_id(request) or ""
        if wants_fragment(request) and target.startswith("text-"):
            return await _one(request, connection, found, whole_number(target.removeprefix("text-")))
        page = await read_inbox(connection, found, asked)
        writing_ = await writing_at(request, connection, found, ADDRESS, saved="")
    page = replace(page, values=taken(page.values, writing_))
    block = {"notes-list": "notes_list", "notes-inbox": "notes_inbox", "note-new-drafts": "notes_drafts"}.get(target, "main")
    return show(request, TEMPLATE, page, block=block, is_saved=False, writing=writing_)


@post("/maps/{ref:str}/notes")
async def keep_note(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Puts a note into the inbox; its words are enough."""

    async def save(posted: Posted) -> Response[Any]:
        return await _keep(request, ref, posted)

    return await guarded(request, save)


async def _keep(request: AnyRequest, ref: str, posted: Posted) -> Response[Any]:
    objects = parts_of(request).objects
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)

        async def add(form: TextForm) -> Saved:
            return await _add(session, objects, found, form)

        form, saved, _ = await try_to_save(request, session, found, posted, add)
    if isinstance(saved, Refusal):
        async with reading(request) as connection:
            page = await read_inbox(connection, found, BEGINNING)
        page, writing_ = replace(page, values=form, errors=saved.errors), writing_again(request, found, posted, ADDRESS)
        return show(request, TEMPLATE, page, block="notes_inbox", status=422, is_saved=False, writing=writing_)
    notice = undoable(found, "Kept the note.", saved) if saved.change_id else Flash("This note is in the inbox already.", "info")
    return await answer_with_inbox(request, ref, notice, is_saved=True)


async def _add(session: AsyncSession, objects: ObjectStore, found: OpenMap, form: TextForm) -> Saved:
    user_id = found.viewer.id if found.viewer else None
    scope_ids = await Maker(session, found.map.id, user_id).ids_of(form.themes)
    return await add_note(session, objects, found.map.id, user_id, source=form.source, scope_ids=scope_ids)


async def answer_with_inbox(request: AnyRequest, ref: str, *notices: Flash, is_saved: bool = False, element: str = "") -> Response[Any]:
    """After a change: the inbox page for a browser; for htmx the part of it that the person has open, with the count in the bar.

    `is_saved` brings the field for the next note, empty and with the focus; otherwise only the list is new, and what somebody is writing
    above it stays. `element` is the note that takes the focus.
    """
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.EDIT)
        if not wants_fragment(request):
            return see_other(request, f"{map_url(found)}/notes" + (f"#{element}" if element else ""), *notices)
        page = await read_inbox(connection, found, BEGINNING if is_saved else asked_before(request))
        writing_ = await writing_at(request, connection, found, ADDRESS, saved="")
    block = "notes_inbox" if is_saved else "notes_list"
    response = show(request, TEMPLATE, page, block=block, notices=notices, is_saved=is_saved, writing=writing_)
    response.content = with_focus_on(element, response.content) if element else response.content
    response.content += parts_of(request).templates.render("notes/_count.html#partial", {"count": page.count})
    return response


async def read_inbox(connection: AsyncConnection, found: OpenMap, asked: Asked) -> InboxPage:
    """The part of the inbox that is asked for; its end where that part is empty by now."""
    rows, more = await list_notes(connection, found.map.id, text=asked.text, before=asked.before, after=asked.after)
    if not rows and (asked.before or asked.after):
        asked = replace(asked, before=None, after=None)
        rows, more = await list_notes(connection, found.map.id, text=asked.text)
    newer = more if asked.after else asked.before is not None
    older = True if asked.after else more
    return inbox_page(map_url(found), found.map.note_count, rows, text=asked.text, has_newer=newer, has_older=older)


def asked_of(query: dict[str, str]) -> Asked:
    """The part that a query asks for; the beginning for one that somebody has changed by hand."""
    text = "".join(character for character in clean(query.get("q", ""))[:LONGEST] if character.isprintable())
    return Asked(" ".join(text.split()), whole_number(query.get("before", "")), whole_number(query.get("after", "")))


def asked_before(request: AnyRequest) -> Asked:
    """The part that the person has open while a form in it is used."""
    before = page_before(request)
    if not before.path.endswith("/notes"):
        return BEGINNING
    try:
        given = parse_qs(before.query, max_num_fields=20)
    except ValueError:
        return BEGINNING
    return asked_of({name: values[0] for name, values in given.items()})


async def _one(request: AnyRequest, connection: AsyncConnection, found: OpenMap, note_id: int | None) -> Response[Any]:
    row = await find_note(connection, found.map.id, note_id) if note_id is not None else None
    if row is None:
        raise NotFound("This note is not here any more.")
    return show(request, "notes/_note.html", None, block="statement", rows=[inbox_note(map_url(found), row)])


ROUTES = [show_inbox, keep_note]
