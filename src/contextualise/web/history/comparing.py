"""What is different about a topic between two times, by its statements."""

from typing import Any

from litestar import Response

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import topic_draft
from contextualise.domain.history.comparing import TooMuch, compare_topic_between
from contextualise.domain.history.times import find_latest, find_moment
from contextualise.web.history.asked import asked_moment
from contextualise.web.history.differences import compare_texts, slugs_of
from contextualise.web.history.opened import opened_by, require_opened
from contextualise.web.pages.history.change import ComparisonPage, difference_lines
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.editing import map_url, topic_url

_LONGEST = 40
_TOO_MUCH = "Too much has been changed between these times to be compared at once. Choose times that lie closer together."


async def compare_topic(request: AnyRequest, ref: str, slug: str) -> Response[Any]:
    """The topic's statements that are different between `from` and `to`, which is now where it is not given."""
    given = [request.query_params.get(name, "").strip()[:_LONGEST] for name in ("from", "to")]
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.FOLLOW)
        map_id, may_edit = found.map.id, may(found.standing, Action.EDIT)
        topic = await topic_draft(connection, map_id, slug)
        since = await find_moment(connection, map_id, given[0], asked_moment(given[0], end=True))
        until = await find_moment(connection, map_id, given[1], asked_moment(given[1], end=True)) if given[1] else None
        until = until or await find_latest(connection, map_id)
        since, until = sorted((since, until), key=lambda moment: moment.version)
        require_opened(await opened_by(connection, found), since.version)
        try:
            told = await compare_topic_between(connection, map_id, topic.id, since, until, may_edit=may_edit)
        except TooMuch:
            told = None
        slugs = await slugs_of(connection, map_id, told) if told else {}
    texts, error = await compare_texts(request, map_id, told) if told else ({}, _TOO_MUCH)
    url = topic_url(found, topic.slug)
    page = ComparisonPage(
        topic=topic.label,
        topic_url=url,
        changes_url=f"{url}/changes",
        since=since.at,
        until=until.at,
        since_url=f"{url}?at=v{since.version}",
        until_url=f"{url}?at=v{until.version}",
        since_value=given[0],
        until_value=given[1],
        lines=difference_lines(told, map_url(found), slugs, texts) if told else (),
        more=told.more if told else 0,
        error=error,
    )
    return show(request, "history/comparison.html", page)
