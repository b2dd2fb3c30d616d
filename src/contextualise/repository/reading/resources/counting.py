"""How many a map has of each kind."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.kinds import Kind
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.resources.kinds import NOTES, base, countings_of

COUNTED = 1000


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind and how many there are; the count stops at `COUNTED` + 1."""

    kind: Kind
    count: int


def _count(kind: Kind) -> str:
    parts = " UNION ALL ".join(
        f"""(SELECT FROM {tables} WHERE o.map_id = %(map_id)s AND NOT t.is_hidden AND {condition}
        AND (%(with_inbox)s OR o.topic_id <> (SELECT id FROM inbox)) {order} LIMIT {COUNTED} + 1)"""  # noqa: S608 - constants
        for tables, condition, order in countings_of(kind)
    )
    return f"(SELECT count(*) FROM (SELECT FROM ({parts}) AS part LIMIT {COUNTED} + 1) AS counting)"  # noqa: S608 - constants


_COUNTS = Statement(
    f"WITH inbox AS MATERIALIZED (SELECT {base(NOTES)} AS id) SELECT {', '.join(map(_count, Kind))}",
    planned_each_time=True,
)


async def count_kinds(connection: AsyncConnection, map_id: int, *, with_inbox: bool) -> list[KindCount]:
    """Every kind in its order with its count; notes of the map's inbox count for those who may read it."""
    rows = await _COUNTS.rows(connection, {"map_id": map_id, "with_inbox": with_inbox})
    return [KindCount(kind, count) for kind, count in zip(Kind, rows[0], strict=True)]
