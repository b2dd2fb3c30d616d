"""What is compared with what the code would make of it, read in order and written anew where it differs."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.journal.images import table_of
from contextualise.repository.notes import count_inbox
from contextualise.repository.tables import ContentLink, Name, Occurrence, TopicMap

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Projected:
    """A value and what is kept beside it for filters, timeline and map."""

    id: int
    datatype: str
    value: str
    num: float | None
    t_from: float | None
    t_to: float | None
    lat: float | None
    lon: float | None


async def map_ids(session: AsyncSession | AsyncConnection) -> list[int]:
    """All maps of the site."""
    return list((await session.execute(select(TopicMap.id).order_by(TopicMap.id))).scalars())


async def name_keys(session: AsyncSession | AsyncConnection, map_id: int) -> AsyncIterator[Sequence[Row[int, str, str]]]:
    """Id, value and key of all names of a map, in batches."""
    after = 0
    while True:
        statement = select(Name.id, Name.value, Name.key).where(Name.map_id == map_id, Name.id > after).order_by(Name.id).limit(BATCH)
        rows = (await session.execute(statement)).all()
        if not rows:
            return
        yield rows
        after = rows[-1].id


async def projections(session: AsyncSession | AsyncConnection, map_id: int) -> AsyncIterator[list[Projected]]:
    """All values of a map with their projections, in batches."""
    after = 0
    columns = (Occurrence.num, Occurrence.t_from, Occurrence.t_to, Occurrence.lat, Occurrence.lon)
    while True:
        statement = (
            select(Occurrence.id, Occurrence.datatype, Occurrence.value, *columns)
            .where(Occurrence.map_id == map_id, Occurrence.id > after, Occurrence.sha256.is_(None))
            .order_by(Occurrence.id)
            .limit(BATCH)
        )
        rows = [Projected(**row._mapping) for row in await session.execute(statement)]
        if not rows:
            return
        yield rows
        after = rows[-1].id


async def links_of(session: AsyncSession | AsyncConnection, map_id: int) -> Sequence[Row[str, str, str]]:
    """Target, key and slug of all links in texts of a map, each once."""
    statement = select(ContentLink.target, ContentLink.key, ContentLink.slug).where(ContentLink.map_id == map_id).distinct()
    return (await session.execute(statement)).all()


async def write_name_keys(session: AsyncSession, map_id: int, keys: Collection[tuple[int, str]]) -> None:
    """Set the keys of names."""
    if keys:
        table = table_of(Name)
        statement = update(table).where(table.c.map_id == map_id, table.c.id == bindparam("name_id")).values(key=bindparam("new_key"))
        await (await session.connection()).execute(statement, [{"name_id": name_id, "new_key": key} for name_id, key in keys])


async def write_projections(session: AsyncSession, map_id: int, rows: Collection[Projected]) -> None:
    """Set what is kept beside values."""
    if rows:
        table = table_of(Occurrence)
        columns = ("num", "t_from", "t_to", "lat", "lon")
        statement = (
            update(table)
            .where(table.c.map_id == map_id, table.c.id == bindparam("row_id"))
            .values({name: bindparam(f"new_{name}") for name in columns})
        )
        values = [{"row_id": row.id, **{f"new_{name}": getattr(row, name) for name in columns}} for row in rows]
        await (await session.connection()).execute(statement, values)


_USES = text(
    """
    INSERT INTO content_use (map_id, sha256, occurrence_id)
    SELECT map_id, sha256, id FROM occurrence WHERE map_id = :map_id AND sha256 IS NOT NULL
    UNION
    SELECT k.map_id, k.sha256, (i.image ->> 'id')::bigint
    FROM change c
    CROSS JOIN LATERAL jsonb_array_elements(c.rows) AS e (entry)
    CROSS JOIN LATERAL (VALUES (e.entry -> 'before'), (e.entry -> 'after')) AS i (image)
    JOIN content k ON k.map_id = c.map_id AND '\\x' || encode(k.sha256, 'hex') = i.image ->> 'sha256'
    WHERE c.map_id = :map_id AND e.entry ->> 'table' = 'occurrence'
    ON CONFLICT DO NOTHING
    """
)


async def write_uses(session: AsyncSession, map_id: int) -> None:
    """Note every content that an occurrence has, or had by the history; nothing that is noted is taken back."""
    await session.execute(_USES, {"map_id": map_id})


_COUNTS = (
    text(
        "UPDATE map SET topic_count = (SELECT count(*) FROM topic WHERE map_id = :map_id AND NOT is_base AND NOT is_hidden)"
        " WHERE id = :map_id"
    ),
    text(
        """
        UPDATE role SET association_type_id = a.type_id, association_scope_id = a.scope_id FROM association a
        WHERE role.map_id = :map_id AND a.map_id = role.map_id AND a.id = role.association_id
          AND (role.association_type_id, role.association_scope_id) <> (a.type_id, a.scope_id)
        """
    ),
)


async def write_counts(session: AsyncSession, map_id: int) -> None:
    """Count the topics of a map and the notes of its inbox, and copy type and scope of its associations to their roles."""
    for statement in _COUNTS:
        await session.execute(statement, {"map_id": map_id})
    await count_inbox(session, map_id)
