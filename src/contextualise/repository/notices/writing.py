"""Statements that write notices and note that they were read."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, TextClause, bindparam, delete, func, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.live import notices_told
from contextualise.repository.tables import Notice


def _telling(statement: str) -> TextClause:
    """The statement, which also lets the open pages of those people know whose notices it writes."""
    return text(f"WITH written AS ({statement} RETURNING user_id) {notices_told('written')}")


# The mail waits for the first of those that still wait: what comes after it until then goes along.
_ADD = _telling(
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


_MARK = _telling(
    """
    UPDATE notice SET read_at = CASE WHEN :is_read THEN coalesce(read_at, now()) END WHERE user_id = :user_id AND id = :notice_id
    """
)


async def mark(session: AsyncSession, user_id: int, notice_id: int, *, is_read: bool) -> bool:
    """Note that one notice was read, or was not; False when the person has no such notice."""
    row = await session.execute(_MARK, {"user_id": user_id, "notice_id": notice_id, "is_read": is_read})
    return row.first() is not None


_MARK_ALL = _telling("UPDATE notice SET read_at = now() WHERE user_id = :user_id AND read_at IS NULL AND id <= :until")


async def mark_all(session: AsyncSession, user_id: int, until: int) -> None:
    """Note that all notices up to one were read: what came after the page was shown stays unread."""
    await session.execute(_MARK_ALL, {"user_id": user_id, "until": until})


_MARK_THREAD = _telling(
    """
    UPDATE notice SET read_at = now() WHERE user_id = :user_id AND map_id = :map_id AND read_at IS NULL
      AND comment_id IN (SELECT id FROM comment WHERE map_id = :map_id AND thread_id = :thread_id)
    """
)


async def mark_thread(session: AsyncSession, user_id: int, map_id: int, thread_id: int) -> None:
    """Note that the notices of a thread were read."""
    await session.execute(_MARK_THREAD, {"user_id": user_id, "map_id": map_id, "thread_id": thread_id})


_MARK_ABOUT = _telling(
    """
    UPDATE notice SET read_at = now() WHERE user_id = :user_id AND map_id = :map_id AND read_at IS NULL
      AND comment_id IN (SELECT id FROM comment WHERE map_id = :map_id AND construct_id = :construct_id)
    """
)


async def mark_about(session: AsyncSession, user_id: int, map_id: int, construct_id: int) -> None:
    """Note that the notices of all that is said about one thing were read."""
    await session.execute(_MARK_ABOUT, {"user_id": user_id, "map_id": map_id, "construct_id": construct_id})


_FORGET = _telling("DELETE FROM notice WHERE map_id = :map_id AND comment_id = ANY(:comment_ids)").bindparams(
    bindparam("comment_ids", type_=ARRAY(BigInteger))
)


async def forget_of_comments(session: AsyncSession, map_id: int, comment_ids: Collection[int]) -> None:
    """Delete what was told of comments that are gone."""
    await session.execute(_FORGET, {"map_id": map_id, "comment_ids": list(comment_ids)})


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
