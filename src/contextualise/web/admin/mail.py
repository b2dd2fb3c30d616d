"""Mail that has not been sent, for administrators. What it says is not shown: the links in it are for one person alone."""

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import audit, mail
from contextualise.domain.errors import NotFound
from contextualise.web.admin.showing import show_admin
from contextualise.web.pages.admin_mail import MailItem, MailPage
from contextualise.web.paging import addresses, number_alone, place_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, require_admin, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_URL = "/admin/mail"


@route(_URL, http_method=_READ)
async def waiting(request: AnyRequest) -> Response[str]:
    """Mail that waits or was given up, the youngest first."""
    parts = parts_of(request)
    async with reading(request) as connection:
        viewer = await require_admin(request, connection)
        found = await mail.list_unsent(connection, place_of(request, number_alone))
        previous, following = addresses(_URL, found, {})
        smtp = parts.settings.smtp
        page = MailPage(
            items=[
                MailItem(
                    row.id, row.recipient, row.subject, row.created_at, row.attempts, row.run_after, row.failed_at is not None, row.problem
                )
                for row in found.rows
            ],
            server=f"{smtp.host}:{smtp.port}" if smtp else "",
            own_address=viewer.email,
            previous=previous,
            next=following,
        )
        return await show_admin(request, connection, "admin/mail.html", page, block="mail_list")


@route(_URL + "/{mail_id:int}/retry", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def retry(request: AnyRequest, mail_id: FromPath[int]) -> Response[str]:
    """Let one mail be sent now, whatever was wrong with it."""
    async with writing(request) as session:
        viewer = await require_admin(request, session)
        recipient = await mail.try_again(session, mail_id) if mail_id < 2**63 else None
        if recipient is None:
            raise NotFound("There is no such mail; perhaps it has just been sent.")
        await audit.note(session, user_id=viewer.id, action="mail.retry", subject=recipient)
    return see_other(request, _URL, Flash(f"The mail to {recipient} is tried again."))


@route(_URL + "/test", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def send_test(request: AnyRequest) -> Response[str]:
    """Send a mail to oneself."""
    mailer = parts_of(request).mailer
    async with writing(request) as session:
        viewer = await require_admin(request, session)
        if not mailer.is_on:
            return see_other(request, _URL, Flash("This site has no mail server. Set SMTP_HOST, and start it again.", "error"))
        body = f"Hello {viewer.name},\n\nthis mail shows that the site at {mailer.origin} can send mail."
        await mailer.queue(session, to=viewer.email, subject="A test", body=body)
        await audit.note(session, user_id=viewer.id, action="mail.test", subject=viewer.email)
    return see_other(request, _URL, Flash(f"A test is on its way to {viewer.email}. If it cannot be sent, this page says why."))


ROUTES = [waiting, retry, send_test]
