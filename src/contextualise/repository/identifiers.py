"""Statements about identifiers of constructs (TMDM 5.1, 5.3): kind 1 subject identifier, 2 subject locator, 3 item identifier."""

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.journal import Image, Journal
from contextualise.repository.rows import find_all, one_of
from contextualise.repository.tables import Identifier, TopicMap


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
    return await find_all(session, map_id, Identifier, one_of(Identifier.construct_id, construct_ids)) if construct_ids else []


async def subjects(session: AsyncSession | AsyncConnection, map_id: int, iris: Collection[str]) -> Mapping[str, int]:
    """The topics that have these subject identifiers, by IRI."""
    statement = select(Identifier.iri, Identifier.construct_id).where(
        Identifier.map_id == map_id, Identifier.kind == 1, one_of(Identifier.iri, iris)
    )
    return {row.iri: row.construct_id for row in await session.execute(statement)}


async def maps_without(connection: AsyncConnection, iris: Collection[str]) -> list[int]:
    """The maps that lack a topic for at least one of the subjects."""
    present = (
        select(func.count())
        .where(Identifier.map_id == TopicMap.id, Identifier.kind == 1, one_of(Identifier.iri, iris))
        .correlate(TopicMap)
        .scalar_subquery()
    )
    statement = select(TopicMap.id).where(present < len(set(iris))).order_by(TopicMap.id)
    return list((await connection.execute(statement)).scalars())


_CLASHES = text(
    """
    SELECT r.kind, r.iri FROM jsonb_to_recordset(:rows) AS r(kind smallint, iri text, construct_id bigint)
    WHERE EXISTS (SELECT FROM identifier i JOIN topic t ON t.map_id = i.map_id AND t.id = i.construct_id
                  WHERE i.map_id = :map_id AND i.iri = r.iri AND i.kind = 4 - r.kind AND r.kind IN (1, 3)
                    AND i.construct_id <> r.construct_id
                    AND EXISTS (SELECT FROM topic s WHERE s.map_id = :map_id AND s.id = r.construct_id))
       OR EXISTS (SELECT FROM topic t WHERE t.map_id = :map_id AND r.kind = 3
                    AND t.id <> r.construct_id AND starts_with(r.iri, :base_iri || '#') AND t.slug = substr(r.iri, length(:base_iri) + 2))
    """
).bindparams(bindparam("rows", type_=JSONB))


async def clashes(journal: Journal, rows: Sequence[Image]) -> list[Image]:
    """Those of the identifiers that would make two topics one (a subject identifier that is another's item identifier, TMDM 5.3.5)
    or that are the address of another topic by now."""
    if not rows:
        return []
    values = {"map_id": journal.map_id, "base_iri": journal.base_iri, "rows": list(rows)}
    found = {(kind, iri) for kind, iri in await journal.session.execute(_CLASHES, values)}
    return [row for row in rows if (row["kind"], row["iri"]) in found]
