"""The first visit to a new site: its first administrator, and a map to look around in."""

from litestar import Response, route
from litestar.enums import HttpMethod

from contextualise.domain import accounts
from contextualise.domain.errors import Invalid, NotFound
from contextualise.web.forms.accounts import NewAccountForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.accounts import NewAccountPage
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES, refuse_account, welcome

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_USED = "This set-up link is used or has expired. The server prints a new one when it starts, while nobody has an account."


@route("/setup", http_method=_READ)
async def setup_form(request: AnyRequest) -> Response[str]:
    """The form behind the link that the server printed."""
    token = request.query_params.get("token", "")
    async with reading(request) as connection:
        if not await accounts.find_setup(connection, token):
            raise NotFound(_USED)
    return show(request, "accounts/new.html", _page(token))


@route("/setup", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def set_up(request: AnyRequest) -> Response[str]:
    """Make the first administrator, sign in, and go to the person's own, still empty, list of maps."""
    form = NewAccountForm.read(await read_posted(request))
    database = parts_of(request).database
    try:
        user_id = await accounts.set_up(database, form.token, name=form.name, email=form.email, password=form.password)
    except Invalid as error:
        return refuse_account(request, _page(form.token), form, error.fields)
    return await welcome(request, user_id, "Welcome! This site is yours now.", "/maps")


def _page(token: str) -> NewAccountPage:
    return NewAccountPage(
        "Welcome",
        "This site is yours to set up. The account you make now runs it.",
        "/setup",
        "Start",
        token=token,
    )


ROUTES = [setup_form, set_up]
