from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.snippets import excerpt, fold, marked, pattern_of

PATTERN = pattern_of({"river"}, {"val"}, [("old", "bridge")])


def found(text: str) -> list[str]:
    return [piece for piece, is_found in marked(text, PATTERN) if is_found]


def test_words_beginnings_and_phrases_are_marked() -> None:
    assert found("River valleys, riverside; the old–bridge, an old wooden bridge") == ["River", "valleys", "old–bridge"]
    assert found("a rivers sriver") == []


def test_accents_and_case_are_no_difference() -> None:
    pattern = pattern_of({"boheme"}, {"caf"})
    assert [piece for piece, is_found in marked("La BOHÈME au Café", pattern) if is_found] == ["BOHÈME", "Café"]


@given(st.text())
def test_folding_keeps_places_and_pieces_keep_the_text(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert "".join(piece for piece, _ in marked(text, PATTERN)) == text


@given(st.text(max_size=2000))
def test_an_excerpt_is_short(text: str) -> None:
    assert len("".join(piece for piece, _ in excerpt(text, PATTERN, length=100))) <= 100 + 6


def test_an_excerpt_is_where_the_words_are() -> None:
    text = "Nothing here. " * 100 + "The river runs through the valley under the old bridge. " + "Nor here. " * 100 + "Another river."
    shown = "".join(piece for piece, _ in excerpt(text, PATTERN, length=120))
    assert shown.startswith("… ") and shown.endswith(" …")
    assert "river runs through the valley under the old bridge" in shown


def test_without_a_find_the_beginning_is_shown() -> None:
    assert excerpt("one two", None) == [("one two", False)]
    assert "".join(piece for piece, _ in excerpt("word " * 100, PATTERN)).startswith("word word")


def test_nothing_is_everything_for_an_empty_pattern() -> None:
    assert pattern_of((), ()) is None
