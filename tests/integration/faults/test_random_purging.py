"""Random histories in which the trash is emptied now and then: what can come back has its content, what cannot leaves none behind."""

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.doctor import check_map
from contextualise.domain.errors import DomainError
from contextualise.domain.history import Saved, purge_trash, undo
from contextualise.objects import FolderStore
from tests.factories import make_map, make_topics
from tests.integration.domain import test_random_histories as histories
from tests.integration.domain.test_random_histories import Numbers, Operation, World

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "0"))


async def purge(w: World, n: Numbers) -> Saved:
    """What was deleted up to one of the latest changes is old enough."""
    latest = (await w.ids("change"))[-5:]
    last = latest[n[0] % len(latest)]
    older = text("UPDATE change SET at = at - interval '31 days' WHERE map_id = :m AND id <= :last")
    await w.session.execute(older, {"m": w.map_id, "last": last})
    while await purge_trash(w.session, timedelta(days=30), limit=2):
        pass
    return Saved(0, None, await w.version())


async def delete_text(w: World, n: Numbers) -> Saved:
    number = await w.pick(n[0], "occurrence", "sha256 IS NOT NULL")
    return await histories.occurrences.delete_occurrence(w.session, w.map_id, None, number)


async def delete_to_and_fro(w: World, n: Numbers) -> Saved:
    """Deleted, brought back and taken away again: two changes can bring it back then, and one may be much older."""
    saved = await delete_text(w, n)
    for _ in range(2):
        assert saved.change_id is not None
        saved = await undo(w.session, w.map_id, None, saved.change_id)
    return saved


OPERATIONS: Sequence[Operation] = (
    *([histories.write] * 6),
    *([delete_text] * 3),
    *([delete_to_and_fro] * 3),
    *([histories.undo] * 5),
    *(histories.create_topic, histories.delete_topic, histories.delete_topic, histories.merge, histories.restore, histories.restore),
    *(histories.reify, histories.add_occurrence, histories.delete_occurrence, purge, purge),
)
numbers = st.integers(0, 40)
steps = st.lists(st.tuples(st.sampled_from(OPERATIONS), st.tuples(numbers, numbers, numbers, numbers)), min_size=10, max_size=24)


async def live_through(session: AsyncSession, folder: Path, chosen: Sequence[tuple[Operation, Numbers]]) -> None:
    world = World(session, FolderStore(folder), await make_map(session))
    await make_topics(session, world.map_id, "Tosca", "Rome", "Act")
    for operation, picks in chosen:
        try:
            async with session.begin_nested():
                await operation(world, picks)
        except DomainError:
            continue
        if operation is purge:
            assert await check_map(session, world.map_id) == []
    assert await check_map(session, world.map_id) == []
    for change_id in reversed(await world.ids("change")):  # whatever can still be taken back comes back whole, the rest is refused in words
        try:
            async with session.begin_nested():
                await undo(session, world.map_id, None, change_id)
        except DomainError:
            continue
    assert await check_map(session, world.map_id) == []


class Runner(histories.Runner):
    """The same, with purging."""

    async def _run(self, chosen: Sequence[tuple[Operation, Numbers]]) -> None:
        async with self.database.writer.connect() as connection, AsyncSession(bind=connection, expire_on_commit=False) as session:
            await live_through(session, self.folder, chosen)
            await session.rollback()


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
def test_emptying_the_trash_never_parts_what_belongs_together(runner: Runner, chosen: Any) -> None:
    runner.run(chosen)
