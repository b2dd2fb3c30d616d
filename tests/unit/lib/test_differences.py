"""What became of a text, by words."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.differences import Piece, compare_words


def told(old: str, new: str) -> str:
    """The comparison on one line: what was deleted in [-…-], what was added in {+…+}."""
    marks = {"same": "{}", "deleted": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in compare_words(old, new))


def side(pieces: list[Piece], kind: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in ("same", kind))


def check(old: str, new: str) -> None:
    pieces = compare_words(old, new)
    assert side(pieces, "deleted") == old
    assert side(pieces, "added") == new
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))
    assert all((one.kind, other.kind) != ("added", "deleted") for one, other in pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("Tosca", "Tosca", "Tosca"),
        ("", "Tosca", "{+Tosca+}"),
        ("Tosca", "", "[-Tosca-]"),
        ("She sings.", "She sings well.", "She sings{+ well+}."),
        ("She never sings.", "She sings.", "She [-never -]sings."),
        ("It is set in Rome.", "It is set in Paris.", "It is set in [-Rome-]{+Paris+}."),
        ("the quick fox", "a slow fox", "[-the quick-]{+a slow+} fox"),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."),
        ("One two.", "One.\n\nTwo.", "One[- two-]{+.\n\nTwo+}."),
        ("café au lait", "cafe\u0301 au lait", "[-café-]{+cafe\u0301+} au lait"),
        ("東京に行く", "京都に行く", "[-東-]京{+都+}に行く"),
    ],
)
def test_tells_what_changed(old: str, new: str, expected: str) -> None:
    assert told(old, new) == expected


def test_a_moved_paragraph_is_told_once_deleted_and_once_added() -> None:
    assert told("A one.\nB two.\nC three.\n", "B two.\nC three.\nA one.\n") == "[-A one.\n-]B two.\nC three.\n{+A one.\n+}"


def test_words_in_a_changed_line_are_found_among_unchanged_lines() -> None:
    lines = [f"Line {number} says something of its own.\n" for number in range(200)]
    changed = [*lines[:100], "Line 100 says nothing of its own.\n", *lines[101:]]
    pieces = compare_words("".join(lines), "".join(changed))
    assert [piece.text for piece in pieces if piece.kind != "same"] == ["something", "nothing"]


letters = st.text(alphabet="ab \n.é東", max_size=40)


@given(letters, letters)
def test_both_texts_are_in_the_pieces(old: str, new: str) -> None:
    check(old, new)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_characters_are_kept(old: str, new: str) -> None:
    check(old, new)


@given(st.lists(st.sampled_from(["one ", "two ", "three ", "four\n", "five. "]), max_size=60), st.data())
def test_few_changes_leave_much_the_same(words: list[str], data: st.DataObject) -> None:
    """What is told as changed is never more than what was."""
    position = data.draw(st.integers(0, len(words)))
    changed = [*words[:position], "six ", *words[position:]]
    pieces = compare_words("".join(words), "".join(changed))
    assert [piece.kind for piece in pieces].count("deleted") == 0
    assert "".join(piece.text for piece in pieces if piece.kind == "added").split() == ["six"]


def _megabyte(seed: int, vocabulary: int, ending: str) -> str:
    chance = random.Random(seed)
    return " ".join(f"w{chance.randrange(vocabulary)}{ending if chance.random() < 0.1 else ''}" for _ in range(180_000))


@pytest.mark.parametrize("vocabulary", [2, 50, 5_000, 10_000_000])
@pytest.mark.parametrize("ending", ["\n", "."])
def test_a_megabyte_is_compared_in_seconds(vocabulary: int, ending: str) -> None:
    old, new = _megabyte(1, vocabulary, ending), _megabyte(2, vocabulary, ending)
    began = time.process_time()
    pieces = compare_words(old, new)
    assert time.process_time() - began < 8
    assert side(pieces, "deleted") == old
    assert side(pieces, "added") == new


def test_a_few_changes_in_a_megabyte_are_found_exactly() -> None:
    old = _megabyte(1, 5_000, "\n").split(" ")
    new = list(old)
    for place in (17, 90_000, 179_000):
        new[place] = f"new{place}"
    pieces = compare_words(" ".join(old), " ".join(new))
    assert [piece.text for piece in pieces if piece.kind == "added"] == ["new17", "new90000", "new179000"]
