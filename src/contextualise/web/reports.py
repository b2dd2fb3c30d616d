"""Reporting a page of a published map, with or without an account."""

import re
from dataclasses import replace

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import reports
from contextualise.domain.access import Action
from contextualise.domain.accounts.limits import take_attempt
from contextualise.domain.errors import Invalid, NotAllowed, TooMany
from contextualise.domain.maps import OpenMap
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.reports import NewReportPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import own_path, see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.sign_in import FORM_BYTES, browser_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_MOST_PATH = 2000


@route("/maps/{ref:str}/report", http_method=_READ)
async def report_form(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """The form; the page that it is about comes with the link."""
    async with reading(request) as connection:
        found = await _published(request, connection, ref)
    return show(request, "reports/new.html", _page(found, request.query_params.get("page", "")))


@route("/maps/{ref:str}/report", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def report(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Put it before the administrators, and go back to the page."""
    posted = await read_posted(request)
    async with reading(request) as connection:
        found = await _published(request, connection, ref)
    words, email = posted.text("words")[:20_000], posted.text("email")[:1000]
    page = replace(_page(found, posted.text("page")), reason=posted.text("reason"), words=words, email=email)
    try:
        complaint = reports.check_complaint(address=page.about, reason=page.reason, words=page.words, email=page.email)
        async with writing(request) as session:
            await take_attempt(session, reports.report_limits(browser_of(request).address))
    except Invalid as error:
        return show(request, "reports/new.html", replace(page, errors=error.fields), status=422)
    except TooMany as error:
        headers = {"Retry-After": str(error.retry_after)}
        return show(request, "reports/new.html", replace(page, errors={"": str(error)}), status=429, headers=headers)
    async with writing(request) as session:
        found = await _published(request, session, ref)
        await reports.report_map(session, found.map.id, found.viewer.id if found.viewer else None, complaint)
    return see_other(request, page.about, Flash("Thank you. Whoever looks after this site will read it."))


async def _published(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str) -> OpenMap:
    """The map, which must be published: what is private is a matter between those who share it."""
    found = await map_for(request, connection, ref, Action.READ)
    if found.map.published_at is None:
        raise NotAllowed("Only published maps are reported. This one is seen by those who work on it.")
    return found


def _page(found: OpenMap, about: str) -> NewReportPage:
    url = f"/maps/{found.map.ref}"
    path = own_path(about[:_MOST_PATH], url)
    is_of_map = re.match(rf"/maps/{found.map.id}(?:[-/?]|$)", path) is not None
    return NewReportPage(action=f"{url}/report", about=path if is_of_map else url, reasons=tuple(reports.REASONS.items()))


ROUTES = [report_form, report]
