"""Who changed what about a topic, and when."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.access import Action, may
from contextualise.domain.drafts import topic_draft
from contextualise.domain.history import changes_of_topic
from contextualise.web.forms.posted import construct_number
from contextualise.web.pages.history import PAGE, history_page
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.topics.editing import map_url, topic_url


@route("/maps/{ref:str}/topics/{slug:str}/changes", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def list_changes(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The changes that show on the topic's page, the latest first; who may edit can take them back."""
    before = construct_number(request.query_params.get("before", ""))
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        topic = await topic_draft(connection, found.map.id, slug)
        changes = await changes_of_topic(connection, found.map.id, topic.id, before, PAGE + 1)
    may_edit = may(found.standing, Action.EDIT)
    page = history_page(changes, map_url(found), topic.label, topic_url(found, topic.slug), before=before, may_edit=may_edit)
    return show(request, "topics/forms/changes.html", page)


ROUTES = [list_changes]
