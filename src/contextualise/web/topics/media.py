"""Pictures, recordings, scenes and files of a topic: where they are added, what is said about them, and their order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.content import edit_file, move_file
from contextualise.domain.drafts import OccurrenceDraft, occurrence_draft
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.occurrences import delete_occurrence
from contextualise.lib.values.datatypes import ANY_URI
from contextualise.web.forms.files import FileForm, file_form, read_file_form, resolve_file_form
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.pages.topics.occurrences import Occurrences
from contextualise.web.shared.fragments import see_other, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.topics.blocks import LINKS, MEDIA
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, undoable, with_focus_on
from contextualise.web.topics.making import Maker
from contextualise.web.topics.showing import read_topic_page, topic_block, upload_limit

UPLOAD_TEMPLATE, FILE_TEMPLATE = "topics/forms/upload.html", "topics/forms/file.html"
READ = [HttpMethod.GET, HttpMethod.HEAD]
_FIELDS = {"scope_ids": "theme"}


@dataclass(frozen=True, slots=True)
class UploadForm:
    """What the form of new files tells beforehand: how many bytes a file may have."""

    limit: int


@route("/maps/{ref:str}/topics/{slug:str}/files/new", http_method=READ)
async def new_files(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of new pictures and files."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    title = f"Pictures and files of {place.topic.label}"
    page = place.form(UploadForm(upload_limit(request)), title=title, steps=("files", "new"), element="file-new", block=MEDIA)
    return show_form(request, UPLOAD_TEMPLATE, page)


@route("/maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/edit", http_method=READ)
async def edit_content(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """The form of what is said about a file."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        page = await _form_of(connection, place, await content_of(connection, place, occurrence_id))
    return show_form(request, FILE_TEMPLATE, page)


@post("/maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/edit")
async def save_content(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Writes anew what is said about a file."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await content_of(session, place, occurrence_id)
        page = await _form_of(session, place, draft)
        resolver = Resolver(session, place.map_id)
        form = await resolve_file_form(read_file_form(posted, page.values), resolver)
        scope_ids = [] if resolver.errors else await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
        title = form.title or None
        deed = edit_file(session, place.map_id, place.user_id, draft.id, title=title, alt=form.alt, scope_ids=scope_ids)
        saved = await attempt(session, deed, _FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, FILE_TEMPLATE, replace(page, values=form, errors=saved.errors))
    return await show_saved(request, place, MEDIA, f"occurrence-{draft.id}", undoable(place.found, "Saved.", saved))


@post("/maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/removal")
async def remove_content(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Deletes a file at once; Undo brings it back."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await content_of(session, place, occurrence_id)
        saved = await delete_occurrence(session, place.map_id, place.user_id, draft.id)
    noun = file_form(draft, "").noun
    called = draft.title or draft.file_name
    message = undoable(place.found, f"Deleted the {noun} “{called}”." if called else f"Deleted the {noun}.", saved)
    return await show_saved(request, place, MEDIA, MEDIA, message)


@post("/maps/{ref:str}/topics/{slug:str}/files/{occurrence_id:int}/order")
async def move_content(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Puts a file one place earlier or later among its like, or before or after another one."""
    return await _move(request, ref, slug, occurrence_id, MEDIA)


@post("/maps/{ref:str}/topics/{slug:str}/links/{occurrence_id:int}/order")
async def move_link(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Puts a link or film one place earlier or later among its like, or before or after another one."""
    return await _move(request, ref, slug, occurrence_id, LINKS)


async def _move(request: AnyRequest, ref: str, slug: str, occurrence_id: int, block: str) -> Response[Any]:
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await content_of(session, place, occurrence_id) if block == MEDIA else await _link_of(session, place, occurrence_id)
        row = await _row_of(request, session, place, draft.id)
        index = row.index(draft.id)
        later = posted.text("move") == "later"
        others = [other for other in row if other != draft.id]
        target = _target(index, later=later, before=posted.number("before"), after=posted.number("after"), others=others)
        if target is not None and target != index:
            side = {"before": others[target]} if target < len(others) else {"after": others[-1]}
            await move_file(session, place.map_id, place.user_id, draft.id, **side)
    element = f"occurrence-{draft.id}"
    if not wants_fragment(request):
        return see_other(request, f"{place.page}#{element}")
    moved = target if target is not None else index
    told = f"Now {moved + 1} of {len(row)}." if moved != index else f"It is the {'last' if later else 'first'} already."
    async with reading(request) as connection:
        found = await map_for(request, connection, place.found.map.ref, Action.READ)
        response = await topic_block(request, found, connection, place.topic.slug, block, told=told)
    # At either end of the row one of the two buttons is not there to take the focus.
    focus = "data-later" if moved == 0 or (later and moved < len(others)) else "data-earlier"
    response.content = with_focus_on(element, response.content, focus)
    return response


async def _link_of(connection: AsyncConnection | AsyncSession, place: Place, occurrence_id: int) -> OccurrenceDraft:
    draft = await occurrence_draft(connection, place.map_id, occurrence_id)
    if draft.topic_id != place.topic.id or draft.sha256 is not None or draft.datatype != ANY_URI:
        raise NotFound("This link is not there any more.")
    return draft


async def content_of(connection: AsyncConnection | AsyncSession, place: Place, occurrence_id: int) -> OccurrenceDraft:
    """A file of this topic. Raises `NotFound` for one it does not have, `Conflict` for a text or value."""
    draft = await occurrence_draft(connection, place.map_id, occurrence_id)
    if draft.topic_id != place.topic.id:
        raise NotFound("This file is not there any more.")
    if draft.sha256 is None or draft.type.slug in ("text", "note"):
        raise Conflict("This is no file.")
    return draft


async def _form_of(connection: AsyncConnection | AsyncSession, place: Place, draft: OccurrenceDraft) -> FormPage[FileForm]:
    href = Addresses(place.map_url).file(draft.value.removeprefix("sha256:"), draft.file_name or draft.title or "file")
    form = file_form(draft, href)
    title = f"Edit {form.title or draft.file_name or f'the {form.noun}'}"
    page = place.form(form, title=title, steps=("files", draft.id, "edit"), element=f"occurrence-{draft.id}", block=MEDIA)
    details = await details_for(connection, place.found, "occurrences", draft.id, place)
    return replace(page, removal=place.path("files", draft.id, "removal"), details=details)


def _target(index: int, *, later: bool, before: int | None, after: int | None, others: Sequence[int]) -> int | None:
    """The place among the others that is asked for; None when it is told by one that is not there."""
    if before is not None:
        return others.index(before) if before in others else None
    if after is not None:
        return others.index(after) + 1 if after in others else None
    return min(index + 1, len(others)) if later else max(index - 1, 0)


class _Item(Protocol):
    @property
    def id(self) -> int: ...


async def _row_of(request: AnyRequest, session: AsyncSession, place: Place, occurrence_id: int) -> list[int]:
    """The ids of what stands in one row with a file, in their order, as the person sees them."""
    shown = (await read_topic_page(request, place.found, session, place.topic.slug)).occurrences
    for row in _rows(shown):
        ids = [item.id for item in row]
        if occurrence_id in ids:
            return ids
    return [occurrence_id]


def _rows(shown: Occurrences) -> tuple[Sequence[_Item], ...]:
    return shown.images, shown.recordings, shown.scenes, shown.files, shown.links, shown.films


ROUTES = [new_files, edit_content, save_content, remove_content, move_content, move_link]
