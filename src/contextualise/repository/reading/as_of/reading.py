"""Pages of the past."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.names import LANGUAGES, NAME_TYPE
from contextualise.repository.notes import INBOX
from contextualise.repository.reading.as_of.rewriting import as_of
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import BEGINNING, EVERYTHING_SHOWN, Context, Part, decode_topic, topic_parameters
from contextualise.repository.reading.topic_statement import EVERYTHING, IN_CONTEXT

MOST_ROWS = 20_000
"""Row images since then that are read at most; a page further back than that is not made."""


@dataclass(frozen=True, slots=True)
class Then:
    """A version of a map in the past: its number, its change, when it came to be, and how far it lies back."""

    version: int
    change_id: int
    at: datetime
    is_latest: bool
    rows: int  # images written since; at most one more than `MOST_ROWS`
    lacks: bool  # something deleted since is gone for good, so the page may be without it
    precedes: bool  # it lies before an import, of which no images are kept

    @property
    def is_readable(self) -> bool:
        """Whether pages of it can be made."""
        return self.rows <= MOST_ROWS and not self.precedes


_THEN = text(
    """
    WITH later AS MATERIALIZED (SELECT op, rows FROM change WHERE map_id = :map_id AND version > :version ORDER BY version LIMIT :most)
    SELECT c.version, c.id, c.at, NOT EXISTS (SELECT FROM later) AS is_latest,
      (SELECT count(*) FROM (SELECT FROM later CROSS JOIN LATERAL jsonb_array_elements(later.rows) LIMIT :most) AS counted) AS rows,
      EXISTS (SELECT FROM later WHERE (op LIKE '%.delete' OR op = 'undo') AND pg_column_size(rows) < 16) AS lacks,
      EXISTS (SELECT FROM later WHERE op IN ('map.import', 'map.create')) AS precedes
    FROM change c WHERE c.map_id = :map_id AND c.version = :version
    """
)


async def find_then(connection: AsyncConnection, map_id: int, version: int) -> Then | None:
    """What a version of a map was; None for one that it never had."""
    values = {"map_id": map_id, "version": version, "most": MOST_ROWS + 1}
    row = (await connection.execute(_THEN, values)).one_or_none()
    return None if row is None else Then(*row)


async def read_topic_then(
    connection: AsyncConnection,
    map_id: int,
    slug: str,
    then: Then,
    *,
    context: Context = EVERYTHING_SHOWN,
    part: Part = BEGINNING,
    for_readers: bool,
) -> TopicRecord | None:
    """The topic with everything on its page as it was then; None when no topic had this address then.

    `for_readers` leaves out statements that have been deleted or put into the inbox since: deleting takes them from readers. What people
    say about it they say about the topic of now.
    """
    parameters = topic_parameters(map_id, slug, context=context, part=part, talk=False)
    parameters |= _parameters(then, for_readers=for_readers)
    found = await _statement(in_context=not context.is_everything).value(connection, parameters)
    if found is None:
        return None
    return await _with_writer(connection, map_id, decode_topic(found), then)


# The change that makes a topic, or brings it back, leaves in its row who had written it before.
_WRITER = text(
    """
    SELECT coalesce((made.row ->> 'updated_at')::timestamptz, c.at) AS at,
      (SELECT name FROM app_user WHERE id = CASE WHEN made.row IS NULL THEN c.user_id ELSE (made.row ->> 'updated_by')::bigint END) AS name
    FROM change_topic h JOIN change c ON c.map_id = h.map_id AND c.id = h.change_id
    LEFT JOIN LATERAL (
      SELECT e.entry -> 'after' AS row FROM jsonb_array_elements(c.rows) AS e (entry)
      WHERE e.entry ->> 'table' = 'topic' AND e.entry -> 'before' = 'null'::jsonb AND (e.entry -> 'after' ->> 'id')::bigint = h.topic_id
      LIMIT 1
    ) AS made ON true
    WHERE h.map_id = :map_id AND h.topic_id = :topic_id AND h.change_id <= :cutoff ORDER BY h.change_id DESC LIMIT 1
    """
)


async def _with_writer(connection: AsyncConnection, map_id: int, record: TopicRecord, then: Then) -> TopicRecord:
    """The record with who had changed the topic last then."""
    values = {"map_id": map_id, "topic_id": record.topic.id, "cutoff": then.change_id}
    row = (await connection.execute(_WRITER, values)).one_or_none()
    at, name = (row.at, row.name) if row else (record.topic.created_at, None)
    return msgspec.structs.replace(record, topic=msgspec.structs.replace(record.topic, updated_at=at, updated_by=name))


_SLUG = """
WITH RECURSIVE nothing AS (SELECT 1)
SELECT slug FROM topic WHERE map_id = %(map_id)s AND id = %(topic_id)s
"""


async def slug_then(connection: AsyncConnection, map_id: int, topic_id: int, then: Then) -> str | None:
    """The address that a topic had then; None for one that was not there."""
    parameters = {"map_id": map_id, "topic_id": topic_id, **_parameters(then, for_readers=False)}
    found = await _slug_statement().value(connection, parameters)
    return None if found is None else str(found)


@lru_cache
def _statement(*, in_context: bool) -> Statement:
    plain = (IN_CONTEXT if in_context else EVERYTHING).text
    return Statement(as_of(plain))


@lru_cache
def _slug_statement() -> Statement:
    return Statement(as_of(_SLUG))


def _parameters(then: Then, *, for_readers: bool) -> dict[str, Any]:
    """What the expressions of the past need to know."""
    return {
        "version": then.version,
        "cutoff": then.change_id,
        "for_readers": for_readers,
        "inbox": INBOX,
        "name_type": NAME_TYPE,
        "languages": LANGUAGES,
    }
