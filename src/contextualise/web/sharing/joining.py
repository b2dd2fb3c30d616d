"""Accepting or declining an invitation: with its link, or from the list of what waits for oneself."""

from collections.abc import Mapping
from urllib.parse import quote

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import sharing
from contextualise.domain.accounts import Viewer, email_key
from contextualise.domain.errors import Invalid, NotFound, TooMany
from contextualise.domain.sharing import MAY, InvitationRow, Joined
from contextualise.lib.numbers import two_numbers
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.pages.sharing import JoiningPage, JoinPage, joining_line
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer, viewer_of, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sharing.showing import FORM_BYTES
from contextualise.web.sign_in import browser_of, welcome

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_MOST = 1100


@route("/join/{token:str}", http_method=_READ)
async def join_form(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """What the invitation is about: to accept for somebody who is signed in, else to sign in or to make an account."""
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
        found = await sharing.find_by_token(connection, token, viewer.id if viewer else None)
    return show(request, "sharing/join.html", _page(token, found, viewer))


@route("/join/{token:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def join(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Accept, and go to the map; somebody who is not signed in makes an account with it."""
    posted = await read_posted(request)
    async with writing(request) as session:
        viewer = await viewer_of(request, session)
        if viewer is not None:
            return _welcome(request, await sharing.accept_by_token(session, token, viewer.id))
    return await _join_with_account(request, token, posted)


@route("/join/{token:str}/refusal", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def refuse(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Decline; the link is of no more use."""
    async with writing(request) as session:
        viewer = await viewer_of(request, session)
        row = await sharing.decline_by_token(session, token, viewer.id if viewer else None)
    return see_other(request, "/", Flash(f"You declined the invitation to “{row.map_title}”.", "info"))


@route("/maps/joining", http_method=_READ)
async def joining(request: AnyRequest) -> Response[str]:
    """The invitations that wait for the person who asks."""
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        rows = await sharing.list_for(connection, parts_of(request).mailer, viewer.id)
    return show(request, "sharing/joining.html", JoiningPage([joining_line(row) for row in rows]))


@route("/maps/joining/{place:str}/acceptance", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def accept(request: AnyRequest, place: FromPath[str]) -> Response[str]:
    """Accept what waits for oneself, and go to the map."""
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        done = await sharing.accept_listed(session, parts_of(request).mailer, _place(place), viewer.id)
    return _welcome(request, done)


@route("/maps/joining/{place:str}/refusal", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def decline(request: AnyRequest, place: FromPath[str]) -> Response[str]:
    """Decline what waits for oneself."""
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        row = await sharing.decline_listed(session, parts_of(request).mailer, _place(place), viewer.id)
    return see_other(request, "/maps/joining", Flash(f"You declined the invitation to “{row.map_title}”.", "info"))


async def _join_with_account(request: AnyRequest, token: str, posted: Posted) -> Response[str]:
    parts, name = parts_of(request), posted.text("name")[:_MOST]
    try:
        user_id, done = await sharing.join_with_account(
            parts.database,
            parts.mailer,
            token,
            name=name,
            password=posted.text("password")[: 2 * _MOST],
            address=browser_of(request).address,
        )
    except Invalid as error:
        return await _again(request, token, name, error.fields)
    except TooMany as error:
        return await _again(request, token, name, {"": str(error)}, 429, {"Retry-After": str(error.retry_after)})
    return await welcome(request, user_id, f"Welcome! You may {MAY[done.mode]}.", f"/maps/{done.ref}")


async def _again(
    request: AnyRequest, token: str, name: str, errors: Mapping[str, str], status: int = 422, headers: Mapping[str, str] | None = None
) -> Response[str]:
    async with reading(request) as connection:
        found = await sharing.find_by_token(connection, token)
    return show(request, "sharing/join.html", _page(token, found, None, name, errors), status=status, headers=headers)


def _page(token: str, found: InvitationRow, viewer: Viewer | None, name: str = "", errors: Mapping[str, str] | None = None) -> JoinPage:
    path = f"/join/{quote(token, safe='')}"
    return JoinPage(
        action=path,
        title=found.map_title,
        by=found.by_name or "Somebody who left",
        may=MAY[found.mode],
        email=found.email,
        expires_at=found.expires_at,
        is_yours=viewer is None or email_key(viewer.email) == found.email_key,
        is_done=not found.is_open,
        map_url=f"/maps/{found.map_ref}",
        sign_in_url=f"/sign-in?next={quote(path, safe='')}",
        name=name,
        errors=errors or {},
    )


def _welcome(request: AnyRequest, done: Joined) -> Response[str]:
    return see_other(request, f"/maps/{done.ref}", Flash(f"You may {MAY[done.mode]}."))


def _place(place: str) -> tuple[int, int]:
    """The map and the invitation that an address names."""
    numbers = two_numbers(place)
    if numbers is None:
        raise NotFound("This invitation is used, was withdrawn or has expired. Ask for a new one.")
    return numbers


ROUTES = [join_form, join, refuse, joining, accept, decline]
