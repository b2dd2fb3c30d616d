"""The secret of a share link: the same each time from the same key and number, and no other."""

import re

import pytest

from contextualise.domain.share_links import new_nonce, read_token, token_of

KEY, NONCE = b"k" * 32, b"n" * 16


def test_the_same_key_and_number_give_the_same_token() -> None:
    assert token_of(KEY, 7, NONCE) == token_of(KEY, 7, NONCE)
    others = {token_of(b"x" * 32, 7, NONCE).text, token_of(KEY, 8, NONCE).text, token_of(KEY, 7, new_nonce()).text}
    assert len(others - {token_of(KEY, 7, NONCE).text}) == 3


def test_a_token_fits_into_an_address_and_is_read_back() -> None:
    token = token_of(KEY, 7, new_nonce())
    assert re.fullmatch(r"7-[A-Za-z0-9_-]{24}", token.text)
    assert read_token(token.text) == token
    assert len(token.digest) == 32 and token.text.encode() not in token.digest


def test_numbers_are_random() -> None:
    assert len({new_nonce() for _ in range(100)}) == 100


SECRET = "a" * 24


@pytest.mark.parametrize(
    "text",
    ["", "7", "7-", f"-{SECRET}", f"0-{SECRET}", f"07-{SECRET}", f"7-{SECRET[1:]}", f"7-{SECRET}a", f"٣-{SECRET}", f"7-{'ä' * 24}"],
)
def test_what_cannot_be_a_token_is_none(text: str) -> None:
    assert read_token(text) is None
    assert read_token(f"{'9' * 19}-{SECRET}") is None
