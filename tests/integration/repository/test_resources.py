"""Lists of one kind over a map: the rule of kinds in SQL, the two ways to a page, and keys in every order."""

import hashlib
from collections.abc import Callable

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.base_topics import base_ids
from contextualise.lib.kinds import Kind, kind_of_content, kind_of_value
from contextualise.lib.values import check
from contextualise.lib.values.datatypes import ANY_URI, DATE, EDTF, GEO, INTEGER, STRING, XSD
from contextualise.repository.database import Database
from contextualise.repository.reading.resources import Chosen, Order, Place, count_kinds, list_resources, listing
from contextualise.repository.tables import Content, Occurrence
from tests.factories import make_map, make_topic

MEDIA = (
    *("image/png", "image/svg+xml", "image/avif", "audio/mpeg", "audio", "audiovisual/x", "video/mp4", "videos", "model/gltf-binary"),
    *("model/gltf+json", "application/pdf", "text/html", "text/markdown", ""),
)
DATATYPES = (ANY_URI, EDTF, DATE, XSD + "gYear", GEO, STRING, INTEGER, "urn:x")
TYPES = ("text", "note", "video", "url", "image")


async def content(session: AsyncSession, map_id: int, topic_id: int, type_id: int, media_type: str, *, html: str | None = None) -> int:
    digest = hashlib.sha256(f"{media_type} {html} {type_id} {topic_id}".encode()).digest()
    await session.execute(
        insert(Content).values(map_id=map_id, sha256=digest, media_type=media_type, bytes=len(media_type), html=html, plain=html)
    )
    row = insert(Occurrence).values(
        map_id=map_id, topic_id=topic_id, type_id=type_id, datatype=ANY_URI, value=f"sha256:{digest.hex()}", sha256=digest
    )
    return (await session.execute(row.returning(Occurrence.id))).scalar_one()


async def value(session: AsyncSession, map_id: int, topic_id: int, type_id: int, datatype: str, text: str, title: str | None = None) -> int:
    row = insert(Occurrence).values(map_id=map_id, topic_id=topic_id, type_id=type_id, datatype=datatype, value=text, title=title)
    if datatype == EDTF:
        checked = check(datatype, text)
        row = row.values(value=checked.value, t_from=checked.t_from, t_to=checked.t_to)
    return (await session.execute(row.returning(Occurrence.id))).scalar_one()


def go(way: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A way to a page: gathered by kind and sorted, gathered by words, or walked."""
    monkeypatch.setattr(listing, "_statements", {})
    if way != "few":
        monkeypatch.setattr(listing, "FEW", -1)
    if way == "many":
        monkeypatch.setattr(listing, "FEW_FOUND", -1)
    return way


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to a page."""
    return go(str(request.param), monkeypatch)


async def test_the_rule_of_kinds_is_the_same_in_sql(database: Database, emptied: Database, way: str) -> None:
    expected: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    async with database.writing() as session:
        map_id = await make_map(session)
        base = await base_ids(session, map_id)
        for name in TYPES:
            topic = await make_topic(session, map_id)
            for media_type in MEDIA:
                for html in (None, "<p>Words</p>"):
                    made = await content(session, map_id, topic, base[name], media_type, html=html)
                    expected[kind_of_content(media_type, is_text=html is not None, is_note=name == "note")].add(made)
            for datatype in DATATYPES:
                made = await value(session, map_id, topic, base[name], datatype, "1900")
                expected[kind_of_value(datatype, is_film=name == "video")].add(made)
    assert all(expected.values())
    async with database.reading() as connection:
        for kind in Kind:
            found = await list_resources(connection, map_id, Chosen(kind, with_inbox=True), limit=1000)
            assert {row.id for row in found.rows} == expected[kind], kind
        counts = await count_kinds(connection, map_id, with_inbox=True)
        assert {each.kind: each.count for each in counts} == {kind: len(ids) for kind, ids in expected.items()}


@pytest.mark.parametrize("way", ["few", "found", "many"])
async def test_words_are_found_on_every_way(database: Database, emptied: Database, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    go(way, monkeypatch)
    async with database.writing() as session:
        map_id = await make_map(session)
        base = await base_ids(session, map_id)
        tosca, other = await make_topic(session, map_id, "Tosca"), await make_topic(session, map_id, "Norma")
        by_topic = await value(session, map_id, tosca, base["url"], ANY_URI, "https://example.org/one", title="One")
        by_title = await value(session, map_id, other, base["url"], ANY_URI, "https://example.org/two", title="On Tosca")
        await value(session, map_id, other, base["url"], ANY_URI, "https://example.org/three", title="Three")
        said = await content(session, map_id, other, base["text"], "text/markdown", html="About tosca")
        await content(session, map_id, other, base["note"], "text/plain", html="About nothing")
    async with database.reading() as connection:

        async def found(kind: Kind, *words: str) -> set[int]:
            return {row.id for row in (await list_resources(connection, map_id, Chosen(kind, words, with_inbox=True))).rows}

        assert await found(Kind.LINK, "tosc") == {by_topic, by_title}
        assert await found(Kind.LINK, "tosca", "on") == {by_title}
        assert await found(Kind.TEXT, "tosca") == {said}
        assert await found(Kind.LINK, "nowhere") == set() == await found(Kind.NOTE, "tosca")


DATES = ("1900", "44 BCE", "until 1200", "since 1990", "500 BCE", "1900", "1900-01-14", "c. 1790")
Sort = Callable[[tuple[int, str]], object]


@pytest.mark.parametrize("order", ["newest", "topic", "title", "time"])
@pytest.mark.parametrize("reverse", [False, True])
async def test_pages_join_in_every_order_both_ways(database: Database, emptied: Database, way: str, order: Order, reverse: bool) -> None:
    async with database.writing() as session:
        map_id = await make_map(session)
        base = await base_ids(session, map_id)
        for number, when in enumerate(DATES):
            topic = await make_topic(session, map_id, f"Topic {'abcabcab'[number]}{number % 3}")
            await value(session, map_id, topic, base["temporal-event"], EDTF, when, title="xyzxyzxy"[number])
            await value(session, map_id, topic, base["attribute"], STRING, "no date")
    chosen = Chosen(Kind.DATE)
    async with database.reading() as connection:
        whole = await list_resources(connection, map_id, chosen, order=order, reverse=reverse)
        if way == "many" and order == "title":
            assert whole.order == "newest"
            return
        assert len(whole.rows) == len(DATES) and not whole.has_before and not whole.has_after
        keys = [row.key if isinstance(row.key, str) and row.key != "Infinity" else float(row.key) for row in whole.rows]
        assert keys == sorted(keys, reverse=reverse ^ (order == "newest"))  # type: ignore[type-var]
        ids = [row.id for row in whole.rows]
        forwards: list[int] = []
        page = await list_resources(connection, map_id, chosen, order=order, reverse=reverse, limit=3)
        while True:
            forwards += [row.id for row in page.rows]
            if not page.has_after:
                break
            last = page.rows[-1]
            place = Place("after", _key(last.key, order), last.id)
            page = await list_resources(connection, map_id, chosen, order=order, reverse=reverse, place=place, limit=3)
            assert page.has_before
        assert forwards == ids
        page = await list_resources(connection, map_id, chosen, order=order, reverse=reverse, place=Place("last"), limit=3)
        backwards = [row.id for row in page.rows]
        while page.has_before:
            first = page.rows[0]
            place = Place("before", _key(first.key, order), first.id)
            page = await list_resources(connection, map_id, chosen, order=order, reverse=reverse, place=place, limit=3)
            assert page.has_after
            backwards = [row.id for row in page.rows] + backwards
        assert backwards == ids


def _key(key: object, order: Order) -> object:
    return float(key) if order == "time" else key  # type: ignore[arg-type]
