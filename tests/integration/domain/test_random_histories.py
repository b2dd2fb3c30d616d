"""Random histories of one map: whatever people do in whatever order, no invariant breaks and everything can be taken back.

STATEFUL_EXAMPLES and STATEFUL_STEPS make the search longer; without them it is the same short one each time.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import associations, history, names, occurrences, reification, tags, texts, topics
from contextualise.domain.doctor import check_map
from contextualise.domain.errors import DomainError
from contextualise.domain.history import Saved
from contextualise.objects import FolderStore
from contextualise.repository.database import Database
from tests.factories import make_map, make_topics

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "0"))
STEPS = int(os.environ.get("STATEFUL_STEPS", "14"))

WORDS = ("Tosca", "tosca", "Rome", "Roma", "Äther", "act")
XSD = "http://www.w3.org/2001/XMLSchema#"

# Everything a change decides; when, by whom and in which row a set of themes is kept is left out.
STATE = """
    SELECT jsonb_build_object(
      'topic', (SELECT jsonb_agg(jsonb_build_array(id, slug, label, is_base, is_hidden) ORDER BY id) FROM topic WHERE map_id = :m),
      'types', (SELECT jsonb_agg(jsonb_build_array(topic_id, type_id) ORDER BY topic_id, type_id) FROM topic_type WHERE map_id = :m),
      'identifier', (SELECT jsonb_agg(jsonb_build_array(kind, iri, construct_id) ORDER BY kind, iri) FROM identifier WHERE map_id = :m),
      'name', (SELECT jsonb_agg(jsonb_build_array(n.id, topic_id, type_id, s.key, value, n.key) ORDER BY n.id)
               FROM name n JOIN scope s ON s.map_id = n.map_id AND s.id = n.scope_id WHERE n.map_id = :m),
      'variant', (SELECT jsonb_agg(jsonb_build_array(v.id, name_id, s.key, datatype, value) ORDER BY v.id)
                  FROM variant v JOIN scope s ON s.map_id = v.map_id AND s.id = v.scope_id WHERE v.map_id = :m),
      'occurrence', (SELECT jsonb_agg(jsonb_build_array(o.id, topic_id, type_id, s.key, datatype, value, title, num) ORDER BY o.id)
                     FROM occurrence o JOIN scope s ON s.map_id = o.map_id AND s.id = o.scope_id WHERE o.map_id = :m),
      'association', (SELECT jsonb_agg(jsonb_build_array(a.id, type_id, s.key, sig) ORDER BY a.id)
                      FROM association a JOIN scope s ON s.map_id = a.map_id AND s.id = a.scope_id WHERE a.map_id = :m),
      'role', (SELECT jsonb_agg(jsonb_build_array(id, association_id, type_id, player_id) ORDER BY id) FROM role WHERE map_id = :m),
      'reified', (SELECT jsonb_agg(jsonb_build_array(reifier_id, construct_id, kind) ORDER BY reifier_id)
                  FROM reification WHERE map_id = :m),
      'links', (SELECT jsonb_agg(jsonb_build_array(encode(sha256, 'hex'), position, topic_id) ORDER BY sha256, position)
                FROM content_link l WHERE map_id = :m
                AND EXISTS (SELECT FROM occurrence o WHERE o.map_id = l.map_id AND o.sha256 = l.sha256)),
      'count', (SELECT topic_count FROM map WHERE id = :m))
"""


@dataclass
class World:
    """One map, and what it was like before each change."""

    session: AsyncSession
    objects: FolderStore
    map_id: int
    before: dict[int, str] = field(default_factory=dict)

    async def ids(self, table: str, condition: str = "true") -> list[int]:
        rows = await self.session.execute(text(f"SELECT id FROM {table} WHERE map_id = :m AND {condition} ORDER BY id"), {"m": self.map_id})
        return list(rows.scalars())

    async def pick(self, number: int, table: str, condition: str = "true") -> int:
        ids = await self.ids(table, condition)
        return ids[number % len(ids)] if ids else 0

    async def topic(self, number: int) -> int:
        """Mostly topics that people made, base topics now and then."""
        return await self.pick(number, "topic", "NOT is_hidden AND (NOT is_base OR slug IN ('related', 'member', 'eng', 'universal'))")

    async def name(self, number: int) -> int:
        """Mostly a name that people gave, now and then one of a base topic."""
        own = "topic_id IN (SELECT id FROM topic WHERE NOT is_base)"
        return await self.pick(number, "name", own if number % 7 else "true")

    async def some_topics(self, *numbers: int) -> list[int]:
        """None, one or several of them: every third number means nothing."""
        return [await self.topic(number) for number in numbers if number % 3]

    async def construct(self, number: int) -> int:
        table = ("topic", "name", "occurrence", "association", "role", "variant")[number % 6]
        return await self.name(number // 6) if table == "name" else await self.pick(number // 6, table)

    async def state(self) -> str:
        value = (await self.session.execute(text(STATE), {"m": self.map_id})).scalar_one()
        return json.dumps(value, indent=1, sort_keys=True)

    async def version(self) -> int:
        return (await self.session.execute(text("SELECT version FROM map WHERE id = :m"), {"m": self.map_id})).scalar_one()


Numbers = tuple[int, int, int, int]
Operation = Callable[[World, Numbers], Awaitable[Saved]]


async def create_topic(w: World, n: Numbers) -> Saved:
    return await topics.create_topic(
        w.session,
        w.map_id,
        None,
        name=WORDS[n[0] % len(WORDS)],
        type_ids=await w.some_topics(n[1]),
        scope_ids=await w.some_topics(n[2], n[3]),
    )


async def add_name(w: World, n: Numbers) -> Saved:
    type_id = (await w.topic(n[3])) if n[3] % 4 == 0 else None
    return await names.add_name(
        w.session,
        w.map_id,
        None,
        await w.topic(n[0]),
        value=WORDS[n[1] % len(WORDS)],
        type_id=type_id,
        scope_ids=await w.some_topics(n[2], n[3]),
    )


async def edit_name(w: World, n: Numbers) -> Saved:
    name = await w.name(n[0])
    return await names.edit_name(w.session, w.map_id, None, name, value=WORDS[n[1] % len(WORDS)], scope_ids=await w.some_topics(n[2], n[3]))


async def delete_name(w: World, n: Numbers) -> Saved:
    return await names.delete_name(w.session, w.map_id, None, await w.name(n[0]))


async def add_variant(w: World, n: Numbers) -> Saved:
    name = await w.name(n[0])
    return await names.add_variant(w.session, w.map_id, None, name, value=WORDS[n[1] % 2], scope_ids=await w.some_topics(n[2], n[3]))


async def edit_variant(w: World, n: Numbers) -> Saved:
    variant = await w.pick(n[0], "variant")
    return await names.edit_variant(w.session, w.map_id, None, variant, value=WORDS[n[1] % 2], scope_ids=await w.some_topics(n[2], n[3]))


async def delete_variant(w: World, n: Numbers) -> Saved:
    return await names.delete_variant(w.session, w.map_id, None, await w.pick(n[0], "variant"))


async def add_occurrence(w: World, n: Numbers) -> Saved:
    bearer = await w.construct(n[0])
    return await occurrences.add_occurrence(
        w.session,
        w.map_id,
        None,
        bearer,
        type_id=await w.topic(n[1]),
        value=str(n[2] % 3),
        datatype=XSD + ("integer", "string")[n[2] % 2],
        title=("here", None)[n[3] % 2],
        scope_ids=await w.some_topics(n[3]),
    )


async def edit_occurrence(w: World, n: Numbers) -> Saved:
    occurrence = await w.pick(n[0], "occurrence")
    return await occurrences.edit_occurrence(
        w.session,
        w.map_id,
        None,
        occurrence,
        type_id=await w.topic(n[1]),
        value=str(n[2] % 3),
        scope_ids=await w.some_topics(n[3]),
    )


async def delete_occurrence(w: World, n: Numbers) -> Saved:
    return await occurrences.delete_occurrence(w.session, w.map_id, None, await w.pick(n[0], "occurrence"))


async def associate(w: World, n: Numbers) -> Saved:
    role, other = await w.topic(n[1]), await w.topic(n[2])
    members = [(role, await w.topic(n[3] + index)) for index in range(1 + n[0] % 3)]
    return await associations.create_association(
        w.session, w.map_id, None, type_id=other, members=members, scope_ids=await w.some_topics(n[0])
    )


async def associate_quickly(w: World, n: Numbers) -> Saved:
    return await associations.quick_association(w.session, w.map_id, None, await w.topic(n[0]), await w.topic(n[1]))


async def edit_association(w: World, n: Numbers) -> Saved:
    association = await w.pick(n[0], "association")
    members = [(await w.topic(n[1]), await w.topic(n[2] + index)) for index in range(1 + n[0] % 3)]
    return await associations.edit_association(
        w.session,
        w.map_id,
        None,
        association,
        type_id=await w.topic(n[3]),
        members=members,
        scope_ids=await w.some_topics(n[1]),
    )


async def delete_association(w: World, n: Numbers) -> Saved:
    return await associations.delete_association(w.session, w.map_id, None, await w.pick(n[0], "association"))


async def set_types(w: World, n: Numbers) -> Saved:
    return await topics.set_types(w.session, w.map_id, None, await w.topic(n[0]), await w.some_topics(n[1], n[2], n[3]))


async def rename(w: World, n: Numbers) -> Saved:
    return await topics.rename_topic(w.session, w.map_id, None, await w.topic(n[0]), slug=WORDS[n[1] % len(WORDS)])


async def delete_topic(w: World, n: Numbers) -> Saved:
    replacement = await w.topic(n[1]) if n[2] % 2 else None
    return await topics.delete_topic(w.session, w.map_id, None, await w.topic(n[0]), replacement_id=replacement)


async def merge(w: World, n: Numbers) -> Saved:
    return await topics.merge_topics(w.session, w.map_id, None, await w.topic(n[0]), await w.topic(n[1]))


async def identify(w: World, n: Numbers) -> Saved:
    kind = topics.IdentifierKind(1 + n[2] % 3)
    iri = f"https://example.org/{n[1] % 3}"
    change = topics.add_identifier if n[3] % 3 else topics.remove_identifier
    return await change(w.session, w.map_id, None, await w.topic(n[0]), iri=iri, kind=kind)


async def reify(w: World, n: Numbers) -> Saved:
    return await reification.reify(w.session, w.map_id, None, await w.construct(n[0]), name=WORDS[n[1] % len(WORDS)])


async def unreify(w: World, n: Numbers) -> Saved:
    topic = await w.pick(n[0], "topic", "id IN (SELECT reifier_id FROM reification)")
    return await reification.unreify(w.session, w.map_id, None, topic)


async def tag(w: World, n: Numbers) -> Saved:
    return await tags.add_tag(w.session, w.map_id, None, await w.topic(n[0]), WORDS[n[1] % len(WORDS)])


async def untag(w: World, n: Numbers) -> Saved:
    member = "id IN (SELECT player_id FROM role WHERE type_id = (SELECT id FROM topic WHERE map_id = :m AND slug = '{}'))"
    topic, tag = await w.pick(n[0], "topic", member.format("member")), await w.pick(n[1], "topic", member.format("category"))
    return await tags.remove_tag(w.session, w.map_id, None, topic, tag)


async def write(w: World, n: Numbers) -> Saved:
    topic, scope_ids = await w.topic(n[0]), await w.some_topics(n[2])
    source = ("", "[[Tosca]] in [[Roma|Rome]]", "[[aether]] and [[act-2]]")[n[1] % 3]
    try:
        return await texts.save_text(w.session, w.objects, w.map_id, None, topic, source=source, expected=None, scope_ids=scope_ids)
    except texts.Stale as stale:
        if n[3] % 2:
            raise
        return await texts.save_text(
            w.session, w.objects, w.map_id, None, topic, source=source, expected=stale.current, scope_ids=scope_ids
        )


async def undo(w: World, n: Numbers) -> Saved:
    changes = await w.ids("change", "op <> 'map.create'")
    recent = changes[-6:]
    return await history.undo(w.session, w.map_id, None, recent[n[0] % len(recent)] if recent else 0)


async def restore(w: World, n: Numbers) -> Saved:
    deleted = [item.id for item in await history.trash(w.session, w.map_id)]
    return await history.restore_topic(w.session, w.map_id, None, deleted[n[0] % len(deleted)] if deleted else 0)


OPERATIONS: Sequence[Operation] = (
    *(create_topic, create_topic, add_name, edit_name, delete_name, add_variant, edit_variant, delete_variant),
    *(add_occurrence, add_occurrence, edit_occurrence, delete_occurrence, associate, associate, associate_quickly),
    *(edit_association, delete_association, set_types, rename, delete_topic, delete_topic, delete_topic, merge, merge),
    *(identify, reify, unreify, tag, untag, write, write, undo, undo, restore, restore),
)

numbers = st.integers(0, 40)
steps = st.lists(st.tuples(st.sampled_from(OPERATIONS), st.tuples(numbers, numbers, numbers, numbers)), min_size=STEPS // 2, max_size=STEPS)


async def perform(world: World, operation: Operation, chosen: Numbers) -> None:
    """One step: it is refused and nothing is different, or the version is one higher (or the same where nothing had to change)."""
    before, version = await world.state(), await world.version()
    try:
        async with world.session.begin_nested():
            saved = await operation(world, chosen)
    except DomainError:
        assert await world.state() == before
        return
    after = await world.version()
    assert after == saved.version
    if saved.change_id is None:
        assert after == version
        assert await world.state() == before
    else:
        assert after == version + 1
        world.before[saved.change_id] = before


async def take_all_back(world: World) -> None:
    """Undo the changes from the last to the first: each time the map is as it was before that change."""
    for change_id in sorted(world.before, reverse=True):
        await history.undo(world.session, world.map_id, None, change_id)
        assert await world.state() == world.before[change_id], f"after undoing change {change_id}"


async def live_through(session: AsyncSession, folder: Path, chosen: Sequence[tuple[Operation, Numbers]]) -> None:
    world = World(session, FolderStore(folder), await make_map(session))
    await make_topics(session, world.map_id, "Tosca", "Rome", "Act")
    for operation, picks in chosen:
        await perform(world, operation, picks)
        if EXAMPLES:
            assert await check_map(session, world.map_id) == []
    assert await check_map(session, world.map_id) == []
    await take_all_back(world)
    assert await check_map(session, world.map_id) == []


class Runner:
    """Runs histories in a loop of its own, each in a transaction that is rolled back."""

    def __init__(self, url: str, folder: Path) -> None:
        self.loop = asyncio.Runner()
        self.database = Database(url, pool_size=1)
        self.folder = folder

    def run(self, chosen: Sequence[tuple[Operation, Numbers]]) -> None:
        self.loop.run(self._run(chosen))

    async def _run(self, chosen: Sequence[tuple[Operation, Numbers]]) -> None:
        async with self.database.writer.connect() as connection, AsyncSession(bind=connection, expire_on_commit=False) as session:
            await live_through(session, self.folder, chosen)
            await session.rollback()

    def close(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()


@pytest.fixture(scope="module")
def runner(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    runner = Runner(database_url, tmp_path_factory.mktemp("objects"))
    yield runner
    runner.close()


@settings(
    max_examples=EXAMPLES or 25,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
    suppress_health_check=list(HealthCheck),
    print_blob=bool(EXAMPLES),
)
@given(chosen=steps)
def test_no_history_breaks_an_invariant_and_all_of_it_can_be_taken_back(runner: Runner, chosen: Any) -> None:
    runner.run(chosen)
