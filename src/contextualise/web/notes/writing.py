"""What the forms of notes share with those of texts: drafts, preview, the two versions after a clash, nothing lost when a session ends."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.texts import Stale
from contextualise.domain.topics import resolve
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.forms.texts import Clash, TextForm, clash_of, previewed, read_text_form, resolve_text_form, wanted_links
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import show, target_id
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.topics.editing import Refusal, attempt, show_form, topic_url
from contextualise.web.writing import (
    REFUSALS,
    Writing,
    forget_written,
    keep_refused,
    keep_written,
    note_unsaved,
    require_writer,
    writing_again,
    writing_at,
)

TEMPLATE = "topics/forms/note.html"
FIELDS = {"source": "text", "scope_ids": "theme"}
_MOST_LINKS = 500  # looked up for a preview


@dataclass(frozen=True, slots=True)
class NoteForm:
    """The form of a note: `page` puts values into it, `address` is its own below the map's, `files_url` takes pictures, if any."""

    found: OpenMap
    address: str
    page: Callable[[TextForm], FormPage[TextForm]]
    files_url: str = ""
    by: str | None = None  # who wrote last

    @property
    def user_id(self) -> int | None:
        """Who asks."""
        return self.found.viewer.id if self.found.viewer else None


class Clashed(Exception):
    """Somebody else wrote the note meanwhile; `attempt` tells other conflicts, but this one needs both texts."""

    def __init__(self, stale: Stale) -> None:
        super().__init__(str(stale))
        self.stale = stale


async def open_form(request: AnyRequest, connection: AsyncConnection | AsyncSession, note: NoteForm, form: TextForm) -> Response[Any]:
    """The form as it is opened: with what is saved, or with `?draft=` as somebody left it who did not save."""
    writing_ = await writing_at(request, connection, note.found, note.address, saved=form.source)
    return _show(request, note, taken(form, writing_), writing_)


async def guarded(request: AnyRequest, save: Callable[[Posted], Awaitable[Response[Any]]]) -> Response[Any]:
    """What saving a form answers; what cannot be saved by whoever is signed in now is kept for whom the form was given to."""
    posted = await read_posted(request)
    note_unsaved(request, posted)
    try:
        return await save(posted)
    except REFUSALS as refusal:
        return await keep_refused(request, posted, refusal)


async def try_to_save(
    request: AnyRequest,
    session: AsyncSession,
    found: OpenMap,
    posted: Posted,
    deed: Callable[[TextForm], Awaitable[Saved]],
) -> tuple[TextForm, Saved | Refusal, Stale | None]:
    """The form as posted and what came of it; its draft is forgotten when it was saved and kept when it was not."""
    require_writer(request, posted, found.viewer.id if found.viewer else None)
    resolver = Resolver(session, found.map.id)
    form = await resolve_text_form(read_text_form(posted), resolver)
    saved: Saved | Refusal
    stale: Stale | None = None

    async def done() -> Saved:
        try:
            return await deed(form)
        except Stale as error:
            raise Clashed(error) from error

    try:
        saved = await attempt(session, done(), FIELDS, before=resolver.errors)
    except Clashed as clashed:
        saved, stale = Refusal({}), clashed.stale
    if isinstance(saved, Refusal):
        await keep_written(request, session, posted, form.source)
    else:
        await forget_written(request, session, posted)
    return form, saved, stale


async def refused(
    request: AnyRequest, note: NoteForm, posted: Posted, form: TextForm, errors: Mapping[str, str], stale: Stale | None
) -> Response[Any]:
    """The form again: with what is wrong, or after a clash with both texts and a proposal that has both."""
    writing_ = writing_again(request, note.found, posted, note.address)
    if stale is None:
        return _show(request, note, form, writing_, errors=errors)
    clash = await asyncio.to_thread(clash_of, stale, note.by)
    form = replace(form, source=stale.merged.text, expected=stale.current.hex() if stale.current else "")
    return _show(request, note, form, writing_, status=409, clash=clash)


async def preview(request: AnyRequest, session: AsyncSession, note: NoteForm, posted: Posted) -> Response[Any]:
    """The note as it would be read: beside the form for htmx, above it on the page."""
    require_writer(request, posted, note.user_id)
    map_id = note.found.map.id
    form = await resolve_text_form(read_text_form(posted), Resolver(session, map_id))
    names = (await asyncio.to_thread(wanted_links, form.source))[:_MOST_LINKS]
    topics = {name: await resolve(session, map_id, name) for name in dict.fromkeys(names)}
    addresses: dict[int, str | None] = {}
    for position, name in enumerate(names):
        topic = topics[name]
        addresses[position] = topic_url(note.found, topic.slug) if topic else None
    html = await asyncio.to_thread(previewed, map_id, form.source, addresses)
    await keep_written(request, session, posted, form.source)
    page, writing_ = note.page(replace(form, preview=html)), writing_again(request, note.found, posted, note.address)
    return show(request, TEMPLATE, page, block="preview", inline=False, clash=None, writing=writing_, files_url=note.files_url)


def taken(form: TextForm, writing_: Writing) -> TextForm:
    """The form with the draft in it that was taken up, which started from the text as it was then."""
    draft = writing_.taken
    if draft is None:
        return form
    return replace(form, source=draft.source, expected=draft.base_sha256.hex() if draft.base_sha256 else "")


def _show(
    request: AnyRequest,
    note: NoteForm,
    form: TextForm,
    writing_: Writing,
    *,
    errors: Mapping[str, str] | None = None,
    status: int | None = None,
    clash: Clash | None = None,
) -> Response[Any]:
    page = replace(note.page(form), errors=errors or {})
    if target_id(request) == f"{page.element}-drafts":
        return show(request, TEMPLATE, page, block="drafts", inline=True, writing=writing_)
    return show_form(request, TEMPLATE, page, status=status, clash=clash, writing=writing_, files_url=note.files_url)
