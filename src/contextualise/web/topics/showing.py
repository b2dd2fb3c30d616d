"""The topic page: whole for a browser, one block or one statement of it for htmx."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action, may
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.repository.reading.addresses import find_moved_topic, read_links
from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import BEGINNING, Context, Part, read_topic
from contextualise.repository.share_links import takes_part
from contextualise.web.asked import asked_context, asked_part
from contextualise.web.history.then import show_topic_then
from contextualise.web.pages.topics import TopicPage, topic_page
from contextualise.web.pages.topics.guests import asked_by_guest, seen_by_guest
from contextualise.web.pages.topics.links import encoded, query_of
from contextualise.web.pages.topics.page import statement_url, trail_items
from contextualise.web.shared.conditional import etag_of, key_of, not_modified, validators
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import HTML, VARY, is_refresh, moved, show, target_id, wants_fragment
from contextualise.web.shared.reach import keep_within
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.kept_pages import KeptPage, kept_pages
from contextualise.web.topics.statements import statement_fragment
from contextualise.web.trail import steps_before, trail_cookie, trail_of

TEMPLATE = "topics/show.html"
TRAIL = Markup("<!-- the way here -->")  # where the trail goes; text of a person cannot look like this, its "<" is escaped
BLOCKS = frozenset(
    {
        "topic-head",
        "topic-context",
        "topic-text",
        "topic-notes",
        "topic-media",
        "topic-links",
        "topic-dates",
        "topic-attributes",
        "topic-tags",
        "topic-associations",
        "topic-about",
        "topic-talk",
    }
)
"""Parts of the page that can be asked for alone; each is the element of that id."""


@route("/maps/{ref:str}/topics/{slug:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_topic(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """A topic. An address that it had before leads to the present one; a topic that only carries facts of a statement leads there."""
    trail, context, part = trail_of(request), asked_context(request), asked_part(request)
    if "at" in request.query_params:
        return await show_topic_then(request, ref, slug, BLOCKS)
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ, within_reach=True)
        context, trail = asked_by_guest(found.standing, context, trail)
        etag = etag_of(request, found, trail)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        if found.standing.reach is not None and not found.standing.reach.has_slug(slug):
            return await _elsewhere(request, connection, found, slug, context)
        if found.standing.reach is not None and part.after_association:
            # Where the list goes on is told by a name; that of an association elsewhere would be told by what comes after it.
            is_own = await takes_part(connection, found.map.id, slug, part.after_association)
            part = part if is_own else BEGINNING
        # A page that was rendered before for such a reader only lacks its trail, which is each reader's own.
        key = None if wants_fragment(request) else key_of(request, found)
        kept = kept_pages(request).find(key) if key else None
        if kept is not None and (context.is_everything or not steps_before(trail, kept.topic_id)):
            steps = steps_before(trail, kept.topic_id)
            links = await read_links(connection, found.map.id, steps) if steps else ()
            return _answer(request, found, kept, trail_items(found.map.ref, links, kept.title), trail, etag)
        record = await _read(connection, found, slug, context, trail, part)
        if record is None:
            return await _elsewhere(request, connection, found, slug, context)
    if record.topic.is_hidden and record.reified is not None:
        return moved(statement_url(f"/maps/{found.map.ref}", record.reified.kind, record.reified.construct_id))
    page = _page(found, record, context, trail, part)
    if wants_fragment(request):
        return _fragment(request, page, target_id(request), etag)
    response = show(request, TEMPLATE, page, trail=TRAIL, upload_limit=upload_limit(request))
    before, _, after = response.content.partition(TRAIL)
    rendered = KeptPage(page.id, page.title, before, after)
    if key is not None:
        kept_pages(request).keep(key, rendered)
    return _answer(request, found, rendered, page.trail, trail, etag, response)


def _answer(
    request: AnyRequest,
    found: OpenMap,
    page: KeptPage,
    steps: Sequence[tuple[str, str | None]],
    trail: tuple[int, ...],
    etag: str | None,
    response: Response[str] | None = None,
) -> Response[str]:
    """The page with its trail in place, which goes one step further."""
    html = page.before + parts_of(request).templates.render("topics/_trail.html", {"steps": steps}) + page.after
    answer = response or Response("", media_type=HTML, headers=dict(VARY))
    answer.content = html
    answer.headers.update(validators(etag))
    cookie = None if is_refresh(request) else trail_cookie(request, found, trail, page.topic_id)
    if cookie is not None:
        answer.headers["Set-Cookie"] = cookie
    return answer


def upload_limit(request: AnyRequest) -> int:
    """How large a file may be, in bytes."""
    return parts_of(request).settings.max_upload_mb * 1_000_000


async def topic_block(
    request: AnyRequest,
    found: OpenMap,
    connection: AsyncConnection | AsyncSession,
    slug: str,
    block: str,
    *,
    notices: Sequence[Flash] = (),
    status: int = 200,
    **more: Any,
) -> Response[Any]:
    """The topic read anew, after a change: for htmx the block or statement with this element id, for a browser the whole page.

    `block` is one of `BLOCKS` or the id of a statement: `name-7`, `text-7`, `occurrence-7`, `association-7`. A block names a further value
    of the template in `more`, such as the fields of a refused form. Raises `NotFound` when the topic is gone.
    """
    page = await read_topic_page(request, found, connection, slug)
    if wants_fragment(request) and block not in BLOCKS:
        return statement_fragment(request, page, block, notices=notices, status=status)
    more = {"trail": "", "upload_limit": upload_limit(request), **more}
    return show(request, TEMPLATE, page, block=block.replace("-", "_"), status=status, notices=notices, **more)


async def read_topic_page(request: AnyRequest, found: OpenMap, connection: AsyncConnection | AsyncSession, slug: str) -> TopicPage:
    """The topic as this reader sees it now. Raises `NotFound` when it is gone."""
    context = asked_context(request)
    plain = connection if isinstance(connection, AsyncConnection) else await connection.connection()
    record = await _read(plain, found, slug, context, ())
    if record is None:
        raise NotFound("This topic is no longer there.")
    return _page(found, record, context, ())


async def _read(
    connection: AsyncConnection, found: OpenMap, slug: str, context: Context, trail: Sequence[int], part: Part = BEGINNING
) -> TopicRecord | None:
    """The record in the context asked for; when the map has none of its themes, as it is without one."""
    if "\0" in slug:
        return None
    talk = may(found.standing, Action.DISCUSS)
    record = await read_topic(connection, found.map.id, slug, context=context, trail=trail, part=part, talk=talk)
    if record is not None and context.themes and not record.context:
        return await read_topic(connection, found.map.id, slug, trail=trail, part=part, talk=talk)
    return record


def _page(found: OpenMap, record: TopicRecord, context: Context, trail: tuple[int, ...], part: Part = BEGINNING) -> TopicPage:
    known = set(record.context)
    slugs = {reference.slug for reference in record.topics if reference.id in known}
    kept = replace(context, themes=tuple(theme for theme in context.themes if theme in slugs))
    return topic_page(
        seen_by_guest(record, found.standing),
        f"/maps/{found.map.ref}",
        kept,
        may_edit=may(found.standing, Action.EDIT),
        part=part,
        trail=steps_before(trail, record.topic.id),
        unknown=tuple(theme for theme in context.themes if theme not in slugs),
        may_comment=may(found.standing, Action.COMMENT) if may(found.standing, Action.DISCUSS) else None,
    )


def _fragment(request: AnyRequest, page: TopicPage, target: str | None, etag: str | None) -> Response[Any]:
    if target in BLOCKS:
        return show(request, TEMPLATE, page, block=target.replace("-", "_"), headers=validators(etag))
    if target == "main" or target is None:
        return show(request, TEMPLATE, page, block="main", headers=validators(etag), upload_limit=upload_limit(request))
    return statement_fragment(request, page, target)


async def _elsewhere(request: AnyRequest, connection: AsyncConnection, found: OpenMap, slug: str, context: Context) -> Response[Any]:
    """The answer for an address that no topic has: where the topic went, or nothing."""
    now = await find_moved_topic(connection, found.map.id, f"{found.map.base_iri}#{slug}") if "\0" not in slug else None
    reach = found.standing.reach
    keep_within(request, is_open=reach is None or (now is not None and reach.has_slug(now)))
    if now is None:
        raise NotFound("No topic of this map has this address.")
    return moved(f"/maps/{found.map.ref}/topics/{encoded(now)}{query_of(context)}")


ROUTES = [show_topic]
