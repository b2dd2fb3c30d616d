"""Where things are now: topics by an old address, statements by their number."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement

_MOVED = Statement(
    """
    SELECT t.slug FROM identifier i JOIN topic t ON t.map_id = i.map_id AND t.id = i.construct_id
    WHERE i.map_id = %(map_id)s AND i.kind = 3 AND i.iri = %(iri)s
    """
)


_LINKS = Statement(
    """
    SELECT t.slug, t.label FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS step (id, number)
    JOIN topic t ON t.map_id = %(map_id)s AND t.id = step.id ORDER BY step.number
    """
)


async def read_links(connection: AsyncConnection, map_id: int, topic_ids: Sequence[int]) -> Sequence[tuple[str, str]]:
    """Address and label of topics, in the order given; those that are gone are left out."""
    return [(slug, label) for slug, label in await _LINKS.rows(connection, {"map_id": map_id, "ids": list(topic_ids)})]


async def find_moved_topic(connection: AsyncConnection, map_id: int, iri: str) -> str | None:
    """The present address of the topic that has this item identifier, as renamed and merged topics keep theirs; None without one."""
    found: str | None = await _MOVED.value(connection, {"map_id": map_id, "iri": iri})
    return found
