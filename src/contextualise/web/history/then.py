"""The topic page as it was at another time: without a way to change it, and with links that lead on at that time."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import find_topic, topic_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.history.times import Then, find_past
from contextualise.domain.maps import OpenMap
from contextualise.repository.reading.as_of import read_topic_then, slug_then
from contextualise.repository.reading.change import topic_made_at, versions_around
from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import Context
from contextualise.web.asked import asked_context, asked_part
from contextualise.web.history.asked import asked_moment
from contextualise.web.history.opened import opened_by, require_opened
from contextualise.web.pages.history.then import Then as ThenLine
from contextualise.web.pages.topics import TopicPage, topic_page
from contextualise.web.pages.topics.links import Addresses, query_of
from contextualise.web.pages.topics.page import statement_url
from contextualise.web.shared.conditional import validators
from contextualise.web.shared.fragments import moved, show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.statements import statement_fragment

TEMPLATE, PLAIN = "history/topic.html", "topics/show.html"
_LONGEST = 40
_AT_ONCE = 2


async def show_topic_then(request: AnyRequest, ref: str, slug: str, blocks: Collection[str]) -> Response[Any]:
    """The topic as it was `at` the time or version that the address names; `blocks` are the parts that htmx may ask for alone."""
    given = request.query_params["at"][:_LONGEST]
    part = asked_part(request)
    # Such pages cost a hundred times what those of now do: however many are asked for, two at a time leave room for the others.
    async with request.app.state.setdefault("pages_of_the_past", asyncio.Semaphore(_AT_ONCE)), reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
        map_id, may_edit = found.map.id, may(found.standing, Action.EDIT)
        then = await find_past(connection, map_id, given, asked_moment(given, end=True))
        require_opened(await opened_by(connection, found), then.version)
        context = replace(asked_context(request), at=given)
        record = await read_topic_then(connection, map_id, slug, then, context=context, part=part, for_readers=not may_edit)
        if record is not None and context.themes and not record.context:
            plain = Context(at=given)
            record = await read_topic_then(connection, map_id, slug, then, context=plain, part=part, for_readers=not may_edit)
        if record is None:
            return await _elsewhere(connection, found, slug, then, context)
        if record.topic.is_hidden and record.reified is not None:
            return moved(statement_url(f"/maps/{found.map.ref}", record.reified.kind, record.reified.construct_id))
        line = await _line(connection, found, record, then, context, may_edit=may_edit)
    known = {reference.slug for reference in record.topics if reference.id in set(record.context)}
    kept = replace(context, themes=tuple(theme for theme in context.themes if theme in known))
    unknown = tuple(theme for theme in context.themes if theme not in known)
    page = topic_page(record, f"/maps/{found.map.ref}", kept, may_edit=False, part=part, unknown=unknown)
    return _answer(request, page, line, blocks)


def _answer(request: AnyRequest, page: TopicPage, line: ThenLine, blocks: Collection[str]) -> Response[Any]:
    target = target_id(request)
    if wants_fragment(request) and target is not None and target not in ("main", *blocks):
        return statement_fragment(request, page, target)
    # Never under the validator of the page of now.
    headers = {**validators(None), "X-Robots-Tag": "noindex"}
    if wants_fragment(request):
        block = target.replace("-", "_") if target and target in blocks else "main"
        return show(request, PLAIN, page, block=block, headers=headers, trail="", then=line)
    return show(request, TEMPLATE, page, headers=headers, trail="", then=line)


async def _line(
    connection: AsyncConnection, found: OpenMap, record: TopicRecord, then: Then, context: Context, *, may_edit: bool
) -> ThenLine:
    topic = record.topic
    now = await find_topic(connection, found.map.id, topic.id)
    earlier, later = await versions_around(connection, found.map.id, topic.id, then.change_id)
    map_url = f"/maps/{found.map.ref}"
    here = Addresses(map_url).plain_topic(topic.slug)
    now_url = Addresses(map_url, replace(context, at="")).topic(now.slug) if now else ""

    def at(version: int | None) -> str:
        return f"{here}{query_of(replace(context, at=f'v{version}'))}" if version else ""

    return ThenLine(
        at=then.at,
        when=f"{then.at.day} {then.at:%B %Y, %H:%M:%S} UTC",
        version=then.version,
        now_url=now_url,
        earlier_url=at(earlier),
        later_url=at(later),
        compare_url=f"{Addresses(map_url).plain_topic(now.slug)}/changes?from=v{then.version}" if now and later else "",
        restore_url=f"{Addresses(map_url).plain_topic(now.slug)}/restoration" if now and later and may_edit else "",
        trash_url=f"{map_url}/trash" if now is None and may_edit else "",
        lacks=then.lacks,
    )


async def _elsewhere(connection: AsyncConnection, found: OpenMap, slug: str, then: Then, context: Context) -> Response[Any]:
    """The address that the topic had then; raises `NotFound` with the reason where it was not there."""
    try:
        topic = await topic_draft(connection, found.map.id, slug.replace("\0", ""))
    except NotFound:
        raise NotFound("No topic of this map had this address then.") from None
    former = await slug_then(connection, found.map.id, topic.id, then)
    if former is not None and former != slug:
        return moved(Addresses(f"/maps/{found.map.ref}", context).topic(former))
    made = await topic_made_at(connection, found.map.id, topic.id)
    when = f" It was made on {made.day} {made:%B %Y at %H:%M} UTC." if made and made > then.at else ""
    raise NotFound(f"There was no topic “{topic.label}” then.{when}")
