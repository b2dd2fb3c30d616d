"""The texts that mention a topic: those that link to it, and those that only name it, which one click connects."""

from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action, may
from contextualise.domain.associations import quick_association
from contextualise.domain.drafts import TopicDraft, occurrence_draft, topic_draft
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.mentions import link_in_text, unlinked_mentions
from contextualise.domain.notes import attach_note, find_inbox
from contextualise.domain.texts import Stale
from contextualise.lib.digests import read_digest
from contextualise.lib.numbers import whole_number
from contextualise.repository.reading.mentions import list_backlinks
from contextualise.web.asked import asked_context
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.topics.links import Addresses
from contextualise.web.pages.topics.mentions import MentionsPage, UnlinkedPart, backlink_line, next_of, unlinked_part
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import Place, map_url, place_of, topic_url, undoable
from contextualise.web.topics.showing import topic_block

TEMPLATE = "topics/mentions.html"
BLOCK = "topic-unlinked"
READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/topics/{slug:str}/mentions", http_method=READ)
async def show_mentions(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Every text that links to the topic, by page, and below them those that name it without a link; for htmx either list alone."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        topic = await _topic(connection, found, slug)
        if wants_fragment(request) and target_id(request) == BLOCK:
            unlinked = await _unlinked(request, connection, found, topic)
            return _show_unlinked(request, unlinked, may_edit=may(found.standing, Action.EDIT), headers=validators(etag))
        page = await _page(request, connection, found, topic)
    return show(request, TEMPLATE, page, block="main", headers=validators(etag), unlinked=page.unlinked, may_edit=page.may_edit)


@post("/maps/{ref:str}/topics/{slug:str}/mentions/{occurrence_id:int}/association")
async def associate(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Connects the topic of a text with the one that it names; a note of the inbox goes to that topic."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        saved, told = await _associate(session, place, occurrence_id)
    return await _answer(request, place, saved if isinstance(saved, Flash) else undoable(place.found, told, saved))


@post("/maps/{ref:str}/topics/{slug:str}/mentions/{occurrence_id:int}/link")
async def link(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Turns the first mention in a text into a link."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        expected = read_digest(posted.text("expected")) or b""
        notice = await _link(session, request, place, occurrence_id, expected)
    return await _answer(request, place, notice)


async def _associate(session: AsyncSession, place: Place, occurrence_id: int) -> tuple[Saved | Flash, str]:
    draft = await occurrence_draft(session, place.map_id, occurrence_id)
    inbox = await find_inbox(session, place.map_id)
    try:
        async with session.begin_nested():
            if inbox and (draft.topic_id, draft.type.id) == (inbox.topic_id, inbox.note_type_id):
                saved = await attach_note(session, place.map_id, place.user_id, occurrence_id, topic_id=place.topic.id)
                return saved, f"Attached the note to “{place.topic.label}”."
            return await quick_association(
                session, place.map_id, place.user_id, place.topic.id, draft.topic_id
            ), "Connected the two topics."
    except Conflict as conflict:
        return Flash(str(conflict), "info"), ""


async def _link(session: AsyncSession, request: AnyRequest, place: Place, occurrence_id: int, expected: bytes) -> Flash:
    objects = parts_of(request).objects
    try:
        async with session.begin_nested():
            saved = await link_in_text(session, objects, place.map_id, place.user_id, place.topic.id, occurrence_id, expected=expected)
    except Stale:
        return Flash("Somebody has changed this text since the page was shown, so nothing was linked. Look at it again.", "error")
    except Conflict as conflict:
        return Flash(str(conflict), "error")
    return undoable(place.found, f"The text links to “{place.topic.label}” now.", saved)


async def _answer(request: AnyRequest, place: Place, notice: Flash) -> Response[Any]:
    """The list as it is now; for htmx with the topic's connections, which stand above it on the topic's page."""
    if not wants_fragment(request) or target_id(request) != BLOCK:
        return see_other(request, place.path("mentions"), notice)
    async with reading(request) as connection:
        found = await map_for(request, connection, place.found.map.ref, Action.READ)
        topic = await _topic(connection, found, place.topic.slug)
        response = _show_unlinked(request, await _unlinked(request, connection, found, topic), may_edit=True, notices=[notice])
        connections = await topic_block(request, found, connection, topic.slug, "topic-associations")
    response.content += f'<hx-partial hx-target="#topic-associations" hx-swap="outerHTML">{connections.content}</hx-partial>'
    return response


def _show_unlinked(request: AnyRequest, part: UnlinkedPart, *, may_edit: bool, **more: Any) -> Response[str]:
    return show(request, "topics/_unlinked.html", None, block="unlinked", unlinked=part, may_edit=may_edit, **more)


async def _topic(connection: AsyncConnection, found: OpenMap, slug: str) -> TopicDraft:
    topic = await topic_draft(connection, found.map.id, slug)
    if topic.is_hidden:
        raise NotFound("There is no such topic in this map.")
    return topic


async def _page(request: AnyRequest, connection: AsyncConnection, found: OpenMap, topic: TopicDraft) -> MentionsPage:
    may_edit = may(found.standing, Action.EDIT)
    addresses, url = Addresses(map_url(found), asked_context(request)), f"{topic_url(found, topic.slug)}/mentions"
    number, _, key = request.query_params.get("after", "").partition(".")
    last = whole_number(number)
    after = (key, last) if last is not None and key.isprintable() else ("", 0)
    rows, more = await list_backlinks(connection, found.map.id, topic.id, with_inbox=may_edit, after=after)
    inbox = await find_inbox(connection, found.map.id)
    return MentionsPage(
        title=topic.label,
        topic_url=addresses.topic(topic.slug),
        url=url,
        lines=tuple(backlink_line(addresses, row, inbox_id=inbox.topic_id if inbox else None) for row in rows),
        first_url=url + addresses.query if after[1] else None,
        next_url=next_of(addresses, url, rows[-1]) if more else None,
        unlinked=await _unlinked(request, connection, found, topic) if not after[1] else None,
        may_edit=may_edit,
    )


async def _unlinked(request: AnyRequest, connection: AsyncConnection, found: OpenMap, topic: TopicDraft) -> UnlinkedPart:
    addresses, url = Addresses(map_url(found), asked_context(request)), f"{topic_url(found, topic.slug)}/mentions"
    after = whole_number(request.query_params.get("unlinked", "")) or 0
    with_inbox = may(found.standing, Action.EDIT)
    return unlinked_part(addresses, url, await unlinked_mentions(connection, found.map.id, topic.id, with_inbox=with_inbox, after=after))


ROUTES = [show_mentions, associate, link]
