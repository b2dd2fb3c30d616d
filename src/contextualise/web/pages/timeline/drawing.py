"""The drawing of a stretch of time: events and eras in lanes over an axis, or how many there are where they are too many."""

from collections.abc import Sequence
from dataclasses import dataclass

from contextualise.lib.ticks import Tick, Unit, ticks, unit_for
from contextualise.repository.reading.timeline import COUNTED, Dated
from contextualise.web.pages.tellings import sign_of

WIDTH = 1100
SIDE = 24
AXIS = 30  # height of the axis
LANE = 30
BARS = 200
LANES = 36
LETTER = 7.2
LONGEST = 34


@dataclass(frozen=True, slots=True)
class Item:
    """An event or an era; an era's bar goes from `x` for `width`, an event has no width."""

    id: int
    x: str
    y: str
    width: str
    label: str
    label_x: str
    anchor: str
    name: str
    href: str
    sign: int | None
    is_open_before: bool
    is_open_after: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """How many dates begin in a division of the axis."""

    x: str
    y: str
    width: str
    height: str
    count: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A division of the axis."""

    x: str
    label: str


@dataclass(frozen=True, slots=True)
class TimeDrawing:
    """Everything that is drawn."""

    width: int
    height: int
    axis_y: int
    marks: tuple[Mark, ...]
    items: tuple[Item, ...]
    bars: tuple[Bar, ...]
    left_out: int


class Axis:
    """From decimal years to pixels."""

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, end
        self.unit: Unit = unit_for(start, end, 10)

    def x(self, moment: float) -> float:
        """Where a moment is; beyond the ends, at them."""
        share = (min(max(moment, self.start), self.end) - self.start) / (self.end - self.start)
        return SIDE + share * (WIDTH - 2 * SIDE)

    def marks(self) -> tuple[Mark, ...]:
        """The divisions with their names."""
        return tuple(Mark(_n(self.x(tick.at)), tick.label) for tick in ticks(self.start, self.end, self.unit))


def divisions(start: float, end: float) -> list[Tick]:
    """The divisions that dates are counted in, with one more for where the last ends."""
    unit = unit_for(start, end, 48)
    inner = [tick for tick in ticks(start, end, unit) if start < tick.at < end]
    return [Tick(start, ""), *inner, Tick(end, "")]


def draw_items(axis: Axis, dates: Sequence[Dated], addresses: "dict[int, str]") -> TimeDrawing:
    """One sign or bar for each date, in as many lanes as their labels need."""
    ends: list[float] = []  # where each lane is free from
    items: list[Item] = []
    left_out = 0
    for date in sorted(dates, key=lambda date: (date.begin is not None, date.begin or 0, date.id)):
        name = name_of(date)
        label = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
        start = axis.x(date.begin if date.begin is not None else axis.start)
        end = axis.x(axis.end if date.end is None and is_lasting(date) else date.end if date.end is not None else date.begin or axis.start)
        wide = end - start if is_lasting(date) or end - start > 14 else 0.0
        room = LETTER * len(label) + 22
        fits_inside = wide >= room
        reach = max(start + wide, start + (0 if fits_inside else wide) + room)
        flips = reach > WIDTH and start > WIDTH / 2 and not fits_inside
        left, right = (start - room, start + wide) if flips else (start - 6, reach)
        lane = next((number for number, free in enumerate(ends) if free <= left), None)
        if lane is None:
            if len(ends) == LANES:
                left_out += 1
                continue
            ends.append(right)
            lane = len(ends) - 1
        ends[lane] = right
        label_x = start - 10 if flips else start + 8 if fits_inside else start + wide + 10
        items.append(
            Item(
                id=date.id,
                x=_n(start),
                y=_n(AXIS + 16 + lane * LANE),
                width=_n(wide) if wide else "",
                label=label,
                label_x=_n(label_x),
                anchor="end" if flips else "start",
                name=name,
                href=addresses[date.id],
                sign=sign_of(date),
                is_open_before=date.begin is None or date.begin < axis.start,
                is_open_after=wide > 0 and (date.end is None or date.end > axis.end),
            )
        )
    height = AXIS + LANE * max(1, len(ends)) + 16
    return TimeDrawing(WIDTH, height, AXIS, axis.marks(), tuple(items), (), left_out)


def draw_counts(axis: Axis, bounds: Sequence[Tick], counts: Sequence[int], addresses: Sequence[str], labels: Sequence[str]) -> TimeDrawing:
    """A bar for each division, as high as it has dates."""
    most = max(counts, default=1) or 1
    bars = []
    for position, count in enumerate(counts):
        if not count:
            continue
        left, right = axis.x(bounds[position].at), axis.x(bounds[position + 1].at)
        tall = max(3.0, BARS * count / most)
        text = f"{COUNTED:,}+".replace(",", "\N{NARROW NO-BREAK SPACE}") if count > COUNTED else str(count)
        bars.append(
            Bar(
                _n(left + 0.5),
                _n(AXIS + 10 + BARS - tall),
                _n(max(1.0, right - left - 1)),
                _n(tall),
                text,
                labels[position],
                addresses[position],
            )
        )
    return TimeDrawing(WIDTH, AXIS + BARS + 20, AXIS, axis.marks(), (), tuple(bars), 0)


def is_lasting(date: Dated) -> bool:
    """Whether it is an era: a period with an end of its own, or without one."""
    return "/" in date.value or date.begin is None


def name_of(date: Dated) -> str:
    """What a date is called on a timeline: its own title, or what it is said about and how."""
    return (
        f"{date.title}: {date.topic_label}" if date.title and date.title != date.topic_label else f"{date.topic_label}: {date.type_label}"
    )


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
