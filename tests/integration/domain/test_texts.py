import re
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import undo
from contextualise.domain.names import add_name
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.texts import Stale, edit_text, read_source, save_text
from contextualise.domain.topics import delete_topic, rename_topic
from contextualise.objects import FolderStore
from tests.factories import base, make_map, make_topic, make_topics


@pytest.fixture
def objects(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


async def texts(session: AsyncSession, topic_id: int) -> list[bytes]:
    rows = await session.execute(text("SELECT sha256 FROM occurrence WHERE topic_id = :t ORDER BY id"), {"t": topic_id})
    return [bytes(row[0]) for row in rows]


async def links(session: AsyncSession, map_id: int) -> dict[str, int | None]:
    rows = await session.execute(text("SELECT target, topic_id FROM content_link WHERE map_id = :m"), {"m": map_id})
    return {row[0]: row[1] for row in rows}


def digest(source: str) -> bytes:
    return sha256(source.encode()).digest()


async def test_a_text_is_kept_as_an_object_and_read_from_the_row(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    await save_text(session, objects, map_id, None, topic, source="An *opera*.\r\n\r\n", expected=None)
    assert await texts(session, topic) == [digest("An *opera*.")]
    assert await read_source(objects, map_id, digest("An *opera*.")) == "An *opera*."
    row = (await session.execute(text("SELECT html, plain FROM content WHERE map_id = :m"), {"m": map_id})).one()
    assert "<em>opera</em>" in row.html
    assert row.plain.strip() == "An opera."


async def test_the_second_of_two_editors_gets_both_texts_and_a_merge(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    start = "one\ntwo\nthree"
    await save_text(session, objects, map_id, None, topic, source=start, expected=None)
    await save_text(session, objects, map_id, None, topic, source="ONE\ntwo\nthree", expected=digest(start))
    with pytest.raises(Stale) as refused:
        await save_text(session, objects, map_id, None, topic, source="one\ntwo\nTHREE", expected=digest(start))
    stale = refused.value
    assert (stale.mine, stale.theirs) == ("one\ntwo\nTHREE", "ONE\ntwo\nthree")
    assert (stale.merged.text, stale.merged.conflicts) == ("ONE\ntwo\nTHREE", 0)
    await save_text(session, objects, map_id, None, topic, source=stale.merged.text, expected=stale.current)
    assert await texts(session, topic) == [digest("ONE\ntwo\nTHREE")]


async def test_a_text_written_where_another_appeared_is_stale(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    await save_text(session, objects, map_id, None, topic, source="theirs", expected=None)
    with pytest.raises(Stale):
        await save_text(session, objects, map_id, None, topic, source="mine", expected=None)
    with pytest.raises(Stale):
        await save_text(session, objects, map_id, None, topic, source="", expected=digest("long gone"))
    assert await texts(session, topic) == [digest("theirs")]


async def test_the_same_text_again_changes_nothing(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    await save_text(session, objects, map_id, None, topic, source="words", expected=None)
    assert (await save_text(session, objects, map_id, None, topic, source="words\n", expected=digest("words"))).change_id is None
    assert (await save_text(session, objects, map_id, None, topic, source="words", expected=None)).change_id is None


async def test_each_context_has_a_text_of_its_own(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic, libretto = await make_topics(session, map_id, "Tosca", "Libretto")
    await save_text(session, objects, map_id, None, topic, source="general", expected=None)
    await save_text(session, objects, map_id, None, topic, source="in the libretto", expected=None, scope_ids=[libretto])
    assert await texts(session, topic) == [digest("general"), digest("in the libretto")]


async def test_an_emptied_text_is_deleted_and_undo_brings_it_back(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    await save_text(session, objects, map_id, None, topic, source="words", expected=None)
    gone = await save_text(session, objects, map_id, None, topic, source=" \n ", expected=digest("words"))
    assert await texts(session, topic) == []
    assert gone.change_id is not None
    await undo(session, map_id, None, gone.change_id)
    assert await texts(session, topic) == [digest("words")]


async def test_a_text_that_is_too_long_is_refused(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    with pytest.raises(Invalid):
        await save_text(session, objects, map_id, None, topic, source="x" * 1_000_001, expected=None)


async def test_a_text_of_another_maps_topic_is_refused(session: AsyncSession, objects: FolderStore) -> None:
    here, there = await make_map(session), await make_map(session)
    with pytest.raises(NotFound):
        await save_text(session, objects, here, None, await make_topic(session, there, "Tosca"), source="words", expected=None)


async def test_links_follow_names_addresses_and_deletions(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic, rome = await make_topics(session, map_id, "Tosca", "Rome")
    await save_text(session, objects, map_id, None, topic, source="In [[Rome]], [[the city|Roma]] and [[eternal-city]].", expected=None)
    assert await links(session, map_id) == {"Rome": rome, "the city": None, "eternal-city": None}
    named = await add_name(session, map_id, None, rome, value="The City")
    assert (await links(session, map_id))["the city"] == rome
    await rename_topic(session, map_id, None, rome, slug="eternal-city")
    await rename_topic(session, map_id, None, rome, slug="roma")
    assert await links(session, map_id) == {"Rome": rome, "the city": rome, "eternal-city": rome}
    assert named.change_id is not None
    await undo(session, map_id, None, named.change_id)
    assert (await links(session, map_id))["the city"] is None
    await delete_topic(session, map_id, None, rome)
    assert set((await links(session, map_id)).values()) == {None}
    again = await make_topic(session, map_id, "Rome")
    assert (await links(session, map_id))["Rome"] == again


async def test_a_link_means_a_persons_topic_before_a_base_topic_and_the_plain_name_before_a_scoped_one(
    session: AsyncSession, objects: FolderStore
) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    await save_text(session, objects, map_id, None, topic, source="A [[process]].", expected=None)
    assert (await links(session, map_id))["process"] == await base(session, map_id, "process")
    scoped = await make_topic(session, map_id, "Process", scope_ids=[await base(session, map_id, "deu")])
    assert (await links(session, map_id))["process"] == scoped
    plain = await make_topic(session, map_id, "Process")
    assert (await links(session, map_id))["process"] == plain


async def test_headings_of_two_texts_on_a_page_have_different_ids(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic, one, two = await make_topics(session, map_id, "Tosca", "Libretto", "Score")
    for scope_ids, words in (([], "a"), ([one], "b"), ([two], "c")):
        source = f"# Act\n\n{words}"
        await save_text(session, objects, map_id, None, topic, source=source, expected=None, scope_ids=scope_ids)
    pages = (await session.execute(text("SELECT html FROM content WHERE map_id = :m"), {"m": map_id})).scalars()
    ids = [found for page in pages for found in re.findall(r'id="([^"]+)"', page)]
    assert len(ids) == len(set(ids)) >= 3
    assert "text-act" in ids


async def test_a_text_moves_to_another_context_in_one_change(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic, libretto = await make_topics(session, map_id, "Tosca", "Libretto")
    saved = await save_text(session, objects, map_id, None, topic, source="words", expected=None)
    moved = await edit_text(
        session, objects, map_id, None, saved.construct_id, source="other words", expected=digest("words"), scope_ids=[libretto]
    )
    assert await texts(session, topic) == [digest("other words")]
    with pytest.raises(Stale):
        await edit_text(session, objects, map_id, None, saved.construct_id, source="mine", expected=digest("words"))
    await save_text(session, objects, map_id, None, topic, source="general", expected=None)
    with pytest.raises(Invalid):
        await edit_text(session, objects, map_id, None, saved.construct_id, source="mine", expected=digest("other words"))
    assert moved.change_id is not None
    await undo(session, map_id, None, moved.change_id)
    assert set(await texts(session, topic)) == {digest("words"), digest("general")}


async def test_what_is_no_text_is_not_edited_as_one(session: AsyncSession, objects: FolderStore) -> None:
    map_id = await make_map(session)
    topic, voice = await make_topics(session, map_id, "Tosca", "voice")
    value = await add_occurrence(session, map_id, None, topic, type_id=voice, value="soprano")
    with pytest.raises(Conflict):
        await edit_text(session, objects, map_id, None, value.construct_id, source="x", expected=b"")
