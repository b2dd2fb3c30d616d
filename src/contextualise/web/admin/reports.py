"""Readers' reports: what waits, what was decided, deciding."""

from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import reports
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.lib.numbers import two_numbers
from contextualise.web.admin.showing import show_admin
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.admin import ReportPage, ReportsPage, report_line
from contextualise.web.paging import addresses, number_alone, place_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, require_admin, writing
from contextualise.web.shared.state import parts_of
from contextualise.web.sign_in import FORM_BYTES

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_URL = "/admin/reports"


@route(_URL, http_method=_READ)
async def waiting(request: AnyRequest) -> Response[str]:
    """The reports that wait; `?show=handled` those that were decided."""
    handled = request.query_params.get("show") == "handled"
    async with reading(request) as connection:
        await require_admin(request, connection)
        found = await reports.list_reports(connection, place_of(request, number_alone), handled=handled)
        previous, following = addresses(_URL, found, {"show": "handled" if handled else ""})
        page = ReportsPage([report_line(row) for row in found.rows], handled, previous, following)
        return await show_admin(request, connection, "admin/reports.html", page)


@route(_URL + "/{place:str}", http_method=_READ)
async def report(request: AnyRequest, place: FromPath[str]) -> Response[str]:
    """One report, with the form to decide."""
    async with reading(request) as connection:
        await require_admin(request, connection)
        return await _show(request, connection, place)


@route(_URL + "/{place:str}", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def decide(request: AnyRequest, place: FromPath[str]) -> Response[str]:
    """Make the map private, or leave it as it is; the answers go out."""
    posted = await read_posted(request)
    way, words = posted.text("way"), posted.text("words")[:5000]
    try:
        async with writing(request) as session:
            viewer = await require_admin(request, session)
            if way not in ("unpublish", "dismiss"):
                raise Invalid({"way": "Choose what is to be done."})
            done = await reports.handle(session, parts_of(request).mailer, viewer.id, _place(place), way, words)  # type: ignore[arg-type]  # checked
    except Invalid as error:
        async with reading(request) as connection:
            await require_admin(request, connection)
            return await _show(request, connection, place, way=way, words=words, errors=error.fields, status=422)
    except Conflict as error:
        return see_other(request, _URL, Flash(str(error), "error"))
    text = f"“{done.map_title}” is private now, and its owner is told." if way == "unpublish" else "The report is dismissed."
    return see_other(request, _URL, Flash(text))


async def _show(request: AnyRequest, connection: AsyncConnection, place: str, *, status: int = 200, **typed: Any) -> Response[str]:
    found = await reports.find_report(connection, *_place(place))
    return await show_admin(request, connection, "admin/report.html", ReportPage(report_line(found), **typed), status=status)


def _place(place: str) -> tuple[int, int]:
    """The map and the report that an address names."""
    numbers = two_numbers(place)
    if numbers is None:
        raise NotFound("There is no such report.")
    return numbers


ROUTES = [waiting, report, decide]
