"""Dates and periods: as people type them, as they are kept, as they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.values import ValueRefused, check, display
from contextualise.lib.values.calendar import days_in_month, decimal_year


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("1842", "1842", "1842"),
        ("800", "0800", "800"),
        ("79 AD", "0079", "79"),
        ("AD 79", "0079", "79"),
        ("44 BC", "-0043", "44 BCE"),
        ("44 b.c.e.", "-0043", "44 BCE"),
        ("1 BCE", "0000", "1 BCE"),
        ("c. 44 BCE", "-0043~", "c. 44 BCE"),
        ("circa 1800", "1800~", "c. 1800"),
        ("~1800", "1800~", "c. 1800"),
        ("1800?", "1800?", "1800?"),
        ("perhaps c. 1800", "1800%", "c. 1800?"),
        ("12 June 1800", "1800-06-12", "12 June 1800"),
        ("June 12th, 1800", "1800-06-12", "12 June 1800"),
        ("1800 Jun 12", "1800-06-12", "12 June 1800"),
        ("12. 6. 1800", "1800-06-12", "12 June 1800"),
        ("7 December 43 BC", "-0042-12-07", "7 December 43 BCE"),
        ("Sept. 1800", "1800-09", "September 1800"),
        ("spring 1820", "1820-21", "spring 1820"),
        ("the 1790s", "179X", "1790s"),
        ("1800s", "180X", "1800–1809"),
        ("19th century", "18XX", "19th century"),
        ("1st century", "00XX", "1st century"),
        ("5th century BCE", "-0499/-0400", "500 BCE – 401 BCE"),
        ("1st century BC", "-0099/0000", "100 BCE – 1 BCE"),
        ("440s BC", "-0448/-0439", "449 BCE – 440 BCE"),
        ("13800000000 BCE", "Y-13799999999", "13800000000 BCE"),
        ("10000", "Y10000", "10000"),
        ("1914–1918", "1914/1918", "1914 – 1918"),
        ("1914-1918", "1914/1918", "1914 – 1918"),
        ("1914–18", "1914/1918", "1914 – 1918"),
        ("1914-18", "1914/1918", "1914 – 1918"),
        ("1914 to 1918", "1914/1918", "1914 – 1918"),
        ("from 1914 until 1918", "1914/1918", "1914 – 1918"),
        ("c. 44 BCE – 27 BCE", "-0043~/-0026", "c. 44 BCE – 27 BCE"),
        ("44–27 BCE", "-0043/-0026", "44 BCE – 27 BCE"),
        ("500 BC-AD 14", "-0499/0014", "500 BCE – 14"),
        ("1800 BCE-1700 BCE", "-1799/-1699", "1800 BCE – 1700 BCE"),
        ("5th–4th century BCE", "-0499/-0300", "500 BCE – 301 BCE"),
        ("12–15 June 1800", "1800-06-12/1800-06-15", "12 June 1800 – 15 June 1800"),
        ("June–August 1800", "1800-06/1800-08", "June 1800 – August 1800"),
        ("12 June – 3 July 1800", "1800-06-12/1800-07-03", "12 June 1800 – 3 July 1800"),
        ("ca. 1800–1810?", "1800~/1810?", "c. 1800 – 1810?"),
        ("since 1990", "1990/..", "since 1990"),
        ("1990–", "1990/..", "since 1990"),
        ("1990 – present", "1990/..", "since 1990"),
        ("until 44 BC", "../-0043", "until 44 BCE"),
        ("– 1990", "../1990", "until 1990"),
        # EDTF as it stands
        ("1990/", "1990/", "1990 – unknown"),
        ("/1990", "/1990", "unknown – 1990"),
        ("2004-06-XX", "2004-06-XX", "June 2004"),
        ("2004-XX", "2004-XX", "2004"),
        ("-04XX", "-04XX", "500 BCE – 401 BCE"),
        ("1XXX", "1XXX", "2nd millennium"),
        ("1985-04~/2004-06%", "1985-04~/2004-06%", "c. April 1985 – c. June 2004?"),
    ],
)
def test_date_or_period(typed: str, kept: str, shown: str) -> None:
    checked = check("edtf", typed)
    assert checked.value == kept
    assert display(checked.datatype, checked.value) == shown
    assert check("edtf", kept) == checked


@pytest.mark.parametrize(
    ("typed", "begin", "end"),
    [
        ("1800", 1800.0, 1801.0),
        ("44 BC", -43.0, -42.0),
        ("1 BC", 0.0, 1.0),
        ("179X", 1790.0, 1800.0),
        ("18XX", 1800.0, 1900.0),
        ("-04XX", -499.0, -399.0),
        ("5th century BCE", -499.0, -399.0),
        ("December 1800", 1800 + 334 / 365, 1801.0),
        ("31 December 1800", 1800 + 364 / 365, 1801.0),
        ("1 March 1804", 1804 + 60 / 366, 1804 + 61 / 366),
        ("1914/1918", 1914.0, 1919.0),
        ("since 1990", 1990.0, None),
        ("until 1990", None, 1991.0),
        ("winter 1900", 1900 + 334 / 365, 1901 + 59 / 365),
    ],
)
def test_place_on_the_timeline(typed: str, begin: float | None, end: float | None) -> None:
    checked = check("edtf", typed)
    assert checked.t_from == pytest.approx(begin, abs=1e-9)
    assert checked.t_to == pytest.approx(end, abs=1e-9)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1800-06-31", "30 days"),
        ("29 February 1900", "28 days"),
        ("1800/1799", "before the beginning"),
        ("1842–1843 BC", "before the beginning"),
        ("0", "no year 0"),
        ("../..", "such as 1842"),
        ("5.13.1900", "no month 13"),
        ("soon", "such as 1842"),
        ("May", "such as 1842"),
        ("1/2/1800", "such as 1842"),
        ("1842 " * 100, "such as 1842"),
        ("0th century", "such as 1842"),
        ("199X-05", "not known|such as"),
    ],
)
def test_refused_date_says_why(typed: str, reason: str) -> None:
    with pytest.raises(ValueRefused, match=reason):
        check("edtf", typed)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("1900-01-14", "1900-01-14", "14 January 1900"),
        ("14 January 1900", "1900-01-14", "14 January 1900"),
        ("15 March 44 BC", "-0043-03-15", "15 March 44 BCE"),
        ("1900-01-14Z", "1900-01-14Z", "14 January 1900 UTC"),
        ("12345-01-01", "12345-01-01", "1 January 12345"),
    ],
)
def test_day(typed: str, kept: str, shown: str) -> None:
    checked = check("date", typed)
    assert (checked.value, display("date", checked.value)) == (kept, shown)
    assert check("date", kept) == checked


@pytest.mark.parametrize("typed", ["1900", "January 1900", "c. 14 January 1900", "1900-01-14/1900-01-15", "yesterday"])
def test_day_must_be_a_whole_one(typed: str) -> None:
    with pytest.raises(ValueRefused):
        check("date", typed)


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("1900-01-14T20:30", "1900-01-14T20:30:00", "14 January 1900, 20:30"),
        ("1900-01-14 20:30:15.5+01:00", "1900-01-14T20:30:15.5+01:00", "14 January 1900, 20:30:15.5 UTC+01:00"),
        ("14 January 1900 at 8:30", "1900-01-14T08:30:00", "14 January 1900, 08:30"),
        ("1900-01-14T20:30:00-0500", "1900-01-14T20:30:00-05:00", "14 January 1900, 20:30 UTC−05:00"),
    ],
)
def test_day_and_time(typed: str, kept: str, shown: str) -> None:
    checked = check("dateTime", typed)
    assert (checked.value, display("dateTime", checked.value)) == (kept, shown)
    assert check("dateTime", kept) == checked


@pytest.mark.parametrize("typed", ["1900-01-14", "1900-01-14 24:00", "1900-01-14 12:60", "1900-01-14 12:00+15:00", "noon"])
def test_refused_day_and_time(typed: str) -> None:
    with pytest.raises(ValueRefused):
        check("dateTime", typed)


def test_time_zones_are_counted() -> None:
    one, other = check("dateTime", "2000-01-01T00:30:00+01:00"), check("dateTime", "1999-12-31T23:30:00Z")
    assert one.t_from == pytest.approx(other.t_from)


@given(st.integers(-4000, 4000), st.integers(1, 12), st.integers(1, 31))
def test_decimal_years_keep_the_order_of_days(year: int, month: int, day: int) -> None:
    day = min(day, days_in_month(year, month))
    begin = decimal_year(year, month, day)
    assert year <= begin < year + 1
    checked = check("date", f"{'-' if year < 0 else ''}{abs(year):04}-{month:02}-{day:02}")
    assert checked.t_from == begin
    assert checked.t_to is not None and begin < checked.t_to <= year + 1
