"""Statements about identifiers of constructs (TMDM 5.1, 5.3): kind 1 subject identifier, 2 subject locator, 3 item identifier."""

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.journal import Image, Journal
from contextualise.repository.rows import find_all
from contextualise.repository.tables import Identifier


class Kind(IntEnum):
    """How an IRI identifies."""

    SUBJECT_IDENTIFIER = 1
    SUBJECT_LOCATOR = 2
    ITEM_IDENTIFIER = 3


async def insert_identifiers(journal: Journal, rows: Sequence[tuple[Kind, str, int]]) -> None:
    """Give constructs (kind, IRI, construct) identifiers; raises `sqlalchemy.exc.IntegrityError` for one that is taken."""
    await journal.insert_many(Identifier, [{"kind": int(kind), "iri": iri, "construct_id": construct} for kind, iri, construct in rows])


async def delete_identifier(journal: Journal, kind: Kind, iri: str) -> None:
    """Take an identifier away."""
    await journal.delete(Identifier, (Identifier.kind == int(kind)) & (Identifier.iri == iri))


async def find_identifiers(session: AsyncSession, map_id: int, iri: str) -> Mapping[Kind, int]:
    """The constructs that an IRI identifies, by the kind of identifier."""
    statement = select(Identifier.kind, Identifier.construct_id).where(
        Identifier.map_id == map_id, Identifier.kind.in_([1, 2, 3]), Identifier.iri == iri
    )
    return {Kind(kind): construct_id for kind, construct_id in await session.execute(statement)}


async def identifiers_of(session: AsyncSession, map_id: int, construct_ids: Collection[int]) -> list[Image]:
    """All identifiers of constructs."""
    return await find_all(session, map_id, Identifier, Identifier.construct_id.in_(construct_ids)) if construct_ids else []


async def subjects(session: AsyncSession | AsyncConnection, map_id: int, iris: Collection[str]) -> Mapping[str, int]:
    """The topics that have these subject identifiers, by IRI."""
    statement = select(Identifier.iri, Identifier.construct_id).where(
        Identifier.map_id == map_id, Identifier.kind == 1, Identifier.iri.in_(iris)
    )
    return {iri: construct_id for iri, construct_id in await session.execute(statement)}
