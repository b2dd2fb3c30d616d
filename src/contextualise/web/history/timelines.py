"""Who changed what, and when: in a map, about a topic, by oneself."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import TopicDraft, topic_draft
from contextualise.domain.history.timeline import Person, Turned, people_of_map, timeline_of_map, timeline_of_person
from contextualise.domain.maps import OpenMap
from contextualise.web.history.asked import asked_changes, asked_turn
from contextualise.web.history.opened import opened_by
from contextualise.web.pages.history.timeline import TimelinePage, days_of, timeline_filter, turn_urls
from contextualise.web.pages.topics.links import Link
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, require_viewer
from contextualise.web.topics.editing import map_url, topic_url

READ = [HttpMethod.GET, HttpMethod.HEAD]
TEMPLATE = "history/index.html"
_FIELDS = ("kind", "person", "since", "until")


@route("/maps/{ref:str}/history", http_method=READ)
async def show_history(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """All changes of the map, the latest first."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
        changes, people = await _changes(request, connection, found, None)
    page = _page(
        request,
        found,
        changes,
        people,
        path=f"{map_url(found)}/history",
        title="History",
        lead="Everything that was ever changed in this map, the latest first.",
    )
    return show(request, TEMPLATE, page, block="timeline")


async def show_topic_history(request: AnyRequest, ref: str, slug: str) -> Response[Any]:
    """The changes that show on the topic's page, the latest first; who may edit can take them back."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
        topic = await topic_draft(connection, found.map.id, slug)
        changes, people = await _changes(request, connection, found, topic)
    page = _page(
        request,
        found,
        changes,
        people,
        path=f"{topic_url(found, topic.slug)}/changes",
        title=f"Changes of {topic.label}",
        lead="",
        topic=topic,
    )
    return show(request, TEMPLATE, page, block="timeline")


@route("/account/history", http_method=READ)
async def show_own_history(request: AnyRequest) -> Response[Any]:
    """What somebody has done in all the maps, for themselves."""
    asked, error = asked_changes(request)
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        changes = await timeline_of_person(connection, viewer.id, asked, asked_turn(request))
    path = "/account/history"
    newer, older = turn_urls(path, _kept(request), changes)
    page = TimelinePage(
        title="What you have done",
        lead="Your changes in all maps, the latest first.",
        back=Link("Account", "/account"),
        days=days_of(changes.rows, may_edit=False, may_manage=False, across=True),
        filter=timeline_filter(path, asked, _since(request), _until(request), (), viewer.id, error),
        newer_url=newer,
        older_url=older,
        may_edit=False,
        empty="You have not changed anything yet.",
    )
    return show(request, TEMPLATE, page, block="timeline")


async def _changes(
    request: AnyRequest, connection: AsyncConnection, found: OpenMap, topic: TopicDraft | None
) -> tuple[Turned, Sequence[Person]]:
    asked, _ = asked_changes(request)
    may_edit = may(found.standing, Action.EDIT)
    turn = asked_turn(request)
    opened = await opened_by(connection, found)
    first = opened.change_id if opened else None
    changes = await timeline_of_map(
        *(connection, found.map.id, asked, turn),
        may_edit=may_edit,
        topic_id=topic.id if topic else None,
        from_change=first,
    )
    return changes, await people_of_map(connection, found.map.id, from_change=first)


def _page(
    request: AnyRequest,
    found: OpenMap,
    changes: Turned,
    people: Sequence[Person],
    *,
    path: str,
    title: str,
    lead: str,
    topic: TopicDraft | None = None,
) -> TimelinePage:
    asked, error = asked_changes(request)
    may_edit, may_manage = may(found.standing, Action.EDIT), may(found.standing, Action.MANAGE)
    newer, older = turn_urls(path, _kept(request), changes)
    return TimelinePage(
        title=title,
        lead=lead,
        back=Link(topic.label, topic_url(found, topic.slug)) if topic else None,
        days=days_of(changes.rows, may_edit=may_edit, may_manage=may_manage, own_topic=topic.id if topic else None),
        filter=timeline_filter(path, asked, _since(request), _until(request), people, found.viewer.id if found.viewer else None, error),
        newer_url=newer,
        older_url=older,
        may_edit=may_edit,
        empty="Nothing has been changed here yet.",
        compare_url=f"{path}?from=v{changes.rows[-1].version}" if topic and len(changes.rows) > 1 else "",
    )


def _kept(request: AnyRequest) -> dict[str, str]:
    return {name: request.query_params.get(name, "") for name in _FIELDS}


def _since(request: AnyRequest) -> str:
    return str(request.query_params.get("since", ""))[:40]


def _until(request: AnyRequest) -> str:
    return str(request.query_params.get("until", ""))[:40]


ROUTES = [show_history, show_own_history]
