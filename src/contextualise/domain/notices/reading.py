"""A person's notices: the list, one of them, and noting that they were read."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.errors import NotFound
from contextualise.domain.notices.kinds import KINDS
from contextualise.repository.notices import listing, writing
from contextualise.repository.notices.listing import NoticeRow

PAGE = 40
READ_DAYS, ALL_DAYS = 90, 400
_END = 2**63 - 1
SOMEBODY = "Somebody who left"


@dataclass(frozen=True, slots=True)
class NoticePage:
    """Some notices, the latest first; `before` and `after` are the ids from which the pages beside it go on."""

    rows: Sequence[NoticeRow]
    before: int | None
    after: int | None


async def list_notices(
    connection: AsyncConnection,
    user_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    unread: bool = False,
    limit: int = PAGE,
) -> NoticePage:
    """A page of the person's notices; those about what the person may not see any more are left out."""
    backwards = before is not None
    key = before if before is not None else after if after is not None else _END
    found = await listing.list_notices(connection, user_id, key=key, backwards=backwards, unread=unread, limit=limit + 1)
    more, rows = len(found) > limit, found[:limit]
    rows = rows[::-1] if backwards else rows
    has_before, has_after = (more, bool(rows)) if backwards else (after is not None, more)
    return NoticePage(rows, rows[0].id if rows and has_before else None, rows[-1].id if rows and has_after else None)


async def find_notice(connection: AsyncConnection, user_id: int, notice_id: int) -> NoticeRow:
    """One notice; raises `NotFound`."""
    found = await listing.find_notice(connection, user_id, notice_id)
    if found is None:
        raise NotFound("There is no such notice, or what it was about is not open to you any more.")
    return found


async def mark(session: AsyncSession, user_id: int, notice_id: int, *, is_read: bool) -> None:
    """Note that a notice was read, or is to look unread again; raises `NotFound`."""
    if not await writing.mark(session, user_id, notice_id, is_read=is_read):
        raise NotFound("There is no such notice.")


async def mark_all(session: AsyncSession, user_id: int, until: int) -> None:
    """Note that all up to one were read."""
    await writing.mark_all(session, user_id, until)


async def mark_thread(session: AsyncSession, user_id: int, map_id: int, thread_id: int) -> None:
    """Note that what was told of a thread's comments was read."""
    await writing.mark_thread(session, user_id, map_id, thread_id)


async def mark_about(session: AsyncSession, user_id: int, map_id: int, construct_id: int) -> None:
    """Note that what was told of all comments on one thing was read."""
    await writing.mark_about(session, user_id, map_id, construct_id)


async def forget_of_comments(session: AsyncSession, map_id: int, comment_ids: Collection[int]) -> None:
    """Take back what was told of comments that are gone."""
    await writing.forget_of_comments(session, map_id, comment_ids)


async def forget_old_notices(session: AsyncSession) -> None:
    """Delete what was read three months ago, and what nobody read in more than a year; safe to run at any time."""
    await writing.forget_old(session, read_days=READ_DAYS, all_days=ALL_DAYS)


async def wants_mail(connection: AsyncConnection, user_id: int) -> bool:
    """Whether the person gets notices by mail too."""
    return await listing.wants_mail(connection, user_id)


async def set_mail(session: AsyncSession, user_id: int, *, wanted: bool) -> None:
    """Choose whether notices come by mail too."""
    await writing.set_mail(session, user_id, wanted=wanted)


def sentence_of(row: NoticeRow) -> str:
    """What the notice says; one of a kind that is not known any more says so little as it can."""
    kind = KINDS.get(row.kind)
    return kind.sentence.format_map(_values(row)) if kind else "Something happened"


def path_of(row: NoticeRow) -> str:
    """Where the notice leads; "" for nowhere."""
    kind = KINDS.get(row.kind)
    return kind.path.format_map(defaultdict(str, ref=quote(row.map_ref, safe=""), comment=row.comment_id)) if kind else ""


def icon_of(row: NoticeRow) -> str:
    """The sign of the notice's kind."""
    kind = KINDS.get(row.kind)
    return kind.icon if kind else "info"


def _values(row: NoticeRow) -> defaultdict[str, str]:
    details = {name: str(value) for name, value in row.detail.items()}
    return defaultdict(str, {**details, "by": row.by_name or SOMEBODY, "map": row.map_title or ""})
