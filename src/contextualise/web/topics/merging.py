"""Making two topics one: choose the other, see what would come together, do it."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import Holdings, find_topics, holdings
from contextualise.domain.topics import TopicRef, merge_topics
from contextualise.lib.numbers import whole_number
from contextualise.web.forms.posted import clean, read_posted
from contextualise.web.forms.references import NOTHING, Reference, Resolver, read_reference
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, undoable

TEMPLATE = "topics/forms/merging.html"


@dataclass(frozen=True, slots=True)
class MergeForm:
    """The other topic and, once it is chosen, what is said about each."""

    other: Reference = NOTHING
    found: TopicRef | None = None
    here: Holdings | None = None
    there: Holdings | None = None


@route("/maps/{ref:str}/topics/{slug:str}/merging", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def merging(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The choice of the other topic; with `?with=` what merging would bring together."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        resolver = Resolver(connection, place.map_id)
        other = await resolver.one(_asked(request), "other")
        form = await _counted(connection, place, other)
    return show_form(request, TEMPLATE, replace(_page(place, form), errors=_chosen_errors(place, other, resolver.errors)))


@post("/maps/{ref:str}/topics/{slug:str}/merging")
async def merge(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Merges the other topic into this one. Its addresses, names and statements come here; Undo takes them apart again."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        other = await resolver.one(replace(read_reference(posted, "other"), create=False), "other", "Choose the other topic.")
        errors = _chosen_errors(place, other, resolver.errors)
        if errors or other.id is None:
            saved: Any = Refusal(errors)
        else:
            saved = await attempt(session, merge_topics(session, place.map_id, place.user_id, place.topic.id, other.id))
        form = await _counted(session, place, other) if isinstance(saved, Refusal) else MergeForm(other)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(_page(place, form), errors=saved.errors))
    return see_other(request, place.page, undoable(place.found, f"Merged “{other.text}” into this topic.", saved))


def _asked(request: AnyRequest) -> Reference:
    ids = tuple(number for value in request.query_params.getall("other_id", []) if (number := whole_number(value)) is not None)
    text = request.query_params.get("with") or request.query_params.get("other") or ""
    return Reference(" ".join(clean(text).split())[:1000], ids)


def _chosen_errors(place: Place, other: Reference, errors: dict[str, str]) -> dict[str, str]:
    if other.offer:
        return {"other": f"There is no topic “{other.text}”."}
    return {"other": "Choose another topic than this one."} if other.id == place.topic.id else errors


async def _counted(connection: AsyncConnection | AsyncSession, place: Place, other: Reference) -> MergeForm:
    other = replace(other, offer=False)
    if other.id is None or other.id == place.topic.id:
        return MergeForm(other)
    found = (await find_topics(connection, place.map_id, [other.id])).get(other.id)
    counts = await holdings(connection, place.map_id, [place.topic.id, other.id])
    return MergeForm(other, found, counts[place.topic.id], counts[other.id])


def _page(place: Place, form: MergeForm) -> FormPage[MergeForm]:
    title = f"Merge {place.topic.label} with another topic"
    return place.form(form, title=title, steps=("merging",), element="topic-merging", block="topic-head")


ROUTES = [merging, merge]
