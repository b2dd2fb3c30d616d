"""Times as a form with a beginning and an end has them: "1914" and "1918", "12 June 1800" alone, "1990" and "now"."""

import re

from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.datatypes import DATE, DATE_TIME, EDTF
from contextualise.lib.values.displaying import display, moment_in_words
from contextualise.lib.values.edtf import Moment, Period, parse_edtf
from contextualise.lib.values.times import check_date, check_date_time, check_period
from contextualise.lib.values.typed_dates import NOW, completed, lengthened, parse_typed

_EXACT = {DATE: check_date, DATE_TIME: check_date_time}


class EndRefused(ValueRefused):
    """What was written as the end is no end of that beginning."""


def check_span(when: str, until: str = "", datatype: str = EDTF) -> Checked:
    """Return the time from one text to the other, or the time that the first alone tells.

    `datatype` is that of the value before: a day stays a day and a time of day one where the new text allows it, all else becomes
    EDTF. Raises ValueRefused for the beginning and EndRefused for the end.
    """
    when, until = " ".join(when.split()), " ".join(until.split())
    if not until:
        return _check_alone(when, datatype)
    return check_period(str(_period(when, until)))


def parts_of(datatype: str, value: str) -> tuple[str, str]:
    """Return beginning and end of a stored time as a person would type them, the end empty where the beginning says it all."""
    if datatype == DATE_TIME:
        return value.replace("T", " "), ""
    try:
        time = parse_edtf(value)
    except ValueRefused:
        return value, ""  # of an imported map: the text is shown as it is, to be put right
    if isinstance(time, Moment):
        return _typed(time), ""
    if time.start is None or time.start_unknown or time.end_unknown:
        return display(EDTF, value) if _says(display(EDTF, value), time) else value, ""
    return _typed(time.start), _typed(time.end) if time.end else "now"


def _check_alone(text: str, datatype: str) -> Checked:
    if datatype in _EXACT:
        try:
            return _EXACT[datatype](text)
        except ValueRefused:
            pass  # it may say less, or more, than a day
    try:
        return check_period(text)
    except ValueRefused:
        if re.search(r"\d:\d\d", text):
            return check_date_time(text)
        raise


def _period(when: str, until: str) -> Period:
    start = parse_typed(completed(when.lower(), until.lower()))
    if isinstance(start, Period) and start.end is not None and re.search(r"[/–—]|\d-\d", when):
        raise EndRefused("The beginning names an end already. Leave this empty, or write only the beginning above.")
    first = start.start if isinstance(start, Period) else start
    if until.lower() in NOW:
        return Period(first, None)
    try:
        end = parse_typed(lengthened(when.lower(), until.lower()))
        return Period(first, end.end if isinstance(end, Period) else end)
    except ValueRefused as refused:
        raise EndRefused(str(refused)) from refused


def _typed(moment: Moment) -> str:
    words = moment_in_words(moment)
    return words if _says(words, moment) else str(moment)


def _says(words: str, time: Moment | Period) -> bool:
    """Whether the words are understood as just this time."""
    try:
        return parse_typed(words) == time
    except ValueRefused:
        return False
