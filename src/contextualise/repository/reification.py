"""Statements about reification: a topic that stands for a statement or for the map (TMDM 6.4)."""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Image, Journal
from contextualise.repository.rows import find_many
from contextualise.repository.tables import Reification


async def insert_reification(journal: Journal, *, reifier_id: int, construct_id: int, kind: str) -> None:
    """Let a topic stand for a construct; raises `sqlalchemy.exc.IntegrityError` where either already has a partner."""
    await journal.insert(Reification, reifier_id=reifier_id, construct_id=construct_id, kind=kind)


async def delete_reifications(journal: Journal, rows: Collection[Image]) -> None:
    """Let topics stand for nothing but themselves again."""
    await journal.remove(Reification, list(rows))


async def reifiers_of(session: AsyncSession, map_id: int, construct_ids: Collection[int]) -> list[Image]:
    """The reification of each of the constructs that has one; id 0 is the map."""
    return await find_many(session, map_id, Reification, "construct_id", construct_ids)


async def reified_by(session: AsyncSession, map_id: int, topic_ids: Collection[int]) -> list[Image]:
    """The reification of each of the topics that stands for something."""
    return await find_many(session, map_id, Reification, "reifier_id", topic_ids)


_KIND = text(
    """
    SELECT 't' FROM topic WHERE map_id = :map_id AND id = :id
    UNION ALL SELECT 'n' FROM name WHERE map_id = :map_id AND id = :id
    UNION ALL SELECT 'v' FROM variant WHERE map_id = :map_id AND id = :id
    UNION ALL SELECT 'o' FROM occurrence WHERE map_id = :map_id AND id = :id
    UNION ALL SELECT 'a' FROM association WHERE map_id = :map_id AND id = :id
    UNION ALL SELECT 'r' FROM role WHERE map_id = :map_id AND id = :id
    """
)


async def kind_of(session: AsyncSession, map_id: int, construct_id: int) -> str | None:
    """What a construct is: t(opic), n(ame), v(ariant), o(ccurrence), a(ssociation) or r(ole); None where there is none."""
    return (await session.execute(_KIND, {"map_id": map_id, "id": construct_id})).scalar_one_or_none()


_ABOUT = text(
    """
    WITH RECURSIVE about(construct_id) AS (
      SELECT CAST(:id AS bigint)
      UNION
      SELECT f.construct_id FROM about JOIN LATERAL (
        SELECT n.topic_id AS construct_id FROM name n WHERE n.map_id = :map_id AND n.id = about.construct_id
        UNION ALL SELECT v.name_id FROM variant v WHERE v.map_id = :map_id AND v.id = about.construct_id
        UNION ALL SELECT o.topic_id FROM occurrence o WHERE o.map_id = :map_id AND o.id = about.construct_id
        UNION ALL SELECT r.player_id FROM role r WHERE r.map_id = :map_id AND r.association_id = about.construct_id
        UNION ALL SELECT r.association_id FROM role r WHERE r.map_id = :map_id AND r.id = about.construct_id
        UNION ALL SELECT x.construct_id FROM reification x JOIN topic t ON t.map_id = x.map_id AND t.id = x.reifier_id AND t.is_hidden
          WHERE x.map_id = :map_id AND x.reifier_id = about.construct_id
      ) f ON true
    )
    SELECT t.id FROM topic t JOIN about ON about.construct_id = t.id WHERE t.map_id = :map_id AND NOT t.is_hidden
    """
)


async def topics_about(session: AsyncSession, map_id: int, construct_id: int) -> set[int]:
    """The topics on whose pages a construct shows: the topic itself, what a statement is about, what a hidden reifier's statement is."""
    return set((await session.execute(_ABOUT, {"map_id": map_id, "id": construct_id})).scalars())
