"""The canonical form, beyond what the conformance suite shows."""

import io

import pytest

from contextualise.interchange import cxtm
from contextualise.interchange.records import Association, Name, Occurrence, Role, Topic, TopicMap, Variant
from contextualise.interchange.subjects import ANY_URI, DECIMAL, INTEGER, STRING
from tests.unit.interchange.support import canonical, canonical_of, xtm21

NONE: frozenset[int] = frozenset()


def locators(*iris: str, base: str = "http://example.org/maps/map.xtm") -> list[str]:
    out = io.BytesIO()
    cxtm.write(TopicMap(base, topics=[Topic(1, list(iris))]), out)
    return [line[9:-10] for line in out.getvalue().decode().splitlines() if line.startswith("<locator>")]


@pytest.mark.parametrize(
    ("iri", "locator"),
    [
        ("http://example.org/maps/map.xtm#a", "#a"),
        ("http://example.org/maps/map.xtm", ""),
        ("http://example.org/maps/other.xtm#a", "other.xtm#a"),
        ("http://example.org/maps/deep/a", "deep/a"),
        ("http://example.org/a", "a"),
        ("file:///x", "file:///x"),
        ("http://example.com/a", "http://example.com/a"),
        ("urn:x:%41%C3%A9%20", "urn:x:Aé "),
        ("urn:x:e\u0301", "urn:x:é"),
        ("urn:x:%FF", "urn:x:\ufffd"),
    ],
)
def test_locators_are_relative_decoded_and_composed(iri: str, locator: str) -> None:
    assert locators(iri) == [locator]


def test_base_counts_without_fragment_query_and_final_slash() -> None:
    assert locators("http://example.org/maps/a", base="http://example.org/maps/?q#f") == ["a"]


def test_canonical_form_does_not_depend_on_where_the_file_lies() -> None:
    topics = [Topic(1, item_identifiers=["{}#b"]), Topic(2, item_identifiers=["{}#a"])]
    forms = set()
    for base in ("file:///z/y.xtm", "http://example.org/a.xtm"):
        moved = [Topic(t.id, item_identifiers=[t.item_identifiers[0].format(base)]) for t in topics]
        out = io.BytesIO()
        cxtm.write(TopicMap(base, topics=moved), out)
        forms.add(out.getvalue())
    assert len(forms) == 1


def values(datatype: str, *written: str) -> list[str]:
    topic_map = TopicMap("http://x/", topics=[Topic(1, ["urn:a"])])
    topic_map.occurrences = [Occurrence(2 + n, 1, 1, NONE, datatype, value) for n, value in enumerate(written)]
    return [line[7:-8] for line in canonical(topic_map).splitlines() if line.startswith("<value>")]


@pytest.mark.parametrize(
    ("datatype", "written", "value"),
    [
        (INTEGER, "+007", "7"),
        (INTEGER, " -0 ", "0"),
        (INTEGER, "-010", "-10"),
        (INTEGER, "1.0", "1.0"),
        (INTEGER, "seven", "seven"),
        (INTEGER, "", ""),
        (DECIMAL, "1", "1.0"),
        (DECIMAL, ".50", "0.5"),
        (DECIMAL, "-.0", "0.0"),
        (DECIMAL, "-012.3400", "-12.34"),
        (DECIMAL, ".", "."),
        (DECIMAL, "1e3", "1e3"),
        (STRING, "007", "007"),
        (STRING, "<&>\r\n\t\"'", "<&>\r\n\t\"'"),
    ],
)
def test_numbers_come_in_their_canonical_form(datatype: str, written: str, value: str) -> None:
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    topic_map = TopicMap("http://x/", topics=[Topic(1, ["urn:a"])], occurrences=[Occurrence(2, 1, 1, NONE, datatype, written)])
    assert f"<value>{escaped}</value>\n" in canonical(topic_map)


def test_occurrences_come_by_value_as_it_is_written_out() -> None:
    assert values(ANY_URI, "http://x/b", "a:a", "http://x/A") == ["A", "a:a", "b"]


def test_topics_with_fewer_identifiers_come_first() -> None:
    topic_map = TopicMap(
        "http://x/", topics=[Topic(1, ["urn:a", "urn:b"]), Topic(2, ["urn:z"]), Topic(3, [], ["urn:l"]), Topic(4, [], [], ["urn:i"])]
    )
    assert [line[9:-10] for line in canonical(topic_map).splitlines() if line.startswith("<locator>")] == [
        "urn:i",
        "urn:l",
        "urn:z",
        "urn:a",
        "urn:b",
    ]


def test_identifiers_order_by_code_point() -> None:
    assert locators("urn:\U0001f600", "urn:\uffee", "urn:Z", "urn:a") == ["urn:Z", "urn:a", "urn:\uffee", "urn:\U0001f600"]


def test_every_construct_is_written_in_the_order_of_the_standard() -> None:
    topic_map = TopicMap(
        "http://x/",
        ("http://x/#m",),
        3,
        topics=[Topic(1, ["urn:a"], ["urn:l"], ["urn:i"]), Topic(2, ["urn:b"]), Topic(3, ["urn:c"]), Topic(4, ["urn:d"])],
        names=[Name(5, 1, 2, frozenset({3}), "N", ("urn:n",), 4)],
        variants=[Variant(6, 5, frozenset({2, 3}), STRING, "v", ("urn:v",))],
        occurrences=[Occurrence(7, 1, 2, frozenset({2}), STRING, "o", ("urn:o",))],
        associations=[Association(8, 2, frozenset({3}), ("urn:s",))],
        roles=[Role(9, 8, 3, 1, ("urn:r",)), Role(10, 8, 2, 1)],
    )
    assert canonical(topic_map) == (
        '<topicMap reifier="3">\n<itemIdentifiers>\n<locator>#m</locator>\n</itemIdentifiers>\n'
        '<topic number="1">\n<subjectIdentifiers>\n<locator>urn:a</locator>\n</subjectIdentifiers>\n'
        "<subjectLocators>\n<locator>urn:l</locator>\n</subjectLocators>\n<itemIdentifiers>\n<locator>urn:i</locator>\n</itemIdentifiers>\n"
        '<name number="1" reifier="4">\n<value>N</value>\n<type topicref="2"></type>\n'
        '<scope>\n<scopingTopic topicref="3"></scopingTopic>\n</scope>\n'
        '<variant number="1">\n<value>v</value>\n<datatype>http://www.w3.org/2001/XMLSchema#string</datatype>\n'
        '<scope>\n<scopingTopic topicref="2"></scopingTopic>\n<scopingTopic topicref="3"></scopingTopic>\n</scope>\n'
        "<itemIdentifiers>\n<locator>urn:v</locator>\n</itemIdentifiers>\n</variant>\n"
        "<itemIdentifiers>\n<locator>urn:n</locator>\n</itemIdentifiers>\n</name>\n"
        '<occurrence number="1">\n<value>o</value>\n<datatype>http://www.w3.org/2001/XMLSchema#string</datatype>\n'
        '<type topicref="2"></type>\n'
        '<scope>\n<scopingTopic topicref="2"></scopingTopic>\n</scope>\n'
        "<itemIdentifiers>\n<locator>urn:o</locator>\n</itemIdentifiers>\n</occurrence>\n"
        '<rolePlayed ref="association.1.role.1"></rolePlayed>\n<rolePlayed ref="association.1.role.2"></rolePlayed>\n</topic>\n'
        '<topic number="2">\n<subjectIdentifiers>\n<locator>urn:b</locator>\n</subjectIdentifiers>\n</topic>\n'
        '<topic number="3">\n<subjectIdentifiers>\n<locator>urn:c</locator>\n</subjectIdentifiers>\n</topic>\n'
        '<topic number="4">\n<subjectIdentifiers>\n<locator>urn:d</locator>\n</subjectIdentifiers>\n</topic>\n'
        '<association number="1">\n<type topicref="2"></type>\n'
        '<role number="1">\n<player topicref="1"></player>\n<type topicref="2"></type>\n</role>\n'
        '<role number="2">\n<player topicref="1"></player>\n<type topicref="3"></type>\n'
        "<itemIdentifiers>\n<locator>urn:r</locator>\n</itemIdentifiers>\n</role>\n"
        '<scope>\n<scopingTopic topicref="3"></scopingTopic>\n</scope>\n'
        "<itemIdentifiers>\n<locator>urn:s</locator>\n</itemIdentifiers>\n</association>\n"
        "</topicMap>\n"
    )


def test_empty_map_is_two_lines() -> None:
    assert canonical_of(xtm21()) == "<topicMap>\n</topicMap>\n"
