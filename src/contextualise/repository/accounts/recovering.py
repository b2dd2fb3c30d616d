"""Recoveries that were asked for: noted without a look at who has an account, and looked up later by a job."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.tables import Job

_KIND = "recovery"


async def add_recovery(session: AsyncSession, email: str) -> None:
    """Note that somebody asked for a new password for this address."""
    await session.execute(insert(Job).values(kind=_KIND, arguments={"email": email}))


async def take_recovery(session: AsyncSession) -> str | None:
    """The address of the recovery whose turn it is; it is forgotten with the end of the transaction. None when there is none."""
    oldest = select(Job.id).where(Job.kind == _KIND, Job.state == "queued").order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    statement = delete(Job).where(Job.id == oldest.scalar_subquery()).returning(Job.arguments)
    arguments = (await session.execute(statement)).scalar_one_or_none()
    return None if arguments is None else str(arguments["email"])
