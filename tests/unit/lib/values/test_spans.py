"""Beginning and end in two fields."""

import pytest

from contextualise.lib.values import ValueRefused, check
from contextualise.lib.values.datatypes import DATE, DATE_TIME, EDTF, XSD
from contextualise.lib.values.spans import EndRefused, check_span, parts_of


@pytest.mark.parametrize(
    ("when", "until", "kept"),
    [
        ("14 January 1900", "", "1900-01-14"),
        ("1900-01-14", "", "1900-01-14"),
        ("c. 44 BCE", "", "-0043~"),
        ("June 1800", "", "1800-06"),
        ("1914–1918", "", "1914/1918"),
        ("since 1990", "", "1990/.."),
        ("1914", "1918", "1914/1918"),
        ("1914", "18", "1914/1918"),
        ("12", "15 June 1800", "1800-06-12/1800-06-15"),
        ("44", "27 BCE", "-0043/-0026"),
        ("c. 1790", "1801?", "1790~/1801?"),
        ("1990", "now", "1990/.."),
        ("1990", "..", "1990/.."),
        ("5th century BCE", "3rd century BCE", "-0499/-0200"),
        ("1900", "until 1910", "1900/1910"),
    ],
)
def test_beginning_and_end_become_one_time(when: str, until: str, kept: str) -> None:
    assert check_span(when, until).value == kept


@pytest.mark.parametrize("until", ["1913", "foo", "31 February 1915", "1914–1918–1920"])
def test_the_end_is_refused_as_the_end(until: str) -> None:
    with pytest.raises(EndRefused):
        check_span("1914", until)


def test_a_period_has_no_second_end() -> None:
    with pytest.raises(EndRefused, match="names an end already"):
        check_span("1914–1918", "1920")


@pytest.mark.parametrize("when", ["foo", "31 February 1900", "1918–1914"])
def test_the_beginning_is_refused_as_the_beginning(when: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        check_span(when, "1920" if when == "foo" else "")
    assert not isinstance(refused.value, EndRefused)


def test_a_day_stays_a_day_while_it_is_one() -> None:
    assert check_span("15 January 1900", "", DATE).datatype == DATE
    assert check_span("January 1900", "", DATE).datatype == EDTF
    assert check_span("15 January 1900", "17 January 1900", DATE).datatype == EDTF
    assert check_span("1900-01-14 20:30", "", DATE_TIME).datatype == DATE_TIME
    assert check_span("1900-01-14 20:30", "").datatype == DATE_TIME


@pytest.mark.parametrize(
    ("datatype", "value"),
    [
        (EDTF, "1900-01-14"),
        (EDTF, "-0043~"),
        (EDTF, "1914/1918"),
        (EDTF, "1990/.."),
        (EDTF, "../1990"),
        (EDTF, "/1990"),
        (EDTF, "1990/"),
        (EDTF, "179X"),
        (EDTF, "19XX?"),
        (EDTF, "-00XX"),
        (EDTF, "1800-21"),
        (EDTF, "2004-XX-XX"),
        (EDTF, "Y170000002"),
        (EDTF, "-0499/-0400"),
        (DATE, "1900-01-14"),
        (DATE, "1900-01-14+01:00"),
        (DATE_TIME, "1900-01-14T20:30:00Z"),
        (XSD + "gYear", "1900"),
    ],
)
def test_what_the_form_shows_says_what_was_kept(datatype: str, value: str) -> None:
    when, until = parts_of(datatype, value)
    again = check_span(when, until, datatype)
    first = check(datatype, value)
    assert (again.value, again.t_from, again.t_to) == (first.value, first.t_from, first.t_to)


def test_what_is_no_date_is_shown_as_it_is() -> None:
    assert parts_of(EDTF, "the day before yesterday") == ("the day before yesterday", "")
