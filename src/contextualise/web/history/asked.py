"""What the address of a history asks for: which changes, which page of them, which time."""

import re
from datetime import UTC, date, datetime, time, timedelta

from contextualise.domain.history.timeline import GROUPS, Asked, Turn
from contextualise.lib.numbers import whole_number
from contextualise.web.shared.requests import AnyRequest

_KNOWN = frozenset(key for key, _ in GROUPS)
_LOST_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")  # a plus sign that nobody encoded in an address is read as a blank


def asked_changes(request: AnyRequest) -> tuple[Asked, str]:
    """Which changes, and what is wrong with a day that was asked for; what cannot be meant is left out."""
    query = request.query_params
    group = query.get("kind", "")
    since, until = asked_moment(query.get("since", "")), asked_moment(query.get("until", ""), end=True)
    wrong = [name for name, found in (("since", since), ("until", until)) if query.get(name, "").strip() and found is None]
    error = "Write a day as 2026-11-23." if wrong else ""
    return Asked(group if group in _KNOWN else "", whole_number(query.get("person", "")), since, until), error


def asked_turn(request: AnyRequest) -> Turn:
    """Which page of a list."""
    query = request.query_params
    return Turn(whole_number(query.get("before", "")), whole_number(query.get("after", "")))


def asked_moment(given: str, *, end: bool = False) -> datetime | None:
    """A day or moment in ISO 8601, in UTC where it names no zone; a day means its beginning or, as an `end`, that of the next one."""
    given = given.strip()
    try:
        if len(given) == len("2026-11-23"):
            day = date.fromisoformat(given)
            found = datetime.combine(day, time.min, UTC) + timedelta(days=int(end))
        else:
            found = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", given))
    except (ValueError, OverflowError):
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found if 1 < found.year < 9999 else None
