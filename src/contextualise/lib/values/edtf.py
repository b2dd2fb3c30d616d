"""Dates and periods, as exact as they are known: the Extended Date/Time Format, levels 0 and 1 (ISO 8601-2:2019)."""

import re
from dataclasses import dataclass, replace
from typing import Self

from contextualise.lib.values.calendar import days_in_month, decimal_year
from contextualise.lib.values.checked import ValueRefused

_MARKS = {"": (False, False), "?": (False, True), "~": (True, False), "%": (True, True)}
_MARK_OF = {flags: mark for mark, flags in _MARKS.items()}
_DATE = re.compile(
    r"(?P<year>-?\d{4}|-?\d{3}X|-?\d{2}XX|-?\dXXX|Y-?\d{5,12}|-?\d{5,12})"
    r"(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<mark>[?~%]?)"
)
SPRING, WINTER = 21, 24


@dataclass(frozen=True, slots=True)
class Moment:
    """One date, perhaps only a year or a decade.

    ``year`` is astronomical; with ``vague_digits`` its last digits are not known and are zeros here. ``month`` is 1 to
    12, or 21 to 24 for the seasons from spring to winter.
    """

    year: int
    month: int | None = None
    day: int | None = None
    vague_digits: int = 0
    vague_month: bool = False
    vague_day: bool = False
    approximate: bool = False
    uncertain: bool = False

    def __post_init__(self) -> None:
        if self.month is not None and not (1 <= self.month <= 12 or SPRING <= self.month <= WINTER):
            raise ValueRefused(f"There is no month {self.month}.")
        if self.day is not None and (self.month is None or self.month > 12):
            raise ValueRefused("A day needs a month.")
        if self.day is not None and self.month is not None:
            last = days_in_month(self.year, self.month)
            if not 1 <= self.day <= last:
                raise ValueRefused(f"That month has {last} days.")

    @property
    def begin(self) -> float:
        """The earliest time meant, in decimal years."""
        if self.vague_digits and self.year < 0:
            return float(self.year - 10**self.vague_digits + 1)
        return decimal_year(self.year, self._first_month, self.day or 1)

    @property
    def end(self) -> float:
        """The time by which it is over, in decimal years."""
        if self.vague_digits:
            return float(self.year + 1 if self.year < 0 else self.year + 10**self.vague_digits)
        if self.month is None:
            return float(self.year + 1)
        if self.day is None:
            return decimal_year(self.year, self._first_month + (3 if self.month >= SPRING else 1))
        if self.day == days_in_month(self.year, self.month):
            return decimal_year(self.year, self.month + 1)
        return decimal_year(self.year, self.month, self.day + 1)

    @property
    def _first_month(self) -> int:
        # Seasons of the northern half of the earth, as meteorologists count them: winter runs into the next year.
        return 3 * (self.month - SPRING + 1) if self.month and self.month >= SPRING else self.month or 1

    def __str__(self) -> str:
        text = self._year_text()
        if self.month or self.vague_month:
            text += "-XX" if self.vague_month else f"-{self.month:02}"
        if self.day or self.vague_day:
            text += "-XX" if self.vague_day else f"-{self.day:02}"
        return text + _MARK_OF[self.approximate, self.uncertain]

    def _year_text(self) -> str:
        sign, digits = "-" if self.year < 0 else "", f"{abs(self.year):04}"
        if len(digits) > 4:
            return f"Y{sign}{digits}"
        return sign + digits[: 4 - self.vague_digits] + "X" * self.vague_digits

    def marked(self, *, approximate: bool = False, uncertain: bool = False) -> Self:
        """Return the same date with more doubt."""
        return replace(self, approximate=self.approximate or approximate, uncertain=self.uncertain or uncertain)


@dataclass(frozen=True, slots=True)
class Period:
    """A time from one date to another; an end is None when it is open (``..``) or, as told beside it, not known."""

    start: Moment | None
    end: Moment | None
    start_unknown: bool = False
    end_unknown: bool = False

    def __post_init__(self) -> None:
        if self.start is None and self.end is None:
            raise ValueRefused("A period needs a beginning or an end.")
        if self.start and self.end and self.end.end <= self.start.begin:
            raise ValueRefused("The end lies before the beginning.")

    def marked(self, *, approximate: bool = False, uncertain: bool = False) -> Self:
        """Return the same period with more doubt about each end."""
        ends = [end and end.marked(approximate=approximate, uncertain=uncertain) for end in (self.start, self.end)]
        return replace(self, start=ends[0], end=ends[1])

    def __str__(self) -> str:
        start = str(self.start or ("" if self.start_unknown else ".."))
        return f"{start}/{self.end or ('' if self.end_unknown else '..')}"


def parse_edtf(text: str) -> Moment | Period:
    """Return what an EDTF text says; raises ValueRefused, also for level 2."""
    if "/" not in text:
        return parse_moment(text)
    start, _, end = text.partition("/")
    return Period(
        start=None if start in ("", "..") else parse_moment(start),
        end=None if end in ("", "..") else parse_moment(end),
        start_unknown=not start,
        end_unknown=not end,
    )


def parse_moment(text: str) -> Moment:
    """Return the date that an EDTF text without a slash says; raises ValueRefused."""
    found = _DATE.fullmatch(text)
    if found is None or found["year"] in ("-0000", "Y-00000"):
        raise ValueRefused("This is not understood as a date.")
    year = found["year"].removeprefix("Y")
    vague_digits = year.count("X")
    month, day = found["month"], found["day"]
    if (vague_digits and month) or (month == "XX" and day not in (None, "XX")):
        raise ValueRefused("Leave out what is not known: 1842, or 184X for the 1840s.")
    approximate, uncertain = _MARKS[found["mark"]]
    return Moment(
        year=int(year.replace("X", "0")),
        month=int(month) if month and month != "XX" else None,
        day=int(day) if day and day != "XX" else None,
        vague_digits=vague_digits,
        vague_month=month == "XX",
        vague_day=day == "XX",
        approximate=approximate,
        uncertain=uncertain,
    )
