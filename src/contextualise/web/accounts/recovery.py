"""A new password by mail, for somebody who has forgotten the old one."""

from litestar import Response, route
from litestar.enums import HttpMethod

from contextualise.domain import accounts
from contextualise.domain.errors import Conflict, Invalid, TooMany
from contextualise.web.forms.accounts import RecoveryForm
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.accounts import RecoveryPage
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, viewer_of
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES, browser_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]


@route("/recovery", http_method=_READ)
async def recovery_form(request: AnyRequest) -> Response[str]:
    """The form; without a mail server, whom to ask."""
    async with reading(request) as connection:
        await viewer_of(request, connection)
    return show(request, "accounts/recovery.html", RecoveryPage(sends_mail=parts_of(request).mailer.is_on))


@route("/recovery", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def recover(request: AnyRequest) -> Response[str]:
    """Note who wants a new password. The same happens for every address, whether it has an account or not."""
    form, parts = RecoveryForm.read(await read_posted(request)), parts_of(request)
    if not parts.mailer.is_on:
        raise Conflict("This site sends no mail. Ask whoever runs it for a link.")
    try:
        await accounts.ask_recovery(parts.database, email=form.email, address=browser_of(request).address)
    except Invalid as error:
        return show(request, "accounts/recovery.html", RecoveryPage(form.email, errors=error.fields), status=422)
    except TooMany as error:
        page = RecoveryPage(form.email, errors={"": str(error)})
        return show(request, "accounts/recovery.html", page, status=429, headers={"Retry-After": str(error.retry_after)})
    return see_other(request, "/recovery/sent")


@route("/recovery/sent", http_method=_READ)
async def sent(request: AnyRequest) -> Response[str]:
    """What happens now, whether there is such an account or not."""
    async with reading(request) as connection:
        await viewer_of(request, connection)
    return show(request, "accounts/recovery.html", RecoveryPage(is_sent=True))


ROUTES = [recovery_form, recover, sent]
