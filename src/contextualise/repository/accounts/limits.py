"""Counts of attempts, shared by all processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_COUNT = text(
    """
    INSERT INTO rate_limit AS tried (key, window_start, count)
    SELECT key, date_bin(make_interval(secs => seconds), now(), timestamptz 'epoch'), 1
    FROM unnest(CAST(:keys AS text[]), CAST(:seconds AS int[])) AS wanted (key, seconds)
    ORDER BY key
    ON CONFLICT (key, window_start) DO UPDATE SET count = tried.count + 1
    RETURNING key, count, window_start, now()
    """
)
_TAKE_BACK = text(
    """
    UPDATE rate_limit AS tried SET count = tried.count - 1
    FROM (
      SELECT kept.key, kept.window_start
      FROM unnest(CAST(:keys AS text[]), CAST(:seconds AS int[])) AS wanted (key, seconds)
      JOIN rate_limit AS kept ON kept.key = wanted.key
        AND kept.window_start = date_bin(make_interval(secs => seconds), now(), timestamptz 'epoch')
      ORDER BY kept.key
      FOR UPDATE OF kept
    ) AS found
    WHERE tried.key = found.key AND tried.window_start = found.window_start AND tried.count > 0
    """
)


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often a key was tried in its present window, and how many seconds of the window have passed."""

    key: str
    count: int
    passed: float


async def count_attempts(session: AsyncSession, windows: Mapping[str, int]) -> Sequence[Attempts]:
    """Count one attempt for each key; `windows` maps keys to the length of their window in seconds.

    The keys are written in one order, so that two processes cannot wait for each other.
    """
    rows = await session.execute(_COUNT, {"keys": list(windows), "seconds": list(windows.values())})
    return [Attempts(key, count, (now - start).total_seconds()) for key, count, start, now in rows]


async def take_back_attempts(session: AsyncSession, windows: Mapping[str, int]) -> None:
    """Take one attempt back for each key."""
    await session.execute(_TAKE_BACK, {"keys": list(windows), "seconds": list(windows.values())})


async def forget_windows(session: AsyncSession) -> None:
    """Delete counts of windows that ended a day ago or more."""
    await session.execute(text("DELETE FROM rate_limit WHERE window_start < now() - interval '2 days'"))
