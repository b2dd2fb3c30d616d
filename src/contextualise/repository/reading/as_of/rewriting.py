"""Rewrites a statement so that it reads what the tables of a map held at an earlier version.

Its parameters are those of the statement, and `map_id`, `version`, `cutoff` (the number of that version's change), `for_readers`, `inbox`,
`name_type` and `languages`.
"""

import re
from functools import lru_cache

from contextualise.repository.journal.images import columns_of, key_names, table_named
from contextualise.repository.links import MEANING_OF_LINK
from contextualise.repository.names import LABELS

_TABLES = (
    "topic",
    "topic_type",
    "identifier",
    "scope",
    "scope_theme",
    "name",
    "variant",
    "occurrence",
    "association",
    "role",
    "reification",
)
RENAMED = {**{table: f"{table}_then" for table in _TABLES}, "change_topic": "change_topic_then", "content_link": "content_link_then"}
_REFERENCE = re.compile(rf"\b(FROM|JOIN)(\s+)({'|'.join(RENAMED)})\b(?:(\s+)(?!WHERE\b|ON\b|LEFT\b|JOIN\b|ORDER\b|GROUP\b|LIMIT\b)(\w+))?")
_MENTIONED = "l.topic_id = (SELECT id FROM t)"


def as_of(statement: str) -> str:
    """The statement over the tables of then."""
    head = "WITH RECURSIVE"
    assert statement.count(head) == 1
    before, _, rest = statement.partition(head)
    rest = rest.replace(_MENTIONED, f"{_MENTIONED} AND (l.key = ANY(ARRAY({_OWN_KEYS})) OR l.slug = ANY(ARRAY({_OWN_SLUGS})))")
    return f"{before}{head} {_shadows()},{shadowed(rest)}"


# Which texts may mean the topic: only those need to be asked what they meant.
_OWN_KEYS = "SELECT k.key FROM name k WHERE k.map_id = %(map_id)s AND k.topic_id = (SELECT id FROM t)"
_OWN_SLUGS = """SELECT s.slug FROM t AS s UNION SELECT substr(i.iri, length(m.base_iri) + 2) FROM map m
  CROSS JOIN LATERAL (SELECT * FROM identifier i WHERE i.map_id = %(map_id)s AND i.construct_id = (SELECT id FROM t) AND i.kind = 3) AS i
  WHERE m.id = %(map_id)s AND starts_with(i.iri, m.base_iri || '#')"""


def shadowed(statement: str) -> str:
    """The statement with every table that has a past replaced by what it held then."""

    def replace(found: re.Match[str]) -> str:
        keyword, space, table, _, alias = found.groups()
        return f"{keyword}{space}({_rows_then(table)}) AS {alias or table}"

    return _REFERENCE.sub(replace, statement)


def _rows_then(table: str) -> str:
    """The rows that a table held then, as a query that the planner can look into."""
    if table == "change_topic":
        return "SELECT * FROM public.change_topic AS x WHERE x.change_id <= %(cutoff)s"
    if table == "content_link":
        meaning = shadowed(_placed(MEANING_OF_LINK))
        return f"SELECT l.map_id, l.sha256, l.position, l.target, l.key, l.slug, ({meaning}) AS topic_id FROM public.content_link AS l"  # noqa: S608
    condition = f"x.is_live AND {_key('x', table)} IN (SELECT * FROM {table}_touched)"  # noqa: S608
    if table in ("scope", "scope_theme"):
        # A scope is made without a change of its own; its number tells whether it was there.
        number = "x.id" if table == "scope" else "x.scope_id"
        condition = f"x.is_live AND ({number} > %(cutoff)s OR ({condition}))"
    return f"SELECT * FROM {table}_then AS x WHERE NOT ({condition})"  # noqa: S608


def _key(alias: str, table: str) -> str:
    names = [f'{alias}."{name}"' for name in key_names(table_named(table)) if name != "map_id"]
    return names[0] if len(names) == 1 else f"({', '.join(names)})"


@lru_cache
def _shadows() -> str:
    """The expressions `<table>_then` and `<table>_touched`, and what they are made from."""
    parts = [
        _EARLIEST,
        *(_touched(table) for table in _TABLES if table != "topic"),
        *(_union(table) for table in _TABLES if table != "topic"),
    ]
    labels = shadowed(_labels())
    parts += [_RELABELLED, f"topic_images AS MATERIALIZED ({_topic_images(labels)})", _TOPIC_TOUCHED, _union("topic")]
    return ",\n".join(parts)


# The first image of each row that changes since then found; a row that was made since has none.
_EARLIEST = """
written AS MATERIALIZED (
  SELECT c.version, e.n, e.entry ->> 'table' AS named, nullif(e.entry -> 'before', 'null'::jsonb) AS before,
    coalesce(nullif(e.entry -> 'after', 'null'::jsonb), e.entry -> 'before') AS image
  FROM public.change c CROSS JOIN LATERAL jsonb_array_elements(c.rows) WITH ORDINALITY AS e (entry, n)
  WHERE c.map_id = %(map_id)s AND c.version > %(version)s AND NOT coalesce((e.entry ->> 'waiting')::boolean, false)
)"""


def _touched(table: str) -> str:
    """Both the keys of the rows that were written since, and the rows as they were then."""
    image_key = ", ".join(f"w.image -> '{name}'" for name in key_names(table_named(table)) if name != "map_id")
    names = ", ".join(f'p."{name}"' for name in columns_of(table_named(table)))
    key = ", ".join(f'"{name}"' for name in key_names(table_named(table)) if name != "map_id")
    populated = (
        f"jsonb_populate_record(NULL::public.\"{table}\", coalesce(w.before, w.image) || jsonb_build_object('map_id', %(map_id)s::bigint))"
    )
    return f"""
{table}_images AS MATERIALIZED (
  SELECT {names}, w.before IS NOT NULL AS was_there FROM (
    SELECT DISTINCT ON ({image_key}) w.before, w.image FROM written AS w WHERE w.named = '{table}' ORDER BY {image_key}, w.version, w.n
  ) AS w CROSS JOIN LATERAL {populated} AS p
), {table}_touched AS MATERIALIZED (SELECT {key} FROM {table}_images)"""  # noqa: S608


def _union(table: str) -> str:
    """What is there now beside what was there then. The second half keeps a condition of its own: so the planner leaves it as it is and
    looks the first one up by its indexes.
    """
    names = ", ".join(f'"{name}"' for name in columns_of(table_named(table)))
    hidden = {"scope": " AND i.id <= %(cutoff)s", "scope_theme": " AND i.scope_id <= %(cutoff)s"}.get(table, "")
    if table == "occurrence":
        hidden = """ AND (NOT %(for_readers)s OR EXISTS (
          SELECT FROM public.occurrence AS o WHERE o.map_id = %(map_id)s AND o.id = i.id AND o.topic_id <> coalesce((
            SELECT construct_id FROM public.identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = %(inbox)s), 0)))"""
    return f"""
{table}_then AS NOT MATERIALIZED (
  SELECT {names}, true AS is_live FROM public."{table}"
  UNION ALL
  SELECT {names}, false FROM {table}_images AS i WHERE i.was_there{hidden}
)"""  # noqa: S608


# Labels are kept from names without being written as changes of their own. Those are worked out anew whose names were touched; all of
# them where the map had another language, or other topics for it.
_RELABELLED = """
topic_written AS MATERIALIZED (
  SELECT p.*, w.before IS NOT NULL AS was_there FROM (
    SELECT DISTINCT ON (w.image -> 'id') w.before, w.image FROM written AS w
    WHERE w.named = 'topic' ORDER BY w.image -> 'id', w.version, w.n
  ) AS w CROSS JOIN LATERAL
    jsonb_populate_record(NULL::public.topic, coalesce(w.before, w.image) || jsonb_build_object('map_id', %(map_id)s::bigint)) AS p
), relabels AS MATERIALIZED (
  SELECT EXISTS (
    SELECT FROM written AS w WHERE (w.named = 'map' AND w.before ->> 'default_lang' <> w.image ->> 'default_lang')
      OR (w.named = 'identifier' AND (starts_with(w.image ->> 'iri', %(languages)s) OR w.image ->> 'iri' = %(name_type)s))
  ) AS all_of_them
), relabelled AS MATERIALIZED (
  SELECT t.* FROM public.topic t WHERE t.map_id = %(map_id)s AND t.id NOT IN (SELECT id FROM topic_written) AND (
    (SELECT all_of_them FROM relabels) OR t.id IN (
      SELECT (w.image ->> 'topic_id')::bigint FROM written AS w WHERE w.named = 'name'
      UNION SELECT (w.before ->> 'topic_id')::bigint FROM written AS w WHERE w.named = 'name' AND w.before IS NOT NULL))
), topic_candidate AS MATERIALIZED (
  SELECT * FROM relabelled UNION ALL SELECT {columns} FROM topic_written WHERE was_there
)""".replace("{columns}", ", ".join(columns_of(table_named("topic"))))
_TOPIC_TOUCHED = "topic_touched AS MATERIALIZED (SELECT id FROM topic_written UNION ALL SELECT id FROM relabelled)"


def _topic_images(labels: str) -> str:
    names = ", ".join(f"c.{name}" if name not in ("label", "sort_key") else f"b.{name}" for name in columns_of(table_named("topic")))
    return f"SELECT {names}, true AS was_there FROM topic_candidate AS c JOIN ({labels}) AS b ON b.id = c.id"  # noqa: S608


def _labels() -> str:
    """The rule for labels, for all candidates at once, by the language that the map had then."""
    language = """coalesce((SELECT w.before ->> 'default_lang' FROM written AS w WHERE w.named = 'map' AND w.before IS NOT NULL
      ORDER BY w.version, w.n LIMIT 1), (SELECT default_lang FROM map WHERE id = %(map_id)s))"""
    of_language = f"(SELECT construct_id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = %(languages)s || {language})"  # noqa: S608
    of_names = "(SELECT construct_id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = %(name_type)s)"
    order = LABELS.partition("ORDER BY")[2].partition("LIMIT 1")[0]
    order = order.replace("CAST(:name_type_id AS bigint)", of_names).replace("CAST(:language_id AS bigint)", of_language)
    return f"""
      SELECT t.id, coalesce(best.value, t.slug) AS label, left(coalesce(best.key, t.slug), 120) AS sort_key
      FROM topic_candidate AS t LEFT JOIN (
        SELECT DISTINCT ON (n.topic_id) n.topic_id, n.value, n.key FROM name n JOIN scope s ON s.map_id = n.map_id AND s.id = n.scope_id
        WHERE n.map_id = %(map_id)s AND n.topic_id IN (SELECT id FROM topic_candidate) ORDER BY n.topic_id, {order}
      ) AS best ON best.topic_id = t.id"""  # noqa: S608


def _placed(statement: str) -> str:
    """A statement of SQLAlchemy's with its parameters in the form of this one."""
    return re.sub(r"(?<!:):(map_id|name_type)\b", r"%(\1)s", statement)
