"""Numbers and yes or no, in the spelling of XML Schema (part 2, section 3)."""

import math
import re
from decimal import Decimal

from contextualise.lib.values.checked import Checked, ValueRefused
from contextualise.lib.values.datatypes import BOOLEAN, DECIMAL, XSD

_MAX_DIGITS = 300
# Signs and the separators that cannot be mistaken for a decimal point: spaces of all kinds, apostrophes, underscores.
_UNIFORM = str.maketrans({"\u2212": "-", "\u2013": "-", "'": "", "\u2019": "", "_": ""})
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(rf"{_DECIMAL.pattern}(?:[eE][+-]?[0-9]{{1,4}})?")
_TRUE = frozenset({"true", "1", "yes", "y", "on"})
_FALSE = frozenset({"false", "0", "no", "n", "off"})


def check_integer(text: str, datatype: str) -> Checked:
    """Return a whole number without leading zeros or a plus sign."""
    digits = _uniform(text)
    if not _WHOLE.fullmatch(digits):
        has_fraction = _DECIMAL.fullmatch(digits)
        raise ValueRefused("Write a number without a fraction." if has_fraction else "Write a whole number, such as 1842.")
    number = int(digits)
    if "nonNegative" in datatype or "unsigned" in datatype:
        _refuse_unless(number >= 0, "Write a number that is not below zero.")
    elif datatype == XSD + "positiveInteger":
        _refuse_unless(number > 0, "Write a number above zero.")
    return Checked(str(number), datatype, num=float(number))


def check_decimal(text: str) -> Checked:
    """Return a decimal number without needless zeros."""
    digits = _uniform(text)
    if not _DECIMAL.fullmatch(digits):
        hint = "Write the fraction with a point and thousands without commas: 1234.5" if "," in digits else "Write a number, such as 3.75."
        raise ValueRefused(hint)
    number = Decimal(digits)
    written = f"{number:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return Checked("0" if not number else written, DECIMAL, num=float(number) + 0.0)


def check_float(text: str, datatype: str) -> Checked:
    """Return a floating-point number as it was written; infinity and "not a number" are refused."""
    digits = _uniform(text)
    if not _FLOAT.fullmatch(digits) or not math.isfinite(float(digits)):
        raise ValueRefused("Write a number, such as 1.5e6.")
    return Checked(digits, datatype, num=float(digits))


def check_boolean(text: str) -> Checked:
    """Return ``true`` or ``false``, counted as 1 and 0."""
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueRefused("Write yes or no.")
    return Checked("true" if word in _TRUE else "false", BOOLEAN, num=float(word in _TRUE))


def _uniform(text: str) -> str:
    digits = "".join(text.split()).translate(_UNIFORM)
    _refuse_unless(len(digits) <= _MAX_DIGITS, f"Write a number of at most {_MAX_DIGITS} digits.")
    return digits


def _refuse_unless(condition: bool, reason: str) -> None:
    if not condition:
        raise ValueRefused(reason)
