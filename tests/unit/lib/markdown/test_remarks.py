"""Remarks: a small Markdown, in which people are named."""

import pytest

from contextualise.lib.markdown import render_remark
from contextualise.lib.people import People

PEOPLE = People([(1, "Ada Lovelace"), (2, "Bob")])


def rendered(source: str) -> str:
    return render_remark(source, PEOPLE, base="https://maps.example.org", files="/maps/1/files/").html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One\ntwo", "<p>One<br>\ntwo</p>\n"),
        ("# Head", "<p># Head</p>\n"),
        ("Head\n====", "<p>Head<br>\n====</p>\n"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<p>| a | b |<br>\n|---|---|<br>\n| 1 | 2 |</p>\n"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("@Bob", '<p><span class="mention">@Bob</span></p>\n'),
        ("**@Bob**", '<p><strong><span class="mention">@Bob</span></strong></p>\n'),
        ("`@Bob` [@Bob](/x)", '<p><code>@Bob</code> <a href="/x">@Bob</a></p>\n'),
        ("[[Tosca]]", '<p><a class="wikilink" data-wiki="0">Tosca</a></p>\n'),
    ],
)
def test_what_remarks_know(source: str, html: str) -> None:
    assert rendered(source) == html


def test_no_picture_is_shown() -> None:
    assert "<img" not in rendered(f"![a](files/{'0' * 64}/a.png) ![b](https://example.org/b.png)")


def test_links_away_say_nothing_of_where_one_comes_from() -> None:
    assert 'rel="nofollow noopener noreferrer"' in rendered("https://example.org/")


def test_who_is_named_in_words_alone() -> None:
    remark = render_remark("@Bob, `@Ada Lovelace`\n\n    @Ada Lovelace", PEOPLE)
    assert remark.named == {2}
    assert remark.plain == "@Bob, @Ada Lovelace\n@Ada Lovelace"


def test_not_everybody_can_be_called_at_once() -> None:
    crowd = People((number, f"Person {number}") for number in range(200))
    assert len(render_remark(" ".join(f"@Person {number}" for number in range(200)), crowd).named) == 50


@pytest.mark.parametrize("source", ["[" * 9_000, "> " * 4_000 + "x", "* " * 4_000, "`" * 9_999, "[[" * 4_000, "@" * 9_000, "**" * 4_000])
def test_hostile_remarks_are_shown_all_the_same(source: str) -> None:
    assert render_remark(source, PEOPLE).html
