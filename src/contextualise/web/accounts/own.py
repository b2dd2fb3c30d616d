"""One's own account: name, password, browsers signed in, invitations; and the choice of light or dark."""

from litestar import Response, route
from litestar.datastructures import Cookie
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import accounts
from contextualise.domain.accounts import Viewer
from contextualise.domain.errors import Invalid, NotFound, TooMany
from contextualise.web.accounts.page import account_page, may_invite, refused
from contextualise.web.forms.accounts import PasswordForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.fresh_links import forget_link, show_link_at
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import THEMES, own_path, see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import COOKIE_SECONDS, FORM_BYTES, browser_of, renew_cookie

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/account", http_method=_READ)
async def account(request: AnyRequest) -> Response[str]:
    """Name, address, password and the browsers that one is signed in with."""
    async with reading(request) as connection:
        page = await account_page(request, connection, await require_viewer(request, connection))
    return forget_link(request, show(request, "accounts/show.html", page))


@route("/account/name", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def rename(request: AnyRequest) -> Response[str]:
    """Change the name that others see."""
    name = (await read_posted(request)).text("name")
    try:
        async with writing(request) as session:
            viewer = await require_viewer(request, session)
            await accounts.rename_user(session, viewer.id, name)
    except Invalid as error:
        return await refused(request, error, "name", {"name": name[:1000]})
    return see_other(request, "/account", Flash("Your name is changed."))


@route("/account/password", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def change_password(request: AnyRequest) -> Response[str]:
    """Change the password; all other browsers are signed out, and this one gets another session."""
    form, parts = PasswordForm.read(await read_posted(request)), parts_of(request)
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    try:
        token = await accounts.change_password(
            parts.database, viewer, current=form.current, new=form.new, browser=browser_of(request), days=parts.settings.session_days
        )
    except (Invalid, TooMany) as error:
        return await refused(request, error, "password")
    done = see_other(request, "/account", Flash("Your password is changed, and all other browsers are signed out."))
    return renew_cookie(request, done, token)


@route("/account/sessions/closing", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def close_other_sessions(request: AnyRequest) -> Response[str]:
    """Sign all other browsers out."""
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        closed = await accounts.close_all(session, viewer.id, but=viewer.session_id)
    text = "You are signed out everywhere else." if closed else "You were signed in nowhere else."
    return see_other(request, "/account", Flash(text))


@route("/account/sessions/{session_id:int}/closing", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def close_session(request: AnyRequest, session_id: FromPath[int]) -> Response[str]:
    """Sign one of one's own browsers out."""
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        if session_id >= 2**63 or not await accounts.close_session(session, viewer.id, session_id):
            raise NotFound("That browser is signed out already.")
    return see_other(request, "/account", Flash("That browser is signed out."))


@route("/account/invitations", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def invite(request: AnyRequest) -> Response[str]:
    """Make an invitation to hand on, where everybody with an account may invite."""
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        if not may_invite(request):
            raise NotFound("Invitations are made by administrators here.")
        await accounts.require_confirmed(session, parts_of(request).mailer, viewer.id)
        link = await accounts.invite(session, viewer.id)
    return show_link_at(request, "/account", f"/invitations/{link.token}", "An invitation for one person. It works once, for seven days.")


@route("/theme", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def choose_theme(request: AnyRequest) -> Response[str]:
    """Keep the choice of light, dark or as the system in the reader's own browser, and go back."""
    posted = await read_posted(request)
    theme = posted.text("theme")
    response = see_other(request, own_path(posted.text("next")))
    if theme in THEMES:
        response.set_cookie(
            Cookie(key="theme", value=theme, max_age=COOKIE_SECONDS, samesite="lax", secure=parts_of(request).is_secure, path="/")
        )
    return response


async def keep_session(request: AnyRequest) -> None:
    """Note that the session was seen, once the answer has been sent and at most every five minutes; reading stays one statement."""
    viewer: Viewer | None = request.state.get("viewer")
    if viewer is not None and viewer.is_due:
        async with writing(request) as session:
            await accounts.touch_session(session, viewer, days=parts_of(request).settings.session_days)


ROUTES = [account, rename, change_password, close_other_sessions, close_session, invite, choose_theme]
