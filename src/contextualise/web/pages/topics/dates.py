"""Dates and places of a topic."""

from dataclasses import dataclass

from contextualise.lib.values import ValueRefused, check, display
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import Fact

_SEEN = 14.0  # degrees of longitude from one side of a place's small map to the other
_SHAPE = 0.6  # its height to its width


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date: when, in words and for machines, and what happened then; dates are in the order of `key`."""

    id: int
    kind: str
    kind_url: str
    text: str
    title: str
    machine: str
    key: tuple[bool, float, float]
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place. `outline` is the part of the world's outline around it, none for a value of an imported map that names no place."""

    id: int
    kind: str
    kind_url: str
    text: str
    title: str
    href: str
    outline: "Outline | None"
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The small map around a place, in the units of the drawing: degrees east, and degrees south of the equator."""

    x: float
    y: float

    @property
    def view(self) -> str:
        """What the drawing shows."""
        width, height = _SEEN, _SEEN * _SHAPE
        top = max(-90.0, min(90.0 - height, self.y - height / 2))
        return f"{self.x - width / 2:g} {top:g} {width:g} {height:g}"

    @property
    def part(self) -> str:
        """The part of the world that the drawing shows, as the query of the map's places."""
        east, north = _SEEN / 2, _SEEN * _SHAPE / 2
        west, right = max(-180.0, self.x - east), min(180.0, self.x + east)
        south, top = max(-90.0, -self.y - north), min(90.0, -self.y + north)
        return f"west={west:g}&south={south:g}&east={right:g}&north={top:g}"


def date_of(row: OccurrenceRow, page: Bearings) -> DateLine:
    """An occurrence as a date."""
    kind, kind_url = page.kind(row.type_id)
    text = display(row.datatype, row.value)
    return DateLine(
        row.id,
        kind,
        kind_url,
        text,
        row.title or "",
        _machine(row),
        _key(row),
        page.scopes.links(row.scope_id),
        page.details(row.id),
    )


def place_of(row: OccurrenceRow, page: Bearings) -> PlaceLine:
    """An occurrence as a place."""
    kind, kind_url = page.kind(row.type_id)
    outline = None if row.lat is None or row.lon is None else Outline(row.lon, -row.lat)
    return PlaceLine(
        row.id,
        kind,
        kind_url,
        display(row.datatype, row.value),
        row.title or "",
        _geo(row) if outline else "",
        outline,
        page.scopes.links(row.scope_id),
        page.details(row.id),
    )


def _geo(row: OccurrenceRow) -> str:
    """What a program for maps opens; a place that was written otherwise, as in WKT, by its coordinates (RFC 5870)."""
    return row.value if row.value.startswith("geo:") else f"geo:{row.lat},{row.lon}"


def _key(row: OccurrenceRow) -> tuple[bool, float, float]:
    """Where a date stands among others: by its beginning, those that only have an end by that, and what is no date last."""
    try:
        checked = check(row.datatype, row.value)
    except ValueRefused:
        return (True, 0.0, 0.0)
    first = checked.t_from if checked.t_from is not None else checked.t_to
    return (False, first or 0.0, checked.t_to if checked.t_to is not None else float("inf"))


def _machine(row: OccurrenceRow) -> str:
    """The date as the `time` element of HTML takes it; empty where it takes none, as of BCE, doubts and periods."""
    day = row.value.removesuffix("Z")
    parts = day.split("-")
    plain = 1 <= len(parts) <= 3 and len(parts[0]) == 4 and all(part.isascii() and part.isdigit() for part in parts)
    return day if plain and parts[0] != "0000" and (len(parts) == 1 or int(parts[1]) <= 12) else ""
