"""Where things are now: topics by an old address, statements by their number."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement

_MOVED = Statement(
    """
    SELECT t.slug FROM identifier i JOIN topic t ON t.map_id = i.map_id AND t.id = i.construct_id
    WHERE i.map_id = %(map_id)s AND i.kind = 3 AND i.iri = %(iri)s
    """
)


async def find_moved_topic(connection: AsyncConnection, map_id: int, iri: str) -> str | None:
    """The present address of the topic that has this item identifier, as renamed and merged topics keep theirs; None without one."""
    found: str | None = await _MOVED.value(connection, {"map_id": map_id, "iri": iri})
    return found
