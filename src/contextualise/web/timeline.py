"""When things happened in a map: a drawing of a stretch of time made of links, the same as a list, and a calendar for other programs."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from math import floor
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream

from contextualise.domain.access import Action, may
from contextualise.lib.icalendar import CalendarEvent, calendar
from contextualise.lib.numbers import whole_number
from contextualise.lib.values import display
from contextualise.lib.values.calendar import decimal_year
from contextualise.repository.reading.choosing import find_chosen
from contextualise.repository.reading.tellings import choice_of
from contextualise.repository.reading.timeline import (
    LARGEST,
    Dated,
    count_dates,
    find_extent,
    list_dates,
    list_spanning,
)
from contextualise.web.asked import asked_context, asked_type
from contextualise.web.kept_views import keep_view, kept_view
from contextualise.web.pages.timeline import PER_PAGE, Asked, asked_window, timeline_page, whole
from contextualise.web.pages.timeline.drawing import divisions, name_of
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import origin_of

READ = [HttpMethod.GET, HttpMethod.HEAD]
_BATCH = 1000


@route("/maps/{ref:str}/timeline", http_method=READ)
async def show_timeline(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The dates of the map: `?from=-500&to=1500` is the stretch of time, in years, `type` the kind of topics, `scope` the context."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        kept = kept_view(request, etag)
        if kept is not None:
            return kept
        map_url = f"/maps/{found.map.ref}"
        asked = _asked(request, f"{map_url}/timeline")
        chosen = await find_chosen(connection, found.map.id, asked.context, type_slug=asked.type_slug)
        choice = choice_of(found.map.id, chosen)
        extent = await find_extent(connection, found.map.id)
        window = asked.window or whole(extent)
        given: dict[str, Any] = {}
        if window is not None:
            dates = await list_dates(connection, choice, window.start, window.end, after=asked.after, limit=PER_PAGE + 1)
            spanning = [] if asked.after[1] else await list_spanning(connection, choice, window.start)
            is_counted = len(dates) > PER_PAGE or bool(asked.after[1])
            counts = []
            if is_counted:
                counts = await count_dates(connection, choice, [tick.at for tick in divisions(window.start, window.end)])
            given = {"dates": dates, "spanning": spanning, "counts": counts, "is_counted": is_counted}
    page = timeline_page(asked, chosen, extent, window, map_url, may_edit=may(found.standing, Action.EDIT), **given)
    return keep_view(request, etag, show(request, "timeline/show.html", page, block="timeline", headers=validators(etag)))


@route("/maps/{ref:str}/timeline.ics", http_method=READ)
async def show_calendar(request: AnyRequest, ref: FromPath[str]) -> Stream:
    """All dates from the year 1 on as an iCalendar file; earlier ones cannot be written there (RFC 5545, section 3.3.4)."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
        asked = _asked(request, f"/maps/{found.map.ref}/timeline")
        chosen = await find_chosen(connection, found.map.id, asked.context, type_slug=asked.type_slug)
        choice = choice_of(found.map.id, chosen)
        events: list[CalendarEvent] = []
        after = (-LARGEST, 0)
        stamp, origin = found.map.updated_at, origin_of(request)
        while batch := await list_dates(connection, choice, 1.0, 9999.99, after=after, limit=_BATCH):
            events += [event for entry in batch if (event := _event(entry, found.map.base_iri, origin + f"/maps/{found.map.id}", stamp))]
            after = (batch[-1].begin or 0.0, batch[-1].id)
            if len(batch) < _BATCH:
                break
    headers = {"Content-Disposition": 'attachment; filename="timeline.ics"', "Cache-Control": "private, no-cache"}

    async def lines() -> AsyncIterator[bytes]:
        for line in calendar(found.map.title, events):
            yield line

    return Stream(lines(), media_type="text/calendar; charset=utf-8", headers=headers)


def _asked(request: AnyRequest, path: str) -> Asked:
    query = request.query_params
    window = asked_window(query.get("from", ""), query.get("to", ""))
    begin, _, ending = query.get("after", "").partition("_")
    after, number = (-LARGEST, 0), whole_number(ending)
    if number is not None and (place := asked_window(begin, str(LARGEST / 2))):
        after = (place.start, number)
    return Asked(path, asked_context(request), asked_type(request), window, after)


def _event(entry: Dated, base_iri: str, map_url: str, stamp: datetime) -> CalendarEvent | None:
    start = _day(entry.begin)
    end = _day(entry.end) if entry.end is not None and entry.begin is not None and entry.end > entry.begin else None
    if start is None:
        return None
    last = end if end is not None and end > start else start + timedelta(days=1)
    summary = f"{name_of(entry)} ({display(entry.datatype, entry.value)})"
    return CalendarEvent(f"{base_iri}#{entry.id}", start, last, summary, f"{map_url}/occurrences/{entry.id}", stamp.astimezone(UTC))


def _day(moment: float | None) -> date | None:
    """The day in which a moment of decimal years lies; None where a calendar has none."""
    if moment is None or not 1 <= moment < 9999.99:
        return None
    year = floor(moment)
    days = round((moment - year) / (decimal_year(year, 1, 2) - year), 4)
    return date(year, 1, 1) + timedelta(days=floor(days))


ROUTES = [show_timeline, show_calendar]
