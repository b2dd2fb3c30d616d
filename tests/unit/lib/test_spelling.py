import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.spelling import distance, one_slip_away, slips


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("", "", 0), ("germany", "gemrany", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("paris", "pari", 1), ("a", "b", 1)],
)
def test_distance(one: str, other: str, count: int) -> None:
    assert distance(one, other, 5) == count == distance(other, one, 5)


def test_distance_stops_at_the_most_that_counts() -> None:
    assert distance("a" * 50, "b" * 50, 2) == 3
    assert distance("a", "abcdefgh", 2) == 3


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_slip_away_are_exactly_the_words_at_distance_one(one: str, other: str) -> None:
    assert (other in one_slip_away(one)) == (distance(one, other, 2) <= 1) or not one


@pytest.mark.parametrize(
    ("typed", "name", "count"),
    [
        ("gemrany", "germany", 1),
        ("untied kingdom", "united kingdom", 1),
        ("sao pualo", "sao paulo", 1),
        ("internatonal monetery fund", "international monetary fund", 2),
        ("germ", "federal republic of germany", 0),  # the last word may be unfinished
        ("first page", "first performance", None),
        ("cat", "dog", None),
        ("newyork", "new york", 1),
    ],
)
def test_slips(typed: str, name: str, count: int | None) -> None:
    assert slips(typed, name) == count


def test_other_alphabets_have_their_own_slips() -> None:
    assert "москва" in one_slip_away("масква") and "αθηνα" in one_slip_away("αθινα")
