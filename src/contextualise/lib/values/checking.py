"""One way in: a datatype and a text, and out comes a checked value or a reason."""

import re
from collections.abc import Callable

from contextualise.lib.values import datatypes as known
from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.links import check_address
from contextualise.lib.values.numbers import check_boolean, check_decimal, check_float, check_integer
from contextualise.lib.values.places import check_place, check_point
from contextualise.lib.values.times import check_date, check_date_time, check_period

MAX_STRING = 10_000
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

_CHECKS: dict[str, Callable[[str], Checked]] = {
    known.DECIMAL: check_decimal,
    known.BOOLEAN: check_boolean,
    known.DATE: check_date,
    known.DATE_TIME: check_date_time,
    known.EDTF: check_period,
    known.ANY_URI: check_address,
    known.GEO: check_place,
    known.WKT: check_point,
}


def check(datatype: str, text: str) -> Checked:
    """Return the value of a text in a datatype, given by its key in forms or by its IRI.

    A datatype that is not known here keeps its text as it is. Raises ValueRefused with the reason for a person.
    """
    offered = known.datatype_of(datatype)
    iri = offered.iri if offered else datatype
    if ":" not in iri:
        raise ValueRefused("Choose what kind of value this is.")
    if _UNSTORABLE.search(text):
        raise ValueRefused("The value contains control characters, which cannot be kept.")
    if not text.strip() and iri != known.STRING:
        raise ValueRefused(f"Write a value. {offered.hint}" if offered else "Write a value.")
    return _checked(iri, text)


def _checked(iri: str, text: str) -> Checked:
    if iri == known.STRING:
        return _check_string(text)
    if iri in known.INTEGERS:
        return check_integer(text, iri)
    if iri in known.FLOATS:
        return check_float(text, iri)
    if iri in known.YEARS:
        return check_period(text, iri)
    by_datatype = _CHECKS.get(iri)
    return by_datatype(text) if by_datatype else Checked(text, iri)


def _check_string(text: str) -> Checked:
    value = text.strip()
    if not value:
        raise ValueRefused("Write a value.")
    if len(value) > MAX_STRING:
        raise ValueRefused(f"A value has at most {MAX_STRING:,} characters; write a text instead.")
    return Checked(value, known.STRING)
