"""Statements about notices that wait to be told by mail too."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.notices.listing import NoticeRow
from contextualise.repository.notices.seeing import GROUND, SEEN

MOST = 100  # notices that one mail tells of

# One person at a time, whose row is locked for as long: two processes never tell the same.
_NEXT = text(
    """
    SELECT u.id, u.email, u.name FROM app_user u
    WHERE u.id = ANY(ARRAY(SELECT user_id FROM notice WHERE mail_after <= now() ORDER BY mail_after LIMIT 500))
    ORDER BY u.id LIMIT 1 FOR UPDATE OF u SKIP LOCKED
    """
)
_SETTLE = text("UPDATE notice SET mail_after = NULL WHERE user_id = :user_id AND mail_after IS NOT NULL RETURNING id")

# What was read meanwhile in the app, or may not be seen any more, is told by no mail; nor is anything to somebody who is shut out, to an
# address that nobody has confirmed,
# or what has grown old while no mail could be sent.
_TELL = text(
    f"""
    SELECT n.id, n.kind, n.map_id, m.title, n.comment_id, b.name, n.detail, n.created_at, false,
      (SELECT left(k.body, 400) FROM comment k WHERE k.map_id = n.map_id AND k.id = n.comment_id)
    FROM app_user u JOIN notice n ON n.user_id = u.id {GROUND} LEFT JOIN app_user b ON b.id = n.by_user_id
    WHERE u.id = :user_id AND u.disabled_at IS NULL AND u.confirmed_at IS NOT NULL AND u.wants_notice_mail
      AND n.id = ANY(:ids) AND n.read_at IS NULL AND n.created_at > now() - interval '3 days' AND {SEEN}
    ORDER BY n.id LIMIT {MOST} + 1
    """  # noqa: S608 - made of constants
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person whose notices are due, and those that a mail is to tell."""

    user_id: int
    email: str
    name: str
    rows: Sequence[NoticeRow]


async def take_due(session: AsyncSession) -> Waiting | None:
    """All that waits for the next person with something due, settled with that; None when nothing is due."""
    person = (await session.execute(_NEXT)).one_or_none()
    if person is None:
        return None
    ids = list((await session.execute(_SETTLE, {"user_id": person.id})).scalars())
    found = await session.execute(_TELL, {"user_id": person.id, "ids": ids})
    return Waiting(person.id, person.email, person.name, [NoticeRow(*row) for row in found])
