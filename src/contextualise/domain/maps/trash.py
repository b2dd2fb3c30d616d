"""Deleting a map: to the trash and back, and away for good after 30 days."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import audit
from contextualise.domain.maps.writing import begin, finish
from contextualise.objects import ObjectStore
from contextualise.repository import maps as repository
from contextualise.repository.backups.lease import may_delete_objects
from contextualise.repository.database import Database
from contextualise.repository.journal import Journal
from contextualise.repository.tables import TopicMap

KEPT = timedelta(days=30)


async def trash_map(session: AsyncSession, map_id: int, user_id: int) -> int | None:
    """Put the map in the trash; nothing of it is touched, so that it comes back whole. Returns the change, None when it was there."""
    journal = await begin(session, map_id)
    await journal.update(TopicMap, (TopicMap.id == map_id) & TopicMap.trashed_at.is_(None), trashed_at=datetime.now(UTC))
    return await _finish(journal, user_id, "map.trash")


async def restore_map(session: AsyncSession, map_id: int, user_id: int) -> int | None:
    """Bring the map back from the trash, published if it was; returns the change, None when it was not in the trash."""
    journal = await begin(session, map_id)
    await journal.update(TopicMap, TopicMap.id == map_id, trashed_at=None)
    return await _finish(journal, user_id, "map.restore")


async def _finish(journal: Journal, user_id: int, op: str) -> int | None:
    change = await finish(journal, user_id, op, "")
    if change is not None:
        await audit.note(journal.session, user_id=user_id, action=op, map_id=journal.map_id)
    return change


async def purge_maps(database: Database, objects: ObjectStore, *, older_than: timedelta = KEPT) -> int:
    """Delete for good, rows and objects, the maps that have been in the trash for so long; returns how many there were.

    One map a transaction, so that many do not hold locks for long; several processes may do it at once. The rows go first: a crash
    between, or a store that does not answer, leaves objects that no row names: they are collected later.
    """
    count = 0
    while True:
        async with database.writing() as session:
            # Rows that go take their objects with them: not while a backup copies what it has seen in the rows.
            map_id = await purge_one_map(session, older_than=older_than) if await may_delete_objects(session) else None
        if map_id is None:
            return count
        await delete_objects(objects, map_id)
        count += 1


async def purge_one_map(session: AsyncSession, *, older_than: timedelta = KEPT) -> int | None:
    """Delete the rows of one map that has been in the trash for so long; returns its id, None when there is none left."""
    map_id = await repository.find_trashed_before(session, datetime.now(UTC) - older_than)
    if map_id is not None:
        await repository.delete_map(session, map_id)
    return map_id


async def delete_objects(objects: ObjectStore, map_id: int) -> None:
    """Delete all objects of a map that has no rows any more."""
    async for stored in objects.keys(f"maps/{map_id}/"):
        await objects.delete(stored.key)
