"""Signing in and out, and the pages where an account is made or its password set anew."""

from collections.abc import Mapping
from dataclasses import replace

from litestar import Response, route
from litestar.datastructures import Cookie
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import accounts
from contextualise.domain.accounts import Browser
from contextualise.domain.errors import Invalid, TooMany
from contextualise.web.forms.accounts import NewAccountForm, SignInForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.accounts import NewAccountPage, NewPasswordPage, SignInPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import own_path, see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, session_cookie, token_hash, viewer_of, writing
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]

# The longest that browsers keep a cookie; when a session ends is decided by the database.
COOKIE_SECONDS = 400 * 86_400
FORM_BYTES = 100_000


@route("/sign-in", http_method=_READ)
async def sign_in_form(request: AnyRequest) -> Response[str]:
    """The form; a person who is signed in goes on at once."""
    target = own_path(request.query_params.get("next"))
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
    return see_other(request, target) if viewer else show(request, "accounts/sign_in.html", _sign_in_page(request, target))


@route("/sign-in", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def sign_in(request: AnyRequest) -> Response[str]:
    """Open a session with a new token, and end the one this browser had before."""
    form = SignInForm.read(await read_posted(request))
    parts = parts_of(request)
    page = _sign_in_page(request, own_path(form.next), email=form.email)
    try:
        token = await accounts.sign_in(
            parts.database,
            email=form.email,
            password=form.password,
            browser=browser_of(request),
            days=parts.settings.session_days,
            candidates=2 if parts.settings.sign_up == "open" else 1,
        )
    except TooMany as error:
        waiting = {"Retry-After": str(error.retry_after)}
        return show(request, "accounts/sign_in.html", replace(page, errors={"": str(error)}), status=429, headers=waiting)
    if token is None:
        reason = "The e-mail address and the password do not fit together."
        return show(request, "accounts/sign_in.html", replace(page, errors={"": reason}), status=422)
    return await enter(request, token, page.next)


@route("/sign-out", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def sign_out(request: AnyRequest) -> Response[str]:
    """End this browser's session."""
    await _end_session(request)
    response = see_other(request, "/", Flash("You are signed out.", "info"))
    response.set_cookie(_cookie(request, ""))
    return response


@route("/sign-up", http_method=_READ)
async def sign_up_form(request: AnyRequest) -> Response[str]:
    """The form where everybody may make an account; elsewhere there is no such page."""
    accounts.require_open(parts_of(request).settings.sign_up)
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
    return see_other(request, "/") if viewer else show(request, "accounts/new.html", _sign_up_page(request))


@route("/sign-up", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def sign_up(request: AnyRequest) -> Response[str]:
    """Make an account and sign in with it."""
    form, parts = NewAccountForm.read(await read_posted(request)), parts_of(request)
    mode = parts.settings.sign_up
    try:
        user_id = await accounts.sign_up(
            parts.database,
            parts.mailer,
            mode,
            name=form.name,
            email=form.email,
            password=form.password,
            address=browser_of(request).address,
        )
    except Invalid as error:
        return refuse_account(request, _sign_up_page(request), form, error.fields)
    more = f" Look into your mailbox: a link to confirm {form.email} is on its way." if parts.mailer.is_on else ""
    return await welcome(request, user_id, f"Welcome! You are signed in.{more}")


@route("/invitations/{token:str}", http_method=_READ)
async def invitation(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The form for somebody who was invited."""
    return show(request, "accounts/new.html", await _invitation_page(request, token))


@route("/invitations/{token:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def accept_invitation(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Make the account that the invitation is for and sign in with it."""
    form = NewAccountForm.read(await read_posted(request))
    page = await _invitation_page(request, token)
    try:
        user_id = await accounts.accept_invitation(
            parts_of(request).database, token, name=form.name, email=form.email, password=form.password
        )
    except Invalid as error:
        return refuse_account(request, page, form, error.fields)
    return await welcome(request, user_id)


@route("/reset/{token:str}", http_method=_READ)
async def reset_form(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The form for a new password."""
    return show(request, "accounts/reset.html", await _reset_page(request, token))


@route("/reset/{token:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def reset_password(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Set the password, end all sessions and sign in here."""
    password = (await read_posted(request)).text("password")
    page = await _reset_page(request, token)
    try:
        user_id = await accounts.reset_password(parts_of(request).database, token, password=password)
    except Invalid as error:
        return show(request, "accounts/reset.html", replace(page, errors=error.fields), status=422)
    return await welcome(request, user_id, "Your new password is set, and you are signed in.")


async def welcome(request: AnyRequest, user_id: int, text: str = "Welcome! You are signed in.", target: str = "/") -> Response[str]:
    """Open a session for an account just made or recovered."""
    async with writing(request) as session:
        token = await accounts.open_session(session, user_id, browser_of(request), days=parts_of(request).settings.session_days)
    return await enter(request, token, target, Flash(text))


async def enter(request: AnyRequest, token: str, target: str, *notices: Flash) -> Response[str]:
    """Give the browser its session and go on; whatever session it had is over, so that a planted cookie is worth nothing."""
    await _end_session(request)
    response = see_other(request, target, *notices)
    response.set_cookie(_cookie(request, token))
    return response


def refuse_account(request: AnyRequest, page: NewAccountPage, form: NewAccountForm, errors: Mapping[str, str]) -> Response[str]:
    """The form again with what was typed, but for the password."""
    return show(request, "accounts/new.html", replace(page, name=form.name, email=form.email, errors=errors), status=422)


def browser_of(request: AnyRequest) -> Browser:
    """Where the request comes from."""
    return Browser(request.client.host if request.client else "", request.headers.get("user-agent", ""))


def renew_cookie(request: AnyRequest, response: Response[str], token: str) -> Response[str]:
    """The response, giving the browser another session."""
    response.set_cookie(_cookie(request, token))
    return response


def _sign_up_page(request: AnyRequest) -> NewAccountPage:
    lead = "With an account you make maps of your own and work on those that others share with you."
    return NewAccountPage("Make an account", lead, "/sign-up", "Make the account", sends_mail=parts_of(request).mailer.is_on)


def _sign_in_page(request: AnyRequest, target: str, email: str = "") -> SignInPage:
    parts = parts_of(request)
    return SignInPage(next=target, email=email, may_sign_up=parts.settings.sign_up == "open", may_recover=parts.mailer.is_on)


async def _invitation_page(request: AnyRequest, token: str) -> NewAccountPage:
    async with reading(request) as connection:
        await viewer_of(request, connection)
        found = await accounts.find_invitation(connection, token)
    host = f"{found.made_by} invites you." if found.made_by else "You are invited."
    return NewAccountPage("Make your account", host, f"/invitations/{token}", "Make the account", email=found.email or "")


async def _reset_page(request: AnyRequest, token: str) -> NewPasswordPage:
    async with reading(request) as connection:
        await viewer_of(request, connection)
        found = await accounts.find_reset(connection, token)
    return NewPasswordPage(f"/reset/{token}", found.email, lead=f"For {found.email}. You will be signed out everywhere else.")


async def _end_session(request: AnyRequest) -> None:
    digest = token_hash(request)
    if digest is not None:
        async with writing(request) as session:
            await accounts.close_by_token(session, digest)


def _cookie(request: AnyRequest, token: str) -> Cookie:
    return Cookie(
        key=session_cookie(request),
        value=token,
        max_age=COOKIE_SECONDS if token else 0,
        httponly=True,
        samesite="lax",
        secure=parts_of(request).is_secure,
        path="/",
    )


ROUTES = [
    sign_in_form,
    sign_in,
    sign_out,
    sign_up_form,
    sign_up,
    invitation,
    accept_invitation,
    reset_form,
    reset_password,
]
