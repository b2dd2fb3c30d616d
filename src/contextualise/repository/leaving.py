"""What is kept about one person, and what goes with an account."""

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

SOMEBODY = "Somebody who left"
_ROWS = 500

# One file each: what the person would recognise as theirs, without the secrets that only servers compare with.
_PARTS: dict[str, str] = {
    "account": "SELECT name, email, created_at, confirmed_at, is_admin FROM app_user WHERE id = :user_id",
    "browsers": """
        SELECT user_agent AS browser, address, created_at, last_seen_at FROM user_session
        WHERE user_id = :user_id AND expires_at > now() ORDER BY id
    """,
    "maps": """
        SELECT id, title, description, default_lang AS language, created_at, published_at, trashed_at
        FROM map WHERE owner_id = :user_id ORDER BY id
    """,
    "memberships": """
        SELECT m.map_id, t.title, m.mode, m.added_at FROM map_member m JOIN map t ON t.id = m.map_id
        WHERE m.user_id = :user_id AND t.trashed_at IS NULL ORDER BY m.map_id
    """,
    "comments": """
        SELECT map_id, topic_id, thread_id, body, created_at, edited_at FROM comment
        WHERE user_id = :user_id AND removed_at IS NULL ORDER BY id
    """,
    "drafts": "SELECT map_id, place, source, updated_at FROM draft WHERE user_id = :user_id ORDER BY map_id, place",
    "notices": "SELECT kind, map_id, detail, created_at, read_at FROM notice WHERE user_id = :user_id ORDER BY id",
    "reports": "SELECT map_id, address, reason, body, email, created_at, outcome FROM report WHERE user_id = :user_id ORDER BY map_id, id",
    "changes": """
        SELECT map_id, at, op AS deed, label FROM change WHERE user_id = :user_id ORDER BY map_id, id
    """,
}


@dataclass(frozen=True, slots=True)
class OwnMap:
    """A map of the person's own, with those who work on it and could have it: id and name."""

    id: int
    title: str
    topic_count: int
    published_at: datetime | None
    trashed_at: datetime | None
    members: Sequence[tuple[int, str]]


def parts() -> Sequence[str]:
    """The names of what is kept about a person."""
    return list(_PARTS)


async def own_data(session: AsyncSession, user_id: int, part: str) -> AsyncIterator[str]:
    """The rows of one part, each as JSON, a few at a time."""
    statement = text(f"SELECT to_jsonb(found)::text FROM ({_PARTS[part]}) AS found")  # noqa: S608 - constants
    result = await session.stream(statement, {"user_id": user_id}, execution_options={"yield_per": _ROWS})
    async for row in result:
        yield row[0]


async def own_maps(connection: AsyncConnection | AsyncSession, user_id: int, limit: int, *, members: int) -> Sequence[OwnMap]:
    """The person's maps by title, those in the trash as well, each with so many members at most."""
    statement = text(
        """
        SELECT m.id, m.title, m.topic_count, m.published_at, m.trashed_at, coalesce(found.members, '[]')
        FROM map m LEFT JOIN LATERAL (
          SELECT json_agg(json_build_array(one.id, one.name)) AS members FROM (
            SELECT u.id, u.name FROM map_member k JOIN app_user u ON u.id = k.user_id
            WHERE k.map_id = m.id AND u.disabled_at IS NULL ORDER BY u.name, u.id LIMIT :members
          ) AS one
        ) AS found ON true
        WHERE m.owner_id = :user_id ORDER BY m.trashed_at IS NOT NULL, m.title, m.id LIMIT :limit
        """
    )
    rows = await connection.execute(statement, {"user_id": user_id, "limit": limit, "members": members})
    return [
        OwnMap(number, title, topics, published_at, trashed_at, [(member, name) for member, name in found])
        for number, title, topics, published_at, trashed_at, found in rows
    ]


async def memberships(session: AsyncSession, user_id: int) -> Sequence[int]:
    """The maps of others that the person works on."""
    statement = text("SELECT k.map_id FROM map_member k JOIN map m ON m.id = k.map_id WHERE k.user_id = :user_id ORDER BY 1")
    return list((await session.execute(statement, {"user_id": user_id})).scalars())


async def owned_ids(session: AsyncSession, user_id: int) -> Sequence[int]:
    """All maps of the person."""
    return list((await session.execute(text("SELECT id FROM map WHERE owner_id = :user_id ORDER BY id"), {"user_id": user_id})).scalars())


async def strip(session: AsyncSession, user_id: int) -> None:
    """Delete what belongs to the person alone, and leave of the account a row that says nothing about anybody.

    The row stays, because history, comments and the texts of others tell who did something by its number.
    """
    values: dict[str, Any] = {"id": user_id, "name": SOMEBODY, "key": f"left {secrets.token_hex(12)}"}
    for statement in (
        "DELETE FROM map_invitation i USING app_user u WHERE u.id = :id AND (i.accepted_by = u.id OR i.email_key = u.email_key)",
        "DELETE FROM outgoing_mail m USING app_user u WHERE u.id = :id AND m.recipient = u.email",
        "DELETE FROM user_session WHERE user_id = :id",
        "DELETE FROM account_link WHERE user_id = :id",
        "DELETE FROM draft WHERE user_id = :id",
        "DELETE FROM notice WHERE user_id = :id",
        "DELETE FROM presence WHERE user_id = :id",
        "DELETE FROM job WHERE user_id = :id",
        "DELETE FROM map_member WHERE user_id = :id",
        "UPDATE report SET email = '' WHERE user_id = :id",
        """
        UPDATE app_user SET email = '', email_key = :key, name = :name, password_hash = NULL, is_admin = false,
          disabled_at = now(), confirmed_at = NULL, left_at = now()
        WHERE id = :id
        """,
    ):
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        await session.execute(text(statement), used)


async def map_to_purge(session: AsyncSession, user_id: int) -> int | None:
    """A map of somebody who has left, locked; None when there is none any more."""
    statement = text(
        """
        SELECT m.id FROM map m JOIN app_user u ON u.id = m.owner_id
        WHERE m.owner_id = :user_id AND u.left_at IS NOT NULL ORDER BY m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
        """
    )
    return (await session.execute(statement, {"user_id": user_id})).scalar_one_or_none()


async def maps_with_work(session: AsyncSession, user_id: int) -> Sequence[int]:
    """The maps whose pages name the person."""
    statement = text("SELECT DISTINCT map_id FROM change WHERE user_id = :user_id ORDER BY 1")
    return list((await session.execute(statement, {"user_id": user_id})).scalars())


async def left_with_maps(session: AsyncSession) -> Sequence[int]:
    """Those who have left and whose maps are still there."""
    statement = text("SELECT u.id FROM app_user u WHERE u.left_at IS NOT NULL AND EXISTS (SELECT FROM map m WHERE m.owner_id = u.id)")
    return list((await session.execute(statement)).scalars())
