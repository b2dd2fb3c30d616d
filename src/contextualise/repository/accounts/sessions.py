"""Signed-in browsers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.live import announce
from contextualise.repository.notices.seeing import UNREAD
from contextualise.repository.tables import UserSession


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person a request comes from; `is_due` says that the time the session was last seen should be written again, `unread` how many
    notices wait.
    """

    id: int
    email: str
    name: str
    is_admin: bool
    session_id: int
    is_due: bool
    unread: int = 0


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A signed-in browser as its owner sees it in a list."""

    id: int
    user_agent: str
    address: str
    created_at: datetime
    last_seen_at: datetime


VIEWER = f"""
SELECT u.id, u.email, u.name, u.is_admin, s.id AS session_id, s.last_seen_at < now() - interval '5 minutes' AS is_due, {UNREAD} AS unread
FROM user_session s JOIN app_user u ON u.id = s.user_id
WHERE s.token_hash = %(token_hash)s AND s.expires_at > now() AND u.disabled_at IS NULL
"""  # noqa: S608 - made of constants
"""Who a session belongs to, for the driver as it is: SQLAlchemy's `text()` takes a sixth longer, and every request asks this."""


async def find_viewer(connection: AsyncConnection, token_hash: bytes) -> Viewer | None:
    """Who the session belongs to; None for an unknown or expired one and for a disabled person."""
    row: Sequence[Any] | None = (await connection.exec_driver_sql(VIEWER, {"token_hash": token_hash})).one_or_none()
    return None if row is None else Viewer(*row)


async def add_session(session: AsyncSession, *, token_hash: bytes, user_id: int, user_agent: str, address: str, days: int) -> int:
    """Write a session that ends after so many days; returns its id."""
    statement = (
        insert(UserSession)
        .values(
            token_hash=token_hash,
            user_id=user_id,
            user_agent=user_agent,
            address=address,
            expires_at=func.now() + func.make_interval(0, 0, 0, days),
        )
        .returning(UserSession.id)
    )
    return (await session.execute(statement)).scalar_one()


async def list_sessions(connection: AsyncConnection, user_id: int) -> Sequence[SessionRow]:
    """The person's sessions that are still good, the one seen last first."""
    statement = (
        select(UserSession.id, UserSession.user_agent, UserSession.address, UserSession.created_at, UserSession.last_seen_at)
        .where(UserSession.user_id == user_id, UserSession.expires_at > func.now())
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [SessionRow(*row) for row in await connection.execute(statement)]


async def touch_session(session: AsyncSession, session_id: int, days: int) -> None:
    """Note that the session was seen now and let it last so many days more, unless that was written less than five minutes ago."""
    await session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.last_seen_at < func.now() - text("interval '5 minutes'"))
        .values(last_seen_at=func.now(), expires_at=func.now() + func.make_interval(0, 0, 0, days))
    )


async def delete_session(session: AsyncSession, user_id: int, session_id: int) -> bool:
    """Delete one session of the person; False when it is not the person's or gone already."""
    statement = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id == session_id).returning(UserSession.id)
    found = (await session.execute(statement)).scalar_one_or_none() is not None
    if found:
        await _tell_open_pages(session, user_id)
    return found


async def delete_session_by_token(session: AsyncSession, token_hash: bytes) -> None:
    """Delete the session of a browser, whoever is signed in there."""
    statement = delete(UserSession).where(UserSession.token_hash == token_hash).returning(UserSession.user_id)
    user_id = (await session.execute(statement)).scalar_one_or_none()
    if user_id is not None:
        await _tell_open_pages(session, user_id)


async def delete_sessions(session: AsyncSession, user_id: int, *, but: int | None = None) -> int:
    """Delete all sessions of the person, except perhaps one; returns how many there were."""
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    if but is not None:
        statement = statement.where(UserSession.id != but)
    count = len((await session.execute(statement.returning(UserSession.id))).all())
    if count:
        await _tell_open_pages(session, user_id)
    return count


async def _tell_open_pages(session: AsyncSession, user_id: int) -> None:
    """Pages of a browser that is signed out must not go on following."""
    await announce(session, None, "access", user_id=user_id)


async def forget_sessions(session: AsyncSession) -> None:
    """Delete the sessions that have expired."""
    await session.execute(delete(UserSession).where(UserSession.expires_at <= func.now()))
