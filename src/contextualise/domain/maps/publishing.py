"""Who may read a map: publishing, and showing one first on the home page."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import audit
from contextualise.domain.errors import Conflict
from contextualise.domain.maps.writing import begin, finish
from contextualise.repository import maps as repository
from contextualise.repository.journal import Journal
from contextualise.repository.tables import TopicMap


async def publish_map(session: AsyncSession, map_id: int, user_id: int) -> int | None:
    """Let everybody read the map; returns the change, None when everybody could already."""
    journal = await begin(session, map_id)
    await journal.update(
        TopicMap, (TopicMap.id == map_id) & TopicMap.published_at.is_(None) & TopicMap.trashed_at.is_(None), published_at=datetime.now(UTC)
    )
    return await _finish(journal, user_id, "map.publish")


async def unpublish_map(session: AsyncSession, map_id: int, user_id: int) -> int | None:
    """Keep the map to its owner and collaborators again; it is no longer shown first either. Returns the change or None."""
    journal = await begin(session, map_id)
    await journal.update(TopicMap, TopicMap.id == map_id, published_at=None, promoted_at=None)
    return await _finish(journal, user_id, "map.unpublish")


async def promote_map(session: AsyncSession, map_id: int, user_id: int) -> int | None:
    """Show the map before the others on the home page; returns the change or None. Raises `Conflict` for a map not published."""
    journal = await begin(session, map_id)
    found = await repository.find_map(session, map_id)
    assert found is not None
    if found.published_at is None:
        raise Conflict("Only a published map can be shown first.")
    await journal.update(TopicMap, (TopicMap.id == map_id) & TopicMap.promoted_at.is_(None), promoted_at=datetime.now(UTC))
    return await _finish(journal, user_id, "map.promote")


async def demote_map(session: AsyncSession, map_id: int, user_id: int) -> int | None:
    """Show the map among the others again; returns the change or None."""
    journal = await begin(session, map_id)
    await journal.update(TopicMap, TopicMap.id == map_id, promoted_at=None)
    return await _finish(journal, user_id, "map.demote")


async def _finish(journal: Journal, user_id: int, op: str) -> int | None:
    """Record the change in the history and in the log of access, if it was one."""
    found = await repository.find_map(journal.session, journal.map_id)
    change = await finish(journal, user_id, op, found.title if found else "")
    if change is not None:
        await audit.note(journal.session, user_id=user_id, action=op, map_id=journal.map_id)
    return change
