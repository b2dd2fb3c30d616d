"""Writing the texts of a topic, in place and in the type in which they are read."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import OccurrenceDraft, occurrence_draft
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import delete_occurrence
from contextualise.domain.texts import Stale, read_source, save_text
from contextualise.domain.texts import edit_text as save_over
from contextualise.domain.topics import resolve
from contextualise.objects import ObjectStore
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import References, Resolver
from contextualise.web.forms.texts import (
    Clash,
    TextForm,
    clash_of,
    open_places,
    previewed,
    read_text_form,
    resolve_text_form,
    wanted_links,
)
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, topic_url, undoable
from contextualise.web.topics.making import Maker
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

TEMPLATE = "topics/forms/text.html"
BLOCK = "topic-text"
READ = [HttpMethod.GET, HttpMethod.HEAD]
_FIELDS = {"source": "text", "scope_ids": "theme"}
_MOST_LINKS = 500  # looked up for a preview
_STILL_OPEN = "Some places still say both, in braces: {theirs: … | yours: …}. Put them right; or save once more to keep them like that."


@route("/maps/{ref:str}/topics/{slug:str}/text/new", http_method=READ)
async def new_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a text; the topic may have one in each context. `?draft=` takes up what was begun before."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        writing_ = await _writing(request, connection, place, None, slug, "")
    return _show(request, _page(place, None, _taken(TextForm(), writing_)), writing_)


@route("/maps/{ref:str}/topics/{slug:str}/text/{text_id:int}/edit", http_method=READ)
async def edit_text(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], text_id: FromPath[int]) -> Response[Any]:
    """The form of a text as it is, or with `?draft=` as somebody left it who did not save."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        draft = await _draft(connection, place, text_id)
        assert draft.sha256 is not None
        source = await read_source(parts_of(request).objects, place.map_id, draft.sha256)
        writing_ = await _writing(request, connection, place, text_id, slug, source)
        details = await details_for(connection, place.found, "occurrences", text_id)
    before = tuple(theme.id for theme in draft.themes)
    form = TextForm(source, draft.sha256.hex(), References.to(draft.themes), before)
    return _show(request, replace(_page(place, text_id, _taken(form, writing_)), details=details), writing_)


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


class Clashed(Exception):
    """Somebody else saved the text meanwhile."""

    def __init__(self, stale: Stale, by: str | None) -> None:
        super().__init__(str(stale))
        self.stale, self.by = stale, by


async def _save_posted(request: AnyRequest, ref: str, slug: str, text_id: int | None) -> Response[Any]:
    posted = await read_posted(request)
    note_unsaved(request, posted)
    try:
        if posted.has("preview"):
            return await _preview(request, ref, slug, text_id, posted)
        return await _save_or_refuse(request, ref, slug, text_id, posted)
    except REFUSALS as refusal:
        return await keep_refused(request, posted, refusal)


async def _save_or_refuse(request: AnyRequest, ref: str, slug: str, text_id: int | None, posted: Posted) -> Response[Any]:
    objects = parts_of(request).objects
    clashed: Clashed | None = None
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        require_writer(request, posted, place.user_id)
        draft = await _draft_or_none(session, place, text_id)
        resolver = Resolver(session, place.map_id)
        form = await resolve_text_form(read_text_form(posted), resolver)
        if posted.has("left_open") and open_places(form.source):
            resolver.errors.setdefault("text", _STILL_OPEN)
        try:
            saved = await attempt(session, _save(session, objects, place, form, draft), _FIELDS, before=resolver.errors)
        except Clashed as found:
            saved, clashed = Refusal({}), found
        if isinstance(saved, Refusal):
            await keep_written(request, session, posted, form.source)
        else:
            await forget_written(request, session, posted)
    if isinstance(saved, Refusal):
        return await _refused(request, place, text_id, posted, form, saved, clashed, draft)
    gone = not form.source.strip()
    element = BLOCK if gone else f"text-{saved.construct_id}"
    return await show_saved(
        request, place, BLOCK, element, undoable(place.found, "Deleted the text." if gone else "Saved the text.", saved)
    )


async def _refused(
    request: AnyRequest,
    place: Place,
    text_id: int | None,
    posted: Posted,
    form: TextForm,
    refusal: Refusal,
    clashed: Clashed | None,
    draft: OccurrenceDraft | None,
) -> Response[Any]:
    """The form again: with what is wrong, or after a clash with both texts and a proposal that has both."""
    writing_ = writing_again(request, place.found, posted, _address(place, text_id))
    if clashed is None:
        return _show(request, replace(_page(place, text_id, form), errors=refusal.errors), writing_)
    stale = clashed.stale
    clash = await asyncio.to_thread(clash_of, stale, clashed.by)
    form = replace(form, source=stale.merged.text, expected=stale.current.hex() if stale.current else "")
    if draft is not None and set(form.themes.ids) == set(form.before):
        form = replace(form, themes=References.to(draft.themes), before=tuple(theme.id for theme in draft.themes))
    return _show(request, _page(place, text_id, form), writing_, status=409, clash=clash)


async def _save(session: AsyncSession, objects: ObjectStore, place: Place, form: TextForm, draft: OccurrenceDraft | None) -> Saved:
    scope_ids = await Maker(session, place.map_id, place.user_id).ids_of(form.themes)
    expected = bytes.fromhex(form.expected) if form.expected else None
    if draft is not None and set(scope_ids) == set(form.before):
        scope_ids = [theme.id for theme in draft.themes]  # if somebody moved it meanwhile, it stays where they put it
    try:
        if draft is None:
            return await save_text(
                session,
                objects,
                place.map_id,
                place.user_id,
                place.topic.id,
                source=form.source,
                expected=expected,
                scope_ids=scope_ids,
            )
        return await save_over(
            session, objects, place.map_id, place.user_id, draft.id, source=form.source, expected=expected or b"", scope_ids=scope_ids
        )
    except Stale as stale:
        raise Clashed(stale, draft.updated_by if draft else None) from stale


async def _preview(request: AnyRequest, ref: str, slug: str, text_id: int | None, posted: Posted) -> Response[Any]:
    """The text as it would be read: beside the form for htmx; above it on the page, where it is kept as a draft as well."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        require_writer(request, posted, place.user_id)
        form = await resolve_text_form(read_text_form(posted), Resolver(connection, place.map_id))
        names = (await asyncio.to_thread(wanted_links, form.source))[:_MOST_LINKS]
        found = {name: await resolve(connection, place.map_id, name) for name in dict.fromkeys(names)}
    addresses: dict[int, str | None] = {}
    for position, name in enumerate(names):
        topic = found[name]
        addresses[position] = topic_url(place.found, topic.slug) + place.context if topic else None
    html = await asyncio.to_thread(previewed, place.map_id, form.source, addresses)
    if not wants_fragment(request):
        async with writing(request) as session:
            await keep_written(request, session, posted, form.source)
    page = _page(place, text_id, replace(form, preview=html))
    writing_ = writing_again(request, place.found, posted, _address(place, text_id))
    return show(request, TEMPLATE, page, block="preview", inline=False, clash=None, writing=writing_, files_url=f"{place.url}/files/new")


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


async def _writing(request: AnyRequest, connection: AsyncConnection, place: Place, text_id: int | None, slug: str, saved: str) -> Writing:
    """The drafts of this form, also those begun when the topic had the address that was asked for."""
    ending = f"/text/{text_id}/edit" if text_id is not None else ""
    former = [f"topics/{quote(slug, safe='')}/text/new"] if text_id is None else []
    return await writing_at(request, connection, place.found, _address(place, text_id), saved=saved, former=former, ending=ending)


def _address(place: Place, text_id: int | None) -> str:
    """The form's address below the map's."""
    steps = "text/new" if text_id is None else f"text/{text_id}/edit"
    return f"topics/{quote(place.topic.slug, safe='')}/{steps}"


def _taken(form: TextForm, writing_: Writing) -> TextForm:
    """The form with the draft in it that was taken up, which started from the text as it was then."""
    draft = writing_.taken
    if draft is None:
        return form
    return replace(form, source=draft.source, expected=draft.base_sha256.hex() if draft.base_sha256 else "")


def _show(
    request: AnyRequest, page: FormPage[TextForm], writing_: Writing, *, status: int | None = None, clash: Clash | None = None
) -> Response[Any]:
    if target_id(request) == f"{page.element}-drafts":
        return show(request, TEMPLATE, page, block="drafts", inline=True, writing=writing_)
    return show_form(
        request, TEMPLATE, page, status=status, clash=clash, writing=writing_, files_url=f"{page.back.partition('?')[0]}/files/new"
    )


def _page(place: Place, text_id: int | None, form: TextForm) -> FormPage[TextForm]:
    if text_id is None:
        return place.form(form, title=f"A text about {place.topic.label}", steps=("text", "new"), element="text-new", block=BLOCK)
    title = f"Edit the text of {place.topic.label}"
    page = place.form(form, title=title, steps=("text", text_id, "edit"), element=f"text-{text_id}", block=BLOCK)
    return replace(page, removal=place.path("text", text_id, "removal"))


ROUTES = [new_text, edit_text, save_new_text, save_edited_text, remove_text]
