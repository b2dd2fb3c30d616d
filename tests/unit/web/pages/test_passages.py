"""Comparisons as they are shown."""

from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.differences import compare_words
from contextualise.web.pages.history.passages import KEPT, counted, passages

LONG = "This line says the same as before.\n" * 60


def test_what_stayed_is_folded_between_changes() -> None:
    shown = passages(compare_words(f"One.\n{LONG}Two.\n", f"Uno.\n{LONG}Due.\n"))
    assert [passage.kind for passage in shown] == ["deleted", "added", "same", "folded", "same", "deleted", "added", "same"]
    folded = shown[3]
    assert folded.words == len(folded.text.split()) and folded.text.startswith("This line") and folded.text.endswith("\n")
    assert all(len(passage.text) < 4 * KEPT for passage in shown if passage.kind == "same")


def test_little_is_not_folded() -> None:
    assert [passage.kind for passage in passages(compare_words("One two three.", "One three."))] == ["same", "deleted", "same"]


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", max_size=30), st.integers(0, 40))
def test_nothing_is_lost_by_folding(old: str, new: str, lines: int) -> None:
    middle = "as before all the time\n" * lines
    shown = passages(compare_words(old + middle + new, new + middle + old))
    assert "".join(passage.text for passage in shown if passage.kind != "added") == old + middle + new
    assert all(passage.text for passage in shown)


def test_words_are_counted() -> None:
    assert counted(compare_words("She sings well in Rome.", "She sings in Paris and Rome.")) == (1, 2)
