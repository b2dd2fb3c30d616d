"""What is looked for among the facts of a map, as typed into one form: a value, or from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contextualise.lib.values import DATATYPES, Checked, ValueRefused, check
from contextualise.lib.values.datatypes import EDTF
from contextualise.repository.reading.lookup import Wanted

_LONGEST = 500
Range = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class LookupForm:
    """The fields, and what is wrong with them."""

    type_slug: str = ""
    value: str = ""
    low: str = ""
    high: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query that asks for the same."""
        fields = {"type": self.type_slug, "value": self.value, "low": self.low, "high": self.high}
        return [(name, value) for name, value in fields.items() if value]


def read_lookup(query: Mapping[str, str]) -> LookupForm:
    """The fields of an address, as PostgreSQL can take them."""
    given = {name: "".join(sign for sign in (query.get(name) or "")[:_LONGEST] if sign.isprintable()).strip() for name in _FIELDS}
    form = LookupForm(given["type"], given["value"], given["low"], given["high"])
    errors = {name: "Write a number or a date." for name in ("low", "high") if given[name] and not any(_read(given[name]))}
    return LookupForm(form.type_slug, form.value, form.low, form.high, errors)


_FIELDS = ("type", "value", "low", "high")


def wanted_of(form: LookupForm) -> Wanted:
    """What the fields ask for. A bound such as 1900 is meant as a number and as a year: a fact has only one of them."""
    low, high = _read(form.low), _read(form.high)
    is_bounded = bool(form.low or form.high)
    numbers: Range | None = (low[0], high[0]) if is_bounded and _fit(form.low, low[0]) and _fit(form.high, high[0]) else None
    times: Range | None = None
    if is_bounded and _fit(form.low, low[1]) and _fit(form.high, high[1]):
        times = (low[1].t_from if low[1] else None, _end(high[1]))
    return Wanted(form.type_slug, _spellings(form.value), numbers, times, is_open=not (form.value or is_bounded))


def _fit(text: str, understood: object) -> bool:
    return not text or understood is not None


def _end(time: Checked | None) -> float | None:
    return None if time is None else time.t_to


def _read(text: str) -> tuple[float | None, Checked | None]:
    """The text as a number and as a time."""
    number = _checked("decimal", text)
    return (number.num if number else None), _checked(EDTF, text)


def _spellings(text: str) -> tuple[str, ...]:
    """Every value that a person may mean by the text, as it would be kept: "yes" is also true, "14 January 1900" also 1900-01-14."""
    if not text:
        return ()
    kept = (_checked(datatype.iri, text) for datatype in DATATYPES)
    return tuple(dict.fromkeys((text, *(each.value for each in kept if each))))


def _checked(datatype: str, text: str) -> Checked | None:
    try:
        return check(datatype, text) if text else None
    except ValueRefused:
        return None
