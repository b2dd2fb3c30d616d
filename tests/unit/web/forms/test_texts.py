"""The form of a text."""

from contextualise.web.forms.posted import Posted
from contextualise.web.forms.texts import previewed, read_text_form, wanted_links
from contextualise.web.forms.topics import text_reason
from contextualise.web.topics.editing import with_focus_on


def test_only_a_hash_is_what_the_writer_started_from() -> None:
    assert read_text_form(Posted({"expected": ["ab" * 32]})).expected == "ab" * 32
    for odd in ("", "x", "AB" * 32, "ab" * 32 + "\n", "ab" * 33):
        assert read_text_form(Posted({"expected": [odd]})).expected == ""


def test_the_limit_counts_bytes_and_tells_both_sizes() -> None:
    assert text_reason("é" * 500_000) == ""
    assert "1.20 MB" in text_reason("é" * 600_000)


def test_a_preview_links_to_known_topics_and_shows_others_as_words() -> None:
    source = "[[Norma]] and [[Nobody]]"
    assert wanted_links(source) == ["Norma", "Nobody"]
    html = previewed(1, source, {0: "/maps/1/topics/norma", 1: None})
    assert '<a class="wikilink" href="/maps/1/topics/norma">Norma</a> and Nobody' in html


def test_a_text_that_is_too_long_has_no_preview() -> None:
    assert previewed(1, "x" * 1_100_000, {}) == ""
    assert wanted_links("x" * 1_100_000) == []


def test_the_focus_goes_to_the_first_control_of_the_statement() -> None:
    html = '<ul><li id="name-1"><a data-focus>1</a></li><li id="name-2"><a data-focus>2</a></li></ul>'
    assert with_focus_on("name-2", html).endswith('<li id="name-2"><a autofocus data-focus>2</a></li></ul>')
    assert with_focus_on("name-3", html) == html
