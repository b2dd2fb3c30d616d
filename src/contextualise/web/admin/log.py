"""The log of what administrators did and of changes of access, and the same as a table to keep."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.response import Stream

from contextualise.domain import audit
from contextualise.domain.accounts import searchable
from contextualise.domain.audit import GROUPS, Asked, AuditRow
from contextualise.lib.numbers import whole_number
from contextualise.repository.database import Database
from contextualise.web.admin.showing import show_admin
from contextualise.web.pages.admin import LogPage, log_line
from contextualise.web.paging import addresses, number_alone, place_of
from contextualise.web.shared.requests import AnyRequest, reading, require_admin
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_URL = "/admin/audit"
_COLUMNS = ("id", "at", "by_id", "by", "action", "map_id", "map", "subject_id", "subject", "detail")


@route(_URL, http_method=_READ)
async def log(request: AnyRequest) -> Response[str]:
    """The log, the latest first; narrowed down by kind, person, map and words."""
    asked = _asked(request)
    async with reading(request) as connection:
        await require_admin(request, connection)
        found = await audit.list_lines(connection, asked, place_of(request, number_alone))
        kept = _kept(asked)
        previous, following = addresses(_URL, found, kept)
        page = LogPage([log_line(row) for row in found.rows], asked, kept, previous, following)
        return await show_admin(request, connection, "admin/log.html", page, block="log_list")


@route(_URL + ".csv", http_method=_READ)
async def log_file(request: AnyRequest) -> Stream:
    """The same lines as CSV (RFC 4180), all of them."""
    async with reading(request) as connection:
        await require_admin(request, connection)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Stream(_csv(parts_of(request).database, _asked(request)), media_type="text/csv; charset=utf-8", headers=headers)


async def _csv(database: Database, asked: Asked) -> AsyncIterator[bytes]:
    yield _line(_COLUMNS)
    async for rows in audit.all_lines(database, asked):
        yield b"".join(_line(_cells(row)) for row in rows)


def _cells(row: AuditRow) -> Sequence[str]:
    detail = json.dumps(row.detail, ensure_ascii=False) if row.detail else ""
    numbers = ["" if number is None else str(number) for number in (row.user_id, row.map_id, row.subject_id)]
    at = row.at.isoformat(timespec="seconds")
    return (str(row.id), at, numbers[0], row.user_name, row.action, numbers[1], row.map_title, numbers[2], row.subject, detail)


def _line(cells: Sequence[str]) -> bytes:
    """One line. A name that spreadsheets would take for a formula gets an apostrophe before it, as they themselves write it."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells])
    return out.getvalue().encode()


def _asked(request: AnyRequest) -> Asked:
    given = request.query_params
    group = given.get("kind", "")
    return Asked(
        group=group if group in GROUPS else "",
        person_id=whole_number(given.get("person", "")),
        map_id=whole_number(given.get("map", "")),
        search=searchable(given.get("q", "")),
    )


def _kept(asked: Asked) -> dict[str, str]:
    return {
        "kind": asked.group,
        "person": "" if asked.person_id is None else str(asked.person_id),
        "map": "" if asked.map_id is None else str(asked.map_id),
        "q": asked.search,
    }


ROUTES = [log, log_file]
