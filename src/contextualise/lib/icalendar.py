"""Calendars for other programs: iCalendar (RFC 5545)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

_LINE = 75  # octets (section 3.1)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """Whole days from `start` on, `end` excluded."""

    uid: str
    start: date
    end: date
    summary: str
    url: str
    stamp: datetime


def calendar(name: str, events: Iterable[CalendarEvent]) -> Iterator[bytes]:
    """The calendar line by line."""
    for line in ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Contextualise//Timeline//EN", f"X-WR-CALNAME:{_text(name)}"):
        yield _folded(line)
    for event in events:
        yield _folded("BEGIN:VEVENT")
        yield _folded(f"UID:{_text(event.uid)}")
        yield _folded(f"DTSTAMP:{event.stamp:%Y%m%dT%H%M%SZ}")
        yield _folded(f"DTSTART;VALUE=DATE:{_day(event.start)}")
        yield _folded(f"DTEND;VALUE=DATE:{_day(event.end)}")
        yield _folded(f"SUMMARY:{_text(event.summary)}")
        yield _folded(f"URL:{event.url}")
        yield _folded("TRANSP:TRANSPARENT")
        yield _folded("END:VEVENT")
    yield _folded("END:VCALENDAR")


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _text(text: str) -> str:
    """Text with what has a meaning of its own escaped (section 3.3.11), and without control characters."""
    plain = "".join(letter for letter in text if letter >= " " or letter == "\n")
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, never within a character."""
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > _LINE - (1 if pieces else 0):
            pieces.append(piece)
            piece = b""
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
