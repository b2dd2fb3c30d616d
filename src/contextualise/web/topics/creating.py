"""Making a topic: a name is enough."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.drafts import find_topic, find_topics
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.texts import save_text
from contextualise.domain.topics import create_topic
from contextualise.objects import ObjectStore
from contextualise.web.forms.posted import clean, read_posted
from contextualise.web.forms.references import Reference, References, Resolver
from contextualise.web.forms.topics import TopicForm, read_topic_form, resolve_topic_form
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import Refusal, attempt, context_of, map_to_edit, map_url, show_form, topic_url, undoable
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/new.html"


@route("/maps/{ref:str}/topics/new", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def new_topic(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The form of a new topic; a link may bring its name and type along (`?name=` and `?type=`)."""
    async with reading(request) as connection:
        found = await map_to_edit(request, connection, ref)
        resolver = Resolver(connection, found.map.id)
        type_ = await resolver.one(Reference(clean(request.query_params.get("type", ""))), "type")
        topics = await find_topics(connection, found.map.id, [type_.id] if type_.id is not None else [])
    types = References(chosen=tuple((str(topic.id), topic.label) for topic in topics.values()))
    form = TopicForm(name=clean(request.query_params.get("name", ""))[:1000], types=types)
    return show_form(request, TEMPLATE, _page(request, found, form))


@post("/maps/{ref:str}/topics/new")
async def save_new_topic(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Makes the topic and goes to its page."""
    posted = await read_posted(request)
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        resolver = Resolver(session, found.map.id)
        form = await resolve_topic_form(read_topic_form(posted), resolver)
        objects = parts_of(request).objects
        saved = await attempt(session, _create(session, objects, found, form), _FIELDS, before=resolver.errors)
        made = None if isinstance(saved, Refusal) else await find_topic(session, found.map.id, saved.construct_id)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, _page(request, found, form, saved.errors))
    if made is None:
        raise NotFound("The topic is not there any more.")
    return see_other(request, topic_url(found, made.slug) + context_of(request), undoable(found, f"Created “{form.name}”.", saved))


_FIELDS = {"type_ids": "type", "source": "text"}


async def _create(session: AsyncSession, objects: ObjectStore, found: OpenMap, form: TopicForm) -> Saved:
    map_id, user_id = found.map.id, found.viewer.id if found.viewer else None
    type_ids = await Maker(session, map_id, user_id).ids_of(form.types)
    saved = await create_topic(session, map_id, user_id, name=form.name, type_ids=type_ids, slug=form.slug or None)
    if form.text.strip():
        await save_text(session, objects, map_id, user_id, saved.construct_id, source=form.text, expected=None)
    return saved


def _page(request: AnyRequest, found: OpenMap, form: TopicForm, errors: Mapping[str, str] | None = None) -> FormPage[TopicForm]:
    return FormPage(
        title="New topic",
        action=f"{map_url(found)}/topics/new{context_of(request)}",
        back=f"{map_url(found)}/topics{context_of(request)}",
        back_to="All topics",
        element="new-topic",
        block="new-topic",
        values=form,
        sources=f"{map_url(found)}/references",
        errors=errors or {},
    )


ROUTES = [new_topic, save_new_topic]
