"""Several people write to one map at the same time, each in a transaction of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.associations import AlreadyThere, quick_association
from contextualise.domain.doctor import check_map
from contextualise.domain.errors import DomainError
from contextualise.domain.names import add_name
from contextualise.domain.texts import Stale, save_text
from contextualise.domain.topics import create_topic, delete_topic, merge_topics, resolve_or_create
from contextualise.objects import FolderStore
from contextualise.repository.database import Database
from tests.factories import make_map, make_topics

Work = Callable[[AsyncSession], Awaitable[object]]


async def at_once(database: Database, *works: Work) -> list[object]:
    """What each piece of work returned or was refused with."""

    async def one(work: Work) -> object:
        async with database.writing() as session:
            return await work(session)

    return await asyncio.gather(*(one(work) for work in works), return_exceptions=True)


async def a_map(database: Database, *names: str) -> tuple[int, list[int]]:
    async with database.writing() as session:
        map_id = await make_map(session)
        return map_id, list(await make_topics(session, map_id, *names))


async def is_sound(database: Database, map_id: int) -> bool:
    async with database.reading() as connection:
        return await check_map(connection, map_id) == []


async def test_writers_take_turns_and_no_version_is_lost(emptied: Database) -> None:
    map_id, _ = await a_map(emptied)
    results = await at_once(emptied, *(lambda s: create_topic(s, map_id, None, name="Tosca") for _ in range(8)))
    assert sorted(saved.version for saved in results) == list(range(2, 10))
    async with emptied.reading() as connection:
        slugs = await connection.execute(text("SELECT slug FROM topic WHERE map_id = :m AND NOT is_base"), {"m": map_id})
        assert set(slugs.scalars()) == {"tosca", *(f"tosca-{n}" for n in range(2, 9))}
    assert await is_sound(emptied, map_id)


async def test_the_same_new_topic_is_made_once(emptied: Database) -> None:
    map_id, _ = await a_map(emptied)
    results = await at_once(emptied, *(lambda s: resolve_or_create(s, map_id, None, "Tosca") for _ in range(6)))
    assert len({found[0].id for found in results if isinstance(found, tuple)}) == 1
    assert sum(isinstance(found, tuple) and found[1] is not None for found in results) == 1


async def test_the_same_association_is_made_once(emptied: Database) -> None:
    map_id, (a, b) = await a_map(emptied, "Tosca", "Rome")
    results = await at_once(emptied, *(lambda s: quick_association(s, map_id, None, a, b) for _ in range(5)))
    assert sum(isinstance(result, AlreadyThere) for result in results) == 4
    assert await is_sound(emptied, map_id)


async def test_of_two_who_save_a_text_the_second_is_told(emptied: Database, tmp_path: Path) -> None:
    map_id, (topic,) = await a_map(emptied, "Tosca")
    objects = FolderStore(tmp_path)
    sources = ["one", "two", "three"]
    results = await at_once(
        emptied, *(lambda s, text=source: save_text(s, objects, map_id, None, topic, source=text, expected=None) for source in sources)
    )
    stale = [result for result in results if isinstance(result, Stale)]
    assert len(stale) == 2
    saved = next(source for source, result in zip(sources, results, strict=True) if not isinstance(result, Stale))
    assert {(result.theirs, result.mine) for result in stale} == {(saved, source) for source in sources if source != saved}


async def test_deleting_merging_and_writing_about_a_topic_at_once_leaves_nothing_dangling(emptied: Database) -> None:
    map_id, (a, b, c) = await a_map(emptied, "Tosca", "Rome", "Act")
    results = await at_once(
        emptied,
        lambda s: delete_topic(s, map_id, None, a),
        lambda s: merge_topics(s, map_id, None, b, a),
        lambda s: add_name(s, map_id, None, a, value="La Tosca", scope_ids=[c]),
        lambda s: quick_association(s, map_id, None, a, c),
        lambda s: delete_topic(s, map_id, None, c, replacement_id=b),
    )
    refused = [result for result in results if isinstance(result, BaseException)]
    assert all(isinstance(result, DomainError) for result in refused), refused
    assert await is_sound(emptied, map_id)


async def test_writers_of_different_maps_do_not_wait_for_each_other(emptied: Database) -> None:
    (one, _), (two, _) = await a_map(emptied), await a_map(emptied)
    async with emptied.writing() as session:
        await create_topic(session, one, None, name="Tosca")
        async with asyncio.timeout(20), emptied.writing() as other:
            await create_topic(other, two, None, name="Tosca")
