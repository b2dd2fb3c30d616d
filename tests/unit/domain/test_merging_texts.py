from hypothesis import given
from hypothesis import strategies as st

from contextualise.domain.texts.merging import merge_texts

texts = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=8).map("\n".join)


def test_changes_in_different_lines_are_both_kept() -> None:
    merged = merge_texts("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nthree\nfour")
    assert (merged.text, merged.conflicts) == ("ONE\ntwo\nthree\nfour", 0)


def test_the_same_change_is_taken_once() -> None:
    assert merge_texts("one\ntwo", "one\n2", "one\n2").text == "one\n2"


def test_different_changes_of_a_line_are_both_shown() -> None:
    merged = merge_texts("one\ntwo\nthree", "one\n2\nthree", "one\nzwei\nthree")
    assert merged.conflicts == 1
    assert merged.text == "one\n2\n\nzwei\nthree"


def test_a_very_long_text_is_not_compared() -> None:
    long = "\n".join(map(str, range(20_000)))
    merged = merge_texts(long, long + "\nx", long + "\ny")
    assert merged.conflicts == 1
    assert merged.text.endswith("y")


@given(texts, texts)
def test_what_only_one_changed_is_as_that_one_left_it(base: str, changed: str) -> None:
    assert merge_texts(base, base, changed).text == changed
    assert merge_texts(base, changed, base).text == changed
    assert merge_texts(base, changed, changed).text == changed


@given(texts, texts, texts)
def test_no_line_that_one_of_the_two_added_is_lost(base: str, theirs: str, mine: str) -> None:
    merged = merge_texts(base, theirs, mine).text.split("\n")
    for text in (theirs, mine):
        assert set(text.split("\n")) - set(base.split("\n")) <= set(merged)
