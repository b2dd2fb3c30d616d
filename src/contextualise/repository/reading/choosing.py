"""What a reader can choose for a view over a whole map, and what the choice means there: a type of topics, and a context."""

from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.fitting import FIT, best_name
from contextualise.repository.reading.paths import PATH
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import Record
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context

OFFERED = 40  # themes; the page of contexts has all


class Theme(Record, frozen=True):
    """A topic that is a theme, with the name of its first type; both as the reader's context has them."""

    id: int
    slug: str
    name: str
    kind: str


class _Found(Record, frozen=True):
    type: tuple[int, str] | None
    fits: tuple[int, ...]
    chosen: tuple[Theme, ...]
    offered: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen type (its id and name) and themes, the scopes that fit them (None: all do), and the themes that there are.

    Of the themes at most `OFFERED` come; `offers_all` tells whether these are all.
    """

    type: tuple[int, str] | None
    fits: tuple[int, ...] | None
    themes: tuple[Theme, ...]
    offered: tuple[Theme, ...]
    offers_all: bool


def _in_use(table: str) -> str:
    return f"(SELECT true FROM {table} x WHERE x.map_id = h.map_id AND x.scope_id = h.scope_id AND x.scope_id <> 0 LIMIT 1)"  # noqa: S608


_THEMES = "ARRAY(SELECT id FROM context)"

# Skips from each theme's first scope in the index to the next theme's. A path is the theme of its own steps and of nothing else.
_CHOSEN = Statement(
    f"""
    WITH RECURSIVE context AS MATERIALIZED (SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(themes)s)
    ), {FIT.format(themes=_THEMES)}, step (id) AS (
      (SELECT topic_id FROM scope_theme WHERE map_id = %(map_id)s ORDER BY topic_id LIMIT 1)
      UNION ALL
      SELECT (SELECT h.topic_id FROM scope_theme h WHERE h.map_id = %(map_id)s AND h.topic_id > step.id ORDER BY h.topic_id LIMIT 1)
      FROM step WHERE step.id IS NOT NULL
    ), offered AS MATERIALIZED (
      SELECT s.id FROM step s WHERE s.id IS NOT NULL AND (
        SELECT true FROM scope_theme h WHERE h.map_id = %(map_id)s AND h.topic_id = s.id
          AND coalesce({_in_use("name")}, {_in_use("occurrence")}, {_in_use("association")}) LIMIT 1
      ) AND (
        SELECT true FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = s.id
          AND y.type_id = (SELECT construct_id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = %(path)s) LIMIT 1
      ) IS NOT true LIMIT {OFFERED} + 1
    ), theme AS MATERIALIZED (
      SELECT t.id, t.slug, {best_name("t", _THEMES)} AS name, coalesce((
          SELECT {best_name("k", _THEMES)} FROM topic_type y JOIN topic k ON k.map_id = y.map_id AND k.id = y.type_id
          WHERE y.map_id = t.map_id AND y.topic_id = t.id ORDER BY y.type_id LIMIT 1
        ), '') AS kind, t.id IN (SELECT id FROM context) AS is_chosen, t.id IN (SELECT id FROM offered) AS is_offered
      FROM topic t WHERE t.map_id = %(map_id)s AND t.id = ANY(ARRAY(SELECT id FROM context UNION SELECT id FROM offered))
    )
    SELECT json_build_array(
      (SELECT json_build_array(t.id, {best_name("t", _THEMES)}) FROM topic t
       WHERE t.map_id = %(map_id)s AND t.slug = %(type)s),
      (SELECT json_agg(id) FROM fit WHERE NOT %(strict)s OR shared = size),
      (SELECT coalesce(json_agg(json_build_array(id, slug, name, kind)), '[]') FROM theme WHERE is_chosen),
      (SELECT coalesce(json_agg(json_build_array(id, slug, name, kind)), '[]') FROM theme WHERE is_offered)
    )::text
    """  # noqa: S608 - constants of this package
)
_decoder = msgspec.json.Decoder(_Found)


async def find_chosen(connection: AsyncConnection, map_id: int, context: Context = EVERYTHING_SHOWN, *, type_slug: str = "") -> Chosen:
    """What the reader's choices mean in this map, and which contexts it offers; one statement, bounded whatever the map holds."""
    values = {"map_id": map_id, "themes": list(context.themes), "strict": context.strict, "type": type_slug, "path": PATH}
    found = _decoder.decode(await _CHOSEN.value(connection, values))
    is_open = not context.universal and not found.chosen
    themes = sorted(found.chosen, key=lambda theme: context.themes.index(theme.slug))
    offers_all = len(found.offered) <= OFFERED
    return Chosen(found.type, None if is_open else found.fits, tuple(themes), found.offered[:OFFERED], offers_all)
