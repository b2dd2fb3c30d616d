"""Reading what changes wrote, and what is needed to tell it in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.journal import Entry, entry_from_json
from contextualise.repository.notes import INBOX

Connection = AsyncConnection | AsyncSession
MOST_ROWS = 20_000
"""How many images of rows are read at once, so that no request holds a whole map in memory."""


class TooMuch(Exception):
    """More was written than can be read at once."""


@dataclass(frozen=True, slots=True)
class ContentRow:
    """What is known of bytes in the object store."""

    media_type: str
    bytes: int


_ROWS = text(
    """
    SELECT e.entry FROM change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) WITH ORDINALITY AS e (entry, n)
    WHERE c.map_id = :map_id AND c.id = :change_id ORDER BY e.n LIMIT :limit
    """
)


async def rows_of(connection: Connection, map_id: int, change_id: int, limit: int = MOST_ROWS) -> list[Entry]:
    """What one change wrote, in its order, as far as it fits."""
    rows = await connection.execute(_ROWS, {"map_id": map_id, "change_id": change_id, "limit": limit})
    return [entry_from_json(entry) for entry in rows.scalars()]


_BETWEEN = text(
    """
    SELECT e.entry FROM change c JOIN change_topic h ON h.map_id = c.map_id AND h.change_id = c.id AND h.topic_id = ANY(:topic_ids)
    CROSS JOIN LATERAL jsonb_array_elements(c.rows) WITH ORDINALITY AS e (entry, n)
    WHERE c.map_id = :map_id AND c.version > :after AND c.version <= :until
      AND NOT coalesce((e.entry ->> 'waiting')::boolean, false)
    GROUP BY c.version, e.n, e.entry ORDER BY c.version, e.n LIMIT :limit
    """
).bindparams(bindparam("topic_ids", type_=ARRAY(BigInteger)))


async def rows_between(connection: Connection, map_id: int, topic_ids: Collection[int], after: int, until: int) -> list[Entry]:
    """What the changes that show on the pages of topics wrote after one version up to another; raises `TooMuch`."""
    values = {"map_id": map_id, "topic_ids": sorted(topic_ids), "after": after, "until": until, "limit": MOST_ROWS + 1}
    found = [entry_from_json(entry) for entry in (await connection.execute(_BETWEEN, values)).scalars()]
    if len(found) > MOST_ROWS:
        raise TooMuch
    return found


_LABELS = text("SELECT id, label FROM topic WHERE map_id = :map_id AND id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger))
)
_FORMER = text(
    """
    SELECT DISTINCT ON (construct_id) construct_id, label FROM change
    WHERE map_id = :map_id AND construct_id = ANY(:ids) AND op LIKE 'topic.%' AND op <> 'topic.merge' ORDER BY construct_id, id DESC
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def labels_of(connection: Connection, map_id: int, topic_ids: Collection[int]) -> Mapping[int, str]:
    """What topics are called, or were called when they were deleted; those nobody knows are left out."""
    if not topic_ids:
        return {}
    labels: dict[int, str] = {row.id: row.label for row in await connection.execute(_LABELS, {"map_id": map_id, "ids": sorted(topic_ids)})}
    gone = sorted(set(topic_ids) - set(labels))
    if gone:
        labels |= {row.construct_id: row.label for row in await connection.execute(_FORMER, {"map_id": map_id, "ids": gone})}
    return labels


_THEMES = text("SELECT scope_id, topic_id FROM scope_theme WHERE map_id = :map_id AND scope_id = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(BigInteger))
)


async def themes_of(connection: Connection, map_id: int, scope_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The themes of scopes that there are now."""
    themes: dict[int, list[int]] = {}
    for row in await connection.execute(_THEMES, {"map_id": map_id, "ids": sorted(scope_ids)}):
        themes.setdefault(row.scope_id, []).append(row.topic_id)
    return themes


_CONTENTS = text("SELECT sha256, media_type, bytes FROM content WHERE map_id = :map_id AND sha256 = ANY(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(BYTEA))
)


async def contents_of(connection: Connection, map_id: int, digests: Collection[bytes]) -> Mapping[bytes, ContentRow]:
    """What is known of contents by their SHA-256; those that are gone for good are left out."""
    rows = await connection.execute(_CONTENTS, {"map_id": map_id, "ids": list(digests)})
    return {bytes(row.sha256): ContentRow(row.media_type, row.bytes) for row in rows}


_OPEN = text(
    f"""
    SELECT o.id FROM occurrence o WHERE o.map_id = :map_id AND o.id = ANY(:ids) AND o.topic_id <> coalesce(
      (SELECT construct_id FROM identifier WHERE map_id = :map_id AND kind = 1 AND iri = '{INBOX}'), 0)
    """  # noqa: S608 - a constant
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def open_occurrences(connection: Connection, map_id: int, occurrence_ids: Collection[int]) -> set[int]:
    """Those of the occurrences that every reader of the map may see now: neither deleted nor in the inbox."""
    return set((await connection.execute(_OPEN, {"map_id": map_id, "ids": sorted(occurrence_ids)})).scalars())


_VERSION_AT = text("SELECT version, at FROM change WHERE map_id = :map_id AND at <= :at ORDER BY version DESC LIMIT 1")
_LATEST = text("SELECT version, at FROM change WHERE map_id = :map_id ORDER BY version DESC LIMIT 1")
_MOMENT_OF = text("SELECT at FROM change WHERE map_id = :map_id AND version = :version")
_FIRST = text(
    """
    SELECT version, at FROM change WHERE map_id = :map_id AND version = coalesce(
      (SELECT max(version) FROM change WHERE map_id = :map_id AND op IN ('map.import', 'map.create')),
      (SELECT min(version) FROM change WHERE map_id = :map_id))
    """
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A version of a map, and when it came to be."""

    version: int
    at: datetime


async def version_at(connection: Connection, map_id: int, at: datetime) -> Moment | None:
    """The version that a map had at a time; None before there was any."""
    row = (await connection.execute(_VERSION_AT, {"map_id": map_id, "at": at})).one_or_none()
    return None if row is None else Moment(row.version, row.at)


async def moment_of(connection: Connection, map_id: int, version: int) -> Moment | None:
    """When a version of a map came to be; None for one that it never had."""
    at = (await connection.execute(_MOMENT_OF, {"map_id": map_id, "version": version})).scalar_one_or_none()
    return None if at is None else Moment(version, at)


async def latest_moment(connection: Connection, map_id: int) -> Moment | None:
    """The version that a map has now."""
    row = (await connection.execute(_LATEST, {"map_id": map_id})).one_or_none()
    return None if row is None else Moment(row.version, row.at)


async def first_moment(connection: Connection, map_id: int) -> Moment | None:
    """The version from which on the history tells all: when the map was made or imported."""
    row = (await connection.execute(_FIRST, {"map_id": map_id})).one_or_none()
    return None if row is None else Moment(row.version, row.at)


_AROUND = text(
    """
    WITH shown AS NOT MATERIALIZED (
      SELECT c.version, h.change_id FROM change_topic h JOIN change c ON c.map_id = h.map_id AND c.id = h.change_id
      WHERE h.map_id = :map_id AND h.topic_id = :topic_id
    )
    SELECT (SELECT version FROM shown WHERE change_id <= :change_id ORDER BY change_id DESC OFFSET 1 LIMIT 1) AS earlier,
      (SELECT version FROM shown WHERE change_id > :change_id ORDER BY change_id LIMIT 1) AS later
    """
)


async def versions_around(connection: Connection, map_id: int, topic_id: int, change_id: int) -> tuple[int | None, int | None]:
    """The versions before and after a change in which the topic's page was another; None at the ends."""
    row = (await connection.execute(_AROUND, {"map_id": map_id, "topic_id": topic_id, "change_id": change_id})).one()
    return row.earlier, row.later


async def topic_made_at(connection: Connection, map_id: int, topic_id: int) -> datetime | None:
    """When a topic that is there was made."""
    statement = text("SELECT created_at FROM topic WHERE map_id = :map_id AND id = :topic_id")
    found: datetime | None = (await connection.execute(statement, {"map_id": map_id, "topic_id": topic_id})).scalar_one_or_none()
    return found
