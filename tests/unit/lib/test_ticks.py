"""Divisions of time: neither too many nor too few, each where its name says, from days to billions of years."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.ticks import digits_for, ticks, unit_for
from contextualise.lib.values.calendar import decimal_year


@given(st.floats(-1e9, 1e6), st.floats(1e-2, 1e9), st.integers(5, 60))
def test_divisions_are_in_order_within_the_stretch_and_not_too_many(start: float, length: float, most: int) -> None:
    end = start + length
    found = ticks(start, end, unit_for(start, end, most))
    assert len(found) <= most * 1.4 + 2
    assert all(start <= tick.at <= end for tick in found)
    assert all(one.at < other.at for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        (-100, 2050, ["1 BCE", "500", "1000", "1500", "2000"]),
        (1990.5, 1993.2, ["1991", "Jul 1991", "1992", "Jul 1992", "1993"]),
        (1999.99, 2000.02, ["Jan 2000", "3 Jan", "5 Jan", "7 Jan"]),
        (-70e6, 0, ["30 million years ago", "20 million years ago", "10 million years ago", "1 BCE"]),
    ],
)
def test_divisions_are_called_as_people_call_them(start: float, end: float, labels: list[str]) -> None:
    assert [tick.label for tick in ticks(start, end, unit_for(start, end, 8))][-len(labels) :] == labels


def test_a_month_begins_where_it_does() -> None:
    found = {tick.label: tick.at for tick in ticks(1900, 1901, unit_for(1900, 1901, 12))}
    assert found["Mar 1900"] == decimal_year(1900, 3)
    assert found["1900"] == 1900


@pytest.mark.parametrize(("start", "end", "digits"), [(0, 2000, 0), (1999, 2001, 3), (0, 0.01, 5), (-1e9, 0, 0)])
def test_addresses_have_the_digits_they_need(start: float, end: float, digits: int) -> None:
    assert digits_for(start, end) == digits
