"""Divisions of a stretch of time that people count in: days, months, years, decades, centuries, millennia and beyond."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log10

from contextualise.lib.values.calendar import MONTHS, decimal_year, year_in_words

_MONTH_STEPS = (1, 3, 6)
_DAY_STEPS = (1, 2, 7, 14)
_HOURS = 1 / 365.2425  # a day in years


@dataclass(frozen=True, slots=True)
class Tick:
    """A division: where it begins, in decimal years (astronomical numbering), and what it is called."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A length of division: so many days, months or years."""

    days: int = 0
    months: int = 0
    years: int = 0

    @property
    def length(self) -> float:
        """About how long it is, in years."""
        return self.days * _HOURS + self.months / 12 + self.years


def unit_for(start: float, end: float, most: int) -> Unit:
    """The smallest unit of which at most `most` lie between two moments."""
    span = max(end - start, _HOURS)
    units = [Unit(days=days) for days in _DAY_STEPS] + [Unit(months=months) for months in _MONTH_STEPS]
    power = 0
    while not units or units[-1].length * most < span:
        units += [Unit(years=factor * 10**power) for factor in (1, 2, 5)]
        power += 1
    return next(unit for unit in units if unit.length * most >= span)


def ticks(start: float, end: float, unit: Unit) -> list[Tick]:
    """The divisions of that unit that begin between two moments, both included."""
    if unit.years:
        return list(_years(start, end, unit.years))
    if unit.months:
        return list(_months(start, end, unit.months))
    return list(_days(start, end, unit.days))


def _years(start: float, end: float, step: int) -> Iterator[Tick]:
    for number in range(ceil(start / step), floor(end / step) + 1):
        year = number * step
        yield Tick(float(year), big_year(year))


def big_year(year: int) -> str:
    """A year as people write it, with words for the very distant: 1800, 44 BCE, 65 million years ago."""
    if abs(year) < 10**6:
        return year_in_words(year)
    power, name = max((power, name) for power, name in ((9, "billion"), (6, "million")) if abs(year) >= 10**power)
    number = f"{abs(year) / 10**power:.3g}"
    return f"{number} {name} years {'ago' if year < 0 else 'from the beginning'}"


def _months(start: float, end: float, step: int) -> Iterator[Tick]:
    year, month = floor(start), 1
    while (at := decimal_year(year, month)) <= end:
        if at >= start:
            yield Tick(at, f"{MONTHS[month - 1][:3]} {year_in_words(year)}" if month > 1 else year_in_words(year))
        month += step
        if month > 12:
            year, month = year + 1, 1


def _days(start: float, end: float, step: int) -> Iterator[Tick]:
    year, month = floor(start), 1
    while decimal_year(year, month + 1) <= start:
        month += 1
    while decimal_year(year, month) <= end:
        last = decimal_year(year, month + 1)
        for day in range(1, 32, step):
            at = decimal_year(year, month, day)
            if at >= last or (step > 1 and day > 29):
                break
            if start <= at <= end:
                yield Tick(at, f"{day} {MONTHS[month - 1][:3]}" if day > 1 else f"{MONTHS[month - 1][:3]} {year_in_words(year)}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def digits_for(start: float, end: float) -> int:
    """How many decimals a moment needs so that an address names it well enough for a stretch of time."""
    return max(0, min(6, 3 - floor(log10(max(end - start, 1e-4)))))
