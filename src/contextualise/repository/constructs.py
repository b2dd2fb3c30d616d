"""Statements about constructs of any kind."""

from collections.abc import Collection, Sequence

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Entry, Journal, StaleRow

_EXISTING = text(
    " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE map_id = :map_id AND id = ANY(:ids)"  # noqa: S608 - names of tables
        for table in ("topic", "scope", "name", "variant", "occurrence", "association", "role")
    )
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def existing(session: AsyncSession, map_id: int, ids: Collection[int]) -> set[int]:
    """Those of the ids that are constructs or scopes of the map."""
    return set((await session.execute(_EXISTING, {"map_id": map_id, "ids": sorted(ids)})).scalars()) if ids else set()


_REFERRED = text(
    """
    SELECT construct_id FROM identifier WHERE map_id = :map_id AND construct_id = ANY(:ids)
    UNION SELECT construct_id FROM reification WHERE map_id = :map_id AND construct_id = ANY(:ids)
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def refuse_dangling(journal: Journal, entries: Sequence[Entry]) -> None:
    """Raise `StaleRow` where something that these entries took away is still identified or reified: no foreign key sees that."""
    gone = {
        entry.image["id"]: entry for entry in entries if entry.after is None and entry.table not in ("scope", "map") and "id" in entry.image
    }
    if not gone:
        return
    left = (await journal.session.execute(_REFERRED, {"map_id": journal.map_id, "ids": sorted(gone)})).scalars().all()
    if left:
        raise StaleRow(gone[left[0]].table, [gone[construct_id].image for construct_id in left])
