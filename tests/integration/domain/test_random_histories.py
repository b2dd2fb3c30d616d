"""Random histories of one map: whatever people do in whatever order, no invariant breaks and everything can be taken back.

STATEFUL_EXAMPLES and STATEFUL_STEPS make the search longer; without them it is the same short one each time.
"""

from pathlib import Path

from hypothesis import given
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import history
from contextualise.domain.doctor import check_map
from contextualise.domain.errors import DomainError
from tests.histories.operations import Numbers, Operation, steps
from tests.histories.running import EXAMPLES, Chosen, Runner, searching
from tests.histories.worlds import World


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


async def live_through(session: AsyncSession, folder: Path, chosen: Chosen) -> None:
    world = await World.made(session, folder)
    for operation, picks in chosen:
        await perform(world, operation, picks)
        if EXAMPLES:
            assert await check_map(session, world.map_id) == []
    assert await check_map(session, world.map_id) == []
    await take_all_back(world)
    assert await check_map(session, world.map_id) == []


@searching(25)
@given(chosen=steps)
def test_no_history_breaks_an_invariant_and_all_of_it_can_be_taken_back(histories: Runner, chosen: Chosen) -> None:
    histories.run(live_through, chosen)
