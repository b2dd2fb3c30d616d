import pytest

from contextualise.lib.digests import read_digest

DIGEST = "0f" * 32


def test_sixty_four_digits_are_a_digest() -> None:
    assert read_digest(DIGEST) == b"\x0f" * 32


@pytest.mark.parametrize("text", [None, "", DIGEST[:-1], DIGEST + "0", DIGEST.upper(), DIGEST[:-1] + "g", f"{DIGEST}\n", "a" * 4000])
def test_nothing_else_is(text: str | None) -> None:
    assert read_digest(text) is None
