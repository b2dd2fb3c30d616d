"""What importing a map needs to know of the base topics that the new map already has."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.notes import count_inbox
from contextualise.repository.tables import Association, Identifier, Name, Reification, Topic, TopicMap, TopicType, User


@dataclass(frozen=True, slots=True)
class Seeded:
    """The rows of a map that was just made."""

    topic_ids: frozenset[int]
    slugs: frozenset[str]
    home_id: int | None  # what reifies the map
    by_subject: dict[str, int]
    identifiers: frozenset[tuple[int, str]]
    types: frozenset[tuple[int, int]]
    names: dict[tuple[int, int, int, str], int]  # by topic, type, scope and value


async def find_seeded(session: AsyncSession, map_id: int) -> Seeded:
    """All topics of a map that holds base topics alone."""
    topics = (await session.execute(select(Topic.id, Topic.slug).where(Topic.map_id == map_id))).all()
    identifiers = (
        await session.execute(select(Identifier.kind, Identifier.iri, Identifier.construct_id).where(Identifier.map_id == map_id))
    ).all()
    names = await session.execute(select(Name.id, Name.topic_id, Name.type_id, Name.scope_id, Name.value).where(Name.map_id == map_id))
    types = await session.execute(select(TopicType.topic_id, TopicType.type_id).where(TopicType.map_id == map_id))
    home = await session.execute(select(Reification.reifier_id).where(Reification.map_id == map_id, Reification.construct_id == 0))
    return Seeded(
        topic_ids=frozenset(row.id for row in topics),
        slugs=frozenset(row.slug for row in topics),
        home_id=home.scalar_one_or_none(),
        by_subject={row.iri: row.construct_id for row in identifiers if row.kind == 1},
        identifiers=frozenset((row.kind, row.iri) for row in identifiers),
        types=frozenset((row.topic_id, row.type_id) for row in types),
        names={(row.topic_id, row.type_id, row.scope_id, row.value): row.id for row in names},
    )


async def count_topics(session: AsyncSession, map_id: int) -> tuple[int, int]:
    """Write down how many topics of its own a map has and how many notes in its inbox; returns the first, and how many associations."""
    own = select(func.count()).where(Topic.map_id == map_id, ~Topic.is_base, ~Topic.is_hidden).scalar_subquery()
    statement = update(TopicMap).where(TopicMap.id == map_id).values(topic_count=own).returning(TopicMap.topic_count)
    topics = (await session.execute(statement)).scalar_one()
    await count_inbox(session, map_id)
    associations = (await session.execute(select(func.count()).where(Association.map_id == map_id))).scalar_one()
    return topics, associations


async def find_owner(connection: AsyncConnection, email_key: str | None) -> int | None:
    """The person with the address, or with None the first administrator."""
    wanted = User.is_admin if email_key is None else User.email_key == email_key
    return (await connection.execute(select(User.id).where(wanted).order_by(User.id).limit(1))).scalar_one_or_none()
