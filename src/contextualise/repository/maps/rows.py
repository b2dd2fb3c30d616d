"""Writing the map's row itself, and taking a whole map away for good."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.tables import (
    Association,
    AssociationRole,
    Base,
    Change,
    ChangeTopic,
    Content,
    ContentLink,
    Identifier,
    Name,
    Occurrence,
    Reification,
    Scope,
    ScopeTheme,
    Topic,
    TopicMap,
    TopicType,
    Variant,
)

# Children before parents: the rows of topics and statements refer to each other without cascades, so that nothing goes by accident.
_IN_ORDER: Sequence[type[Base]] = (
    ChangeTopic,
    Change,
    Reification,
    AssociationRole,
    Association,
    Occurrence,
    Variant,
    Name,
    ContentLink,
    Content,
    TopicType,
    ScopeTheme,
    Scope,
    Identifier,
    Topic,
)


async def add_map(
    session: AsyncSession, *, owner_id: int, title: str, description: str, base_iri: str, default_lang: str, accent: str
) -> int:
    """Write a map's row; returns its id."""
    statement = (
        insert(TopicMap)
        .values(owner_id=owner_id, title=title, description=description, base_iri=base_iri, default_lang=default_lang, accent=accent)
        .returning(TopicMap.id)
    )
    return (await session.execute(statement)).scalar_one()


async def find_map(session: AsyncSession, map_id: int) -> TopicMap | None:
    """The map's row as it is now."""
    return await session.get(TopicMap, map_id, populate_existing=True)


async def find_trashed_before(session: AsyncSession, moment: datetime) -> int | None:
    """A map that was put in the trash before the moment and that no other process is deleting now."""
    statement = (
        select(TopicMap.id).where(TopicMap.trashed_at < moment).order_by(TopicMap.trashed_at).limit(1).with_for_update(skip_locked=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def delete_map(session: AsyncSession, map_id: int) -> None:
    """Delete every row of a map, for good."""
    for model in _IN_ORDER:
        table = model.__table__
        await session.execute(delete(model).where(table.c.map_id == map_id))
    await session.execute(delete(TopicMap).where(TopicMap.id == map_id))
