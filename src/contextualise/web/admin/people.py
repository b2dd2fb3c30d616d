"""The people of the site."""

from collections.abc import Awaitable, Callable, Mapping

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import accounts, audit
from contextualise.domain.accounts import LinkRow, Viewer
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.live import announce
from contextualise.web.admin.showing import show_admin
from contextualise.web.forms.posted import read_posted
from contextualise.web.fresh_links import forget_link, fresh_link, show_link_at
from contextualise.web.pages.admin import InvitationItem, PeoplePage
from contextualise.web.paging import addresses, place_of, text_and_number
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, require_admin, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_PEOPLE = "/admin/users"


@route(_PEOPLE, http_method=_READ)
async def people(request: AnyRequest) -> Response[str]:
    """People by address, and invitations nobody has used yet."""
    async with reading(request) as connection:
        page = await _page(request, connection, await require_admin(request, connection))
        shown = await show_admin(request, connection, "admin/people.html", page, block="people_list")
    return forget_link(request, shown)


@route("/admin/invitations", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def invite(request: AnyRequest) -> Response[str]:
    """Make an invitation to hand on."""
    posted = await read_posted(request)
    email, makes_admin = posted.text("email").strip()[:1000], posted.has("makes_admin")
    try:
        async with writing(request) as session:
            viewer = await require_admin(request, session)
            link = await accounts.invite(session, viewer.id, email=email, makes_admin=makes_admin)
            is_sent = await accounts.mail_invitation(session, parts_of(request).mailer, link, by=viewer.name, email=email)
            whom, detail = email or "whoever has the link", {"as administrator": True} if makes_admin else None
            await audit.note(session, user_id=viewer.id, action="account.invite", subject=whom, detail=detail)
    except Invalid as error:
        async with reading(request) as connection:
            viewer = await require_admin(request, connection)
            page = await _page(request, connection, viewer, email=email, makes_admin=makes_admin, errors=error.fields)
            return await show_admin(request, connection, "admin/people.html", page, status=422)
    whom = f"for {email}" if email else "for one person"
    how = "it is on its way by mail, and can be handed over too" if is_sent else "hand it over yourself"
    return show_link_at(request, _PEOPLE, f"/invitations/{link.token}", f"An invitation {whom}. It works once, for seven days; {how}.")


@route("/admin/invitations/{reference:str}/withdrawal", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def withdraw_invitation(request: AnyRequest, reference: FromPath[str]) -> Response[str]:
    """Take an invitation back."""
    async with writing(request) as session:
        viewer = await require_admin(request, session)
        await accounts.revoke_invitation(session, reference)
        await audit.note(session, user_id=viewer.id, action="account.uninvite", subject="somebody")
    return see_other(request, _PEOPLE, Flash("The invitation is withdrawn."))


@route("/admin/users/{user_id:int}/reset-link", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def make_reset_link(request: AnyRequest, user_id: FromPath[int]) -> Response[str]:
    """Make a link with which the person sets a new password."""
    try:
        async with writing(request) as session:
            viewer = await require_admin(request, session)
            link = await accounts.make_reset(session, viewer.id, _number(user_id))
            await audit.note(session, user_id=viewer.id, action="account.reset", subject_id=user_id)
    except Conflict as error:
        return see_other(request, _PEOPLE, Flash(str(error), "error"))
    return show_link_at(
        request,
        _PEOPLE,
        f"/reset/{link.token}",
        "A link for a new password. It works once, until this time tomorrow; hand it over yourself.",
    )


@route("/admin/users/{user_id:int}/disabling", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def disable(request: AnyRequest, user_id: FromPath[int]) -> Response[str]:
    """Let the person no longer sign in."""
    undo = f"{_PEOPLE}/{user_id}/enabling"
    return await _do(request, user_id, "{name} can no longer sign in.", "account.disable", accounts.disable_user, undo)


@route("/admin/users/{user_id:int}/enabling", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def enable(request: AnyRequest, user_id: FromPath[int]) -> Response[str]:
    """Let the person sign in again."""
    return await _do(
        request, user_id, "{name} can sign in again.", "account.enable", lambda session, _, person: accounts.enable_user(session, person)
    )


@route("/admin/users/{user_id:int}/appointment", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def make_admin(request: AnyRequest, user_id: FromPath[int]) -> Response[str]:
    """Make the person an administrator."""
    undo = f"{_PEOPLE}/{user_id}/dismissal"
    return await _do(
        request,
        user_id,
        "{name} is an administrator now.",
        "account.appoint",
        lambda session, _, person: accounts.make_admin(session, person),
        undo,
    )


@route("/admin/users/{user_id:int}/dismissal", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def unmake_admin(request: AnyRequest, user_id: FromPath[int]) -> Response[str]:
    """Take the rights of an administrator away; who gives up the own ones goes home."""
    try:
        async with writing(request) as session:
            viewer = await require_admin(request, session)
            name = await accounts.unmake_admin(session, _number(user_id))
            await audit.note(session, user_id=viewer.id, action="account.dismiss", subject_id=user_id)
            await announce(session, None, "access", user_id=user_id)
    except Conflict as error:
        return see_other(request, _PEOPLE, Flash(str(error), "error"))
    if viewer.id == user_id:
        return see_other(request, "/", Flash("You are no longer an administrator."))
    return see_other(request, _PEOPLE, Flash(f"{name} is no longer an administrator.", undo_url=f"{_PEOPLE}/{user_id}/appointment"))


async def _do(
    request: AnyRequest,
    user_id: int,
    text: str,
    action: str,
    deed: Callable[[AsyncSession, int, int], Awaitable[str]],
    undo_url: str | None = None,
) -> Response[str]:
    """Do something with an account and tell it, or why not, on the page of people."""
    try:
        async with writing(request) as session:
            viewer = await require_admin(request, session)
            name = await deed(session, viewer.id, _number(user_id))
            await audit.note(session, user_id=viewer.id, action=action, subject_id=user_id)
            await announce(session, None, "access", user_id=user_id)
    except Conflict as error:
        return see_other(request, _PEOPLE, Flash(str(error), "error"))
    return see_other(request, _PEOPLE, Flash(text.format(name=name), undo_url=undo_url))


def _number(user_id: int) -> int:
    if user_id >= 2**63:
        raise NotFound("There is no such person.")
    return user_id


async def _page(
    request: AnyRequest,
    connection: AsyncConnection,
    viewer: Viewer,
    *,
    email: str = "",
    makes_admin: bool = False,
    errors: Mapping[str, str] | None = None,
) -> PeoplePage:
    search = accounts.searchable(request.query_params.get("q", ""))
    found = await accounts.list_people(connection, place_of(request, text_and_number), search=search)
    previous, following = addresses(_PEOPLE, found, {"q": search})
    return PeoplePage(
        people=found.rows,
        invitations=[_invitation(row) for row in await accounts.list_invitations(connection)],
        search=search,
        previous=previous,
        next=following,
        own_id=viewer.id,
        sends_mail=parts_of(request).mailer.is_on,
        link=fresh_link(request),
        email=email,
        makes_admin=makes_admin,
        errors=errors or {},
    )


def _invitation(row: LinkRow) -> InvitationItem:
    return InvitationItem(accounts.invitation_reference(row), row.email, row.makes_admin, row.made_by, row.expires_at)


ROUTES = [people, invite, withdraw_invitation, make_reset_link, disable, enable, make_admin, unmake_admin]
