"""Statements that read a person's notices, of those that the person may still see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.maps.opening import map_ref
from contextualise.repository.notices.seeing import GROUND, SEEN
from contextualise.repository.reading.raw import Statement


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice with the names of what it is about as they are now; None for a person who left and for a map that is none."""

    id: int
    kind: str
    map_id: int | None
    map_title: str | None
    comment_id: int | None
    by_name: str | None
    detail: dict[str, Any]
    created_at: datetime
    is_read: bool
    words: str | None  # of the comment

    @property
    def map_ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.map_id, self.map_title) if self.map_id is not None and self.map_title is not None else ""


_COLUMNS = """
n.id, n.kind, n.map_id, m.title, n.comment_id, b.name, n.detail, n.created_at, n.read_at IS NOT NULL,
(SELECT left(k.body, 400) FROM comment k WHERE k.map_id = n.map_id AND k.id = n.comment_id)
"""

_LIST = f"""
SELECT {_COLUMNS}
FROM app_user u JOIN notice n ON n.user_id = u.id {GROUND} LEFT JOIN app_user b ON b.id = n.by_user_id
WHERE u.id = %(user_id)s AND {SEEN} AND n.id {{position}} %(key)s{{unread}}
ORDER BY n.id {{order}} LIMIT %(limit)s
"""  # noqa: S608 - made of constants


def _list(*, backwards: bool, unread: bool) -> Statement:
    chosen = {"position": ">" if backwards else "<", "order": "ASC" if backwards else "DESC"}
    return Statement(_LIST.format(unread=" AND n.read_at IS NULL" if unread else "", **chosen), planned_each_time=True)


_LISTS = {(backwards, unread): _list(backwards=backwards, unread=unread) for backwards in (False, True) for unread in (False, True)}

_ONE = Statement(
    f"""
SELECT {_COLUMNS}
FROM app_user u JOIN notice n ON n.user_id = u.id {GROUND} LEFT JOIN app_user b ON b.id = n.by_user_id
WHERE u.id = %(user_id)s AND n.id = %(notice_id)s AND {SEEN}
"""  # noqa: S608 - made of constants
)


async def list_notices(
    connection: AsyncConnection, user_id: int, *, key: int, backwards: bool, unread: bool, limit: int
) -> Sequence[NoticeRow]:
    """The person's notices after a key, the latest first; `backwards` those before it, the earliest first."""
    values = {"user_id": user_id, "key": key, "limit": limit}
    return [NoticeRow(*row) for row in await _LISTS[backwards, unread].rows(connection, values)]


async def find_notice(connection: AsyncConnection, user_id: int, notice_id: int) -> NoticeRow | None:
    """One notice; None when it is not the person's or about what the person may not see any more."""
    rows = await _ONE.rows(connection, {"user_id": user_id, "notice_id": notice_id})
    return NoticeRow(*rows[0]) if rows else None


_WANTS = Statement("SELECT wants_notice_mail FROM app_user WHERE id = %(user_id)s")


async def wants_mail(connection: AsyncConnection, user_id: int) -> bool:
    """Whether the person wants notices by mail too."""
    return bool(await _WANTS.value(connection, {"user_id": user_id}))
