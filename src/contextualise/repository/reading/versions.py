"""Reading the versions of a text: what an occurrence held, from change to change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.journal import Image


@dataclass(frozen=True, slots=True)
class Written:
    """A change that wrote an occurrence, with the row before and after it."""

    change_id: int
    version: int
    at: datetime
    user_id: int | None
    user_name: str | None
    op: str
    before: Image | None
    after: Image | None


_HOME = text("SELECT topic_id FROM occurrence WHERE map_id = :map_id AND id = :id")
_FORMER_HOMES = text(
    """
    SELECT h.topic_id FROM change c JOIN change_topic h ON h.map_id = c.map_id AND h.change_id = c.id
    WHERE c.map_id = :map_id AND c.construct_id = :id
    """
)

# A row that another deletion holds until it comes back was not written by that one.
_WRITTEN = text(
    """
    SELECT c.id, c.version, c.at, c.user_id, u.name AS user_name, c.op, e.entry -> 'before' AS before, e.entry -> 'after' AS after
    FROM change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) WITH ORDINALITY AS e (entry, n)
    LEFT JOIN app_user u ON u.id = c.user_id
    WHERE c.map_id = :map_id
      AND c.id IN (SELECT change_id FROM change_topic WHERE map_id = :map_id AND topic_id = ANY(:topic_ids))
      AND c.rows @> jsonb_build_array(jsonb_build_object('table', 'occurrence'))
      AND e.entry ->> 'table' = 'occurrence' AND NOT coalesce((e.entry ->> 'waiting')::boolean, false)
      AND coalesce(nullif(e.entry -> 'after', 'null'::jsonb), e.entry -> 'before') ->> 'id' = :text_id
    ORDER BY c.version, e.n
    """
).bindparams(bindparam("topic_ids", type_=ARRAY(BigInteger)))


async def writings_of(connection: AsyncConnection | AsyncSession, map_id: int, occurrence_id: int) -> Sequence[Written]:
    """Every change that wrote an occurrence, the first one first; it may have moved from topic to topic."""
    values = {"map_id": map_id, "id": occurrence_id}
    homes = set((await connection.execute(_HOME, values)).scalars()) or set((await connection.execute(_FORMER_HOMES, values)).scalars())
    known: set[int] = set()
    found: list[Written] = []
    while homes - known:
        known |= homes
        rows = await connection.execute(_WRITTEN, {"map_id": map_id, "text_id": str(occurrence_id), "topic_ids": sorted(known)})
        found = [Written(*row) for row in rows]
        homes |= {image["topic_id"] for each in found for image in (each.before, each.after) if image}
    return found
