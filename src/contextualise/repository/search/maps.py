"""The maps that a search over all of them looks into: those that the person may see, and no others."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.maps import map_ref
from contextualise.repository.reading.raw import Statement

MOST = 1000


@dataclass(frozen=True, slots=True)
class VisibleMap:
    """A map that the person may see; `is_own` says that the person may edit it."""

    id: int
    title: str
    is_own: bool

    @property
    def ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.id, self.title)


_VISIBLE = Statement(
    """
    SELECT m.id, m.title, m.owner_id IS NOT DISTINCT FROM %(user_id)s OR coalesce(c.mode = 'edit', false)
    FROM map m LEFT JOIN map_member c ON c.map_id = m.id AND c.user_id = %(user_id)s
    WHERE m.trashed_at IS NULL AND (m.owner_id = %(user_id)s OR c.user_id IS NOT NULL OR m.published_at IS NOT NULL)
    ORDER BY m.owner_id IS DISTINCT FROM %(user_id)s, c.user_id IS NULL, m.updated_at DESC, m.id LIMIT %(most)s
    """
)


async def visible_maps(connection: AsyncConnection, user_id: int | None) -> Sequence[VisibleMap]:
    """Own maps, those shared with the person, published ones, in this order; at most `MOST`."""
    rows = await _VISIBLE.rows(connection, {"user_id": user_id, "most": MOST})
    return [VisibleMap(*row) for row in rows]
