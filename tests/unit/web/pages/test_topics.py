from datetime import UTC, datetime

import pytest

from contextualise.repository.reading.records import NameRow, Reference, Theme, TopicRecord, TopicRow, Uses
from contextualise.repository.reading.topic import TOPIC_NAME, Context
from contextualise.web.pages.topics import topic_page
from contextualise.web.pages.topics.facts import safe_href
from contextualise.web.pages.topics.links import Addresses, query_of
from contextualise.web.topics.kept_pages import KeptPage, KeptPages

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ITALIAN, STAGE, NAME = 1, 2, 3
SCOPES = (Theme(10, ITALIAN), Theme(20, STAGE), Theme(30, ITALIAN), Theme(30, STAGE))


def record(names: dict[str, int], context: tuple[int, ...] = (), label: str = "Tosca") -> TopicRecord:
    """A topic with these names, each in a scope: 0 nowhere special, 10 Italian, 20 on stage, 30 both."""
    return TopicRecord(
        topic=TopicRow(100, "tosca", label, False, False, NOW, None, NOW, None),
        base={TOPIC_NAME: NAME},
        context=context,
        types=(),
        names=tuple(NameRow(number, NAME, scope, value) for number, (value, scope) in enumerate(names.items(), 200)),
        variants=(),
        identifiers=(),
        occurrences=(),
        wiki_links=(),
        groups=(),
        members=(),
        others=(),
        steps=(),
        tags=(),
        reifiers=(),
        details=(),
        reified=None,
        scopes=SCOPES,
        languages={ITALIAN: "it"},
        scope_counts=(),
        uses=Uses(0, 0, 0, 0, 0, 0),
        mentions=(),
        changes=0,
        talk=(),
        topics=(
            Reference(ITALIAN, "italian", "Italian", None, False),
            Reference(STAGE, "stage", "Stage", None, False),
            Reference(NAME, "topic-name", "Topic name", None, False),
        ),
    )


@pytest.mark.parametrize(
    ("context", "order"),
    [
        ((), ["Tosca", "La Tosca", "Tosca on stage", "Tosca in scena"]),
        ((ITALIAN,), ["La Tosca", "Tosca in scena", "Tosca", "Tosca on stage"]),
        ((STAGE,), ["Tosca on stage", "Tosca in scena", "Tosca", "La Tosca"]),
        ((ITALIAN, STAGE), ["Tosca in scena", "Tosca on stage", "La Tosca", "Tosca"]),
    ],
)
def test_names_are_ranked_by_how_well_they_fit(context: tuple[int, ...], order: list[str]) -> None:
    names = {"Tosca on stage": 20, "La Tosca": 10, "Tosca in scena": 30, "Tosca": 0}
    page = topic_page(record(names, context), "/maps/1-x", Context(), may_edit=False)
    assert [page.title, *(name.text for name in page.names)][:1] == order[:1]
    assert {page.title, *(name.text for name in page.names)} == set(order)
    if context:
        assert [page.title, *(name.text for name in page.names)] == order


def test_a_name_always_shows() -> None:
    page = topic_page(record({"La Tosca": 10}, (STAGE,), label="La Tosca"), "/maps/1-x", Context(), may_edit=False)
    assert page.title == "La Tosca" and page.title_lang == "it"
    nameless = topic_page(record({}, label="tosca"), "/maps/1-x", Context(), may_edit=False)
    assert nameless.title == "tosca" and nameless.name is None


def test_language_is_told_only_where_it_is_one() -> None:
    page = topic_page(record({"Tosca": 0, "La Tosca": 10, "On stage": 20}), "/maps/1-x", Context(), may_edit=False)
    languages = {page.title: page.title_lang} | {name.text: name.lang for name in page.names}
    assert languages == {"Tosca": None, "La Tosca": "it", "On stage": None}


@pytest.mark.parametrize(
    ("context", "query"),
    [
        (Context(), ""),
        (Context(("a", "b c")), "?scope=a&scope=b+c"),
        (Context(("ä",), strict=True), "?scope=%C3%A4&strict=1"),
        (Context(universal=True), "?scope=%2A"),
        (Context(strict=True), ""),
    ],
)
def test_context_goes_along_in_addresses(context: Context, query: str) -> None:
    assert query_of(context) == query
    assert Addresses("/maps/1-x", context).topic("né/w?") == f"/maps/1-x/topics/n%C3%A9%2Fw%3F{query}"


@pytest.mark.parametrize("value", ["https://example.org/a", "mailto:a@example.org", "urn:isbn:1", "geo:1,2", "HTTP://EXAMPLE.ORG"])
def test_harmless_addresses_are_followed(value: str) -> None:
    assert safe_href(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        " javascript:x",
        "java\tscript:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "x",
        "",
        "https://a\n",
    ],
)
def test_other_addresses_are_not(value: str) -> None:
    assert safe_href(value) == ""


def test_pages_not_used_for_longest_are_forgotten() -> None:
    pages = KeptPages(most_bytes=25)
    for key in "abc":
        pages.keep(key, KeptPage(1, "", "12345", "12345"))
        assert pages.find("a" if key != "c" else "c") is not None
    assert pages.find("a") is not None and pages.find("b") is None
    assert pages.bytes == 20
    pages.keep("c", KeptPage(1, "", "other", ""))
    assert pages.bytes == 20, "a page under its key never changes"
    pages.keep("huge", KeptPage(1, "", "x" * 100, ""))
    assert pages.bytes == 20 and pages.find("huge") is None
