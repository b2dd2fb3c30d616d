"""The first visit to a new site: its first administrator, and a map to look around in."""

from litestar import Response, route
from litestar.enums import HttpMethod

from contextualise.domain import accounts
from contextualise.domain.errors import Invalid
from contextualise.domain.sample import create_sample
from contextualise.objects import StoreUnavailable
from contextualise.web.forms.accounts import NewAccountForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.accounts import NewAccountPage
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES, refuse_account, welcome

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/setup", http_method=_READ)
async def setup_form(request: AnyRequest) -> Response[str]:
    """The form behind the link that the server printed."""
    token = request.query_params.get("token", "")
    async with reading(request) as connection:
        await accounts.require_setup(connection, token)
    return show(request, "accounts/new.html", _page(token, sample=True))


@route("/setup", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def set_up(request: AnyRequest) -> Response[str]:
    """Make the first administrator, sign in, and go to the sample map or to the person's own, still empty, list."""
    form = NewAccountForm.read(await read_posted(request))
    database = parts_of(request).database
    try:
        user_id = await accounts.set_up(database, form.token, name=form.name, email=form.email, password=form.password)
    except Invalid as error:
        return refuse_account(request, _page(form.token, sample=form.sample), form, error.fields)
    target = await _make_sample(request, user_id) if form.sample else None
    text = "Welcome! This site is yours now."
    if form.sample and target is None:
        text += " The sample map could not be made, because the file store does not answer."
    return await welcome(request, user_id, text, target or "/maps")


async def _make_sample(request: AnyRequest, user_id: int) -> str | None:
    """The address of the sample map; None when the file store is away, which must not keep anybody from starting."""
    objects = parts_of(request).objects
    try:
        async with writing(request) as session:
            map_id = await create_sample(session, objects, user_id)
    except StoreUnavailable:
        return None
    return f"/maps/{map_id}"


def _page(token: str, *, sample: bool) -> NewAccountPage:
    return NewAccountPage(
        "Welcome",
        "This site is yours to set up. The account you make now runs it.",
        "/setup",
        "Start",
        token=token,
        sample=sample,
    )


ROUTES = [setup_form, set_up]
