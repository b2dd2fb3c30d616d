"""Days, times and periods as values."""

import re
from dataclasses import dataclass

from contextualise.lib.values.calendar import decimal_year
from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.datatypes import DATE, DATE_TIME, EDTF
from contextualise.lib.values.edtf import Moment, Period, parse_moment
from contextualise.lib.values.typed_dates import parse_typed

_ZONE = r"(?P<zone>z|[+-]\d\d:?\d\d)?"
_DAY_WITH_ZONE = re.compile(rf"(?P<day>-?\d{{4,12}}-\d\d-\d\d){_ZONE}", re.IGNORECASE)
_TIME = re.compile(
    rf"(?P<day>.+?)(?:t|,? at |,? +)(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d(?:\.\d{{1,9}})?))?\s?{_ZONE}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DayAndTime:
    """A moment of a day; ``zone`` is minutes east of Greenwich, None where none is told."""

    day: Moment
    hour: int
    minute: int
    second: str
    zone: int | None

    def __str__(self) -> str:
        return f"{xsd_day(self.day)}T{self.hour:02}:{self.minute:02}:{self.second}{_zone_text(self.zone)}"

    @property
    def decimal(self) -> float:
        """The moment in decimal years, in universal time where the zone is known."""
        seconds = self.hour * 3600 + (self.minute - (self.zone or 0)) * 60 + float(self.second)
        return decimal_year(self.day.year, self.day.month or 1, self.day.day or 1, seconds)


def check_date(text: str) -> Checked:
    """Return a day as ``YYYY-MM-DD``."""
    found = _DAY_WITH_ZONE.fullmatch(text.strip())
    day = _exact_day(found["day"] if found else text)
    zone = _zone_text(_zone(found["zone"])) if found else ""
    return Checked(xsd_day(day) + zone, DATE, t_from=day.begin, t_to=day.end)


def check_date_time(text: str) -> Checked:
    """Return a day and time as ``YYYY-MM-DDThh:mm:ss`` with its zone if it was told."""
    moment = parse_date_time(text)
    return Checked(str(moment), DATE_TIME, t_from=moment.decimal, t_to=moment.decimal)


def parse_date_time(text: str) -> DayAndTime:
    """Return the parts of a day and time; raises ValueRefused."""
    found = _TIME.fullmatch(" ".join(text.split())[:100])
    if found is None:
        raise ValueRefused("Write a day and a time, such as 1900-01-14 20:30.")
    hour, minute, second = int(found["hour"]), int(found["minute"]), found["second"] or "00"
    if hour > 23 or minute > 59 or float(second) >= 60:
        raise ValueRefused("A time lies between 00:00 and 23:59.")
    return DayAndTime(_exact_day(found["day"]), hour, minute, second, _zone(found["zone"]))


def check_period(text: str, datatype: str = EDTF) -> Checked:
    """Return a date or period in EDTF."""
    time = parse_typed(text)
    if isinstance(time, Moment):
        return Checked(str(time), datatype, t_from=time.begin, t_to=time.end)
    return Checked(str(time), datatype, t_from=time.start.begin if time.start else None, t_to=time.end.end if time.end else None)


def xsd_day(day: Moment) -> str:
    """Return a day as XML Schema writes it: a long year has no Y before it."""
    return str(day).removeprefix("Y")


def _exact_day(text: str) -> Moment:
    try:
        time: Moment | Period = parse_moment(text.strip())
    except ValueRefused:
        time = parse_typed(text)
    if isinstance(time, Period) or time.day is None or time.approximate or time.uncertain:
        raise ValueRefused("Write a whole day, such as 1900-01-14. For less, or for more than a day, choose “Date or period”.")
    return time


def _zone(text: str | None) -> int | None:
    if not text:
        return None
    if text in "zZ":
        return 0
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueRefused("A time zone lies between -14:00 and +14:00.")
    return (-1 if text[0] == "-" else 1) * (60 * hours + minutes)


def _zone_text(zone: int | None) -> str:
    if zone is None:
        return ""
    if zone == 0:
        return "Z"
    return f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02}:{abs(zone) % 60:02}"
