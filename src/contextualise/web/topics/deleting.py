"""Deleting a topic: at once, unless other statements are built on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, Invalid
from contextualise.domain.history import Saved
from contextualise.domain.topics import StillUsed, delete_topic, uses_of
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import NOTHING, Reference, Resolver, read_reference
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, writing
from contextualise.web.topics.editing import Place, Refusal, place_of, show_form, undoable
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/removal.html"

USES = {
    "topics": ("type of {} topic", "type of {} topics"),
    "names": ("kind of {} name", "kind of {} names"),
    "occurrences": ("kind of {} text or fact", "kind of {} texts and facts"),
    "associations": ("kind of {} connection", "kind of {} connections"),
    "roles": ("part in {} connection", "parts in {} connections"),
    "themes": ("context of {} statement", "context of {} statements"),
}


@dataclass(frozen=True, slots=True)
class RemovalForm:
    """What else is built on the topic, and the topic to take its place there."""

    replacement: Reference = NOTHING
    uses: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@route("/maps/{ref:str}/topics/{slug:str}/removal", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def removal(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """What deleting the topic would touch, and a button that does it."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        counts = await uses_of(session, place.map_id, place.topic.id)
    return show_form(request, TEMPLATE, _page(place, RemovalForm(counts=counts)))


@post("/maps/{ref:str}/topics/{slug:str}/removal")
async def remove(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Deletes the topic with all that is said about it and offers Undo; asks for a replacement where other statements need one."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        replacement = await resolver.one(read_reference(posted, "replacement"), "replacement")
        saved = Refusal(resolver.errors) if resolver.errors else await _attempt(session, place, replacement)
        counts = await uses_of(session, place.map_id, place.topic.id) if isinstance(saved, Refusal) else {}
    if isinstance(saved, Refusal):
        page = _page(place, RemovalForm(replacement, counts=counts))
        asked = posted.has("asked")
        errors = saved.errors if asked or not counts else {}
        return show_form(request, TEMPLATE, replace(page, errors=errors), status=422 if errors else 409)
    return see_other(request, f"{place.map_url}/topics{place.context}", undoable(place.found, f"Deleted “{place.topic.label}”.", saved))


async def _attempt(session: AsyncSession, place: Place, replacement: Reference) -> Saved | Refusal:
    try:
        async with session.begin_nested():
            replacement_id = await Maker(session, place.map_id, place.user_id).id_or_none(replacement)
            return await delete_topic(session, place.map_id, place.user_id, place.topic.id, replacement_id=replacement_id)
    except StillUsed:
        return Refusal({"replacement": "Choose the topic that takes its place."})
    except Invalid as error:
        return Refusal({"replacement": str(error)})
    except Conflict as error:
        return Refusal({"": str(error)})


def _page(place: Place, form: RemovalForm) -> FormPage[RemovalForm]:
    words = tuple(USES[use][count != 1].format(count) for use, count in form.counts.items() if use in USES)
    title = f"Delete {place.topic.label}"
    return place.form(replace(form, uses=words), title=title, steps=("removal",), element="topic-removal", block="topic-head")


ROUTES = [removal, remove]
