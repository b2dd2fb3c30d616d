"""Statements that write comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.rows import one_of
from contextualise.repository.tables import Comment, CommentMention

_MOVE_ON = text("UPDATE map SET talk_version = talk_version + 1 WHERE id = :map_id")


async def move_on(session: AsyncSession, map_id: int) -> None:
    """Note that something was said: pages that show comments are others now.

    The map's row stays locked until the transaction ends, as with every writer: what is talked about stays there meanwhile.
    """
    await session.execute(_MOVE_ON, {"map_id": map_id})


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as it is written, with what is true of its thread."""

    id: int
    thread_id: int
    construct_id: int
    topic_id: int | None
    kind: str
    quote: str
    user_id: int | None
    body: str
    removed_at: datetime | None
    begun_by: int | None
    resolved_at: datetime | None
    gone_at: datetime | None


_FIND = text(
    """
    SELECT k.id, k.thread_id, k.construct_id, k.topic_id, r.kind, r.quote, k.user_id, k.body, k.removed_at,
      r.user_id AS begun_by, r.resolved_at, r.gone_at
    FROM comment k JOIN comment r ON r.map_id = k.map_id AND r.id = k.thread_id
    WHERE k.map_id = :map_id AND k.id = :id
    """
)


async def find_comment(session: AsyncSession, map_id: int, comment_id: int) -> CommentRow | None:
    """A comment; None where there is none."""
    row = (await session.execute(_FIND, {"map_id": map_id, "id": comment_id})).one_or_none()
    return None if row is None else CommentRow(*row)


async def insert_thread(
    session: AsyncSession, map_id: int, user_id: int, *, construct_id: int, topic_id: int, kind: str, quote: str, body: str, html: str
) -> int:
    """Write the first comment of a thread; returns its id."""
    new_id = (await session.execute(text("SELECT nextval('construct_id')"))).scalar_one()
    values = {"construct_id": construct_id, "origin_id": construct_id, "topic_id": topic_id, "kind": kind, "quote": quote}
    written = {"map_id": map_id, "id": new_id, "thread_id": new_id, "user_id": user_id, "body": body, "html": html}
    await session.execute(insert(Comment).values(**written, **values))
    return int(new_id)


_REPLY = text(
    """
    INSERT INTO comment (map_id, thread_id, construct_id, origin_id, topic_id, kind, user_id, body, html, gone_at)
    SELECT map_id, id, construct_id, origin_id, topic_id, kind, :user_id, :body, :html, gone_at
    FROM comment WHERE map_id = :map_id AND id = :thread_id AND thread_id = id
    RETURNING id
    """
)


async def insert_reply(session: AsyncSession, map_id: int, user_id: int, thread_id: int, *, body: str, html: str) -> int | None:
    """Write a further comment of a thread; None where there is no such thread."""
    values = {"map_id": map_id, "user_id": user_id, "thread_id": thread_id, "body": body, "html": html}
    found: int | None = (await session.execute(_REPLY, values)).scalar_one_or_none()
    return found


async def update_words(session: AsyncSession, map_id: int, comment_id: int, *, body: str, html: str) -> None:
    """Write a comment anew."""
    statement = update(Comment).where(Comment.map_id == map_id, Comment.id == comment_id)
    await session.execute(statement.values(body=body, html=html, edited_at=func.now()))


async def remove_words(session: AsyncSession, map_id: int, comment_id: int) -> None:
    """Take the words away; the place stays."""
    statement = update(Comment).where(Comment.map_id == map_id, Comment.id == comment_id)
    await session.execute(statement.values(body="", html="", removed_at=func.now()))
    await session.execute(delete(CommentMention).where(CommentMention.map_id == map_id, CommentMention.comment_id == comment_id))


async def is_thread_empty(session: AsyncSession, map_id: int, thread_id: int) -> bool:
    """Whether nothing is left of what was said in a thread."""
    left = select(Comment.id).where(Comment.map_id == map_id, Comment.thread_id == thread_id, Comment.removed_at.is_(None)).limit(1)
    return (await session.execute(left)).scalar_one_or_none() is None


async def delete_thread(session: AsyncSession, map_id: int, thread_id: int) -> Sequence[int]:
    """Delete a thread; returns the ids of its comments."""
    statement = delete(Comment).where(Comment.map_id == map_id, Comment.thread_id == thread_id).returning(Comment.id)
    return (await session.execute(statement)).scalars().all()


async def set_resolved(session: AsyncSession, map_id: int, thread_id: int, user_id: int | None, *, resolved: bool) -> bool:
    """Settle a thread or open it again; False where it is so already."""
    is_so = Comment.resolved_at.is_not(None) if resolved else Comment.resolved_at.is_(None)
    statement = update(Comment).where(Comment.map_id == map_id, Comment.id == thread_id, ~is_so)
    values = {"resolved_at": func.now() if resolved else None, "resolved_by": user_id if resolved else None}
    return (await session.execute(statement.values(**values).returning(Comment.id))).scalar_one_or_none() is not None


async def set_mentions(session: AsyncSession, map_id: int, comment_id: int, user_ids: Collection[int]) -> Collection[int]:
    """Note who is named in a comment; returns those who were not before."""
    gone = delete(CommentMention).where(CommentMention.map_id == map_id, CommentMention.comment_id == comment_id)
    await session.execute(gone.where(~one_of(CommentMention.user_id, sorted(user_ids))))
    if not user_ids:
        return set()
    rows = [{"map_id": map_id, "comment_id": comment_id, "user_id": user_id} for user_id in sorted(user_ids)]
    added = upsert(CommentMention).values(rows).on_conflict_do_nothing().returning(CommentMention.user_id)
    return set((await session.execute(added)).scalars())


_TAKING_PART = text(
    """
    SELECT user_id FROM comment WHERE map_id = :map_id AND thread_id = :thread_id AND user_id IS NOT NULL AND removed_at IS NULL
    UNION SELECT x.user_id FROM comment_mention x JOIN comment k ON k.map_id = x.map_id AND k.id = x.comment_id
    WHERE k.map_id = :map_id AND k.thread_id = :thread_id
    """
)


async def people_in_thread(session: AsyncSession, map_id: int, thread_id: int) -> set[int]:
    """Who has said something in a thread or was named in it."""
    return set((await session.execute(_TAKING_PART, {"map_id": map_id, "thread_id": thread_id})).scalars())
