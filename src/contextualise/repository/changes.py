"""Statements about the history of a map."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, and_, bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased

from contextualise.repository.journal import Entry, Journal
from contextualise.repository.live import IN_A_CHANGE, announcement_of
from contextualise.repository.names import NAME_TYPE, label_topics
from contextualise.repository.notes import INBOX_COUNT, may_change_inbox
from contextualise.repository.rows import one_of
from contextualise.repository.tables import Change, ChangeTopic, User
from contextualise.repository.uses import note_uses


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as it was written: its id and the map's new version."""

    id: int
    version: int


_OPEN = text(
    """
    SELECT version, base_iri,
      (SELECT construct_id FROM identifier WHERE map_id = :map_id AND kind = 1 AND iri = :name_type) AS name_type_id
    FROM map WHERE id = :map_id FOR UPDATE OF map
    """
)


async def open_journal(session: AsyncSession, map_id: int) -> Journal | None:
    """A journal on the map, whose row stays locked until the transaction ends; None where there is no such map.

    The lock puts the writers of one map in a row: versions have no gaps, and what a writer read stays true until it commits.
    """
    row = (await session.execute(_OPEN, {"map_id": map_id, "name_type": NAME_TYPE})).one_or_none()
    return None if row is None else Journal(session, map_id, row.version, row.base_iri, row.name_type_id)


_RECORD = text(
    f"""
    WITH next AS (
      UPDATE map SET version = version + 1, updated_at = now(), topic_count = topic_count + :growth,
        note_count = CASE WHEN :recount THEN {INBOX_COUNT} ELSE note_count END
      WHERE id = :map_id RETURNING version
    ), written AS (
      INSERT INTO change (map_id, version, user_id, op, construct_id, label, rows, undoes)
      SELECT :map_id, version, :user_id, :op, :construct_id, :label, :rows, :undoes FROM next RETURNING id, version
    ), shown AS (
      INSERT INTO change_topic (map_id, topic_id, change_id) SELECT :map_id, t, written.id FROM written, unnest(:topic_ids) AS t
    ), touched AS (
      UPDATE topic SET updated_at = now(), updated_by = :user_id WHERE map_id = :map_id AND id = ANY(:older_ids)
    )
    SELECT id, version, {IN_A_CHANGE} FROM written
    """  # noqa: S608 - constants
).bindparams(
    bindparam("live_topics", type_=JSONB(none_as_null=True)),
    bindparam("map_id", type_=BigInteger),
    bindparam("growth", type_=BigInteger),
    bindparam("recount", type_=Boolean),
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
    """Write the change row, give the map its next version and mark the topics as changed, all in one statement.

    Another language of the map makes other names the best ones: labels follow.
    """
    if any(entry.table == "map" and len({image["default_lang"] for image in entry.images}) > 1 for entry in journal.entries):
        await label_topics(journal.session, journal.map_id)
    await note_uses(journal)
    new = {entry.image["id"] for entry in journal.entries if entry.table == "topic" and entry.before is None}
    values = {
        "map_id": journal.map_id,
        "growth": _growth(journal.entries),
        "recount": may_change_inbox(journal.entries),
        "user_id": user_id,
        "op": op,
        "construct_id": construct_id,
        "label": label[:200],
        "rows": [entry.as_json() for entry in journal.entries],
        "undoes": undoes,
        "topic_ids": sorted(set(topic_ids)),
        "older_ids": sorted(set(topic_ids) - new),
        **announcement_of("change", _shown_on(journal.entries, topic_ids, new), access=_is_of_map(journal.entries)),
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


_NO_ROWS = text("'[]'::jsonb")
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
    (Change.rows == _NO_ROWS).label("is_purged"),
)


async def find_change(session: AsyncSession, map_id: int, change_id: int) -> Past | None:
    """A change of the map, or None."""
    row = (await session.execute(select(*_PAST).where(Change.map_id == map_id, Change.id == change_id))).one_or_none()
    return None if row is None else Past(**row._mapping)


async def rows_of_change(session: AsyncSession, map_id: int, change_id: int) -> list[dict[str, Any]]:
    """The row images of a change, in the order they were written."""
    return list((await session.execute(select(Change.rows).where(Change.map_id == map_id, Change.id == change_id))).scalar_one())


_REMOVER = text(
    """
    SELECT id FROM change
    WHERE map_id = :map_id AND undone_by IS NULL AND id IN (
        SELECT change_id FROM change_topic WHERE map_id = :map_id AND topic_id = :construct_id
        UNION SELECT id FROM change WHERE map_id = :map_id AND undone_by IS NULL AND op LIKE '%.delete')
      AND EXISTS (SELECT FROM jsonb_array_elements(rows) AS r
                  WHERE (r->'before'->>'id')::bigint = :construct_id AND r->'after' = 'null'::jsonb)
    ORDER BY id DESC LIMIT 1
    """
).bindparams(bindparam("construct_id", type_=BigInteger))


async def remover_of(session: AsyncSession, map_id: int, construct_id: int) -> int | None:
    """The change whose undoing brings back a construct that is gone; None where it is gone for good."""
    return (await session.execute(_REMOVER, {"map_id": map_id, "construct_id": construct_id})).scalar_one_or_none()


_WAIT = text(
    """
    UPDATE change SET rows = coalesce(
        (SELECT jsonb_agg(new.r) FROM jsonb_array_elements(:rows) AS new(r)
         WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(rows) AS old(r)
                           WHERE old.r->'table' = new.r->'table' AND old.r->'before' = new.r->'before')), '[]'::jsonb) || rows
    WHERE map_id = :map_id AND id = :change_id
    """
).bindparams(bindparam("rows", type_=JSONB))


async def let_wait(session: AsyncSession, map_id: int, change_id: int, entries: Sequence[Entry]) -> None:
    """Keep deleted rows with a change, to be put back after what it deleted itself."""
    rows = [Entry(entry.table, entry.before, None, waiting=True).as_json() for entry in entries]
    await session.execute(_WAIT, {"map_id": map_id, "change_id": change_id, "rows": rows})


async def last_labels(session: AsyncSession, map_id: int, construct_ids: Collection[int]) -> list[str]:
    """What deleted constructs were called, the latest deletion first."""
    if not construct_ids:
        return []
    removed = and_(Change.map_id == map_id, one_of(Change.construct_id, construct_ids), Change.op.like("%.delete"))
    return list((await session.execute(select(Change.label).where(removed).order_by(Change.id.desc()))).scalars())


async def mark_undone(session: AsyncSession, map_id: int, change_id: int, by: int | None) -> None:
    """Note which change took the given one back; None when that was itself taken back."""
    await session.execute(update(Change).where(Change.map_id == map_id, Change.id == change_id).values(undone_by=by))


async def topics_of_change(session: AsyncSession, map_id: int, change_id: int) -> Sequence[int]:
    """The topics on whose pages the change shows."""
    statement = select(ChangeTopic.topic_id).where(ChangeTopic.map_id == map_id, ChangeTopic.change_id == change_id)
    return (await session.execute(statement)).scalars().all()


@dataclass(frozen=True, slots=True)
class Listed:
    """A change as a list shows it."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str | None
    op: str
    construct_id: int
    label: str
    undone_by: int | None
    undone_op: str | None  # what an undo took back


_Undone = aliased(Change)
_LISTED = (
    select(
        Change.id,
        Change.at,
        Change.user_id,
        User.name.label("user_name"),
        Change.op,
        Change.construct_id,
        Change.label,
        Change.undone_by,
        _Undone.op.label("undone_op"),
    )
    .outerjoin(User, User.id == Change.user_id)
    .outerjoin(_Undone, and_(_Undone.map_id == Change.map_id, _Undone.id == Change.undoes))
    .order_by(Change.id.desc())
)


async def list_changes(
    session: AsyncSession | AsyncConnection, map_id: int, *, topic_id: int | None, before: int | None, limit: int
) -> list[Listed]:
    """The changes of a map, or those that show on one topic's page, the latest first."""
    statement = _LISTED.where(Change.map_id == map_id).limit(limit)
    if topic_id is not None:
        shown = and_(ChangeTopic.map_id == Change.map_id, ChangeTopic.change_id == Change.id)
        statement = statement.join(ChangeTopic, shown).where(ChangeTopic.topic_id == topic_id)
    if before is not None:
        statement = statement.where(Change.id < before)
    return [Listed(**row._mapping) for row in await session.execute(statement)]


_DELETED = (Change.undone_by.is_(None), Change.op.like("%.delete"))


async def list_deleted(
    session: AsyncSession | AsyncConnection, map_id: int, *, since: datetime, before: int | None, limit: int
) -> list[Listed]:
    """The deletions of a map that have not been taken back, the latest first."""
    statement = _LISTED.where(Change.map_id == map_id, *_DELETED, Change.at >= since, Change.rows != _NO_ROWS).limit(limit)
    if before is not None:
        statement = statement.where(Change.id < before)
    return [Listed(**row._mapping) for row in await session.execute(statement)]


def _shown_on(entries: Sequence[Entry], topic_ids: Collection[int], new: Collection[int]) -> Collection[int] | None:
    """The topics whose pages look different now; None for any: what a topic is called stands on the pages of others too."""
    for entry in entries:
        called = entry.image["topic_id"] if entry.table == "name" else entry.image["id"] if entry.table == "topic" else None
        if _is_of_map([entry]) or (called is not None and called not in new):
            return None
    return topic_ids


def _is_of_map(entries: Sequence[Entry]) -> bool:
    """Whether the map itself was changed, or who may do what with it: published, made private, put in the trash, somebody let in."""
    return any(entry.table in ("map", "map_member") for entry in entries)


def _growth(entries: Sequence[Entry]) -> int:
    return sum(_counts(entry.after) - _counts(entry.before) for entry in entries if entry.table == "topic")


def _counts(image: dict[str, Any] | None) -> int:
    return int(image is not None and not image["is_base"] and not image["is_hidden"])
