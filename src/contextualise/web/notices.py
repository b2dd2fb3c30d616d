"""A person's notices: the list, opening one, noting what was read, and whether mails tell them too."""

from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import notices
from contextualise.domain.errors import NotFound
from contextualise.lib.numbers import whole_number
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.notices import StopPage, notices_page
from contextualise.web.shared.flash import Flash, Signer
from contextualise.web.shared.fragments import own_path, see_other, show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer, writing
from contextualise.web.shared.state import parts_of

READ = [HttpMethod.GET, HttpMethod.HEAD]
PURPOSE = "notice-mail"
_BIGGEST = 2**63


@route("/notices", http_method=READ)
async def list_notices(request: AnyRequest) -> Response[Any]:
    """What the person was told, the latest first; `?show=unread` what was not read yet."""
    query = request.query_params
    is_unread = query.get("show") == "unread"
    async with reading(request) as connection:
        viewer = await require_viewer(request, connection)
        before, after = whole_number(query.get("before", "")), whole_number(query.get("after", ""))
        found = await notices.list_notices(connection, viewer.id, before=before, after=after, unread=is_unread)
        wants = await notices.wants_mail(connection, viewer.id)
    page = notices_page(found, is_unread=is_unread, unread=viewer.unread, wants_mail=wants, sends_mail=parts_of(request).mailer.is_on)
    return show(request, "notices/index.html", page, block="notices", headers={"Cache-Control": "private, no-store"})


@route("/notices/{notice_id:int}", http_method=READ)
async def open_notice(request: AnyRequest, notice_id: FromPath[int]) -> Response[Any]:
    """To what the notice is about, which is read with that; a browser that only looks ahead marks nothing."""
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        row = await notices.find_notice(await session.connection(), viewer.id, _number(notice_id))
        if request.method == "GET" and "prefetch" not in request.headers.get("sec-purpose", ""):
            await notices.mark(session, viewer.id, row.id, is_read=True)
    return see_other(request, notices.path_of(row) or "/notices")


@post("/notices/{notice_id:int}/reading")
async def mark_notice(request: AnyRequest, notice_id: FromPath[int]) -> Response[Any]:
    """Notes that one notice was read, or makes it unread again."""
    posted = await read_posted(request)
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        await notices.mark(session, viewer.id, _number(notice_id), is_read=posted.text("read") != "0")
    return see_other(request, own_path(posted.text("next"), "/notices"))


@post("/notices/reading")
async def mark_notices(request: AnyRequest) -> Response[Any]:
    """Notes that all were read that the page knew of."""
    posted = await read_posted(request)
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        await notices.mark_all(session, viewer.id, posted.number("until") or 0)
    return see_other(request, "/notices", Flash("All your notices are read."))


@post("/notices/mail")
async def choose_mail(request: AnyRequest) -> Response[Any]:
    """Whether mails tell notices too."""
    posted = await read_posted(request)
    wanted = posted.has("wanted")
    async with writing(request) as session:
        viewer = await require_viewer(request, session)
        await notices.set_mail(session, viewer.id, wanted=wanted)
    return see_other(request, "/notices", Flash("Notices come by mail too." if wanted else "Notices come in the app only."))


@route("/notices/mail/{token:str}", http_method=READ)
async def show_stop(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """The page on which somebody ends the mails: a program that follows links in mails must not do so by itself."""
    _person(request, token)
    return show(request, "notices/stopping.html", StopPage(f"/notices/mail/{token}"), headers={"Cache-Control": "private, no-store"})


@post("/notices/mail/{token:str}")
async def stop_mail(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    """Ends the mails of the person whom the link was sent to, whoever is signed in."""
    user_id = _person(request, token)
    async with writing(request) as session:
        await notices.set_mail(session, user_id, wanted=False)
    return see_other(request, "/", Flash("No more mails about notices. You find them in the app, where you can also have the mails back."))


def stop_path(signer: Signer, user_id: int) -> str:
    """The address under which a person ends the mails; it can do nothing else, and so never ends itself."""
    return f"/notices/mail/{signer.sign(PURPOSE, str(user_id).encode())}"


def _person(request: AnyRequest, token: str) -> int:
    value = parts_of(request).signer.read(PURPOSE, token)
    if value is None:
        raise NotFound("This link is not complete. Copy it whole from the mail.")
    return int(value)


def _number(notice_id: int) -> int:
    if not 0 < notice_id < _BIGGEST:
        raise NotFound("There is no such notice.")
    return notice_id


ROUTES = [list_notices, open_notice, mark_notice, mark_notices, choose_mail, show_stop, stop_mail]
