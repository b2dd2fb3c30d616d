"""What a topic is: its types, its address, and the identifiers that tell its subject from others."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.drafts import IdentifierDraft, TopicDraft, find_topics
from contextualise.domain.history import Saved
from contextualise.domain.topics import IdentifierKind, add_identifier, remove_identifier, rename_topic, set_types
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.forms.references import References, Resolver, read_references
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.editing import (
    Place,
    Refusal,
    attempt,
    place_of,
    show_form,
    show_saved,
    topic_url,
    undoable,
)
from contextualise.web.topics.making import Maker

TYPES = "topics/forms/types.html"
ADDRESS = "topics/forms/address.html"
IDENTIFIER = "topics/forms/identifier.html"
HEAD, ABOUT = "topic-head", "topic-about"
READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/topics/{slug:str}/types/edit", http_method=READ)
async def edit_types(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of the topic's types."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, TYPES, _types_page(request, place, References.to(place.topic.types)))


@post("/maps/{ref:str}/topics/{slug:str}/types/edit")
async def save_types(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Makes the topic an instance of exactly these types."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        types = await resolver.many(read_references(posted, "type"), "type")
        saved = await attempt(session, _set_types(session, place, types), {"type_ids": "type"}, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TYPES, replace(_types_page(request, place, types), errors=saved.errors))
    return await show_saved(request, place, HEAD, HEAD, undoable(place.found, "Saved the types.", saved))


@dataclass(frozen=True, slots=True)
class AddressForm:
    """The topic's address; `prefix` is what comes before it."""

    slug: str
    prefix: str
    former: tuple[str, ...]


@route("/maps/{ref:str}/topics/{slug:str}/address/edit", http_method=READ)
async def edit_address(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of the topic's address."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, ADDRESS, _address_page(request, place, place.topic.slug))


@post("/maps/{ref:str}/topics/{slug:str}/address/edit")
async def save_address(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Gives the topic another address; the old one goes on leading to it."""
    posted = await read_posted(request)
    wanted = posted.text("slug").strip()[:400]
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        saved = await attempt(session, rename_topic(session, place.map_id, place.user_id, place.topic.id, slug=wanted))
        now = (await find_topics(session, place.map_id, [place.topic.id]))[place.topic.id].slug
    if isinstance(saved, Refusal):
        return show_form(request, ADDRESS, replace(_address_page(request, place, wanted), errors=saved.errors))
    text = "The topic has a new address. The old one still leads here." if saved.change_id is not None else "The address stays as it was."
    return see_other(request, topic_url(place.found, now) + place.context, undoable(place.found, text, saved))


@dataclass(frozen=True, slots=True)
class IdentifierForm:
    """An identifier to be added, and those that are there."""

    iri: str = ""
    kind: str = "1"
    present: tuple[IdentifierDraft, ...] = ()
    removal: str = ""  # where one that is there is taken away
    kinds: tuple[tuple[str, str, str], ...] = (
        ("1", "Subject identifier", "A page or term that describes the subject, such as a Wikidata entity"),
        ("2", "Subject locator", "The address of the subject itself: the topic is about that very document"),
    )


@route("/maps/{ref:str}/topics/{slug:str}/identifiers/new", http_method=READ)
async def new_identifier(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The identifiers of the topic, and the form of another."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
    return show_form(request, IDENTIFIER, _identifier_page(request, place, IdentifierForm(present=place.topic.identifiers)), same=None)


@post("/maps/{ref:str}/topics/{slug:str}/identifiers/new")
async def save_identifier(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds an identifier. One that another topic has makes the two one subject, so merging is offered."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        form = _read_identifier(posted, place.topic)
        deed = add_identifier(session, place.map_id, place.user_id, place.topic.id, iri=form.iri, kind=IdentifierKind(int(form.kind)))
        saved = await attempt(session, deed)
    if isinstance(saved, Refusal):
        return show_form(request, IDENTIFIER, replace(_identifier_page(request, place, form), errors=saved.errors), same=saved.same_subject)
    return await show_saved(request, place, ABOUT, ABOUT, undoable(place.found, "Added the identifier.", saved))


@post("/maps/{ref:str}/topics/{slug:str}/identifiers/removal")
async def remove(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Takes an identifier from the topic."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        form = _read_identifier(posted, place.topic)
        deed = remove_identifier(
            session, place.map_id, place.user_id, place.topic.id, iri=posted.text("iri"), kind=IdentifierKind(int(form.kind))
        )
        saved = await attempt(session, deed)
    if isinstance(saved, Refusal):
        return show_form(
            request, IDENTIFIER, replace(_identifier_page(request, place, replace(form, iri="")), errors=saved.errors), same=None
        )
    return await show_saved(request, place, ABOUT, ABOUT, undoable(place.found, "Removed the identifier.", saved))


async def _set_types(session: AsyncSession, place: Place, types: References) -> Saved:
    type_ids = await Maker(session, place.map_id, place.user_id).ids_of(types)
    return await set_types(session, place.map_id, place.user_id, place.topic.id, type_ids)


def _read_identifier(posted: Posted, topic: TopicDraft) -> IdentifierForm:
    kind = posted.text("kind")
    return IdentifierForm(posted.text("iri").strip(), kind if kind in ("1", "2", "3") else "1", topic.identifiers)


def _types_page(request: AnyRequest, place: Place, types: References) -> FormPage[References]:
    # In the topic's page the form stands in place of the whole head, and keeps the name below it.
    element = HEAD if wants_fragment(request) else "topic-types"
    return place.form(types, title=f"Types of {place.topic.label}", steps=("types", "edit"), element=element, block=HEAD)


def _address_page(request: AnyRequest, place: Place, slug: str) -> FormPage[AddressForm]:
    prefix = f"{place.found.map.base_iri}#"
    former = tuple(row.iri.removeprefix(prefix) for row in place.topic.identifiers if row.kind == 3 and row.iri.startswith(prefix))
    form = AddressForm(slug, f"{place.map_url}/topics/", former)
    element = ABOUT if wants_fragment(request) else "topic-address"
    return place.form(form, title=f"The address of {place.topic.label}", steps=("address", "edit"), element=element, block=ABOUT)


def _identifier_page(request: AnyRequest, place: Place, form: IdentifierForm) -> FormPage[IdentifierForm]:
    element = "identifier-new"
    form = replace(form, removal=place.path("identifiers", "removal"))
    return place.form(form, title=f"Identifiers of {place.topic.label}", steps=("identifiers", "new"), element=element, block=ABOUT)


ROUTES = [edit_types, save_types, edit_address, save_address, new_identifier, save_identifier, remove]
