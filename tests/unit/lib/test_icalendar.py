"""Calendars as RFC 5545 wants them: folded by octets, escaped, every event closed."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.icalendar import CalendarEvent, calendar

STAMP = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def event(summary: str = "Tosca") -> CalendarEvent:
    return CalendarEvent("urn:uuid:1#7", date(1900, 1, 14), date(1900, 1, 15), summary, "https://example.org/maps/1/occurrences/7", STAMP)


def unfolded(content: bytes) -> list[str]:
    return content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def test_an_event_of_one_day() -> None:
    lines = unfolded(b"".join(calendar("Opera, Italian", [event()])))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "X-WR-CALNAME:Opera\\, Italian" in lines
    assert lines[4:] == [
        "BEGIN:VEVENT",
        "UID:urn:uuid:1#7",
        "DTSTAMP:20260102T030405Z",
        "DTSTART;VALUE=DATE:19000114",
        "DTEND;VALUE=DATE:19000115",
        "SUMMARY:Tosca",
        "URL:https://example.org/maps/1/occurrences/7",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@given(st.text())
def test_no_summary_breaks_out_of_its_line(summary: str) -> None:
    content = b"".join(calendar("x", [event(summary.encode("utf-8", "replace").decode())]))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert all(line[:1] != b" " or number for number, line in enumerate(content.split(b"\r\n")))
    lines = unfolded(content)
    assert [line for line in lines if line.startswith("SUMMARY:")] == lines[9:10]
    assert len(lines) == 14
