import pytest

from contextualise.lib.numbers import two_numbers, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        *(
            (text, None)
            for text in (None, "", "-1", "+1", " 7", "7\n", "1e3", "1" * 19, "\N{ARABIC-INDIC DIGIT THREE}", "\N{SUPERSCRIPT TWO}")
        ),
    ],
)
def test_only_plain_digits_are_a_number(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


def test_number_has_no_more_digits_than_are_wanted() -> None:
    assert whole_number("9999", digits=4) == 9999
    assert whole_number("10000", digits=4) is None


@pytest.mark.parametrize(
    ("text", "numbers"), [("7-12", (7, 12)), ("0-0", (0, 0)), ("7", None), ("7-", None), ("-7", None), ("7-12-3", None), ("a-1", None)]
)
def test_two_numbers_are_joined_by_a_hyphen(text: str, numbers: tuple[int, int] | None) -> None:
    assert two_numbers(text) == numbers
