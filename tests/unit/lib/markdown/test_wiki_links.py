"""Links to topics: how they are found in a text, and filled in when it is read."""

import pytest

from contextualise.lib.markdown import WikiLink, fill_links, render


def links(source: str) -> list[tuple[str, str]]:
    return [(link.target, link.label) for link in render(source).links]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("[[Tosca]]", [("Tosca", "Tosca")]),
        ("[[ Giacomo\nPuccini | the  composer ]]", [("Giacomo Puccini", "the composer")]),
        ("a[[B]]c", [("B", "B")]),
        ("**[[B]]**", [("B", "B")]),
        ("[[A]][[B]]", [("A", "A"), ("B", "B")]),
        ("# [[B]]\n\n> [[C]]\n\n- [[D]]", [("B", "B"), ("C", "C"), ("D", "D")]),
        ("|a|\n|-|\n|[[A\\|b]]|", [("A", "b")]),
        ("[[A\\|b]]", [("A", "b")]),
        ("x[^1]\n\n[^1]: [[N]]", [("N", "N")]),
        ("[[Tosca]](an opera)", [("Tosca", "Tosca")]),
        ("[[C#]] [[C++]] [[a|b|c]]", [("C#", "C#"), ("C++", "C++"), ("a", "b|c")]),
    ],
)
def test_link_is_found(source: str, found: list[tuple[str, str]]) -> None:
    assert links(source) == found


@pytest.mark.parametrize(
    "source",
    [
        "`[[A]]`",
        "```\n[[A]]\n```",
        "    [[A]]",
        "[[]]",
        "[[ ]]",
        "[[|x]]",
        "[[a|]]",
        "[[a]",
        "\\[[a]]",
        "[[1]](/page)",
        "[[a" + "b" * 700 + "]]",
        "![the [[A]]](/f.png)",
    ],
)
def test_no_link_is_found(source: str) -> None:
    assert links(source) == []


def test_no_nested_brackets() -> None:
    assert links("[[a [[b]] c]]") == [("b", "b")]


def test_key_matches_the_name_in_any_spelling() -> None:
    assert render("[[LA  Bohe\u0300me]]").links == (WikiLink("la bohème", "LA Bohème".replace("è", "e\u0300"), "LA Bohe\u0300me"),)


def test_number_counts_in_reading_order_and_label_is_escaped() -> None:
    html = render('[[A]] [[B|x < "y"]]').html
    assert html == '<p><a class="wikilink" data-wiki="0">A</a> <a class="wikilink" data-wiki="1" data-target="B">x &lt; "y"</a></p>\n'


def test_at_most_five_hundred_links_the_rest_is_text() -> None:
    rendered = render("word [[A|b]] " * 510)
    assert len(rendered.links) == 500
    assert rendered.html.count("<a ") == rendered.html.count("</a>") == 500
    assert rendered.html.count("b") >= 510


def test_placeholder_cannot_be_forged() -> None:
    forged = '<a class="wikilink" data-wiki="0">x</a>'
    html = render(f"[[A]] {forged} [t](/x '{forged}') `{forged}` ![{forged}](/y)").html
    filled = fill_links(html, {0: "/right"})
    assert filled.count('href="/right"') == 1


def test_resolved_link_gets_its_address_escaped() -> None:
    html = render("[[A|label]]").html
    assert fill_links(html, {0: '/t/a?x=1&y="'}) == '<p><a class="wikilink" href="/t/a?x=1&amp;y=&quot;">label</a></p>\n'


def test_reader_sees_plain_text_for_a_topic_not_yet_made() -> None:
    assert fill_links(render("the [[A & B|label]].").html, {}) == "<p>the label.</p>\n"
    assert fill_links(render("the [[A & B]].").html, {0: None}) == "<p>the A &amp; B.</p>\n"


def test_editor_is_offered_to_create_it() -> None:
    asked: list[str] = []

    def create(name: str) -> str:
        asked.append(name)
        return "/topics/new?name=x"

    html = fill_links(render('[[A & "B"|label]] [[C <d>]]').html, {}, create)
    assert asked == ['A & "B"', "C <d>"]
    assert html.startswith(
        '<p><a class="wikilink wikilink--missing" href="/topics/new?name=x" title="Create “A &amp; &quot;B&quot;”">label</a>'
    )


def test_text_without_links_comes_back_unchanged() -> None:
    html = render("plain *text* [x](/y)").html
    assert fill_links(html, {0: "/z"}) == html
