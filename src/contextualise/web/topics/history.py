"""Who changed what about a topic, and when; what is different between two times, and the way back to one of them."""

from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain.drafts import find_topic
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import rewind_topic
from contextualise.web.forms.posted import read_posted
from contextualise.web.history.comparing import compare_topic
from contextualise.web.history.timelines import show_topic_history
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, writing
from contextualise.web.topics.editing import place_of, topic_url, undoable


@route("/maps/{ref:str}/topics/{slug:str}/changes", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def list_changes(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The changes that show on the topic's page, the latest first; with `from` and perhaps `to` what is different between two times."""
    if request.query_params.get("from", "").strip():
        return await compare_topic(request, ref, slug)
    return await show_topic_history(request, ref, slug)


@post("/maps/{ref:str}/topics/{slug:str}/restoration")
async def restore_topic(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Brings the topic back to what was said about it at a version, as one change that can be undone."""
    version = (await read_posted(request)).number("version")
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        try:
            async with session.begin_nested():
                saved = await rewind_topic(session, place.map_id, place.user_id, place.topic.id, version or 0)
        except (Conflict, NotFound) as refused:
            return see_other(request, place.page, Flash(str(refused), "error"))
        topic = await find_topic(session, place.map_id, place.topic.id)  # perhaps its address came back as well
    where = topic_url(place.found, topic.slug if topic else place.topic.slug)
    return see_other(request, where, undoable(place.found, f"Restored. {saved.note}".strip(), saved))


ROUTES = [list_changes, restore_topic]
