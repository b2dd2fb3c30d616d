"""Reading what was done: to a map, to a topic, by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.maps import map_ref
from contextualise.repository.notes import INBOX


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes: of which topic, person, kinds and time; None is any.

    `kinds` are what operations begin with, as in `name` for “name.add”; with `other_kinds` all others are meant. For somebody who may not
    edit the map, `for_readers`, what lies in the inbox, what deleted content was called and who came and went stay unseen.
    """

    topic_id: int | None = None
    user_id: int | None = None
    kinds: Sequence[str] | None = None
    other_kinds: bool = False
    since: datetime | None = None
    until: datetime | None = None
    for_readers: bool = False
    from_change: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """A topic that a change was about, as it is called now."""

    id: int
    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as a list shows it."""

    id: int
    map_id: int
    version: int
    at: datetime
    user_id: int | None
    user_name: str | None
    op: str
    construct_id: int
    label: str
    undoes: int | None
    undone_by: int | None
    undone_op: str | None  # what an undo took back
    is_empty: bool  # nothing is kept of what it wrote: an import, or a deletion that is gone for good
    about: tuple[About, ...]
    map_title: str

    @property
    def ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.map_id, self.map_title)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a page of a list lies: what is older than one change, what is newer than one, or the newest."""

    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """A page of changes, the latest first; whether there are newer and older ones."""

    rows: Sequence[ChangeRow]
    has_newer: bool
    has_older: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has changed something in a map."""

    id: int
    name: str


# What an emptied or image-less change keeps is an empty array: its size tells that without reading it.
_COLUMNS = """c.map_id, c.id, c.version, c.at, c.user_id, c.op, c.construct_id, c.label, c.undoes, c.undone_by,
  pg_column_size(c.rows) < 16 AS empty"""
_INBOX = f"(SELECT b.construct_id FROM identifier b WHERE b.map_id = c.map_id AND b.kind = 1 AND b.iri = '{INBOX}')"  # noqa: S608 - a constant
_OF_READERS = f"""
  AND NOT EXISTS (SELECT FROM change_topic i WHERE i.map_id = c.map_id AND i.change_id = c.id AND i.topic_id = {_INBOX})
  AND (c.op NOT LIKE 'note.%' OR EXISTS (
    SELECT FROM occurrence n WHERE n.map_id = c.map_id AND n.id = c.construct_id AND n.topic_id <> coalesce({_INBOX}, 0)))
  AND c.op NOT LIKE 'member.%' AND NOT (c.op = 'undo' AND c.construct_id = 0 AND EXISTS (
    SELECT FROM change e WHERE e.map_id = c.map_id AND e.id = c.undoes AND (e.op LIKE 'member.%' OR e.op = 'undo')))
"""  # noqa: S608 - a constant
_CONTENT = ("occurrence", "note", "picture", "file", "image", "media", "link", "date", "place")
_TOLD = f"""
SELECT p.id, p.map_id, p.version, p.at, p.user_id, u.name AS user_name, p.op, p.construct_id,
  CASE WHEN :for_readers AND (split_part(coalesce(d.op, p.op), '.', 1) = ANY(ARRAY{list(_CONTENT)!r}) OR d.op = 'undo') AND NOT EXISTS (
    SELECT FROM occurrence o WHERE o.map_id = p.map_id AND o.id = p.construct_id) AND NOT EXISTS (
    SELECT FROM topic t WHERE t.map_id = p.map_id AND t.id = p.construct_id) THEN '' ELSE p.label END AS label,
  p.undoes, p.undone_by, d.op AS undone_op, p.empty, m.title,
  (SELECT coalesce(json_agg(json_build_array(t.id, t.slug, t.label) ORDER BY t.id), '[]') FROM (
     SELECT p.construct_id AS id
     UNION SELECT n.topic_id FROM name n WHERE n.map_id = p.map_id AND n.id = p.construct_id
     UNION SELECT o.topic_id FROM occurrence o WHERE o.map_id = p.map_id AND o.id = p.construct_id
     UNION SELECT n.topic_id FROM variant v JOIN name n ON n.map_id = v.map_id AND n.id = v.name_id
           WHERE v.map_id = p.map_id AND v.id = p.construct_id
     UNION (SELECT r.player_id FROM role r WHERE r.map_id = p.map_id AND r.association_id = p.construct_id ORDER BY r.id LIMIT 4)
   ) AS x JOIN topic t ON t.map_id = p.map_id AND t.id = x.id AND NOT t.is_hidden) AS about
FROM page AS p JOIN map m ON m.id = p.map_id
LEFT JOIN app_user u ON u.id = p.user_id
LEFT JOIN change d ON d.map_id = p.map_id AND d.id = p.undoes
"""  # noqa: S608 - constants of this module


async def list_changes(connection: AsyncConnection, map_id: int, wanted: Wanted, turn: Turn, limit: int) -> Turned:
    """A page of the changes of a map."""
    join, conditions = "", ["c.map_id = :map_id", *_conditions(wanted, turn)]
    if wanted.topic_id is not None:
        join = "JOIN change_topic h ON h.map_id = c.map_id AND h.change_id = c.id AND h.topic_id = :topic_id"
        conditions[-1:] = [condition.replace("c.id", "h.change_id") for condition in conditions[-1:]]
    order = "c.id" if wanted.topic_id is None else "h.change_id"
    page = f"SELECT {_COLUMNS} FROM change c {join} WHERE {' AND '.join(conditions)}{_OF_READERS if wanted.for_readers else ''}"  # noqa: S608
    return await _turned(connection, page, order, turn, limit, {"map_id": map_id, **_values(wanted, turn)})


async def list_own_changes(connection: AsyncConnection, user_id: int, wanted: Wanted, turn: Turn, limit: int) -> Turned:
    """A page of what a person has done in all the maps that this person may still read."""
    conditions = ["c.user_id = :user_id", *_conditions(wanted, turn)]
    readable = """JOIN map r ON r.id = c.map_id AND r.trashed_at IS NULL AND (r.owner_id = :user_id OR r.published_at IS NOT NULL
        OR EXISTS (SELECT FROM map_member w WHERE w.map_id = r.id AND w.user_id = :user_id)
        OR EXISTS (SELECT FROM app_user a WHERE a.id = :user_id AND a.is_admin))"""
    page = f"SELECT {_COLUMNS} FROM change c {readable} WHERE {' AND '.join(conditions)}"  # noqa: S608 - constants
    return await _turned(connection, page, "c.id", turn, limit, {**_values(wanted, turn), "user_id": user_id})


async def find_told(connection: AsyncConnection, map_id: int, change_id: int, *, for_readers: bool) -> ChangeRow | None:
    """One change of a map as a list shows it; None where there is none, or none that a reader may see."""
    wanted = Wanted(for_readers=for_readers)
    page = f"SELECT {_COLUMNS} FROM change c WHERE c.map_id = :map_id AND c.id = :change_id{_OF_READERS if for_readers else ''}"  # noqa: S608
    values = {**_values(wanted, Turn()), "map_id": map_id, "change_id": change_id}
    rows = (await connection.execute(_typed(f"WITH page AS MATERIALIZED ({page}) {_TOLD}", values), values)).all()
    return _row(rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class Publication:
    """The change that published a map, and the version that it made."""

    change_id: int
    version: int


# A map is published by being so, and by taking back that it no longer was.
_PUBLICATION = text(
    """
    SELECT c.id, c.version FROM change c WHERE c.map_id = :map_id AND (c.op = 'map.publish' OR (c.op = 'undo' AND EXISTS (
      SELECT FROM change d WHERE d.map_id = c.map_id AND d.id = c.undoes AND d.op = 'map.unpublish')))
    ORDER BY c.id DESC LIMIT 1
    """
)


async def latest_publication(connection: AsyncConnection, map_id: int) -> Publication | None:
    """The change that published the map last; None for one that has none, as an example made so."""
    row = (await connection.execute(_PUBLICATION, {"map_id": map_id})).one_or_none()
    return None if row is None else Publication(*row)


_PEOPLE = text(
    """
    WITH RECURSIVE step AS (
      (SELECT user_id FROM change WHERE map_id = :map_id AND user_id IS NOT NULL AND id >= :from_change ORDER BY user_id LIMIT 1)
      UNION ALL
      SELECT n.user_id FROM step, LATERAL (
        SELECT user_id FROM change WHERE map_id = :map_id AND user_id > step.user_id AND id >= :from_change ORDER BY user_id LIMIT 1
      ) AS n
    )
    SELECT u.id, u.name FROM (SELECT user_id FROM step LIMIT 500) AS s JOIN app_user u ON u.id = s.user_id ORDER BY lower(u.name), u.id
    """
)


async def list_people(connection: AsyncConnection, map_id: int, from_change: int | None = None) -> Sequence[Person]:
    """Those who have changed something in the map, from this change on, and still have an account."""
    return [Person(row.id, row.name) for row in await connection.execute(_PEOPLE, {"map_id": map_id, "from_change": from_change or 0})]


def _conditions(wanted: Wanted, turn: Turn) -> list[str]:
    """Conditions on `change c`; the one of the turn is the last."""
    conditions = []
    if wanted.user_id is not None:
        conditions.append("c.user_id = :user_id")
    if wanted.kinds is not None:
        conditions.append(f"split_part(c.op, '.', 1) {'<> ALL' if wanted.other_kinds else '= ANY'}(:kinds)")
    if wanted.since is not None:
        conditions.append("c.at >= :since")
    if wanted.until is not None:
        conditions.append("c.at < :until")
    if wanted.from_change is not None:
        conditions.append("c.id >= :from_change")
    if turn.before is not None:
        conditions.append("c.id < :before")
    elif turn.after is not None:
        conditions.append("c.id > :after")
    else:
        conditions.append("c.id > 0")
    return conditions


def _values(wanted: Wanted, turn: Turn) -> dict[str, Any]:
    given = {
        "topic_id": wanted.topic_id,
        "user_id": wanted.user_id,
        "kinds": None if wanted.kinds is None else list(wanted.kinds),
        "since": wanted.since,
        "until": wanted.until,
        "from_change": wanted.from_change,
        "before": turn.before,
        "after": turn.after if turn.before is None else None,
    }
    return {"for_readers": wanted.for_readers} | {name: value for name, value in given.items() if value is not None}


_TYPES: dict[str, Any] = {"kinds": ARRAY(Text), "since": DateTime(timezone=True), "until": DateTime(timezone=True)}
_NUMBERS = {"map_id", "topic_id", "user_id", "before", "after", "change_id", "from_change"}


def _typed(statement: str, values: dict[str, Any]) -> Any:
    binds = [bindparam(name, type_=_TYPES.get(name, BigInteger)) for name in values if name in _TYPES or name in _NUMBERS]
    return text(statement).bindparams(*binds)


async def _turned(connection: AsyncConnection, page: str, order: str, turn: Turn, limit: int, values: dict[str, Any]) -> Turned:
    forwards = turn.after is not None and turn.before is None
    direction = "ASC" if forwards else "DESC"
    statement = f"WITH page AS MATERIALIZED ({page} ORDER BY {order} {direction} LIMIT {limit + 1}) {_TOLD} ORDER BY p.id {direction}"
    found = [_row(row) for row in await connection.execute(_typed(statement, values), values)]
    more, rows = len(found) > limit, found[:limit]
    if forwards:
        return Turned(rows[::-1], has_newer=more, has_older=True)
    return Turned(rows, has_newer=turn.before is not None, has_older=more)


def _row(row: Any) -> ChangeRow:
    about = tuple(About(*each) for each in row.about)
    return ChangeRow(
        row.id,
        row.map_id,
        row.version,
        row.at,
        row.user_id,
        row.user_name,
        row.op,
        row.construct_id,
        row.label,
        row.undoes,
        row.undone_by,
        row.undone_op,
        row.empty,
        about,
        row.title,
    )
