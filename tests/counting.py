"""Counts statements where they leave for the database, whichever way they took there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that were sent meanwhile."""
    sent: list[str] = []
    execute, executemany = psycopg.AsyncCursor.execute, psycopg.AsyncCursor.executemany

    async def noting(self: Any, query: Any, *more: Any, **others: Any) -> Any:
        sent.append(str(query))
        return await execute(self, query, *more, **others)

    async def noting_many(self: Any, query: Any, *more: Any, **others: Any) -> Any:
        sent.append(str(query))
        return await executemany(self, query, *more, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.AsyncCursor, "execute", noting)
        patch.setattr(psycopg.AsyncCursor, "executemany", noting_many)
        yield sent
