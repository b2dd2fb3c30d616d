"""Statements that read threads: the lists of a topic, of a statement, of a map, and one thread whole.

A list is read by key, so that the far end of ten thousand threads is as near as the beginning; of each thread come its first comment and
the last few answers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.comments.subjects import CONNECTION
from contextualise.repository.notes import IN_INBOX
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import Record

LAST = 3  # answers that a list shows
COUNTED = 1000
State = Literal["open", "resolved", "all"]
Of = Literal["all", "mine", "mentions"]


class CommentLine(Record, frozen=True):
    """A comment as it is read; the words of a removed one are gone."""

    id: int
    user_id: int | None
    by: str | None
    html: str
    created_at: datetime
    edited_at: datetime | None
    is_removed: bool


class ThreadRecord(Record, frozen=True):
    """A thread: its first comment, some of its answers, and what it is about as that is called now."""

    id: int
    construct_id: int
    kind: str
    quote: str
    topic_slug: str | None
    topic_label: str | None
    is_gone: bool
    resolved_at: datetime | None
    resolved_by: str | None
    first: CommentLine
    answers: tuple[CommentLine, ...]
    answer_count: int


_LINE = "json_build_array(k.id, k.user_id, w.name, k.html, k.created_at, k.edited_at, k.removed_at IS NOT NULL)"

# What a thread is about may have been renamed since; what is gone, or hidden in the inbox, is called as it was.
_NOW = f"""
CASE r.kind
  WHEN 'topic' THEN t.label
  WHEN 'name' THEN (SELECT n.value FROM name n WHERE n.map_id = r.map_id AND n.id = r.construct_id)
  WHEN 'connection' THEN (SELECT {CONNECTION} FROM association a WHERE a.map_id = r.map_id AND a.id = r.construct_id)
  ELSE (SELECT coalesce(o.title, o.file_name, nullif(left(c.plain, 120), ''), left(o.value, 120)) FROM occurrence o
    LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
    WHERE o.map_id = r.map_id AND o.id = r.construct_id AND NOT {IN_INBOX})
END
"""  # noqa: S608 - a constant

_RECORD = f"""
SELECT json_build_array(r.id, r.construct_id, r.kind, coalesce({_NOW}, r.quote), t.slug, t.label, r.gone_at IS NOT NULL,
  r.resolved_at, s.name,
  (SELECT {_LINE} FROM comment k LEFT JOIN app_user w ON w.id = k.user_id WHERE k.map_id = r.map_id AND k.id = r.id),
  (SELECT coalesce(json_agg({_LINE} ORDER BY k.id), '[]') FROM (
     SELECT k.* FROM comment k WHERE k.map_id = r.map_id AND k.thread_id = r.id AND k.id > r.id {{further}}
   ) AS k LEFT JOIN app_user w ON w.id = k.user_id),
  (SELECT count(*) FROM (
     SELECT FROM comment k WHERE k.map_id = r.map_id AND k.thread_id = r.id AND k.id > r.id LIMIT {COUNTED} + 1) AS c)
)::text
FROM ({{chosen}}) AS r LEFT JOIN topic t ON t.map_id = r.map_id AND t.id = r.topic_id AND NOT t.is_hidden
LEFT JOIN app_user s ON s.id = r.resolved_by
ORDER BY r.id {{order}}
"""  # noqa: S608 - made of constants

_STATES: dict[State, str] = {"open": " AND k.resolved_at IS NULL", "resolved": " AND k.resolved_at IS NOT NULL", "all": ""}
_PLACES = {"map": "", "topic": " AND k.topic_id = %(place)s", "construct": " AND k.construct_id = %(place)s"}
_OF: dict[Of, str] = {
    "all": "",
    "mine": """ AND EXISTS (SELECT FROM comment x WHERE x.map_id = k.map_id AND x.thread_id = k.id AND x.user_id = %(user_id)s
      AND x.removed_at IS NULL)""",
    "mentions": """ AND EXISTS (SELECT FROM comment_mention x JOIN comment y ON y.map_id = x.map_id AND y.id = x.comment_id
      WHERE x.user_id = %(user_id)s AND x.map_id = k.map_id AND y.thread_id = k.id)""",
}


def _list(place: str, state: State, of: Of, *, backwards: bool) -> Statement:
    order, position = ("ASC", ">") if backwards else ("DESC", "<")
    chosen = (
        f"SELECT k.* FROM comment k WHERE k.map_id = %(map_id)s AND k.thread_id = k.id AND k.id {position} %(key)s"  # noqa: S608
        f"{_PLACES[place]}{_STATES[state]}{_OF[of]} ORDER BY k.id {order} LIMIT %(limit)s"
    )
    further = f"ORDER BY k.id DESC LIMIT {LAST}"
    return Statement(_RECORD.format(chosen=chosen, further=further, order=order), planned_each_time=True)


_LISTS = {
    (place, state, of, backwards): _list(place, state, of, backwards=backwards)
    for place in _PLACES
    for state in _STATES
    for of in _OF
    for backwards in (False, True)
}
_ONE = "SELECT * FROM comment WHERE map_id = %(map_id)s AND id = %(thread_id)s AND thread_id = id"
_FORWARDS = Statement(_RECORD.format(chosen=_ONE, further="AND k.id > %(key)s ORDER BY k.id LIMIT %(limit)s", order=""))
_BACKWARDS = Statement(_RECORD.format(chosen=_ONE, further="AND k.id < %(key)s ORDER BY k.id DESC LIMIT %(limit)s", order=""))
_decoder = msgspec.json.Decoder(ThreadRecord)


@dataclass(frozen=True, slots=True)
class Where:
    """Which threads of a map: all of them, those on a topic's page, or those about one thing; `number` is the topic or the thing."""

    place: Literal["map", "topic", "construct"] = "map"
    number: int = 0


async def list_threads(
    connection: AsyncConnection,
    map_id: int,
    where: Where,
    *,
    state: State,
    of: Of,
    user_id: int | None,
    key: int,
    backwards: bool,
    limit: int,
) -> Sequence[ThreadRecord]:
    """Threads after a key, the youngest first; `backwards` those before it, the oldest first."""
    values = {"map_id": map_id, "place": where.number, "user_id": user_id or 0, "key": key, "limit": limit}
    rows = await _LISTS[where.place, state, of, backwards].rows(connection, values)
    return [_decoder.decode(row[0]) for row in rows]


async def read_thread(
    connection: AsyncConnection, map_id: int, thread_id: int, *, key: int, backwards: bool, limit: int
) -> ThreadRecord | None:
    """A thread with its answers after a key, or `backwards` the last ones before it; None where there is no such thread."""
    values = {"map_id": map_id, "thread_id": thread_id, "key": key, "limit": limit}
    found = await (_BACKWARDS if backwards else _FORWARDS).value(connection, values)
    return None if found is None else _decoder.decode(found)


_THREAD_OF = Statement("SELECT thread_id FROM comment WHERE map_id = %(map_id)s AND id = %(id)s")


async def thread_of(connection: AsyncConnection, map_id: int, comment_id: int) -> int | None:
    """The thread that a comment belongs to; None where there is no such comment."""
    found: int | None = await _THREAD_OF.value(connection, {"map_id": map_id, "id": comment_id})
    return found


_COUNTS = Statement(
    f"""
    SELECT construct_id, count(*) FROM (
      SELECT construct_id FROM comment k WHERE k.map_id = %(map_id)s AND k.construct_id = ANY(%(ids)s::bigint[])
        AND k.thread_id = k.id AND k.resolved_at IS NULL LIMIT {COUNTED} + 1
    ) AS k GROUP BY construct_id
    """  # noqa: S608 - a constant
)


async def open_threads(connection: AsyncConnection, map_id: int, construct_ids: Collection[int]) -> dict[int, int]:
    """How many open threads there are about each of these things; those with none are left out."""
    rows = await _COUNTS.rows(connection, {"map_id": map_id, "ids": sorted(construct_ids)})
    return {row[0]: row[1] for row in rows}


_OF_PERSON = Statement(
    """
    SELECT k.map_id, m.title, k.id, r.kind, r.quote, k.body, k.created_at, k.edited_at
    FROM comment k JOIN map m ON m.id = k.map_id JOIN comment r ON r.map_id = k.map_id AND r.id = k.thread_id
    WHERE k.user_id = %(user_id)s AND k.removed_at IS NULL AND (k.map_id, k.id) > (%(map_id)s, %(id)s)
    ORDER BY k.map_id, k.id LIMIT %(limit)s
    """
)


@dataclass(frozen=True, slots=True)
class OwnComment:
    """What somebody wrote, wherever that was."""

    map_id: int
    map_title: str
    id: int
    kind: str
    quote: str
    body: str
    created_at: datetime
    edited_at: datetime | None


async def comments_of_person(
    connection: AsyncConnection, user_id: int, *, after: tuple[int, int] = (0, 0), limit: int = 500
) -> Sequence[OwnComment]:
    """What a person has said in all maps, by map and in order, after the map and comment of the last one before."""
    values = {"user_id": user_id, "map_id": after[0], "id": after[1], "limit": limit}
    return [OwnComment(*row) for row in await _OF_PERSON.rows(connection, values)]


_ANY = Statement("SELECT EXISTS (SELECT FROM comment WHERE map_id = %(map_id)s AND construct_id = %(id)s)")


async def is_talked_about(connection: AsyncConnection, map_id: int, construct_id: int) -> bool:
    """Whether there is any comment about this number."""
    return bool(await _ANY.value(connection, {"map_id": map_id, "id": construct_id}))
