"""Linking a topic to others: in one field, or with a type and parts."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import create_association, quick_association
from contextualise.domain.drafts import Candidate
from contextualise.domain.history import Saved
from contextualise.web.forms.associations import (
    AssociationForm,
    changes_rows,
    filled,
    new_association_form,
    read_association_form,
    resolve_association_form,
)
from contextualise.web.forms.posted import clean, read_posted
from contextualise.web.forms.references import Reference, Resolver, read_reference
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.editing import Place, Refusal, attempt, in_place_of, place_of, show_form, show_saved, undoable
from contextualise.web.topics.making import Maker

TEMPLATE = "associations/forms/association.html"
QUICK = "associations/forms/quick.html"
BLOCK = "topic-associations"
FIELDS = {"type_id": "type", "scope_ids": "theme", "members": "player-0", "other_id": "topic"}
READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/topics/{slug:str}/quick-association", http_method=READ)
async def quick_form(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The one field on a page of its own."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, QUICK, _quick_page(place, Reference()))


@post("/maps/{ref:str}/topics/{slug:str}/quick-association")
async def quick_link(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Links the topic to the one that is named; a name that nobody has yet is offered to be created."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        typed = read_reference(posted, "topic")
        typed = replace(typed, create=typed.create or posted.text("create") == "1")
        other = await resolver.one(typed, "topic", "Write the name of a topic.")
        saved = await attempt(session, _quick(session, place, other), FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        response = show_form(request, QUICK, replace(_quick_page(place, other), errors=saved.errors))
        return in_place_of(response, f"#{BLOCK} > form") if wants_fragment(request) else response
    message = undoable(place.found, f"Linked to “{other.text}”.", saved)
    return await show_saved(request, place, BLOCK, BLOCK, message, focus='id="quick-topic"')


@route("/maps/{ref:str}/topics/{slug:str}/associations/new", http_method=READ)
async def new_association(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of a connection with type and parts; `?type=` brings a type along."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        wanted = Reference(clean(request.query_params.get("type", ""))[:1000])
        type_ = await Resolver(connection, place.map_id).one(wanted, "type")
    form = new_association_form(Candidate(place.topic.id, place.topic.slug, place.topic.label, ""), type_)
    return show_form(request, TEMPLATE, _page(place, form))


@post("/maps/{ref:str}/topics/{slug:str}/associations/new")
async def save_new_association(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Makes the connection, and the topics that it names for the first time."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        form = read_association_form(posted)
        if changes_rows(posted):
            return show_form(request, TEMPLATE, _page(place, form))
        resolver = Resolver(session, place.map_id)
        form = await resolve_association_form(form, resolver)
        saved = await attempt(session, _create(session, place, form), FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(_page(place, form), errors=saved.errors))
    message = undoable(place.found, f"Added the connection “{form.type.text}”.", saved)
    return await show_saved(request, place, BLOCK, f"association-{saved.construct_id}", message)


async def _quick(session: AsyncSession, place: Place, other: Reference) -> Saved:
    other_id = await Maker(session, place.map_id, place.user_id).id_of(other)
    return await quick_association(session, place.map_id, place.user_id, place.topic.id, other_id)


async def _create(session: AsyncSession, place: Place, form: AssociationForm) -> Saved:
    maker = Maker(session, place.map_id, place.user_id)
    return await create_association(
        session,
        place.map_id,
        place.user_id,
        type_id=await maker.id_of(form.type),
        members=[(await maker.id_of(row.role), await maker.id_of(row.player)) for row in filled(form.members)],
        scope_ids=await maker.ids_of(form.themes),
    )


def _quick_page(place: Place, other: Reference) -> FormPage[Reference]:
    title = f"Link {place.topic.label} to another topic"
    page = place.form(other, title=title, steps=("quick-association",), element="quick-association", block=BLOCK)
    return replace(page, back=place.page)


def _page(place: Place, form: AssociationForm) -> FormPage[AssociationForm]:
    return place.form(
        form,
        title=f"A connection of {place.topic.label}",
        steps=("associations", "new"),
        element="association-new",
        block=BLOCK,
    )


ROUTES = [quick_form, quick_link, new_association, save_new_association]
