"""Random histories in which the trash is emptied now and then: what can come back has its content, what cannot leaves none behind."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.doctor import check_map
from contextualise.domain.errors import DomainError
from contextualise.domain.history import Saved, purge_trash, undo
from contextualise.domain.occurrences import delete_occurrence
from tests.histories import operations as doing
from tests.histories.operations import Numbers, Operation
from tests.histories.running import Chosen, Runner, happens, searching
from tests.histories.worlds import World


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
    return await delete_occurrence(w.session, w.map_id, None, number)


async def delete_to_and_fro(w: World, n: Numbers) -> Saved:
    """Deleted, brought back and taken away again: two changes can bring it back then, and one may be much older."""
    saved = await delete_text(w, n)
    for _ in range(2):
        assert saved.change_id is not None
        saved = await undo(w.session, w.map_id, None, saved.change_id)
    return saved


OPERATIONS: Sequence[Operation] = (
    *([doing.write] * 6),
    *([delete_text] * 3),
    *([delete_to_and_fro] * 3),
    *([doing.undo] * 5),
    *(doing.create_topic, doing.delete_topic, doing.delete_topic, doing.merge, doing.restore, doing.restore),
    *(doing.reify, doing.add_occurrence, doing.delete_occurrence, purge, purge),
)
numbers = st.integers(0, 40)
steps = st.lists(st.tuples(st.sampled_from(OPERATIONS), st.tuples(numbers, numbers, numbers, numbers)), min_size=10, max_size=24)


async def live_through(session: AsyncSession, folder: Path, chosen: Chosen) -> None:
    world = await World.made(session, folder)
    for operation, picks in chosen:
        if await happens(world, operation, picks) and operation is purge:
            assert await check_map(session, world.map_id) == []
    assert await check_map(session, world.map_id) == []
    for change_id in reversed(await world.ids("change")):  # whatever can still be taken back comes back whole, the rest is refused in words
        try:
            async with session.begin_nested():
                await undo(session, world.map_id, None, change_id)
        except DomainError:
            continue
    assert await check_map(session, world.map_id) == []


@searching(25)
@given(chosen=steps)
def test_emptying_the_trash_never_parts_what_belongs_together(histories: Runner, chosen: Chosen) -> None:
    histories.run(live_through, chosen)
