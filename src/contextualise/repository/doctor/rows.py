"""What is compared with what the code would make of it, read in order and written anew where it differs."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.journal.images import table_of
from contextualise.repository.tables import Change, Content, ContentLink, Name, Occurrence, TopicMap

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


async def contents_of(session: AsyncSession | AsyncConnection, map_id: int) -> dict[bytes, int]:
    """Hash and size of everything that a map names in the object store; its picture has no row, so its size is -1."""
    found = {row[0]: row[1] for row in await session.execute(select(Content.sha256, Content.bytes).where(Content.map_id == map_id))}
    picture = (await session.execute(select(TopicMap.image_sha256).where(TopicMap.id == map_id))).scalar_one_or_none()
    return ({picture: -1} if picture else {}) | found


async def pictures_of(session: AsyncSession | AsyncConnection, map_id: int) -> set[bytes]:
    """Hashes of the pictures that a map had at some time: an undo can bring them back."""
    statement = select(Change.rows).where(Change.map_id == map_id, Change.op.like("map.%"))
    changes = (await session.execute(statement)).scalars()
    images = (image for rows in changes for row in rows if row["table"] == "map" for image in (row["before"], row["after"]) if image)
    return {bytes.fromhex(image["image_sha256"][2:]) for image in images if image.get("image_sha256")}


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
    """Count the topics of a map and copy type and scope of its associations to their roles."""
    for statement in _COUNTS:
        await session.execute(statement, {"map_id": map_id})
