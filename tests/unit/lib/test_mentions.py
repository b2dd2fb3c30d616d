"""Names in running text: which are found, what is shown around them, and how they become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextualise.lib.markdown import render
from contextualise.lib.mentions import WIDTH, Snippet, findable, pattern_of, snippet_at, snippet_of_link, with_link
from contextualise.lib.names import match_key


def test_names_that_are_too_short_are_left_out_and_the_longest_comes_first() -> None:
    assert findable(["Io", "C++", "Tosca", "  La   Tosca ", "tosca", "E.T.A."]) == ["La Tosca", "E.T.A.", "Tosca"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then Tosca sings.", "Tosca"),
        ("TOSCA!", "TOSCA"),
        ("a Toscana wine", None),
        ("Toscas", None),
        ("_Tosca_", None),  # a part of a name in code
        ("La\nTosca", "La\nTosca"),
        ("(La  Tosca)", "La  Tosca"),
        ("l’Io", None),
        ("", None),
    ],
)
def test_names_are_found_as_whole_words(text: str, found: str | None) -> None:
    place = pattern_of(findable(["Tosca", "La Tosca", "Io"])).search(text)
    assert (place[0] if place else None) == found


def test_a_snippet_is_the_sentence_around_the_mention() -> None:
    plain = "An opera. Then Tosca sings of art! The end.\nAnother line."
    at = plain.index("Tosca")
    assert snippet_at(plain, at, at + 5) == Snippet("Then ", "Tosca", " sings of art!")


def test_a_long_sentence_is_cut_between_words() -> None:
    plain = f"{'word ' * 200}Tosca{' word' * 200}"
    at = plain.index("Tosca")
    snippet = snippet_at(plain, at, at + 5)
    assert snippet.before.startswith("…word") and snippet.after.endswith("word…")
    assert max(len(snippet.before), len(snippet.after)) <= WIDTH + 1


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_snippet_is_short_and_on_one_line(before: str, after: str) -> None:
    plain = f"{before}Tosca{after}"
    snippet = snippet_at(plain, len(before), len(before) + 5)
    assert snippet.words == "Tosca"
    assert len(snippet.before) <= WIDTH + 1 and len(snippet.after) <= WIDTH + 1
    assert "\n" not in snippet.before + snippet.after


def test_the_snippet_of_a_link_is_its_sentence_without_markup() -> None:
    html = render("First. It is *by* [[Puccini|him]] & [[Rome]], he said. Last.\n\nOther.").html
    assert snippet_of_link(html, 0) == Snippet("It is by ", "him", " & Rome, he said.")
    assert snippet_of_link(html, 1) == Snippet("It is by him & ", "Rome", ", he said.")
    assert snippet_of_link(html, 7) is None


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_the_snippet_of_a_link_survives_a_piece_cut_anywhere(cut: int) -> None:
    html = render("A *bold* `code` [word](https://example.org/a/long/address) with [[Rome]] and [more](https://example.org/).").html
    snippet = snippet_of_link(html[cut:-cut] if cut else html, 0)
    assert snippet is not None
    assert "<" not in snippet.before + snippet.after and ">" not in snippet.before + snippet.after
    assert snippet.words == "Rome"


def linked(source: str, *names: str, own: tuple[str, ...] | None = None) -> str | None:
    return with_link(source, pattern_of(findable(names)), ["Tosca"], {match_key(name) for name in (names if own is None else own)})


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("Then Tosca sings.", "Then [[Tosca]] sings."),
        ("then tosca sings", "then [[tosca]] sings"),
        ("`Tosca` and Tosca", "`Tosca` and [[Tosca]]"),
        ("    Tosca in code\n\nand Tosca", "    Tosca in code\n\nand [[Tosca]]"),
        ("[Tosca](https://example.org) or Tosca", "[Tosca](https://example.org) or [[Tosca]]"),
        ("[[Act|Tosca]] or Tosca", "[[Act|Tosca]] or [[Tosca]]"),
        ("https://example.org/Tosca or Tosca", "https://example.org/Tosca or [[Tosca]]"),
        ("# Tosca", "# [[Tosca]]"),
        ("| a |\n|---|\n| Tosca |", "| a |\n|---|\n| [[Tosca]] |"),
        ("`Tosca`", None),
        ("nothing", None),
    ],
)
def test_the_first_mention_that_can_becomes_a_link(source: str, changed: str | None) -> None:
    assert linked(source, "Tosca") == changed


def test_a_name_that_means_another_topic_by_itself_is_linked_by_one_that_does_not() -> None:
    assert linked("by Floria", "Floria", own=()) == "by [[Tosca|Floria]]"
    table = linked("| a | b |\n|---|---|\n| Floria | x |", "Floria", own=())
    assert table == "| a | b |\n|---|---|\n| [[Tosca\\|Floria]] | x |"


@given(st.text(alphabet="Tosca *_`[]()|#>-\n\\!<&;:/.1", max_size=60))
def test_linking_never_changes_what_is_read(around: str) -> None:
    source = f"{around}Tosca{around}"
    changed = linked(source, "Tosca")
    if changed is not None:
        assert render(changed).plain == render(source).plain
        assert len(render(changed).links) == len(render(source).links) + 1
