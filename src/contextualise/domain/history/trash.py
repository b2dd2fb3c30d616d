"""What was deleted and can still come back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.errors import Conflict
from contextualise.domain.history.saving import begin
from contextualise.repository import changes, purging
from contextualise.repository.changes import Listed
from contextualise.repository.comments.following import purge

KEPT = timedelta(days=30)
"""How long deleted things stay in the trash."""


async def trash(session: AsyncSession | AsyncConnection, map_id: int, before: int | None = None, limit: int = 50) -> Sequence[Listed]:
    """Deleted topics, names, texts, values and links that have not come back, the latest first; `before` is the last id of a page."""
    return await changes.list_deleted(session, map_id, since=datetime.now(UTC) - KEPT, before=before, limit=limit)


async def changes_of_topic(
    session: AsyncSession | AsyncConnection, map_id: int, topic_id: int, before: int | None = None, limit: int = 50
) -> Sequence[Listed]:
    """The changes that show on a topic's page, the latest first; `before` is the last id of a page."""
    return await changes.list_changes(session, map_id, topic_id=topic_id, before=before, limit=limit)


async def changes_of_map(
    session: AsyncSession | AsyncConnection, map_id: int, before: int | None = None, limit: int = 50
) -> Sequence[Listed]:
    """The changes of a whole map, the latest first; `before` is the last id of a page."""
    return await changes.list_changes(session, map_id, topic_id=None, before=before, limit=limit)


async def purge_trash(session: AsyncSession, older_than: timedelta = KEPT, limit: int = 1000) -> int:
    """Forget for good what was deleted longer ago in one map that has such things; returns how many changes were emptied.

    At most `limit` at a time: a job calls it, each time in a transaction of its own, until it returns 0. The change itself stays in the
    history without what it deleted. Contents that nothing needs any more lose their rows; their objects go with the next collection.
    """
    before = datetime.now(UTC) - older_than
    map_id = await purging.lock_next_map(session, before)
    if map_id is None:
        return 0
    emptied = await purging.empty_deleted(session, map_id, before, limit)
    await purge(session, map_id, before)
    if emptied.occurrence_ids:
        await purging.drop_contents(session, map_id, await purging.forget_uses(session, map_id, emptied))
    return emptied.changes


async def empty_trash(session: AsyncSession, map_id: int, user_id: int | None) -> int:
    """Forget for good all that lies in the trash of a map; returns how many deletions that were. This alone cannot be taken back.

    The history tells that it was done, and that something was deleted, but no longer what. Raises `NotFound`, and `Conflict` where the
    trash is empty.
    """
    journal = await begin(session, map_id)
    count = 0
    while True:
        emptied = await purging.empty_deleted(session, map_id, datetime.now(UTC) + _SOON, _AT_ONCE)
        if emptied.occurrence_ids:
            await purging.drop_contents(session, map_id, await purging.forget_uses(session, map_id, emptied))
        count += emptied.changes
        if emptied.changes < _AT_ONCE:
            break
    if not count:
        raise Conflict("The trash is empty.")
    await purge(session, map_id, datetime.now(UTC) + _SOON)
    await changes.record(journal, user_id=user_id, op="trash.empty", construct_id=0, label=str(count), topic_ids=())
    return count


_AT_ONCE = 1000
_SOON = timedelta(minutes=1)  # clocks of servers differ a little
