"""Statements about constructs of any kind."""

from collections.abc import Collection

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

_EXISTING = text(
    " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE map_id = :map_id AND id = ANY(:ids)"  # noqa: S608 - names of tables
        for table in ("topic", "scope", "name", "variant", "occurrence", "association", "role")
    )
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def existing(session: AsyncSession, map_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that are constructs or scopes of the map."""
    return set((await session.execute(_EXISTING, {"map_id": map_id, "ids": sorted(ids)})).scalars()) if ids else set()
