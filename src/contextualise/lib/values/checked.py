"""What comes of checking a value."""

from dataclasses import dataclass


class ValueRefused(ValueError):
    """The text is no value of the datatype; the message tells a person what to write instead."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A value in its one spelling, and what filters, timeline and map go by.

    ``t_from`` and ``t_to`` are decimal years in astronomical numbering (1 BCE is 0, 44 BCE is -43) of the proleptic
    Gregorian calendar, the end not included: the year 1800 is 1800.0 to 1801.0. None at one end means open.
    A double tells microseconds apart in our time and minutes at the beginning of the universe. ``lat`` and ``lon``
    are degrees of WGS 84.
    """

    value: str
    datatype: str
    num: float | None = None
    t_from: float | None = None
    t_to: float | None = None
    lat: float | None = None
    lon: float | None = None
