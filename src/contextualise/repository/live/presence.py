"""Who has which page open: one row for an open page, kept alive by the process that serves its stream."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.live.announcing import CHANNEL

# Several times what passes between two signs of life, so that a busy machine makes nobody disappear.
_GONE_AFTER = "interval '70 seconds'"
_EDITING_FOR = "interval '90 seconds'"
_MOST = 2000
_LONGS, _IDS = ARRAY(BigInteger), ARRAY(Uuid)
_TELL = f"SELECT pg_notify('{CHANNEL}', json_build_object('kind', 'presence', 'map', map_id)::text)"

# Only rows that nobody holds: two processes that sweep at once would wait for each other.
_SWEEP = text(
    f"""
    WITH gone AS (
      DELETE FROM presence WHERE (map_id, stream_id) IN (
        SELECT map_id, stream_id FROM presence WHERE stream_id = ANY(:left_ids) OR seen_at < now() - {_GONE_AFTER}
        FOR UPDATE SKIP LOCKED
      ) RETURNING map_id
    ), quiet AS (
      UPDATE presence SET editing = '' WHERE (map_id, stream_id) IN (
        SELECT map_id, stream_id FROM presence
        WHERE editing <> '' AND editing_at < now() - {_EDITING_FOR} AND seen_at >= now() - {_GONE_AFTER} AND NOT stream_id = ANY(:left_ids)
        FOR UPDATE SKIP LOCKED
      ) RETURNING map_id
    ), told AS (SELECT map_id FROM gone UNION SELECT map_id FROM quiet)
    {_TELL} FROM told
    """  # noqa: S608 - constants
).bindparams(bindparam("left_ids", type_=_IDS))

_KEEP = text(
    f"""
    WITH kept AS (
      INSERT INTO presence (map_id, stream_id, user_id, topic_id)
      SELECT given.map_id, given.stream_id, given.user_id, given.topic_id
      FROM unnest(:map_ids, :stream_ids, :user_ids, :topic_ids) AS given(map_id, stream_id, user_id, topic_id)
      JOIN app_user u ON u.id = given.user_id AND NOT u.hides_presence
      ORDER BY given.map_id, given.stream_id
      ON CONFLICT (map_id, stream_id) DO UPDATE SET seen_at = now()
      RETURNING map_id, xmax = 0 AS is_new
    ), told AS (SELECT DISTINCT map_id FROM kept WHERE is_new)
    {_TELL} FROM told
    """  # noqa: S608 - constants
).bindparams(
    bindparam("map_ids", type_=_LONGS),
    bindparam("stream_ids", type_=_IDS),
    bindparam("user_ids", type_=_LONGS),
    bindparam("topic_ids", type_=_LONGS),
)

_SAY = text(
    f"""
    WITH before AS (
      SELECT editing FROM presence WHERE map_id = :map_id AND stream_id = :stream_id AND user_id = :user_id FOR UPDATE
    ), said AS (
      UPDATE presence SET editing = :editing, editing_at = now() FROM before
      WHERE map_id = :map_id AND stream_id = :stream_id AND before.editing <> :editing
      RETURNING map_id
    ), renewed AS (
      UPDATE presence SET editing_at = now() FROM before
      WHERE map_id = :map_id AND stream_id = :stream_id AND before.editing = :editing
    )
    {_TELL} FROM said
    """  # noqa: S608 - constants
)

_READ = text(
    f"""
    SELECT p.map_id, p.topic_id, p.user_id, u.name, p.editing FROM presence p JOIN app_user u ON u.id = p.user_id
    WHERE p.map_id = ANY(:map_ids) AND p.seen_at >= now() - {_GONE_AFTER} AND u.disabled_at IS NULL AND NOT u.hides_presence
    ORDER BY p.map_id, u.name, p.user_id, p.editing LIMIT {_MOST}
    """  # noqa: S608 - constants
).bindparams(bindparam("map_ids", type_=_LONGS))

_FORGET = text(
    f"""
    WITH gone AS (DELETE FROM presence WHERE user_id = :user_id RETURNING map_id), told AS (SELECT DISTINCT map_id FROM gone)
    {_TELL} FROM told
    """  # noqa: S608 - constants
)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that a member has open; `topic_id` None for a page of the whole map."""

    map_id: int
    stream_id: UUID
    user_id: int
    topic_id: int | None


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who has a page open, and the part of it in which that person writes, or nothing."""

    map_id: int
    topic_id: int | None
    user_id: int
    name: str
    editing: str


async def keep_presence(session: AsyncSession, pages: Collection[OpenPage], left: Collection[UUID] = ()) -> None:
    """Say that these pages are open and those are left, and forget the rows of processes that died; tells the maps where that shows."""
    await session.execute(_SWEEP, {"left_ids": list(left)})
    if pages:
        values = {
            "map_ids": [page.map_id for page in pages],
            "stream_ids": [page.stream_id for page in pages],
            "user_ids": [page.user_id for page in pages],
            "topic_ids": [page.topic_id for page in pages],
        }
        await session.execute(_KEEP, values)


async def say_editing(session: AsyncSession, page: OpenPage, editing: str) -> None:
    """Note in which part of the page the person writes; it holds for a minute and a half, or until it is said again."""
    values = {"map_id": page.map_id, "stream_id": page.stream_id, "user_id": page.user_id, "editing": editing}
    await session.execute(_SAY, values)


async def read_presence(connection: AsyncConnection, map_ids: Collection[int]) -> Sequence[Here]:
    """Who is in these maps, by name; people who do not want to be shown are not among them."""
    return [Here(*row) for row in await connection.execute(_READ, {"map_ids": list(map_ids)})]


async def forget_presence(session: AsyncSession, user_id: int) -> None:
    """Take a person away from everywhere."""
    await session.execute(_FORGET, {"user_id": user_id})


async def set_hidden(session: AsyncSession, user_id: int, *, hidden: bool) -> None:
    """Show the person among those who are here, or do not."""
    await session.execute(text("UPDATE app_user SET hides_presence = :hidden WHERE id = :id"), {"hidden": hidden, "id": user_id})
    if hidden:
        await forget_presence(session, user_id)


async def is_hidden(connection: AsyncConnection, user_id: int) -> bool:
    """Whether the person does not want to be shown."""
    row = await connection.execute(text("SELECT hides_presence FROM app_user WHERE id = :id"), {"id": user_id})
    return bool(row.scalar_one_or_none())
