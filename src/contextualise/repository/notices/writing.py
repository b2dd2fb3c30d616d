"""Statements that write notices and note that they were read."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, bindparam, delete, func, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.rows import one_of
from contextualise.repository.tables import Notice

# The mail waits for the first of those that still wait: what comes after it until then goes along.
_ADD = text(
    """
    INSERT INTO notice (user_id, kind, needs, map_id, comment_id, by_user_id, detail, mail_after)
    SELECT u.id, :kind, :needs, :map_id, :comment_id, :by_user_id, :detail,
      CASE WHEN :mails AND u.wants_notice_mail THEN now() + :wait END
    FROM app_user u WHERE u.id = ANY(:user_ids) AND u.disabled_at IS NULL
    """
).bindparams(bindparam("user_ids", type_=ARRAY(BigInteger)), bindparam("detail", type_=JSONB))


async def add_notices(
    session: AsyncSession,
    *,
    user_ids: Collection[int],
    kind: str,
    needs: str,
    map_id: int | None,
    comment_id: int | None,
    by_user_id: int | None,
    detail: Mapping[str, Any],
    mails: bool,
    wait: timedelta,
) -> None:
    """Write the same notice for several people."""
    values = {
        "user_ids": sorted(user_ids),
        "kind": kind,
        "needs": needs,
        "map_id": map_id,
        "comment_id": comment_id,
        "by_user_id": by_user_id,
        "detail": dict(detail),
        "mails": mails,
        "wait": wait,
    }
    await session.execute(_ADD, values)


async def mark(session: AsyncSession, user_id: int, notice_id: int, *, is_read: bool) -> bool:
    """Note that one notice was read, or was not; False when the person has no such notice."""
    read_at = func.coalesce(Notice.read_at, func.now()) if is_read else None
    statement = update(Notice).where(Notice.user_id == user_id, Notice.id == notice_id).values(read_at=read_at).returning(Notice.id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def mark_all(session: AsyncSession, user_id: int, until: int) -> None:
    """Note that all notices up to one were read: what came after the page was shown stays unread."""
    statement = update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None), Notice.id <= until)
    await session.execute(statement.values(read_at=func.now()))


_MARK_THREAD = text(
    """
    UPDATE notice SET read_at = now() WHERE user_id = :user_id AND map_id = :map_id AND read_at IS NULL
      AND comment_id IN (SELECT id FROM comment WHERE map_id = :map_id AND thread_id = :thread_id)
    """
)


async def mark_thread(session: AsyncSession, user_id: int, map_id: int, thread_id: int) -> None:
    """Note that the notices of a thread were read."""
    await session.execute(_MARK_THREAD, {"user_id": user_id, "map_id": map_id, "thread_id": thread_id})


_MARK_ABOUT = text(
    """
    UPDATE notice SET read_at = now() WHERE user_id = :user_id AND map_id = :map_id AND read_at IS NULL
      AND comment_id IN (SELECT id FROM comment WHERE map_id = :map_id AND construct_id = :construct_id)
    """
)


async def mark_about(session: AsyncSession, user_id: int, map_id: int, construct_id: int) -> None:
    """Note that the notices of all that is said about one thing were read."""
    await session.execute(_MARK_ABOUT, {"user_id": user_id, "map_id": map_id, "construct_id": construct_id})


async def forget_of_comments(session: AsyncSession, map_id: int, comment_ids: Collection[int]) -> None:
    """Delete what was told of comments that are gone."""
    await session.execute(delete(Notice).where(Notice.map_id == map_id, one_of(Notice.comment_id, comment_ids)))


async def forget_old(session: AsyncSession, *, read_days: int, all_days: int) -> None:
    """Delete what was read longer ago, and what nobody has read in a much longer time."""
    days = func.make_interval
    old = (Notice.read_at < func.now() - days(0, 0, 0, read_days)) | (Notice.created_at < func.now() - days(0, 0, 0, all_days))
    await session.execute(delete(Notice).where(old))


async def set_mail(session: AsyncSession, user_id: int, *, wanted: bool) -> None:
    """Whether notices come by mail too; those that wait for theirs do not go out any more where it is not wanted."""
    await session.execute(text("UPDATE app_user SET wants_notice_mail = :wanted WHERE id = :id"), {"wanted": wanted, "id": user_id})
    if not wanted:
        await session.execute(update(Notice).where(Notice.user_id == user_id, Notice.mail_after.is_not(None)).values(mail_after=None))
