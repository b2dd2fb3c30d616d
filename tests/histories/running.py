"""Runs histories that hypothesis chooses."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import DomainError
from contextualise.repository.database import Database
from tests.histories.operations import Numbers, Operation
from tests.histories.worlds import World

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "0"))
Chosen = Sequence[tuple[Operation, Numbers]]


class Runner:
    """Runs histories in a loop of its own, each in a transaction that is rolled back."""

    def __init__(self, url: str, folder: Path) -> None:
        self.loop = asyncio.Runner()
        self.database = Database(url, pool_size=1)
        self.folder = folder

    def run(self, live_through: Callable[..., Awaitable[None]], *chosen: Any) -> None:
        """`await live_through(session, folder, *chosen)`."""
        self.loop.run(self._run(live_through, *chosen))

    async def _run(self, live_through: Callable[..., Awaitable[None]], *chosen: Any) -> None:
        async with self.database.writer.connect() as connection, AsyncSession(bind=connection, expire_on_commit=False) as session:
            try:
                await live_through(session, self.folder, *chosen)
            finally:
                await session.rollback()

    def close(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()


def searching(examples: int) -> settings:
    """The same short search each time; STATEFUL_EXAMPLES makes it a long one of another kind each time."""
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink] if EXAMPLES else [Phase.generate],
        suppress_health_check=list(HealthCheck),
        print_blob=bool(EXAMPLES),
    )


async def happens(world: World, operation: Operation, picks: Numbers) -> bool:
    """One step; False where it is refused, which leaves nothing behind."""
    try:
        async with world.session.begin_nested():
            await operation(world, picks)
    except DomainError:
        return False
    return True
