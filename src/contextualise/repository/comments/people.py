"""Statements about those who may see what is said about a map: its owner and its members."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

MOST = 5000

_PEOPLE = """
    SELECT u.id, u.name FROM (
      SELECT owner_id AS id FROM map WHERE id = :map_id
      UNION SELECT user_id FROM map_member WHERE map_id = :map_id
    ) AS p JOIN app_user u ON u.id = p.id AND u.disabled_at IS NULL
"""
_ALL = text(f"{_PEOPLE} ORDER BY u.id LIMIT {MOST}")

# A name is found by the beginning of any of its words.
_FOUND = text(
    f"""{_PEOPLE} WHERE u.id IS DISTINCT FROM CAST(:but AS bigint)
    AND (starts_with(lower(u.name), lower(:typed)) OR position(' ' || lower(:typed) in lower(u.name)) > 0)
    ORDER BY NOT starts_with(lower(u.name), lower(:typed)), lower(u.name), u.id LIMIT :limit"""
)


async def people_of(session: AsyncSession | AsyncConnection, map_id: int) -> Sequence[tuple[int, str]]:
    """Everybody who works on the map, with the name."""
    return [(row[0], row[1]) for row in await session.execute(_ALL, {"map_id": map_id})]


async def people_called(connection: AsyncConnection, map_id: int, typed: str, *, but: int | None, limit: int) -> Sequence[tuple[int, str]]:
    """Those whose name, or a further word of it, begins so; `but` is who asks."""
    values = {"map_id": map_id, "typed": typed, "but": but, "limit": limit}
    return [(row[0], row[1]) for row in await connection.execute(_FOUND, values)]
