"""Adding, editing and deleting a topic's names."""

from dataclasses import replace
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import languages, name_draft
from contextualise.domain.errors import Invalid
from contextualise.domain.history import Saved
from contextualise.domain.names import add_name, add_variant, delete_name, delete_variant, edit_name
from contextualise.web.forms.names import NameForm, language_options, name_form, read_name_form, resolve_name_form
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.references import Resolver
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import see_other, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.detailing import details_for
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_form, show_saved, undoable
from contextualise.web.topics.making import Maker

TEMPLATE = "topics/forms/name.html"
BLOCK = "topic-head"
READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/topics/{slug:str}/names/new", http_method=READ)
async def new_name(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The form of another name."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        form = await _new_form(connection, place)
    return show_form(request, TEMPLATE, _new_page(place, form))


@post("/maps/{ref:str}/topics/{slug:str}/names/new")
async def save_new_name(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds a name."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        resolver = Resolver(session, place.map_id)
        form = await resolve_name_form(read_name_form(posted, await _new_form(session, place)), resolver)
        saved = await attempt(session, _add(session, place, form), _FIELDS, before=resolver.errors)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(_new_page(place, form), errors=saved.errors))
    return await show_saved(
        request, place, BLOCK, f"name-{saved.construct_id}", undoable(place.found, f"Added the name “{form.value}”.", saved)
    )


@route("/maps/{ref:str}/topics/{slug:str}/names/{name_id:int}/edit", http_method=READ)
async def edit_name_form(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], name_id: FromPath[int]) -> Response[Any]:
    """The form of a name, in the type and size of the name."""
    async with reading(request) as connection:
        place = await place_of(request, connection, ref, slug)
        page = await _page(connection, place, name_id, await _form_of(connection, place, name_id))
    return show_form(request, TEMPLATE, page)


@post("/maps/{ref:str}/topics/{slug:str}/names/{name_id:int}/edit")
async def save_name(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], name_id: FromPath[int]) -> Response[Any]:
    """Writes a name anew, and its further variant where one was given; or takes a variant away."""
    posted = await read_posted(request)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        start = await _form_of(session, place, name_id)
        unwanted = posted.number("remove_variant")
        if unwanted is not None and any(variant.id == unwanted for variant in start.variants):
            return await _without_variant(request, session, place, name_id, unwanted)
        resolver = Resolver(session, place.map_id)
        form = await resolve_name_form(read_name_form(posted, start), resolver)
        saved = await attempt(session, _edit(session, place, name_id, form), _FIELDS, before=resolver.errors)
        page = await _page(session, place, name_id, form)
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(page, errors=saved.errors))
    return await show_saved(request, place, BLOCK, f"name-{name_id}", undoable(place.found, f"Saved the name “{form.value}”.", saved))


@post("/maps/{ref:str}/topics/{slug:str}/names/{name_id:int}/removal")
async def remove_name(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], name_id: FromPath[int]) -> Response[Any]:
    """Deletes a name at once; Undo brings it back."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        form = await _form_of(session, place, name_id)
        page = await _page(session, place, name_id, form)
        saved = await attempt(session, delete_name(session, place.map_id, place.user_id, name_id))
    if isinstance(saved, Refusal):
        return show_form(request, TEMPLATE, replace(page, errors=saved.errors))
    return await show_saved(request, place, BLOCK, BLOCK, undoable(place.found, f"Deleted the name “{form.value}”.", saved))


_FIELDS = {"scope_ids": "theme", "type_id": "type"}


async def _add(session: AsyncSession, place: Place, form: NameForm) -> Saved:
    maker = Maker(session, place.map_id, place.user_id)
    type_id = await maker.id_or_none(form.type)
    scope_ids = form.theme_ids(await maker.ids_of(form.themes))
    return await add_name(session, place.map_id, place.user_id, place.topic.id, value=form.value, type_id=type_id, scope_ids=scope_ids)


async def _edit(session: AsyncSession, place: Place, name_id: int, form: NameForm) -> Saved:
    maker = Maker(session, place.map_id, place.user_id)
    type_id = await maker.id_or_none(form.type)
    scope_ids = form.theme_ids(await maker.ids_of(form.themes))
    saved = await edit_name(session, place.map_id, place.user_id, name_id, value=form.value, type_id=type_id, scope_ids=scope_ids)
    if not form.variant:
        return saved
    theme_id = await maker.id_of(form.variant_theme)
    try:
        added = await add_variant(session, place.map_id, place.user_id, name_id, value=form.variant, scope_ids=[theme_id])
    except Invalid as error:
        raise Invalid(
            {{"scope_ids": "variant_theme", "value": "variant"}.get(name, name): why for name, why in error.fields.items()}
        ) from None
    return saved if saved.change_id is not None else added


async def _without_variant(request: AnyRequest, session: AsyncSession, place: Place, name_id: int, variant_id: int) -> Response[Any]:
    saved = await delete_variant(session, place.map_id, place.user_id, variant_id)
    message = undoable(place.found, "Removed this form of the name.", saved)
    if not wants_fragment(request):
        return see_other(request, place.path("names", name_id, "edit"), message)
    form = await _form_of(session, place, name_id)
    return show_form(request, TEMPLATE, await _page(session, place, name_id, form), notices=[message])


async def _new_form(connection: AsyncConnection | AsyncSession, place: Place) -> NameForm:
    return NameForm(languages=language_options(await languages(connection, place.map_id)))


async def _form_of(connection: AsyncConnection | AsyncSession, place: Place, name_id: int) -> NameForm:
    draft = await name_draft(connection, place.map_id, place.topic.id, name_id)
    return name_form(
        draft,
        await languages(connection, place.map_id),
        is_title=place.frame == "title" if place.frame else draft.value == place.topic.label,
    )


def _new_page(place: Place, form: NameForm) -> FormPage[NameForm]:
    return place.form(form, title=f"Another name of {place.topic.label}", steps=("names", "new"), element="name-new", block=BLOCK)


async def _page(connection: AsyncConnection | AsyncSession, place: Place, name_id: int, form: NameForm) -> FormPage[NameForm]:
    page = place.form(
        form, title=f"Edit a name of {place.topic.label}", steps=("names", name_id, "edit"), element=f"name-{name_id}", block=BLOCK
    )
    details = await details_for(connection, place.found, "names", name_id)
    return replace(page, removal=place.path("names", name_id, "removal"), details=details)


ROUTES = [new_name, save_new_name, edit_name_form, save_name, remove_name]
