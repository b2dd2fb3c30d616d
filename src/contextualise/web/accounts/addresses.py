"""The address of one's account: confirming it, changing it, and taking it back."""

from dataclasses import replace

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import accounts
from contextualise.domain.errors import Invalid, TooMany
from contextualise.web.accounts.page import refused
from contextualise.web.forms.accounts import AddressForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.accounts import LinkPage, NewPasswordPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer, viewer_of, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES, welcome

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/account/confirmation", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def send_confirmation(request: AnyRequest) -> Response[str]:
    """Send the link with which the address is confirmed once more."""
    parts = parts_of(request)
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    try:
        await accounts.ask_confirmation(parts.database, parts.mailer, viewer.id)
    except TooMany as error:
        return await refused(request, error, "confirmation")
    return see_other(request, "/account", Flash(f"A link is on its way to {viewer.email}."))


@route("/account/address", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def ask_address(request: AnyRequest) -> Response[str]:
    """Ask for another address; it is changed once the link sent to it is opened."""
    form, parts = AddressForm.read(await read_posted(request)), parts_of(request)
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
    try:
        is_sent = await accounts.ask_address(parts.database, parts.mailer, viewer.id, email=form.email, password=form.password)
    except (Invalid, TooMany) as error:
        return await refused(request, error, "address", {"email": form.email})
    done = f"A link is on its way to {form.email}. Your address changes when it is opened." if is_sent else "Your address is changed."
    return see_other(request, "/account", Flash(done))


@route("/confirmations/{token:str}", http_method=_READ)
async def confirmation(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """One button, because programs that look into mail open links as well."""
    async with reading(request) as connection:
        await viewer_of(request, connection)
        found = await accounts.find_confirmation(connection, token)
    page = LinkPage("Confirm your address", f"{found.email} is the address of your account.", f"/confirmations/{token}", "Confirm it")
    return show(request, "accounts/link.html", page)


@route("/confirmations/{token:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def confirm(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Confirm the address. It signs nobody in."""
    async with writing(request) as session:
        user_id = await accounts.confirm(session, token)
    return await _after(request, user_id, "Your address is confirmed.")


@route("/addresses/{token:str}", http_method=_READ)
async def new_address(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """One button for the change of address."""
    async with reading(request) as connection:
        await viewer_of(request, connection)
        found = await accounts.find_new_address(connection, token)
    lead = f"From now on you sign in as {found.about}, and mail goes there."
    return show(request, "accounts/link.html", LinkPage("Change your address", lead, f"/addresses/{token}", "Change it"))


@route("/addresses/{token:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def change_address(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Change the address; the old one gets a way back."""
    async with writing(request) as session:
        user_id = await accounts.change_address(session, parts_of(request).mailer, token)
    return await _after(request, user_id, "Your address is changed.")


@route("/returns/{token:str}", http_method=_READ)
async def return_form(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The form with which the old address takes the account back."""
    return show(request, "accounts/reset.html", await _return_page(request, token))


@route("/returns/{token:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def take_back(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Bring the old address back with a new password, sign everybody out, and sign in here."""
    password = (await read_posted(request)).text("password")
    page = await _return_page(request, token)
    try:
        user_id = await accounts.take_back(parts_of(request).database, token, password=password)
    except Invalid as error:
        return show(request, "accounts/reset.html", replace(page, errors=error.fields), status=422)
    return await welcome(request, user_id, "Your account has its old address and a new password. Everybody else is signed out.")


async def _return_page(request: AnyRequest, token: str) -> NewPasswordPage:
    async with reading(request) as connection:
        await viewer_of(request, connection)
        found = await accounts.find_return(connection, token)
    lead = f"The address becomes {found.about} again. Choose a new password; everybody is signed out, wherever it is."
    return NewPasswordPage(f"/returns/{token}", found.about or "", "Take your account back", lead, "Take it back")


async def _after(request: AnyRequest, user_id: int, text: str) -> Response[str]:
    async with reading(request) as connection:
        viewer = await viewer_of(request, connection)
    own = viewer is not None and viewer.id == user_id
    return see_other(request, "/account" if own else "/" if viewer else "/sign-in", Flash(text))


ROUTES = [send_confirmation, ask_address, confirmation, confirm, new_address, change_address, return_form, take_back]
