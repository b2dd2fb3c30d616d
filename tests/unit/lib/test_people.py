"""Who is meant by `@name`."""

import pytest

from contextualise.lib.people import People

PEOPLE = People(
    [
        (1, "Ada Lovelace"),
        (2, "Ada Byron"),
        (3, "Émile"),
        (4, "Bob O'Hara"),
        (5, "Bo"),
        (6, "Zoë"),
        (7, "Zoë"),
        (8, "???"),
        (9, "Jean-Luc P."),
    ]
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ada Lovelace", [("@Ada Lovelace", {1})]),
        ("@ada lovelace, @ADA BYRON!", [("@ada lovelace", {1}), ("@ADA BYRON", {2})]),
        ("@Ada", []),  # two have this first name
        ("@Ada Lovelaces", []),
        ("@Bob is here", [("@Bob", {4})]),
        ("@Bob O'Hara's", [("@Bob O'Hara", {4})]),
        ("@Bo, @Bo.", [("@Bo", {5}), ("@Bo", {5})]),
        ("@Boris", []),
        ("@e\u0301mile", []),  # typed in another form; the text is compared as it stands
        ("@émile", [("@émile", {3})]),
        ("@Zoë", [("@Zoë", {6, 7})]),
        ("@Jean-Luc", [("@Jean-Luc", {9})]),
        ("@Jean-Luc P. said", [("@Jean-Luc P.", {9})]),
        ("bob@bo.example, a@Bo, /@Bo, x.@Bo", []),
        ("(@Bo) “@Bo” -@Bo", [("@Bo", {5}), ("@Bo", {5})]),
        ("@ Bo @@Bo", []),
        ("@???", []),
        ("", []),
    ],
)
def test_naming(text: str, named: list[tuple[str, set[int]]]) -> None:
    assert [(text[found.start : found.end], set(found.ids)) for found in PEOPLE.named_in(text)] == named


def test_a_long_text_takes_little_time() -> None:
    people = People((number, f"Ada {number}") for number in range(5000))
    assert sum(1 for _ in people.named_in("@Ada 4999 @Ada x " * 200)) == 200
