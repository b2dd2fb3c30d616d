import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import contextualise
from contextualise.domain.associations import create_association, delete_association, quick_association
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import (
    Saved,
    changes_of_map,
    changes_of_topic,
    describe,
    purge_trash,
    restore_topic,
    trash,
    undo,
)
from contextualise.domain.history.describing import KINDS
from contextualise.domain.maps import check_fields, create_map, edit_map, publish_map
from contextualise.domain.names import add_name
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.topics import create_topic, delete_topic, merge_topics, rename_topic
from contextualise.repository.topics import find_topic
from tests.factories import base, make_map, make_topic, make_topics, make_user


def change(saved: Saved) -> int:
    assert saved.change_id is not None
    return saved.change_id


async def count(session: AsyncSession, table: str, map_id: int) -> int:
    return (await session.execute(text(f"SELECT count(*) FROM {table} WHERE map_id = :m"), {"m": map_id})).scalar_one()


async def test_a_restored_topic_has_everything_again(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b, since = await make_topics(session, map_id, "Tosca", "Rome", "since")
    link = (await quick_association(session, map_id, None, a, b)).construct_id
    await add_occurrence(session, map_id, None, link, type_id=since, value="1900")
    await add_name(session, map_id, None, a, value="La Tosca", scope_ids=[b])
    tables = ("topic", "name", "occurrence", "association", "role", "reification", "identifier", "scope", "scope_theme")
    before = [await count(session, table, map_id) for table in tables]
    gone = await delete_topic(session, map_id, None, a)
    assert await count(session, "association", map_id) == 0
    back = await restore_topic(session, map_id, None, change(gone))
    assert back.note == ""
    assert [await count(session, table, map_id) for table in tables] == before


async def test_a_restored_topic_whose_address_is_taken_gets_the_next(session: AsyncSession) -> None:
    map_id = await make_map(session)
    old = await make_topic(session, map_id, "Tosca")
    gone = await delete_topic(session, map_id, None, old)
    await make_topic(session, map_id, "Tosca")
    await restore_topic(session, map_id, None, change(gone))
    topic = await find_topic(session, map_id, old)
    assert topic is not None and topic.slug == "tosca-2"


async def test_a_restored_topic_never_takes_a_former_address(session: AsyncSession) -> None:
    map_id = await make_map(session)
    old = await make_topic(session, map_id, "Tosca")
    gone = await delete_topic(session, map_id, None, old)
    new = await make_topic(session, map_id, "Tosca")
    await rename_topic(session, map_id, None, new, slug="opera")
    await restore_topic(session, map_id, None, change(gone))
    topic = await find_topic(session, map_id, old)
    assert topic is not None and topic.slug == "tosca-2"


@pytest.mark.parametrize("first", [0, 1])
async def test_a_link_of_two_deleted_topics_comes_back_with_the_second(session: AsyncSession, first: int) -> None:
    map_id = await make_map(session)
    pair = await make_topics(session, map_id, "Tosca", "Rome")
    await quick_association(session, map_id, None, *pair)
    gone = [await delete_topic(session, map_id, None, topic) for topic in pair]
    one = await restore_topic(session, map_id, None, change(gone[first]))
    assert await count(session, "association", map_id) == 0
    assert one.note == ("1 statement will come back together with “Rome”." if first == 0 else "")
    two = await restore_topic(session, map_id, None, change(gone[1 - first]))
    assert two.note == ""
    assert (await count(session, "association", map_id), await count(session, "role", map_id)) == (1, 2)


async def test_a_statement_in_a_deleted_context_waits_for_the_context(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic, libretto = await make_topics(session, map_id, "Tosca", "Libretto")
    await add_name(session, map_id, None, topic, value="Floria", scope_ids=[libretto])
    first = await delete_topic(session, map_id, None, topic)
    second = await delete_topic(session, map_id, None, libretto)
    back = await restore_topic(session, map_id, None, change(first))
    assert back.note == "1 statement will come back together with “Libretto”."
    await restore_topic(session, map_id, None, change(second))
    found = await session.execute(text("SELECT value FROM name WHERE map_id = :m AND topic_id = :t"), {"m": map_id, "t": topic})
    assert set(found.scalars()) == {"Tosca", "Floria"}


async def test_what_needs_something_gone_for_good_is_left_out_and_told(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b = await make_topics(session, map_id, "Tosca", "Rome")
    await quick_association(session, map_id, None, a, b)
    first = await delete_topic(session, map_id, None, a)
    await delete_topic(session, map_id, None, b)
    await session.execute(text("UPDATE change SET rows = '[]' WHERE map_id = :m AND label = 'Rome'"), {"m": map_id})
    back = await restore_topic(session, map_id, None, change(first))
    assert back.note == "1 statement could not come back: what belonged to it is gone for good."
    assert await find_topic(session, map_id, a) is not None


async def test_a_change_that_others_were_built_on_cannot_be_undone(session: AsyncSession) -> None:
    map_id = await make_map(session)
    made = await create_topic(session, map_id, None, name="Tosca")
    await add_name(session, map_id, None, made.construct_id, value="La Tosca")
    version = (await session.execute(text("SELECT version FROM map WHERE id = :m"), {"m": map_id})).scalar_one()
    with pytest.raises(Conflict):
        await undo(session, map_id, None, change(made))
    assert await find_topic(session, map_id, made.construct_id) is not None
    assert (await session.execute(text("SELECT version FROM map WHERE id = :m"), {"m": map_id})).scalar_one() == version


async def test_undoing_says_what_has_to_come_back_first(session: AsyncSession) -> None:
    map_id = await make_map(session)
    a, b = await make_topics(session, map_id, "Tosca", "Rome")
    link = (await quick_association(session, map_id, None, a, b)).construct_id
    gone = await delete_association(session, map_id, None, link)
    await delete_topic(session, map_id, None, b)
    with pytest.raises(Conflict, match="“Rome”"):
        await undo(session, map_id, None, change(gone))


async def test_undo_of_undo_of_undo(session: AsyncSession) -> None:
    map_id = await make_map(session)
    made = await create_topic(session, map_id, None, name="Tosca")
    last = made
    for present in (False, True, False, True):
        last = await undo(session, map_id, None, change(last))
        assert (await find_topic(session, map_id, made.construct_id) is not None) is present
    await undo(session, map_id, None, change(made))
    with pytest.raises(Conflict):
        await undo(session, map_id, None, change(made))


async def test_undoing_the_first_use_of_a_context_leaves_it_to_others(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic, libretto = await make_topics(session, map_id, "Tosca", "Libretto")
    first = await add_name(session, map_id, None, topic, value="Floria", scope_ids=[libretto])
    await add_name(session, map_id, None, topic, value="Mario", scope_ids=[libretto])
    await undo(session, map_id, None, change(first))
    assert await count(session, "scope", map_id) == 2


async def test_a_topic_used_as_context_once_can_be_unmade(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    made = await create_topic(session, map_id, None, name="Libretto")
    named = await add_name(session, map_id, None, topic, value="Floria", scope_ids=[made.construct_id])
    undone = [await undo(session, map_id, None, change(saved)) for saved in (named, made)]
    for saved in reversed(undone):
        await undo(session, map_id, None, change(saved))
    assert await count(session, "scope", map_id) == 2


async def test_the_trash_lists_what_can_come_back(session: AsyncSession) -> None:
    user_id = await make_user(session, name="Ada")
    map_id = await make_map(session)
    a, b = await make_topics(session, map_id, "Tosca", "Rome")
    link = (await quick_association(session, map_id, user_id, a, b)).construct_id
    await delete_association(session, map_id, user_id, link)
    gone = await delete_topic(session, map_id, user_id, b)
    found = await trash(session, map_id)
    assert [(item.op, item.label, item.user_name) for item in found] == [
        ("topic.delete", "Rome", "Ada"),
        ("association.delete", "Association: Tosca – Rome", "Ada"),
    ]
    assert [item.id for item in await trash(session, map_id, before=found[0].id)] == [found[1].id]
    assert len(await trash(session, map_id, limit=1)) == 1
    await restore_topic(session, map_id, user_id, change(gone))
    assert len(await trash(session, map_id)) == 1


async def test_the_trash_is_emptied_after_its_time(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    gone = await delete_topic(session, map_id, None, topic)
    assert await purge_trash(session, timedelta(days=1)) == 0
    await session.execute(text("UPDATE change SET at = now() - interval '31 days' WHERE id = :c"), {"c": gone.change_id})
    assert await trash(session, map_id) == []
    assert await purge_trash(session) == 1
    assert await purge_trash(session) == 0
    with pytest.raises(Conflict, match="for good"):
        await restore_topic(session, map_id, None, change(gone))


async def test_the_history_of_a_topic_tells_who_did_what(session: AsyncSession) -> None:
    user_id = await make_user(session, name="Ada")
    map_id = await make_map(session)
    a, b = await make_topics(session, map_id, "Tosca", "La Tosca")
    kind = await make_topic(session, map_id, "about")
    await create_association(session, map_id, user_id, type_id=kind, members=[(kind, a)])
    merged = await merge_topics(session, map_id, user_id, a, b)
    await undo(session, map_id, user_id, change(merged))
    told = [describe(item) for item in await changes_of_topic(session, map_id, a)]
    assert told == [
        "undid: merged the topic “La Tosca” into this one",
        "merged the topic “La Tosca” into this one",
        "linked “about: Tosca”",
        "made the topic “Tosca”",
    ]


async def test_a_change_of_another_map_cannot_be_undone(session: AsyncSession) -> None:
    here, there = await make_map(session), await make_map(session)
    made = await create_topic(session, there, None, name="Tosca")
    with pytest.raises(NotFound):
        await undo(session, here, None, change(made))
    with pytest.raises(NotFound):
        await restore_topic(session, there, None, change(made))


async def test_what_was_decided_about_the_map_itself_is_undone_by_those_who_manage_it(session: AsyncSession) -> None:
    owner = await make_user(session)
    map_id = await create_map(session, owner, check_fields(title="Opera"))
    await publish_map(session, map_id, owner)
    published, made = await changes_of_map(session, map_id)
    assert [published.op, made.op] == ["map.publish", "map.create"]
    with pytest.raises(Conflict, match="map itself"):
        await undo(session, map_id, owner, published.id)
    taken_back = await undo(session, map_id, owner, published.id, may_manage=True)
    assert taken_back.change_id is not None
    with pytest.raises(Conflict, match="map itself"):
        await undo(session, map_id, owner, taken_back.change_id)
    with pytest.raises(Conflict, match="The map began with this"):
        await undo(session, map_id, owner, made.id, may_manage=True)


async def test_labels_follow_the_language_of_the_map(session: AsyncSession) -> None:
    owner = await make_user(session)
    map_id = await create_map(session, owner, check_fields(title="Opera", default_lang="en"))
    topic = await make_topic(session, map_id, "Force", scope_ids=[await base(session, map_id, "eng")])
    await add_name(session, map_id, None, topic, value="La forza", scope_ids=[await base(session, map_id, "ita")])
    await edit_map(session, map_id, owner, check_fields(title="Opera", default_lang="it"))
    found = await find_topic(session, map_id, topic)
    assert found is not None and found.label == "La forza"


def test_every_kind_of_change_has_words() -> None:
    source = Path(contextualise.__file__).parent
    written = re.compile(r'(?:op(?:: str)? ?= ?|user_id, )"([a-z]+\.[a-z]+)"')
    ops = {op for path in source.rglob("*.py") for op in written.findall(path.read_text())}
    assert {"topic.create", "map.publish", "text.save"} <= ops
    assert ops <= KINDS
