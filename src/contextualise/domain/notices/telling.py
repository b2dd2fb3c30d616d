"""Telling people something, in the transaction of what it is about."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.notices.kinds import KINDS
from contextualise.repository.notices import writing as repository


async def notify(
    session: AsyncSession,
    *,
    user_id: int,
    kind: str,
    map_id: int | None = None,
    comment_id: int | None = None,
    by_user_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Tell one person something of a kind in `KINDS`; nothing where the person is who did it."""
    await notify_all(session, user_ids=[user_id], kind=kind, map_id=map_id, comment_id=comment_id, by_user_id=by_user_id, detail=detail)


async def notify_all(
    session: AsyncSession,
    *,
    user_ids: Collection[int],
    kind: str,
    map_id: int | None = None,
    comment_id: int | None = None,
    by_user_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Tell several people the same, but for the one who did it."""
    told = set(user_ids) - {by_user_id}
    if not told:
        return
    chosen = KINDS[kind]
    await repository.add_notices(
        session,
        user_ids=told,
        kind=kind,
        needs=chosen.needs,
        map_id=map_id,
        comment_id=comment_id,
        by_user_id=by_user_id,
        detail=detail or {},
        mails=chosen.mails,
        wait=chosen.wait,
    )
