"""Who works on a map: the list, what each may do, leaving, ownership, the log."""

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import audit, sharing
from contextualise.domain.access import Action, may
from contextualise.domain.audit import Asked
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.maps import OpenMap
from contextualise.domain.sharing import LABELS
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.sharing import LogPage, OfferPage, log_line
from contextualise.web.paging import addresses, number_alone, place_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.sharing.showing import FORM_BYTES, host_of, map_of_people, people_page, people_url, show_people

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/maps/{ref:str}/people", http_method=_READ)
async def people(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Who works on the map, for those who do."""
    async with reading(request) as connection:
        found = await map_of_people(request, connection, ref)
        page = await people_page(request, connection, found)
    return show_people(request, page)


@route("/maps/{ref:str}/people/{user_id:int}/mode", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def mode(request: AnyRequest, ref: FromPath[str], user_id: FromPath[int]) -> Response[str]:
    """Let a member do more or less; a form without the field asks in its address, as the way back does."""
    wanted = (await read_posted(request)).text("mode") or request.query_params.get("mode", "")
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        change = await sharing.change_mode(session, found.map.id, _own_id(found), _number(user_id), wanted)
    return see_other(request, people_url(found), Flash(f"{LABELS[wanted]} now.", undo_url=_undo(found, change)))


@route("/maps/{ref:str}/people/{user_id:int}/removal", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def removal(request: AnyRequest, ref: FromPath[str], user_id: FromPath[int]) -> Response[str]:
    """Take the map from a member, from the next request on."""
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        change = await sharing.remove_member(session, found.map.id, _own_id(found), _number(user_id))
    return see_other(request, people_url(found), Flash("Removed from this map.", undo_url=_undo(found, change)))


@route("/maps/{ref:str}/people/leaving", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def leaving(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Work on the map no longer, by one's own wish."""
    async with writing(request) as session:
        found = await map_of_people(request, session, ref)
        await sharing.leave_map(session, found.map.id, _own_id(found))
    return see_other(request, "/maps?show=shared", Flash(f"You left “{found.map.title}”."))


@route("/maps/{ref:str}/people/{user_id:int}/ownership", http_method=_READ)
async def ownership_form(request: AnyRequest, ref: FromPath[str], user_id: FromPath[int]) -> Response[str]:
    """What is asked before somebody is asked to own the map."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        name = await sharing.name_of_member(connection, found.map.id, _number(user_id))
        owned = await sharing.find_owned(connection, found.map.id)
    action = f"{people_url(found)}/{user_id}/ownership"
    page = OfferPage(action, people_url(found), name, owned.owner_name, owned.owner_id == _own_id(found))
    return show(request, "sharing/offer.html", page)


@route("/maps/{ref:str}/people/{user_id:int}/ownership", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def ownership(request: AnyRequest, ref: FromPath[str], user_id: FromPath[int]) -> Response[str]:
    """Ask a member to own the map; nothing changes until the person says yes."""
    try:
        async with writing(request) as session:
            found = await map_for(request, session, ref, Action.MANAGE)
            name = await sharing.offer_ownership(session, found.map.id, host_of(request, found), _number(user_id))
    except Conflict as error:
        return see_other(request, people_url(found), Flash(str(error), "error"))
    return see_other(request, people_url(found), Flash(f"{name} is asked. The map stays as it is until {name} accepts."))


@route("/maps/{ref:str}/people/log", http_method=_READ)
async def log(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """What was done about access to the map, for those who manage it."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        lines = await audit.list_lines(connection, Asked(map_id=found.map.id), place_of(request, number_alone))
    previous, following = addresses(f"{people_url(found)}/log", lines, {})
    return show(request, "sharing/log.html", LogPage(people_url(found), [log_line(row) for row in lines.rows], previous, following))


def _own_id(found: OpenMap) -> int:
    assert found.viewer is not None
    return found.viewer.id


def _number(user_id: int) -> int:
    if user_id >= 2**63:
        raise NotFound("This person does not work on the map any more.")
    return user_id


def _undo(found: OpenMap, change: int | None) -> str | None:
    """Where the change is taken back; administrators do not edit, and change it once more instead."""
    return f"/maps/{found.map.ref}/changes/{change}/undoing" if change is not None and may(found.standing, Action.EDIT) else None


ROUTES = [people, mode, removal, leaving, ownership_form, ownership, log]
