"""Who changed what about a topic, and when."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.web.history.timelines import show_topic_history
from contextualise.web.shared.requests import AnyRequest


@route("/maps/{ref:str}/topics/{slug:str}/changes", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def list_changes(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The changes that show on the topic's page, the latest first; who may edit can take them back."""
    return await show_topic_history(request, ref, slug)


ROUTES = [list_changes]
