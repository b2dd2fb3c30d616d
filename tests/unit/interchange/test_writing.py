"""Maps written as XTM 2.1 and read again: the same map, whatever was in it."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contextualise.interchange import FolderResolver, InterchangeError, read
from contextualise.interchange.records import TopicMap
from contextualise.interchange.subjects import STRING
from contextualise.interchange.xtm import writer
from tests.unit.interchange.support import BASE, canonical, reading, xtm21
from tests.unit.interchange.test_properties import topic_maps, written

REAL = ("mondial.xtm.gz", "xmltools-tm.xtm", "JillsMusic.xtm")


def written_out(topic_map: TopicMap) -> bytes:
    out = io.BytesIO()
    writer.write(topic_map, out)
    return out.getvalue()


def again(topic_map: TopicMap) -> TopicMap:
    """The map after a way out and in, read as strictly as can be and with nothing to say about it."""
    found = read(io.BytesIO(written_out(topic_map)), base=topic_map.base, strict=True)
    assert found.warnings == []
    return found.map


@settings(max_examples=300, deadline=None)
@given(topic_maps(reified=True), st.integers(0, 1000))
def test_random_maps_come_back_equal(topic_map: TopicMap, seed: int) -> None:
    try:
        found = reading(written(topic_map, seed), strict=False).map
    except InterchangeError:
        return  # two statements in conflict over a reifier: there is no such map
    assert canonical(again(found)) == canonical(found)


@pytest.mark.parametrize("name", REAL)
def test_real_maps_come_back_equal(corpora: Path, name: str) -> None:
    path = corpora / "maps" / name
    found = read(path, resolver=FolderResolver(path), strict=False).map
    assert canonical(again(found)) == canonical(found)


def test_every_map_of_the_conformance_suite_comes_back_equal(corpora: Path) -> None:
    count = 0
    for path in sorted(corpora.rglob("*.xtm")):
        try:
            found = read(path, resolver=FolderResolver(path), strict=False).map
        except InterchangeError:
            continue
        assert canonical(again(found)) == canonical(found), path
        count += 1
    assert count >= 124


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_makes_a_document_that_can_be_read(value: str) -> None:
    source = reading(
        xtm21(
            '<topic id="a"><name><value>x</value></name><occurrence><type><topicRef href="#a"/></type>'
            "<resourceData>y</resourceData></occurrence></topic>"
        )
    ).map
    source.names[0].value = source.occurrences[0].value = value
    found = again(source)
    if value == found.names[0].value:
        assert canonical(found) == canonical(source)
    else:
        assert "\ufffd" in found.names[0].value, "only what no XML document can hold is replaced"


@pytest.mark.parametrize(
    "markup", ["<b xmlns='urn:x'>bold</b> and plain", "<a", "a & b", "<!DOCTYPE x>", "<![CDATA[x]]>", "<x:y/>", "</value><value>", "&e;"]
)
def test_markup_stays_in_its_place(markup: str) -> None:
    any_type = "http://www.w3.org/2001/XMLSchema#anyType"
    source = reading(
        xtm21(
            f'<topic id="a"><occurrence><type><topicRef href="#a"/></type><resourceData datatype="{any_type}">y</resourceData>'
            "</occurrence></topic>"
        )
    ).map
    source.occurrences[0].value = markup
    found = again(source)
    assert (len(found.topics), len(found.occurrences)) == (1, 1)
    assert again(found).occurrences[0].value == found.occurrences[0].value


def test_a_topic_without_any_identifier_gets_an_id() -> None:
    source = reading(xtm21('<topic id="t1"><name><value>x</value></name></topic>')).map
    source.topics[0].item_identifiers.clear()
    found = again(source)
    assert [name.value for name in found.names] == ["x"]
    (topic,) = [topic for topic in found.topics if topic.item_identifiers]
    assert topic.item_identifiers == [f"{BASE}#t{source.topics[0].id}"]


def test_types_are_written_as_such_and_plain_names_without_their_type() -> None:
    source = '<topic id="a"><instanceOf><topicRef href="#b"/></instanceOf><name><value>x</value></name></topic><topic id="b"/>'
    text = written_out(reading(xtm21(source)).map).decode()
    assert '<instanceOf><topicRef href="#b"/></instanceOf>' in text and "<association>" not in text
    assert "<name><value>x</value></name>" in text
    assert STRING not in text
