"""Dates and periods as people type them, turned into EDTF: "c. 44 BCE", "12 June 1800", "1914–1918", "since 1990"."""

import re

from contextualise.lib.values.calendar import MONTHS
from contextualise.lib.values.checked import ValueRefused
from contextualise.lib.values.edtf import SPRING, Moment, Period, parse_edtf, parse_moment

HELP = "Write a date such as 1842, c. 44 BCE, 12 June 1800 or 1790s, or a period such as 1914–1918 or since 1990."
_MAX = 120

_MONTH_NUMBERS = {name.lower()[:3]: number for number, name in enumerate(MONTHS, 1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{1,12})"
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}\.? (?:of )?{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_MONTH},? {_YEAR}",
        rf"{_YEAR},? {_MONTH}(?: {_DAY})?",
        rf"(?P<day>\d{{1,2}})\. ?(?P<number>\d{{1,2}})\. ?{_YEAR}",
        rf"(?P<season>spring|summer|autumn|fall|winter)(?: of)?,? {_YEAR}",
        _YEAR,
    )
)
_WITHOUT_YEAR = re.compile(rf"(?:{_DAY}\.? )?{_MONTH}|[a-z]{{3,9}}\.? \d{{1,2}}|{'|'.join(_SEASONS)}")
_DECADE = re.compile(r"(?:the )?(?P<decade>\d{1,3})0['’]?s")
_CENTURY = re.compile(r"(?:the )?(?P<century>\d{1,2})(?:st|nd|rd|th)[ -](?:century|cent\.?|c\.)")

_ABOUT = re.compile(r"(?:circa|about|around|approximately|approx\.?|ca\.?|c\.?|~)(?:\s+|(?=\d))")
_PERHAPS = re.compile(r"(?:perhaps|probably|possibly|maybe) ")
_ERA = r"(?P<bce>b\.?\s?c\.?(?:\s?e\.?)?|v\.\s?chr\.?)|a\.?\s?d\.?|c\.?\s?e\.?"
_ERA_AFTER = re.compile(rf"(?<=[\dsy.])\s*(?:{_ERA})$")
_ERA_BEFORE = re.compile(r"(?:a\.?\s?d\.?)\s+(?=\d)")

_DASH = re.compile(r"(?<=[ce.])-(?=[a-z\d])|\s*[–—]\s*|\s+-+\s+|\s+(?:to|until|till|through)\s+")
_YEARS_WITH_HYPHEN = re.compile(r"(\d{3,4})-(\d{2,4})(.*)")
_SINCE = re.compile(r"(?:since|from|as of)\s+")
_UNTIL = re.compile(r"(?:until|till|up to|to)\s+")
NOW = ("now", "today", "present", "the present", "ongoing", "..")


def parse_typed(text: str) -> Moment | Period:
    """Return what a person meant by a date; EDTF itself is understood too. Raises ValueRefused."""
    text = " ".join(text.split())
    if len(text) > _MAX:
        raise ValueRefused(HELP)
    try:
        return parse_edtf(text)
    except ValueRefused as refused:
        # Something in the very form of EDTF is wrong only in what it says, and that is the better message.
        if re.fullmatch(r"-?\d{4}-\d\d-\d\d[?~%]?|[-\d]{4,}[?~%]?/[-\d]{4,}[?~%]?", text):
            raise refused
    return _period(text.lower()) or _moment(text.lower())


def _period(text: str) -> Period | None:
    if found := _SINCE.match(text):
        rest = text[found.end() :]
        return _between(*_DASH.split(rest, 1)) if _DASH.search(rest) else Period(_first(_moment(rest)), None)
    if found := _UNTIL.match(text):
        return Period(None, _last(_moment(text[found.end() :])))
    if found := _YEARS_WITH_HYPHEN.fullmatch(text):
        return _between(found[1], found[2] + found[3])
    if _DASH.search(text) or text[-1:] in "–—-" or text[:1] in "–—":
        return _between(*(_DASH.split(text, 1) if _DASH.search(text) else (text.rstrip("-"), "")))
    if "/" in text:
        return _between(*text.split("/", 1))
    return None


def _between(start: str, end: str) -> Period:
    start, end = start.strip(), end.strip()
    if not start or start == "..":
        return Period(None, _last(_moment(end)))
    if not end or end in NOW:
        return Period(_first(_moment(start)), None)
    return Period(_first(_moment(completed(start, end))), _last(_moment(lengthened(start, end))))


def _first(time: Moment | Period) -> Moment | None:
    return time.start if isinstance(time, Period) else time


def _last(time: Moment | Period) -> Moment | None:
    return time.end if isinstance(time, Period) else time


def completed(start: str, end: str) -> str:
    """Return a beginning with what only the end says."""
    # "12–15 June 1800" and "June–August 1800" say month, year and era once, at the end; so does "44–27 BCE".
    if re.fullmatch(r"\d{1,2}", start) and (rest := re.match(r"\d{1,2}(?:st|nd|rd|th)?\.? (?=[a-z]+\.?,? \d)", end)):
        return f"{start} {end[rest.end() :]}"
    if _WITHOUT_YEAR.fullmatch(start) and (year := re.search(r"\d{3,}.*$", end)):
        return f"{start} {year[0]}"
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)", start) and "cent" in end:
        start += " century"
    era = _ERA_AFTER.search(end)
    return f"{start} bce" if era and era["bce"] and not _ERA_AFTER.search(start) else start


def lengthened(start: str, end: str) -> str:
    """Return an end with what only the beginning says."""
    # "1914–18" leaves out the century.
    if re.fullmatch(r"\d{3,4}", start) and re.fullmatch(r"\d{2}", end) and int(end) > int(start[-2:]):
        return start[:-2] + end
    return end


def _moment(text: str) -> Moment | Period:
    approximate = uncertain = False
    if text.endswith("?"):
        text, uncertain = text[:-1].rstrip(), True
    if found := _PERHAPS.match(text):
        text, uncertain = text[found.end() :], True
    if found := _ABOUT.match(text):
        text, approximate = text[found.end() :], True
    return _undoubted(text.strip()).marked(approximate=approximate, uncertain=uncertain)


def _undoubted(text: str) -> Moment | Period:
    era = _ERA_AFTER.search(text)
    before_christ = bool(era and era["bce"])
    words = text[: era.start()].rstrip() if era else _ERA_BEFORE.sub("", text, count=1)
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _from_parts(found.groupdict(), before_christ)
    if found := _DECADE.fullmatch(words):
        return _span(int(found["decade"]) * 10, 1, before_christ)
    if (found := _CENTURY.fullmatch(words)) and found["century"] != "0":
        return _span((int(found["century"]) - 1) * 100, 2, before_christ)
    if era:
        raise ValueRefused(HELP)
    try:
        return parse_moment(text.upper())
    except ValueRefused:
        raise ValueRefused(HELP) from None


def _from_parts(parts: dict[str, str | None], before_christ: bool) -> Moment:
    year = int(parts["year"] or 0)
    if year == 0:
        raise ValueRefused("There is no year 0: 1 BCE is followed by 1 CE.")
    month = parts.get("number")
    name, season, day = parts.get("month"), parts.get("season"), parts.get("day")
    number = int(month) if month else _MONTH_NUMBERS[name[:3]] if name else _SEASONS[season] if season else None
    if number is not None and number >= SPRING and not season:
        raise ValueRefused(f"There is no month {number}.")
    return Moment(1 - year if before_christ else year, number, int(day) if day else None)


def _span(first: int, digits: int, before_christ: bool) -> Moment | Period:
    if not before_christ:
        return Moment(first, vague_digits=digits)
    # EDTF counts the years before 1 CE from 0, so its decades and centuries there are not those of people: the
    # 440s BCE end with 440 BCE, which is -0439, and the fifth century BCE ends with 401 BCE, which is -0400.
    last = -first + (1 if digits == 1 else 0)
    return Period(Moment(last - 10**digits + 1), Moment(last))
