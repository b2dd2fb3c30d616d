"""Making a map and changing what it says about itself."""

from collections.abc import Mapping

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import maps, sharing
from contextualise.domain.access import Action
from contextualise.domain.accounts import Viewer, require_confirmed
from contextualise.domain.errors import Invalid, NotAllowed
from contextualise.domain.maps import KEEP, LANGUAGES, PICTURE_BYTES, Keep, MapFields, OpenMap
from contextualise.web.forms.maps import MapForm, read_upload
from contextualise.web.forms.posted import read_posted
from contextualise.web.maps.showing import map_address
from contextualise.web.pages.maps import MapFormPage, image_url
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import moved, see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, require_viewer, writing
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/new", http_method=_READ)
async def new_map(request: AnyRequest) -> Response[str]:
    """The form for a new map."""
    async with reading(request) as connection:
        await require_viewer(request, connection)
    return show(request, "maps/new.html", _new_page())


@route("/maps/new", http_method=HttpMethod.POST, status_code=303)
async def create_map(request: AnyRequest) -> Response[str]:
    """Make the map and go to it."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    form = MapForm.read(await read_posted(request))
    try:
        fields, picture = await _checked(request, form)
        await _check_publishing(request, viewer, form.is_published)
    except Invalid as error:
        return show(request, "maps/new.html", _new_page(form, error.fields), status=422)
    async with writing(request) as session:
        map_id = await maps.create_map(session, viewer.id, fields)
        if picture is not None:
            sha256 = await maps.keep_picture(session, parts_of(request).objects, map_id, picture)
            await maps.edit_map(session, map_id, viewer.id, fields, image_sha256=sha256)
        if form.is_published:
            await maps.publish_map(session, map_id, viewer.id)
    return see_other(request, f"/maps/{maps.map_ref(map_id, fields.title)}")


@route("/maps/{ref:str}/edit", http_method=_READ)
async def edit_form(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """What the map says about itself, to be changed."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        people = 1 + await sharing.count_members(connection, found.map.id)
    if ref != found.map.ref:
        return moved(map_address(request, found, "/edit"))
    return show(request, "maps/edit.html", _edit_page(found, people))


@route("/maps/{ref:str}/edit", http_method=HttpMethod.POST, status_code=303)
async def edit_map(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Save what the map says about itself, and who may read it."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        people = 1 + await sharing.count_members(connection, found.map.id)
    form = MapForm.read(await read_posted(request))
    try:
        fields, picture = await _checked(request, form)
        await _check_publishing(request, found.viewer, form.is_published and found.map.published_at is None)
    except Invalid as error:
        return show(request, "maps/edit.html", _edit_page(found, people, form, error.fields), status=422)
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        assert found.viewer is not None
        image: bytes | Keep | None = None if form.remove_image else KEEP
        if picture is not None:
            image = await maps.keep_picture(session, parts_of(request).objects, found.map.id, picture)
        await maps.edit_map(session, found.map.id, found.viewer.id, fields, image_sha256=image)
        publish = maps.publish_map if form.is_published else maps.unpublish_map
        await publish(session, found.map.id, found.viewer.id)
    return see_other(request, f"/maps/{maps.map_ref(found.map.id, fields.title)}", Flash("Saved."))


async def _checked(request: AnyRequest, form: MapForm) -> tuple[MapFields, bytes | None]:
    """The fields and the picture as they are kept; raises `Invalid` naming all that cannot be accepted."""
    errors: dict[str, str] = {}
    fields, picture = None, None
    try:
        fields = form.checked()
    except Invalid as error:
        errors.update(error.fields)
    try:
        uploaded = await read_upload(request, "image", PICTURE_BYTES)
        picture = await maps.prepare_picture(uploaded) if uploaded else None
    except Invalid as error:
        errors.update(error.fields)
    if errors or fields is None:
        raise Invalid(errors)
    return fields, picture


async def _check_publishing(request: AnyRequest, viewer: Viewer | None, publishes: bool) -> None:
    """Raise `Invalid` where the form publishes the map and the person may not publish yet."""
    if publishes and viewer is not None:
        try:
            async with reading(request) as connection:
                await require_confirmed(connection, parts_of(request).mailer, viewer.id)
        except NotAllowed as error:
            raise Invalid({"published": str(error)}) from error


def _new_page(form: MapForm | None = None, errors: Mapping[str, str] | None = None) -> MapFormPage:
    if form is None:
        return MapFormPage("/maps/new", "/maps", languages=LANGUAGES, image_limit=PICTURE_BYTES)
    return MapFormPage(
        "/maps/new",
        "/maps",
        form.title,
        form.description,
        form.default_lang,
        form.accent,
        form.is_published,
        languages=_languages(form.default_lang),
        image_limit=PICTURE_BYTES,
        errors=errors or {},
    )


def _edit_page(found: OpenMap, people: int, form: MapForm | None = None, errors: Mapping[str, str] | None = None) -> MapFormPage:
    kept = found.map
    url = f"/maps/{kept.ref}"
    return MapFormPage(
        action=f"{url}/edit",
        back=url,
        title=form.title if form else kept.title,
        description=form.description if form else kept.description,
        default_lang=form.default_lang if form else kept.default_lang,
        accent=form.accent if form else kept.accent,
        is_published=form.is_published if form else kept.published_at is not None,
        image_url=image_url(kept.ref, kept.image_sha256, small=True),
        languages=_languages(form.default_lang if form else kept.default_lang),
        people=people,
        image_limit=PICTURE_BYTES,
        errors=errors or {},
    )


def _languages(chosen: str) -> tuple[tuple[str, str], ...]:
    """The languages offered, and the one the map has already should it be another."""
    return LANGUAGES if chosen in dict(LANGUAGES) else ((chosen, chosen), *LANGUAGES)


ROUTES = [new_map, create_map, edit_form, edit_map]
