"""Statements about the history of a map."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Entry, Journal
from contextualise.repository.tables import Change, ChangeTopic, TopicMap


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as it was written: its id and the map's new version."""

    id: int
    version: int


async def open_journal(session: AsyncSession, map_id: int) -> Journal | None:
    """A journal on the map, whose row stays locked until the transaction ends; None where there is no such map.

    The lock puts the writers of one map in a row: versions have no gaps, and what a writer read stays true until it commits.
    """
    statement = select(TopicMap.version, TopicMap.base_iri).where(TopicMap.id == map_id).with_for_update()
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Journal(session, map_id, row.version, row.base_iri)


_RECORD = text(
    """
    WITH next AS (
      UPDATE map SET version = version + 1, updated_at = now(), topic_count = topic_count + :growth WHERE id = :map_id RETURNING version
    ), written AS (
      INSERT INTO change (map_id, version, user_id, op, construct_id, label, rows, undoes)
      SELECT :map_id, version, :user_id, :op, :construct_id, :label, :rows, :undoes FROM next RETURNING id, version
    ), shown AS (
      INSERT INTO change_topic (map_id, topic_id, change_id) SELECT :map_id, t, written.id FROM written, unnest(:topic_ids) AS t
    ), touched AS (
      UPDATE topic SET updated_at = now(), updated_by = :user_id WHERE map_id = :map_id AND id = ANY(:older_ids)
    )
    SELECT id, version FROM written
    """
).bindparams(
    bindparam("map_id", type_=BigInteger),
    bindparam("growth", type_=BigInteger),
    bindparam("user_id", type_=BigInteger),
    bindparam("construct_id", type_=BigInteger),
    bindparam("undoes", type_=BigInteger),
    bindparam("rows", type_=JSONB),
    bindparam("topic_ids", type_=ARRAY(BigInteger)),
    bindparam("older_ids", type_=ARRAY(BigInteger)),
)


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
    """Write the change row, give the map its next version and mark the topics as changed, all in one statement."""
    new = {entry.image["id"] for entry in journal.entries if entry.table == "topic" and entry.before is None}
    values = {
        "map_id": journal.map_id,
        "growth": _growth(journal.entries),
        "user_id": user_id,
        "op": op,
        "construct_id": construct_id,
        "label": label[:200],
        "rows": [entry.as_json() for entry in journal.entries],
        "undoes": undoes,
        "topic_ids": sorted(set(topic_ids)),
        "older_ids": sorted(set(topic_ids) - new),
    }
    row = (await journal.session.execute(_RECORD, values)).one()
    return Recorded(row.id, row.version)


@dataclass(frozen=True, slots=True)
class Past:
    """A recorded change without its row images."""

    id: int
    version: int
    at: datetime
    user_id: int | None
    op: str
    construct_id: int
    label: str
    undoes: int | None
    undone_by: int | None
    is_purged: bool  # its rows are gone for good


_PAST = (
    Change.id,
    Change.version,
    Change.at,
    Change.user_id,
    Change.op,
    Change.construct_id,
    Change.label,
    Change.undoes,
    Change.undone_by,
    (Change.rows == text("'[]'::jsonb")).label("is_purged"),
)


async def find_change(session: AsyncSession, map_id: int, change_id: int) -> Past | None:
    """A change of the map, or None."""
    row = (await session.execute(select(*_PAST).where(Change.map_id == map_id, Change.id == change_id))).one_or_none()
    return None if row is None else Past(**row._mapping)


async def rows_of_change(session: AsyncSession, map_id: int, change_id: int) -> list[dict[str, Any]]:
    """The row images of a change, in the order they were written."""
    return list((await session.execute(select(Change.rows).where(Change.map_id == map_id, Change.id == change_id))).scalar_one())


async def last_labels(session: AsyncSession, map_id: int, construct_ids: Collection[int]) -> list[str]:
    """What deleted constructs were called, the latest deletion first."""
    if not construct_ids:
        return []
    removed = and_(Change.map_id == map_id, Change.construct_id.in_(construct_ids), Change.op.like("%.delete"))
    return list((await session.execute(select(Change.label).where(removed).order_by(Change.id.desc()))).scalars())


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
