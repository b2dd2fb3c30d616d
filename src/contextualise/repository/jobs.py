"""The queue: rows of `job`, claimed with SKIP LOCKED by whichever process is free."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.tables import Job

# A worker renews its claim while it works; one that died loses the job after this time.
CLAIM = text("interval '60 seconds'")
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job to run now."""

    id: int
    kind: str
    user_id: int | None
    map_id: int | None
    arguments: dict[str, Any]
    attempts: int


async def add_job(session: AsyncSession, kind: str, *, user_id: int | None, arguments: dict[str, Any], map_id: int | None = None) -> int:
    """Queue a job; returns its id. It is seen by workers once the transaction commits."""
    statement = insert(Job).values(kind=kind, user_id=user_id, map_id=map_id, arguments=arguments).returning(Job.id)
    return (await session.execute(statement)).scalar_one()


async def claim(session: AsyncSession, kinds: Collection[str]) -> Claimed | None:
    """The next job of these kinds that waits, or whose worker has died; None when there is none."""
    free = or_(Job.state == "queued", and_(Job.state == "running", Job.locked_until < func.now()))
    waiting = (
        select(Job.id)
        .where(Job.kind.in_(kinds), Job.state.in_(("queued", "running")), free, Job.run_after <= func.now())
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(Job)
        .where(Job.id == waiting)
        .values(state="running", attempts=Job.attempts + 1, locked_until=func.now() + CLAIM)
        .returning(Job.id, Job.kind, Job.user_id, Job.map_id, Job.arguments, Job.attempts)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Claimed(*row)


async def report(connection: AsyncConnection | AsyncSession, job_id: int, *, done: int, total: int | None, message: str) -> None:
    """Write how far the job is, and renew the claim."""
    values = {"done": done, "total": total, "message": message, "locked_until": func.now() + CLAIM}
    await connection.execute(update(Job).where(Job.id == job_id).values(**values))


async def finish(
    session: AsyncSession, job: Claimed, *, state: str, message: str, result: dict[str, Any] | None, map_id: int | None
) -> bool:
    """Write how the job ended: `done` or `failed`. False when this claim is no longer the job's latest or the job has ended already."""
    values = {"state": state, "message": message, "result": result, "map_id": map_id, "finished_at": func.now(), "locked_until": None}
    ours = (Job.id == job.id, Job.attempts == job.attempts, Job.state == "running")
    return (await session.execute(update(Job).where(*ours).values(**values).returning(Job.id))).scalar_one_or_none() is not None


async def put_off(session: AsyncSession, job: Claimed, seconds: int) -> None:
    """Let a job wait for better times, as if it had not been tried."""
    values = {"state": "queued", "attempts": job.attempts - 1, "run_after": func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)}
    ours = (Job.id == job.id, Job.attempts == job.attempts, Job.state == "running")
    await session.execute(update(Job).where(*ours).values(**values, locked_until=None))


async def find_job(connection: AsyncConnection | AsyncSession, job_id: int) -> Job | None:
    """A job as it stands."""
    row = (await connection.execute(select(Job.__table__).where(Job.id == job_id))).mappings().one_or_none()
    return None if row is None else Job(**row)


async def forget_old_jobs(session: AsyncSession, days: int) -> None:
    """Delete what ended longer ago."""
    age = func.now() - func.make_interval(0, 0, 0, days)
    await session.execute(delete(Job).where(Job.state.in_(("done", "failed")), Job.finished_at < age))
