"""Numbers in addresses, cookies and forms, which anybody may have written."""

MOST_DIGITS = 18  # all that fit into eight bytes with a sign, as the database keeps them


def whole_number(text: str | None, *, digits: int = MOST_DIGITS) -> int | None:
    """The number that plain digits say, from 0 on; None for anything else and for more than `digits` of them."""
    return int(text) if text and len(text) <= digits and text.isascii() and text.isdigit() else None


def two_numbers(text: str) -> tuple[int, int] | None:
    """Both numbers of `7-12`; None for anything else."""
    first, _, second = text.partition("-")
    numbers = whole_number(first), whole_number(second)
    return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])
