"""Statements about reification: a topic that stands for a statement or for the map (TMDM 6.4)."""

from collections.abc import Collection

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
