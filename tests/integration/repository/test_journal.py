from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.doctor import check_map
from contextualise.domain.history import begin, finish, undo
from contextualise.domain.topics import delete_topic, merge_topics
from contextualise.repository.associations import association_sig
from contextualise.repository.journal import Entry, Journal, StaleRow, entry_from_json
from contextualise.repository.journal.reversing import reverse
from contextualise.repository.tables import Association, AssociationRole, Name, Occurrence, Topic
from tests.factories import base, make_map, make_topic


@contextmanager
def counted(session: AsyncSession) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    connection: Connection = session.sync_session.connection()
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


async def hub(session: AsyncSession, map_id: int, size: int) -> int:
    """A topic that is associated with that many others."""
    topic, kind, role = (
        await make_topic(session, map_id),
        await base(session, map_id, "association"),
        await base(session, map_id, "related"),
    )
    journal = await begin(session, map_id)
    slugs = [f"of-{topic}-{number}" for number in range(size)]
    others = await journal.insert_many(Topic, [{"slug": slug, "label": slug, "sort_key": slug} for slug in slugs])
    members = [[(role, topic), (role, other["id"])] for other in others]
    made = await journal.insert_many(Association, [{"type_id": kind, "sig": association_sig(kind, 0, pairs)} for pairs in members])
    rows = [
        {"association_id": image["id"], "type_id": role_type, "player_id": player, "association_type_id": kind, "association_scope_id": 0}
        for image, pairs in zip(made, members, strict=True)
        for role_type, player in pairs
    ]
    await journal.insert_many(AssociationRole, rows)
    await finish(journal, user_id=None, op="association.create", construct_id=topic, label="")
    return topic


async def test_an_update_that_changes_nothing_leaves_no_entry(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    journal = await begin(session, map_id)
    await journal.update(Topic, Topic.id == topic, slug="tosca")
    assert journal.entries == []
    await journal.update(Topic, Topic.id == topic, slug="floria")
    (entry,) = journal.entries
    assert entry.before is not None and entry.after is not None
    assert (entry.before["slug"], entry.after["slug"]) == ("tosca", "floria")


async def test_rows_of_another_map_are_never_touched(session: AsyncSession) -> None:
    here, there = await make_map(session), await make_map(session)
    topic = await make_topic(session, there, "Tosca")
    journal = await begin(session, here)
    assert await journal.update(Topic, Topic.id == topic, slug="x") == []
    assert await journal.delete(Name, Name.topic_id == topic) == []
    row = (await session.execute(text("SELECT to_jsonb(n.*) FROM name n WHERE topic_id = :t"), {"t": topic})).scalar_one()
    assert await journal.remove(Name, [{name: value for name, value in row.items() if name not in ("map_id", "sig")}]) == []
    assert journal.entries == []


@pytest.mark.parametrize("value", [1e300, -0.0, float("inf"), 1 / 3, None])
async def test_numbers_come_back_exactly(session: AsyncSession, value: float | None) -> None:
    map_id = await make_map(session)
    topic, kind = await make_topic(session, map_id), await make_topic(session, map_id)
    journal = await begin(session, map_id)
    image = await journal.insert(Occurrence, topic_id=topic, type_id=kind, value="\\x00 “é” 😀", num=value, sha256=None)
    await journal.delete(Occurrence, Occurrence.id == image["id"])
    await reverse(journal, [entry_from_json(journal.entries[-1].as_json())])
    row = (await session.execute(text("SELECT num, value FROM occurrence WHERE id = :i"), {"i": image["id"]})).one()
    assert (row.num, row.value) == (value, "\\x00 “é” 😀")


async def test_a_row_that_was_changed_since_is_stale(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    journal = await begin(session, map_id)
    await journal.update(Topic, Topic.id == topic, slug="one")
    entries = list(journal.entries)
    await journal.update(Topic, Topic.id == topic, slug="two")
    with pytest.raises(StaleRow):
        await reverse(journal, entries)


async def test_who_left_does_not_keep_a_row_from_coming_back(session: AsyncSession) -> None:
    map_id = await make_map(session)
    topic = await make_topic(session, map_id, "Tosca")
    journal = await begin(session, map_id)
    await journal.delete(Name, Name.topic_id == topic)
    (image,) = await journal.delete(Topic, Topic.id == topic)
    gone = Entry("topic", {**image, "created_by": 999_999, "updated_by": 999_999}, None)
    await reverse(journal, [gone])
    row = (await session.execute(text("SELECT slug, created_by FROM topic WHERE id = :t"), {"t": topic})).one()
    assert (row.slug, row.created_by) == ("tosca", None)


async def test_a_hub_costs_as_many_statements_as_a_leaf(session: AsyncSession) -> None:
    map_id = await make_map(session)
    counts = []
    for size in (2, 2000):
        topic = await hub(session, map_id, size)
        with counted(session) as statements:
            gone = await delete_topic(session, map_id, None, topic)
            assert gone.change_id is not None
            await undo(session, map_id, None, gone.change_id)
        counts.append(len(statements))
        left = await session.execute(text("SELECT count(*) FROM role WHERE map_id = :m AND player_id = :t"), {"m": map_id, "t": topic})
        assert left.scalar_one() == size
    assert counts[0] == counts[1]


async def test_merging_a_hub_costs_as_many_statements_as_merging_a_leaf(session: AsyncSession) -> None:
    map_id = await make_map(session)
    counts = []
    for size in (6, 600):
        keep, drop = await make_topic(session, map_id), await hub(session, map_id, size)
        with counted(session) as statements:
            await merge_topics(session, map_id, None, keep, drop)
        counts.append(len(statements))
        assert await check_map(session, map_id) == []
    assert counts[0] == counts[1]


def test_a_journal_writes_only_what_it_can_take_back() -> None:
    from contextualise.repository.journal.images import table_of
    from contextualise.repository.tables import Change

    with pytest.raises(AssertionError):
        table_of(Change)
    assert Journal.__slots__
