"""The themes that statements of a map have."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.raw import Statement

COUNTED = 1000
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """A theme, its first type, and how many statements of each kind have it; counts stop at `COUNTED` + 1."""

    id: int
    slug: str
    label: str
    sort_key: str
    type_id: int | None
    type_label: str | None
    names: int
    occurrences: int
    associations: int


def _count(table: str) -> str:
    return f"""(SELECT count(*) FROM (
        SELECT FROM scope_theme h JOIN {table} x ON x.map_id = h.map_id AND x.scope_id = h.scope_id AND x.scope_id <> 0
        WHERE h.map_id = %(map_id)s AND h.topic_id = t.id LIMIT {COUNTED} + 1
      ) AS c)"""  # noqa: S608 - a table of this module


_THEMES = Statement(
    f"""
    SELECT * FROM (
      SELECT t.id, t.slug, t.label, t.sort_key, k.id AS type_id, k.label AS type_label,
        {_count("name")} AS names, {_count("occurrence")} AS occurrences, {_count("association")} AS associations
      FROM topic t
      LEFT JOIN LATERAL (
        SELECT y.id, y.label FROM topic_type m JOIN topic y ON y.map_id = m.map_id AND y.id = m.type_id
        WHERE m.map_id = %(map_id)s AND m.topic_id = t.id ORDER BY m.type_id LIMIT 1
      ) AS k ON true
      WHERE t.map_id = %(map_id)s AND (t.sort_key, t.id) > (%(key)s, %(id)s)
        AND t.id IN (SELECT DISTINCT topic_id FROM scope_theme WHERE map_id = %(map_id)s)
    ) AS theme
    WHERE names + occurrences + associations > 0
    ORDER BY sort_key, id LIMIT {PER_PAGE} + 1
    """  # noqa: S608 - numbers of this module
)


async def list_themes(connection: AsyncConnection, map_id: int, *, after: tuple[str, int] = ("", 0)) -> Sequence[ThemeCount]:
    """The themes in use by name, after a key: one more than a page when there are further ones."""
    rows = await _THEMES.rows(connection, {"map_id": map_id, "key": after[0], "id": after[1]})
    return [ThemeCount(*row) for row in rows]
