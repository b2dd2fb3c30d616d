"""Values in the words of people."""

import re
from collections.abc import Callable

from contextualise.lib.values import datatypes as known
from contextualise.lib.values.calendar import MONTHS, year_in_words
from contextualise.lib.values.checked import ValueRefused
from contextualise.lib.values.edtf import SPRING, Moment, Period, parse_edtf
from contextualise.lib.values.places import check_place
from contextualise.lib.values.times import parse_date_time

_SEASONS = ("spring", "summer", "autumn", "winter")
# Bounded, since grouping takes time by the square of the length.
_PLAIN_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{1,300})?")
_GROUP = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def display(datatype: str, value: str) -> str:
    """Return a stored value as a reader expects it, "12 June 1800" or "c. 44 BCE – 27 BCE"; any text comes back as something."""
    offered = known.datatype_of(datatype)
    shown = _DISPLAYS.get(offered.iri if offered else datatype)
    if shown is None:
        return value
    try:
        return shown(value)
    except ValueRefused:
        return value  # a value of an imported map need not be one of its datatype


def _date(value: str) -> str:
    day = re.sub(r"(?<=\d)(?:Z|[+-]\d\d:\d\d)$", "", value)
    zone = value[len(day) :]
    return _moment_or_period(day) + _zone(zone)


def _date_time(value: str) -> str:
    moment = parse_date_time(value)
    seconds = "" if float(moment.second) == 0 else f":{moment.second}"
    zone = re.search(r"(?:Z|[+-]\d\d:\d\d)$", str(moment))
    return f"{moment_in_words(moment.day)}, {moment.hour:02}:{moment.minute:02}{seconds}{_zone(zone[0] if zone else '')}"


def _zone(zone: str) -> str:
    return {"": "", "Z": " UTC"}.get(zone, f" UTC{zone}".replace("-", "−"))


def _moment_or_period(value: str) -> str:
    time = parse_edtf(value)
    return _period(time) if isinstance(time, Period) else moment_in_words(time)


def _period(period: Period) -> str:
    if period.start and period.end:
        return f"{moment_in_words(period.start)} – {moment_in_words(period.end)}"
    if period.start:
        return f"{moment_in_words(period.start)} – unknown" if period.end_unknown else f"since {moment_in_words(period.start)}"
    assert period.end is not None
    return f"unknown – {moment_in_words(period.end)}" if period.start_unknown else f"until {moment_in_words(period.end)}"


def moment_in_words(moment: Moment) -> str:
    """Return one date as a reader expects it: "c. 44 BCE", "June 1800", "1790s"."""
    words = " ".join(part for part in (_day_and_month(moment), _year(moment)) if part)
    return ("c. " if moment.approximate else "") + words + ("?" if moment.uncertain else "")


def _day_and_month(moment: Moment) -> str:
    if moment.month is None:
        return ""
    if moment.month >= SPRING:
        return _SEASONS[moment.month - SPRING]
    return f"{moment.day} {MONTHS[moment.month - 1]}" if moment.day else MONTHS[moment.month - 1]


def _year(moment: Moment) -> str:
    if moment.vague_digits == 0:
        return year_in_words(moment.year)
    if moment.year < 0:
        return f"{year_in_words(int(moment.begin))} – {year_in_words(int(moment.end) - 1)}"
    if moment.vague_digits == 1:
        # "The 1800s" would be understood as a century.
        return f"{moment.year}s" if moment.year % 100 else f"{moment.year}–{moment.year + 9}"
    if moment.vague_digits == 2:
        return f"{_ordinal(moment.year // 100 + 1)} century"
    return f"{_ordinal(moment.year // 1000 + 1)} millennium"


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _number(value: str) -> str:
    if not _PLAIN_NUMBER.fullmatch(value):
        return value
    whole, point, fraction = value.partition(".")
    # Four digits stay together: they may well be a year.
    grouped = _GROUP.sub(",", whole) if len(whole.lstrip("-")) > 4 else whole
    return (grouped + point + fraction).replace("-", "−")


def _boolean(value: str) -> str:
    return {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(value, value)


def _place(value: str) -> str:
    place = check_place(value)
    assert place.lat is not None and place.lon is not None
    return f"{_degrees(place.lat)}° {'N' if place.lat >= 0 else 'S'}, {_degrees(place.lon)}° {'E' if place.lon >= 0 else 'W'}"


def _degrees(degrees: float) -> str:
    return f"{abs(degrees):.5f}".rstrip("0").rstrip(".")


_DISPLAYS: dict[str, Callable[[str], str]] = {
    known.BOOLEAN: _boolean,
    known.DATE: _date,
    known.DATE_TIME: _date_time,
    known.DECIMAL: _number,
    known.EDTF: _moment_or_period,
    known.GEO: _place,
    **dict.fromkeys(known.INTEGERS, _number),
    **dict.fromkeys(known.YEARS, _moment_or_period),
}
