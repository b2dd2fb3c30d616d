"""Statements about the history of a map."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Entry, Journal
from contextualise.repository.tables import Change, ChangeTopic, Topic, TopicMap


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as it was written: its id and the map's new version."""

    id: int
    version: int


async def open_journal(session: AsyncSession, map_id: int) -> Journal | None:
    """A journal on the map, whose row stays locked until the transaction ends; None where there is no such map.

    The lock puts the writers of one map in a row: versions have no gaps, and what a writer read stays true until it commits.
    """
    version = (await session.execute(select(TopicMap.version).where(TopicMap.id == map_id).with_for_update())).scalar_one_or_none()
    return None if version is None else Journal(session, map_id, version)


async def record(
    journal: Journal,
    *,
    user_id: int | None,
    op: str,
    construct_id: int,
    label: str,
    topic_ids: Collection[int],
    undoes: int | None = None,
) -> Recorded:
    """Write the change row, give the map its next version and mark the topics as changed."""
    session, map_id = journal.session, journal.map_id
    version = (
        await session.execute(
            update(TopicMap)
            .where(TopicMap.id == map_id)
            .values(version=TopicMap.version + 1, updated_at=func.now(), topic_count=TopicMap.topic_count + _growth(journal.entries))
            .returning(TopicMap.version)
        )
    ).scalar_one()
    change_id: int = (
        await session.execute(
            insert(Change)
            .values(
                map_id=map_id,
                version=version,
                user_id=user_id,
                op=op,
                construct_id=construct_id,
                label=label,
                rows=[entry.as_json() for entry in journal.entries],
                undoes=undoes,
            )
            .returning(Change.id)
        )
    ).scalar_one()
    if topic_ids:
        ids = sorted(topic_ids)
        unnested = func.unnest(ids).column_valued("topic_id")
        await session.execute(
            insert(ChangeTopic).from_select(["map_id", "topic_id", "change_id"], select(literal(map_id), unnested, literal(change_id)))
        )
        await session.execute(
            update(Topic).where(Topic.map_id == map_id, Topic.id.in_(ids)).values(updated_at=func.now(), updated_by=user_id)
        )
    return Recorded(change_id, version)


async def find_change(session: AsyncSession, map_id: int, change_id: int) -> Change | None:
    """A change with its row images, or None."""
    return await session.get(Change, (map_id, change_id))


async def mark_undone(session: AsyncSession, map_id: int, change_id: int, by: int | None) -> None:
    """Note which change took the given one back; None when that was itself taken back."""
    await session.execute(update(Change).where(Change.map_id == map_id, Change.id == change_id).values(undone_by=by))


async def topics_of_change(session: AsyncSession, map_id: int, change_id: int) -> Sequence[int]:
    """The topics on whose pages the change shows."""
    statement = select(ChangeTopic.topic_id).where(ChangeTopic.map_id == map_id, ChangeTopic.change_id == change_id)
    return (await session.execute(statement)).scalars().all()


def _growth(entries: Sequence[Entry]) -> int:
    return sum(_counts(entry.after) - _counts(entry.before) for entry in entries if entry.table == "topic")


def _counts(image: dict[str, Any] | None) -> int:
    return int(image is not None and not image["is_base"] and not image["is_hidden"])
