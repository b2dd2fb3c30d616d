"""The statements of a search, each bounded in what it reads; filters become part of them, so that a bound counts what passes.

All begin with the maps they are for. One map is a condition that its indexes begin with; several are a list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from contextualise.repository.reading.raw import Statement
from contextualise.repository.search.hits import RESEMBLING

COUNTED = 1000
EXACT = 200  # topics of one very same name, and beginnings of names, of one map
TEXTS = 200  # contents whose rank is told
TYPES = 100  # topics that may be types
RESEMBLED = 2000  # names with common letters that are weighed
COMPARED = 200  # and those that are compared letter by letter

KINDS = ("name", "text", "note", "attribute", "link", "file")


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions a statement has."""

    many: bool  # several maps
    typed: bool = False
    tagged: bool = False
    scoped: bool = False
    among: bool = False  # only of the few topics that can have all words

    def maps(self, alias: str) -> str:
        """The condition for the maps."""
        return f"{alias}.map_id = ANY(%(maps)s::bigint[])" if self.many else f"{alias}.map_id = %(map_id)s"

    def filters(self, alias: str, *, scope: str | None = None) -> str:
        """The conditions on a row with `map_id` and `topic_id`; its scope may be in another row."""
        conditions = ""
        if self.typed:
            conditions += (
                f" AND EXISTS (SELECT FROM topic_type y WHERE y.map_id = {alias}.map_id AND y.topic_id = {alias}.topic_id"
                " AND y.type_id = %(type_id)s)"
            )
        if self.tagged:
            conditions += (
                f" AND EXISTS (SELECT FROM role a JOIN role b ON b.map_id = a.map_id AND b.association_id = a.association_id"
                f" AND b.type_id = %(category)s AND b.player_id = %(tag_id)s WHERE a.map_id = {alias}.map_id"
                f" AND a.player_id = {alias}.topic_id AND a.association_type_id = %(categorization)s AND a.type_id = %(member)s)"
            )
        if self.among:
            conditions += f" AND {alias}.topic_id = ANY(%(among)s::bigint[])"
        if self.scoped:
            conditions += f" AND {scope or alias}.scope_id = ANY(%(scopes)s::bigint[])"
        return conditions


# What every one of them brings: the topic, the statement that matched, how well, and whether the topic is one of the usual.
_HIT = """
SELECT h.map_id, h.topic_id, h.id, h.tier, h.weight::float8, h.kind, h.scope_id, t.is_base, t.is_hidden
FROM ({hits}) AS h JOIN topic t ON t.map_id = h.map_id AND t.id = h.topic_id
"""


def _made(build: Callable[[Shape], str]) -> Callable[[Shape], Statement]:
    return lru_cache(maxsize=None)(lambda shape: Statement(_HIT.format(hits=build(shape)), planned_each_time=True))


@_made
def named(shape: Shape) -> str:
    """Topics of exactly this name, address or identifier (0), and names that begin so (1): a short reading of an index for each map."""
    filters = shape.filters("n")
    topics = shape.filters("i") if not shape.scoped else " AND false"
    return f"""
      SELECT x.* FROM unnest(%(maps)s::bigint[]) AS m (id) CROSS JOIN LATERAL (
        (SELECT n.map_id, n.topic_id, n.id, 0 AS tier, length(n.value) AS weight, 'name' AS kind, n.scope_id FROM name n
         WHERE n.map_id = m.id AND n.key = %(key)s{filters} LIMIT {EXACT})
        UNION ALL
        SELECT i.* FROM (
          SELECT s.map_id, s.id AS topic_id, NULL::bigint AS id, 0 AS tier, 0 AS weight, 'name' AS kind, 0::bigint AS scope_id FROM topic s
          WHERE s.map_id = m.id AND s.slug = %(slug)s
          UNION ALL
          SELECT k.map_id, k.construct_id, NULL, 0, 0, 'name', 0 FROM identifier k
          WHERE k.map_id = m.id AND k.kind IN (1, 2, 3) AND k.iri = ANY(%(iris)s::text[])
        ) AS i WHERE true{topics}
        UNION ALL
        (SELECT n.map_id, n.topic_id, n.id, 1, length(n.key), 'name', n.scope_id FROM name n
         WHERE n.map_id = m.id AND n.key ~>=~ %(key)s AND n.key ~<~ %(end)s AND n.key <> %(key)s{filters}
         ORDER BY n.key USING ~<~ LIMIT {EXACT})
      ) AS x LIMIT {COUNTED} + 1
    """  # noqa: S608 - put together from constants


@_made
def names_with_words(shape: Shape) -> str:
    """Names and variants with all the words."""
    return f"""
      (SELECT n.map_id, n.topic_id, n.id, %(tier)s::int AS tier, length(n.key) AS weight, 'name' AS kind, n.scope_id FROM name n
       WHERE {shape.maps("n")} AND search_words(n.key) @@ to_tsquery('words'::regconfig, %(query)s){shape.filters("n")} LIMIT %(most)s)
      UNION ALL
      (SELECT n.map_id, n.topic_id, v.id, %(tier)s::int, length(v.value), 'name', v.scope_id FROM variant v
       JOIN name n ON n.map_id = v.map_id AND n.id = v.name_id
       WHERE {shape.maps("v")} AND search_words(left(v.value, 2000)) @@ to_tsquery('words'::regconfig, %(query)s)
         {shape.filters("n", scope="v")} LIMIT %(most)s)
    """  # noqa: S608 - put together from constants


# Names that may have been meant come with their keys, to be compared letter by letter.
_MEANT = """
SELECT r.map_id, r.topic_id, r.id, {tier}, 0::float8, 'name', r.scope_id, t.is_base, t.is_hidden, r.key
FROM ({names}) AS r JOIN topic t ON t.map_id = r.map_id AND t.id = r.topic_id
"""


@cache
def names_meant(shape: Shape) -> Statement:
    """Names with words that are one slip away."""
    names = f"""
      SELECT n.map_id, n.topic_id, n.id, n.scope_id, n.key FROM name n
      WHERE {shape.maps("n")} AND search_words(n.key) @@ to_tsquery('words'::regconfig, %(query)s){shape.filters("n")}
      LIMIT {COMPARED}
    """  # noqa: S608 - put together from constants
    return Statement(_MEANT.format(names=names, tier=RESEMBLING), planned_each_time=True)


@cache
def names_resembling(shape: Shape) -> Statement:
    """Names with the same groups of letters, which takes long where very many have them."""
    names = f"""
      SELECT n.* FROM (
        SELECT n.map_id, n.topic_id, n.id, n.scope_id, n.key FROM name n
        WHERE {shape.maps("n")} AND %(key)s <% n.key{shape.filters("n")} LIMIT {RESEMBLED}
      ) AS n ORDER BY word_similarity(%(key)s, n.key) + similarity(%(key)s, n.key) DESC, length(n.key), n.id LIMIT {COMPARED}
    """  # noqa: S608 - put together from constants
    return Statement(_MEANT.format(names=names, tier=RESEMBLING), planned_each_time=True)


_SAID = "search_said(o.title, o.alt, o.file_name, o.value, o.sha256)"
_OPEN = " AND o.topic_id <> ALL(%(closed)s::bigint[])"


@_made
def said(shape: Shape) -> str:
    """Attributes, links and files with all the words in value, title, description or file name."""
    return f"""
      SELECT o.map_id, o.topic_id, o.id, %(tier)s::int AS tier, length({_SAID}) AS weight,
        CASE WHEN o.sha256 IS NOT NULL THEN 'file' WHEN o.datatype = %(link)s THEN 'link' ELSE 'attribute' END AS kind, o.scope_id
      FROM occurrence o
      WHERE (o.sha256 IS NULL OR o.title IS NOT NULL OR o.alt IS NOT NULL OR o.file_name IS NOT NULL) AND {shape.maps("o")}
        AND search_words({_SAID}) @@ to_tsquery('words'::regconfig, %(query)s){_OPEN}{shape.filters("o")} LIMIT %(most)s
    """  # noqa: S608 - put together from constants


# The rank is told by the words of the text as they are kept; to read all texts again for it would take longer than to find them.
@_made
def texts(shape: Shape) -> str:
    """Texts and notes with all the words."""
    found = f"""
        SELECT c.map_id, c.sha256, ts_rank_cd(c.search, to_tsquery('words'::regconfig, %(query)s), 33) AS rank FROM content c
        WHERE {shape.maps("c")} AND c.plain IS NOT NULL
          AND search_words(left(c.plain, 200000)) @@ to_tsquery('words'::regconfig, %(query)s)"""  # noqa: S608 - put together from constants
    if shape.among:
        found += """ AND c.sha256 = ANY(ARRAY(
          SELECT a.sha256 FROM occurrence a WHERE a.map_id = ANY(%(maps)s::bigint[]) AND a.topic_id = ANY(%(among)s::bigint[])))"""
    return f"""
      SELECT o.map_id, o.topic_id, o.id, %(tier)s::int AS tier, 1 - c.rank AS weight,
        CASE WHEN o.type_id = ANY(%(notes)s::bigint[]) THEN 'note' ELSE 'text' END AS kind, o.scope_id
      FROM ({found} LIMIT {TEXTS}
      ) AS c CROSS JOIN LATERAL (
        SELECT o.* FROM occurrence o WHERE o.map_id = c.map_id AND o.sha256 = c.sha256 LIMIT %(most)s
      ) AS o
      WHERE true{_OPEN}{shape.filters("o")} LIMIT %(most)s
    """  # noqa: S608 - put together from constants


@_made
def of_types(shape: Shape) -> str:
    """Topics of types whose names have the words."""
    if shape.among:
        return f"""
      SELECT y.map_id, y.topic_id, NULL::bigint AS id, %(tier)s::int AS tier, 0 AS weight, 'name' AS kind, 0::bigint AS scope_id
      FROM topic_type y JOIN name n ON n.map_id = y.map_id AND n.topic_id = y.type_id
      WHERE {shape.maps("y")} AND search_words(n.key) @@ to_tsquery('words'::regconfig, %(query)s)
        {shape.filters("y") if not shape.scoped else " AND false"} LIMIT %(most)s
    """  # noqa: S608 - put together from constants
    return f"""
      SELECT y.map_id, y.topic_id, NULL::bigint AS id, %(tier)s::int AS tier, 0 AS weight, 'name' AS kind, 0::bigint AS scope_id
      FROM (
        SELECT n.map_id, n.topic_id FROM name n
        WHERE {shape.maps("n")} AND search_words(n.key) @@ to_tsquery('words'::regconfig, %(query)s) LIMIT {TYPES}
      ) AS k CROSS JOIN LATERAL (
        SELECT * FROM topic_type y WHERE y.map_id = k.map_id AND y.type_id = k.topic_id LIMIT %(most)s
      ) AS y WHERE true{shape.filters("y") if not shape.scoped else " AND false"} LIMIT %(most)s
    """  # noqa: S608 - put together from constants


# Words that stand in so many places that the planner remembers them (pg_stats of the indexes over words): the others are rare.
COMMON = Statement(
    "SELECT DISTINCT w.word FROM pg_stats s JOIN unnest(%(words)s::text[]) AS w (word) ON w.word = ANY(s.most_common_elems::text::text[])"
    " WHERE s.schemaname = current_schema() AND s.tablename IN ('name_words', 'occurrence_words', 'content_words')"
)

# Which of hundreds of words stand anywhere at all: each is looked up in the index of words and in no other, which no sum fits.
_PLACES = {
    "name": "SELECT FROM name x WHERE search_words(x.key) @@ to_tsquery('words'::regconfig, v.way)",
    "occurrence": (
        f"SELECT FROM occurrence x WHERE search_words({_SAID.replace('o.', 'x.')}) @@ to_tsquery('words'::regconfig, v.way)"
        " AND (x.sha256 IS NULL OR x.title IS NOT NULL OR x.alt IS NOT NULL OR x.file_name IS NOT NULL)"
    ),
    "content": (
        "SELECT FROM content x WHERE search_words(left(x.plain, 200000)) @@ to_tsquery('words'::regconfig, v.way) AND x.plain IS NOT NULL"
    ),
}
WORDS_THERE = {
    place: Statement(
        f"SELECT v.way FROM unnest(%(ways)s::text[]) AS v (way) WHERE (SELECT true FROM"  # noqa: S608 - constants
        f" ({source} AND (x.map_id + 0) = ANY(%(maps)s::bigint[]) LIMIT 1) AS found)",
        planned_each_time=True,
    )
    for place, source in _PLACES.items()
}
