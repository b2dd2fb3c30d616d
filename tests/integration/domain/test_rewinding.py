"""A topic is brought back to what was said about it at an earlier version."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import create_association, delete_association
from contextualise.domain.doctor import check_map
from contextualise.domain.errors import Conflict, DomainError, NotFound
from contextualise.domain.history import rewind_topic, undo
from contextualise.domain.names import add_name, delete_name, edit_name
from contextualise.domain.occurrences import add_occurrence, delete_occurrence
from contextualise.domain.topics import delete_topic, rename_topic, set_types
from contextualise.repository.reading.as_of import find_then, read_topic_then
from contextualise.repository.reading.topic import read_topic
from contextualise.repository.tables import Topic
from tests.factories import base, make_map, make_topics
from tests.histories.operations import steps
from tests.histories.running import Chosen, Runner, happens, searching
from tests.histories.worlds import World


async def version_of(session: AsyncSession, map_id: int) -> int:
    found: int = (await session.execute(text("SELECT version FROM map WHERE id = :id"), {"id": map_id})).scalar_one()
    return found


async def said(session: AsyncSession, map_id: int, topic_id: int) -> dict[str, Any]:
    """What a topic's page says of it, without who changed it last and what others say."""
    row = await session.get_one(Topic, (map_id, topic_id), populate_existing=True)
    record = await read_topic(await session.connection(), map_id, row.slug)
    assert record is not None
    return own(record)


def own(record: Any) -> dict[str, Any]:
    plain = {
        name: msgspec.to_builtins(getattr(record, name))
        for name in ("types", "names", "variants", "identifiers", "members", "others", "tags", "steps")
    }
    plain["occurrences"] = [row[:8] for row in msgspec.to_builtins(record.occurrences)]
    plain["details"] = [row[2:8] for row in msgspec.to_builtins(record.details)]
    return {"slug": record.topic.slug, **{name: sorted(rows, key=repr) for name, rows in plain.items()}}


async def test_everything_about_a_topic_comes_back_at_once(session: AsyncSession) -> None:
    map_id = await make_map(session)
    tosca, rome, opera = await make_topics(session, map_id, "Tosca", "Rome", "Opera")
    related = await base(session, map_id, "related")
    await set_types(session, map_id, None, tosca, [opera])
    floria = (await add_name(session, map_id, None, tosca, value="Floria")).construct_id
    acts = (await add_occurrence(session, map_id, None, tosca, type_id=opera, value="3")).construct_id
    link = (await create_association(session, map_id, None, type_id=related, members=[(related, tosca), (related, rome)])).construct_id
    then, version = await said(session, map_id, tosca), await version_of(session, map_id)

    await set_types(session, map_id, None, tosca, [])
    await edit_name(session, map_id, None, floria, value="Floria Tosca")
    await add_name(session, map_id, None, tosca, value="La Tosca")
    await rename_topic(session, map_id, None, tosca, slug="la-tosca")
    await delete_association(session, map_id, None, link)
    await delete_occurrence(session, map_id, None, acts)
    await add_occurrence(session, map_id, None, tosca, type_id=opera, value="4")
    now = await said(session, map_id, tosca)

    done = await rewind_topic(session, map_id, None, tosca, version)
    assert done.note == ""
    assert await said(session, map_id, tosca) == then
    assert await check_map(session, map_id) == []
    assert done.change_id is not None
    await undo(session, map_id, None, done.change_id)
    assert await said(session, map_id, tosca) == now
    assert await check_map(session, map_id) == []


async def test_what_needs_something_that_is_gone_stays_away_and_is_counted(session: AsyncSession) -> None:
    map_id = await make_map(session)
    tosca, rome = await make_topics(session, map_id, "Tosca", "Rome")
    related = await base(session, map_id, "related")
    await create_association(session, map_id, None, type_id=related, members=[(related, tosca), (related, rome)])
    version = await version_of(session, map_id)
    floria = (await add_name(session, map_id, None, tosca, value="Floria")).construct_id
    await delete_topic(session, map_id, None, rome)
    done = await rewind_topic(session, map_id, None, tosca, version)
    assert re.match("1 statement stays as it is", done.note)
    assert "Floria" not in str(await said(session, map_id, tosca))
    assert await check_map(session, map_id) == []
    with pytest.raises(NotFound):
        await rewind_topic(session, map_id, None, rome, version)
    with pytest.raises(NotFound):
        await delete_name(session, map_id, None, floria)


async def test_nothing_is_written_where_nothing_is_different(session: AsyncSession) -> None:
    map_id = await make_map(session)
    (tosca,) = await make_topics(session, map_id, "Tosca")
    version = await version_of(session, map_id)
    with pytest.raises(Conflict, match="as it was then already"):
        await rewind_topic(session, map_id, None, tosca, version)
    with pytest.raises(NotFound):
        await rewind_topic(session, map_id, None, tosca, version + 5)
    assert await version_of(session, map_id) == version


async def live_through(session: AsyncSession, folder: Path, chosen: Chosen, pick: int) -> None:
    world = await World.made(session, folder)
    topic_id = (await world.ids("topic", "NOT is_base"))[pick % 3]
    versions = [await world.version()]
    for operation, picks in chosen:
        if await happens(world, operation, picks):
            versions.append(await world.version())
    then = versions[pick % len(versions)]
    slug = (
        await session.execute(text("SELECT slug FROM topic WHERE map_id = :m AND id = :t"), {"m": world.map_id, "t": topic_id})
    ).scalar_one_or_none()
    try:
        async with session.begin_nested():
            done = await rewind_topic(session, world.map_id, None, topic_id, then)
    except DomainError as refused:
        assert slug is None or isinstance(refused, Conflict)
        return
    assert await check_map(session, world.map_id) == []
    if not done.note:
        past = await find_then(await session.connection(), world.map_id, then)
        assert past is not None
        now = await said(session, world.map_id, topic_id)
        record = await read_topic_then(await session.connection(), world.map_id, now["slug"], past, for_readers=False)
        assert record is not None and own(record) == now
    assert done.change_id is not None
    await undo(session, world.map_id, None, done.change_id)
    assert await check_map(session, world.map_id) == []


@searching(15)
@given(chosen=steps, pick=st.integers(0, 60))
def test_after_any_history_a_topic_is_what_it_was_and_no_invariant_breaks(histories: Runner, chosen: Chosen, pick: int) -> None:
    histories.run(live_through, chosen, pick)
