import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.domain.texts.merging import compare_texts, merge_texts

words = st.lists(st.sampled_from(["a", "b", "c", "one two", "", "long word"]), max_size=8)
texts = words.map("\n".join) | words.map(" ".join)


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged"),
    [
        ("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nthree\nfour", "ONE\ntwo\nthree\nfour"),
        ("one\ntwo", "one\n2", "one\n2", "one\n2"),
        ("An opera by Puccini.", "An opera by Giacomo Puccini.", "A great opera by Puccini.", "A great opera by Giacomo Puccini."),
        ("It was first given in 1899 in Rome.", "It was first given in 1900 in Rome.", "It was first given in 1899 in Milan.", None),
        ("One.", "One.\n\nTheirs.", "One.\n\nMine.", "One.\n\nTheirs.\n\nMine."),
        ("- one\n- three", "- one\n- two\n- three", "- one\n- three\n- four", "- one\n- two\n- three\n- four"),
    ],
)
def test_what_the_two_changed_in_different_places_is_all_taken(base: str, theirs: str, mine: str, merged: str | None) -> None:
    found = merge_texts(base, theirs, mine)
    assert (found.text, found.conflicts) == (merged or "It was first given in 1900 in Milan.", 0)


def test_words_that_both_changed_stand_there_in_both_ways() -> None:
    merged = merge_texts("Given in 1899 in Rome.", "Given in 1900 in Rome.", "Given in 1901 in Rome.")
    assert (merged.text, merged.conflicts) == ("Given in {theirs: 1900 | yours: 1901} in Rome.", 1)


def test_words_that_one_deleted_and_the_other_changed_are_kept() -> None:
    merged = merge_texts("Given in 1899 in Rome.", "Given in Rome.", "Given in 1900 in Rome.")
    assert merged.conflicts == 1
    assert "1900" in merged.text


def test_lines_that_both_wrote_anew_stand_one_below_the_other() -> None:
    merged = merge_texts("one\nthree", "one of\nthem two\nthree", "one in\nten\nthree")
    assert merged.conflicts == 1
    assert merged.text == "one\n{theirs:}\n of\nthem two\n{yours:}\n in\nten\n{end}\nthree"


def test_a_paragraph_that_was_deleted_is_not_taken_for_the_next_one() -> None:
    base = "# Genesis\n\nGiven in 1899 in Rome.\n\nA success."
    theirs, mine = base.replace("1899", "1900"), "Given in 1899 in Rome, at last.\n\nA success."
    assert merge_texts(base, theirs, mine).text == "Given in 1900 in Rome, at last.\n\nA success."


def test_both_versions_of_whole_lines_leave_the_lines_around_them_alone() -> None:
    merged = merge_texts("a\n\nb c\nd\n\ne", "a\n\nB x y\nD\n\ne", "a\n\nbb z w\n\ne")
    assert merged.conflicts >= 1
    assert merged.text.startswith("a\n\n")
    assert merged.text.endswith("\n\ne")
    assert "{end}e" not in merged.text


def test_a_sentence_that_both_wrote_anew_is_one_conflict() -> None:
    merged = merge_texts("It was given in Rome then.", "He had it played in Naples at once.", "She saw it staged in Milan later.")
    assert merged.conflicts <= 2


def test_words_do_not_run_together_where_the_blank_between_them_was_deleted() -> None:
    for base, theirs, mine in ((" ", "", "one two"), ("  ", "", "one  two"), (". .", "..", ".one two."), ("a. b", "a.b", "a.one two b")):
        words = set(re.findall(r"\w+", merge_texts(base, theirs, mine).text))
        assert {"one", "two"} <= words, (base, theirs, mine)


def test_two_texts_written_from_nothing_follow_each_other() -> None:
    assert merge_texts("", "theirs", "mine").text == "theirs\n\nmine"


def test_a_very_long_text_is_merged_in_bounded_time() -> None:
    long = "\n".join(f"line {number} of a long text" for number in range(30_000))
    started = time.process_time()
    merged = merge_texts(long, long.replace("line 7 ", "LINE 7 "), long + "\nand more")
    assert time.process_time() - started < 10
    assert (merged.text, merged.conflicts) == (long.replace("line 7 ", "LINE 7 ") + "\nand more", 0)


@given(texts, texts)
def test_what_only_one_changed_is_as_that_one_left_it(base: str, changed: str) -> None:
    assert merge_texts(base, base, changed).text == changed
    assert merge_texts(base, changed, base).text == changed
    assert merge_texts(base, changed, changed).text == changed


@given(texts, texts, texts)
def test_no_word_that_one_of_the_two_added_is_lost(base: str, theirs: str, mine: str) -> None:
    merged = _counted(merge_texts(base, theirs, mine).text)
    for text in (theirs, mine):
        added = {word: count for word, count in _counted(text).items() if word not in _counted(base)}
        assert all(merged.get(word, 0) >= count for word, count in added.items())


@given(texts, texts, texts)
def test_without_a_conflict_nothing_is_in_braces(base: str, theirs: str, mine: str) -> None:
    merged = merge_texts(base, theirs, mine)
    assert merged.text.count("{theirs:") == merged.conflicts or not base


def _counted(text: str) -> dict[str, int]:
    found = re.findall(r"\w+", text)
    return {word: found.count(word) for word in found}


@given(texts | st.text(max_size=40), texts | st.text(max_size=40))
def test_a_comparison_has_both_texts_whole(old: str, new: str) -> None:
    pieces = compare_texts(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "deleted") == new
