"""Everything on the page of a timeline: the window, the ways to move it, the drawing, the list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlencode

from contextualise.lib.ticks import Tick, digits_for
from contextualise.lib.values import display
from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.timeline import COUNTED, LARGEST, Dated, Extent
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.tellings import View, href_of, sign_of
from contextualise.web.pages.timeline.drawing import Axis, TimeDrawing, divisions, draw_counts, draw_items, name_of
from contextualise.web.pages.topics.links import Addresses, Link

PER_PAGE = 150  # as many as are drawn one by one
NARROWEST = 2 / 365.2425  # two days
_DAY = 1 / 365.2425


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that is seen, in decimal years."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """In years."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Asked(View):
    """What the address of a timeline asks for; no window is all of time that the map tells of."""

    window: Window | None = None
    after: tuple[float, int] = (-LARGEST, 0)

    def url(self, **changes: object) -> str:
        """The address of the same timeline with something changed; the list begins anew."""
        asked = replace(self, **{"after": (-LARGEST, 0), **changes})  # type: ignore[arg-type]  # its own fields
        pairs = asked.pairs()
        if asked.window:
            digits = digits_for(asked.window.start, asked.window.end)
            pairs += [("from", f"{asked.window.start:.{digits}f}"), ("to", f"{asked.window.end:.{digits}f}")]
        pairs += [("after", f"{asked.after[0]!r}_{asked.after[1]}")] if asked.after[1] else []
        return f"{asked.path}?{urlencode(pairs)}" if pairs else asked.path


@dataclass(frozen=True, slots=True)
class Line:
    """A date in the list."""

    id: int
    when: str
    name: str
    href: str
    kind: str
    sign: int | None


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The timeline of a map; `moves` are the ways to other windows by what they are called."""

    url: str
    path: str
    drawing: TimeDrawing | None
    lines: tuple[Line, ...]
    next_url: str
    first_url: str
    moves: dict[str, str]
    calendar_url: str
    chips: tuple[Link, ...]
    contexts: ContextChooser
    kept: tuple[tuple[str, object], ...]
    start: str
    end: str
    summary: str
    note: str
    may_edit: bool


def asked_window(start: str, end: str) -> Window | None:
    """The window that two numbers name, or years before Christ as negative ones; None for what is none."""
    try:
        window = Window(float(start), float(end))
    except ValueError:
        return None
    if not (-LARGEST < window.start < window.end < LARGEST):
        return None
    middle = (window.start + window.end) / 2
    return window if window.length >= NARROWEST else Window(middle - NARROWEST / 2, middle + NARROWEST / 2)


def whole(extent: Extent) -> Window | None:
    """All of time that the map tells of, with a little air around it."""
    if extent.first is None:
        return None
    last = max(extent.last if extent.last is not None else extent.first, extent.first)
    air = max((last - extent.first) * 0.03, 0.1)
    return Window(extent.first - air, last + air)


def timeline_page(
    asked: Asked,
    chosen: Chosen,
    extent: Extent,
    window: Window | None,
    map_url: str,
    *,
    dates: Sequence[Dated] = (),
    spanning: Sequence[Dated] = (),
    counts: Sequence[int] = (),
    is_counted: bool = False,
    may_edit: bool = False,
) -> TimelinePage:
    """The page's contents; with `is_counted` the dates are too many to be drawn one by one, and `counts` has how many there are where."""
    addresses = Addresses(map_url, asked.context)
    shown, more = dates[:PER_PAGE], len(dates) > PER_PAGE
    drawing = None
    if window is not None:
        axis = Axis(window.start, window.end)
        if is_counted:
            drawing = _counted(axis, asked, window, counts)
        else:
            drawing = draw_items(axis, [*spanning, *dates], {date.id: href_of(date, addresses) for date in (*spanning, *dates)})
    listed = ([] if asked.after[1] else list(spanning)) + list(shown)
    last = shown[-1] if shown else None
    return TimelinePage(
        url=asked.url(),
        path=asked.path,
        drawing=drawing,
        lines=tuple(_line(date, addresses) for date in listed),
        next_url=asked.url(after=(last.begin, last.id)) if more and last else "",
        first_url=asked.url() if asked.after[1] else "",
        moves=_moves(asked, window, whole(extent)),
        calendar_url=f"{asked.path}.ics" + asked.url(window=None).removeprefix(asked.path),
        chips=asked.type_chip(chosen),
        contexts=asked.contexts(chosen, map_url),
        kept=tuple(asked.pairs()),
        start="" if window is None else f"{window.start:.{digits_for(window.start, window.end)}f}",
        end="" if window is None else f"{window.end:.{digits_for(window.start, window.end)}f}",
        summary=_summary(listed, more=more, counts=counts if is_counted else None),
        note=_note(drawing, is_counted=is_counted),
        may_edit=may_edit,
    )


def _line(date: Dated, addresses: Addresses) -> Line:
    when = display(date.datatype, date.value)
    return Line(date.id, when, name_of(date), href_of(date, addresses), date.type_label, sign_of(date))


def _counted(axis: Axis, asked: Asked, window: Window, counts: Sequence[int]) -> TimeDrawing:
    bounds = divisions(window.start, window.end)
    pairs = list(pairwise(bounds))
    urls = [asked.url(window=asked_window(repr(one.at), repr(other.at))) for one, other in pairs]
    return draw_counts(axis, bounds, counts, urls, [_stretch(one, other) for one, other in pairs])


def _stretch(one: Tick, other: Tick) -> str:
    return f"from {one.label}" if one.label else f"before {other.label}" if other.label else "all of it"


def _moves(asked: Asked, window: Window | None, everything: Window | None) -> dict[str, str]:
    if window is None or everything is None:
        return {}
    middle, half = (window.start + window.end) / 2, window.length / 2

    def to(start: float, end: float) -> str:
        return asked.url(window=asked_window(repr(start), repr(end)))

    moves = {}
    if everything.start < window.start:
        moves["earlier"] = to(window.start - half, window.end - half)
    if everything.end > window.end:
        moves["later"] = to(window.start + half, window.end + half)
    if window.length > 2 * NARROWEST:
        moves["closer"] = to(middle - half / 2, middle + half / 2)
    if everything.start < window.start or everything.end > window.end:
        moves["farther"] = to(middle - 2 * half, middle + 2 * half)
        moves["everything"] = asked.url(window=None)
    return moves


def _summary(listed: Sequence[Dated], *, more: bool, counts: Sequence[int] | None) -> str:
    if counts is not None:
        total = f"{sum(counts):,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return f"{total} dates" if all(count <= COUNTED for count in counts) else f"More than {total} dates"
    return f"{len(listed)}{'+' if more else ''} {'date' if len(listed) == 1 else 'dates'}"


def _note(drawing: TimeDrawing | None, *, is_counted: bool) -> str:
    if is_counted:
        return "There are too many to be drawn one by one: each bar shows how many begin there. Choose one to come closer."
    if drawing is not None and drawing.left_out:
        return f"{drawing.left_out} more lie so close together that there is no room for them: come closer, or see the list."
    return ""
