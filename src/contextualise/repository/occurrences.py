"""Statements about occurrences."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Image, Journal
from contextualise.repository.names import signature
from contextualise.repository.rows import find_all
from contextualise.repository.tables import Occurrence, Topic
from contextualise.repository.topics import TopicRef


async def insert_occurrence(journal: Journal, user_id: int | None, **values: Any) -> Image:
    """Write an occurrence; `values` are its columns."""
    return await journal.insert(Occurrence, **values, created_by=user_id, updated_by=user_id)


async def update_occurrence(journal: Journal, user_id: int | None, occurrence_id: int, **values: Any) -> None:
    """Set columns of an occurrence; where they already are so nothing happens."""
    present = await find_all(journal.session, journal.map_id, Occurrence, Occurrence.id == occurrence_id)
    if any(row[name] != value for row in present for name, value in values.items()):
        await journal.update(Occurrence, Occurrence.id == occurrence_id, **values, updated_by=user_id, updated_at=func.now())


async def equal_occurrence(
    session: AsyncSession, map_id: int, *, topic_id: int, type_id: int, scope_id: int, datatype: str, value: str
) -> Image | None:
    """The topic's occurrence that equals this one (TMDM 5.4), or None."""
    same = and_(
        Occurrence.topic_id == topic_id,
        Occurrence.type_id == type_id,
        Occurrence.scope_id == scope_id,
        Occurrence.datatype == datatype,
        Occurrence.sig == signature(value),
    )
    return next(iter(await find_all(session, map_id, Occurrence, same)), None)


async def occurrences_in(session: AsyncSession, map_id: int, *, topic_id: int, type_id: int, scope_id: int) -> list[Image]:
    """The topic's occurrences of one type in one scope, oldest first."""
    same = and_(Occurrence.topic_id == topic_id, Occurrence.type_id == type_id, Occurrence.scope_id == scope_id)
    return await find_all(session, map_id, Occurrence, same)


async def topics_with(
    session: AsyncSession,
    map_id: int,
    type_id: int,
    *,
    value: str | None,
    low: float | None,
    high: float | None,
    after: tuple[str, int] | None,
    limit: int,
) -> Collection[TopicRef]:
    """The topics that have an occurrence of the type with the value, or a number in the range, in the order of their labels."""
    of_type = select(Occurrence.topic_id).where(Occurrence.map_id == map_id, Occurrence.type_id == type_id)
    if value is not None:
        of_type = of_type.where(Occurrence.sig == signature(value))
    if low is not None:
        of_type = of_type.where(Occurrence.num >= low)
    if high is not None:
        of_type = of_type.where(Occurrence.num <= high)
    statement = (
        select(Topic.id, Topic.slug, Topic.label, Topic.is_base, Topic.is_hidden)
        .where(Topic.map_id == map_id, ~Topic.is_hidden, Topic.id.in_(of_type))
        .order_by(Topic.sort_key, Topic.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(func.row(Topic.sort_key, Topic.id) > func.row(*after))
    return [TopicRef(*row) for row in await session.execute(statement)]
