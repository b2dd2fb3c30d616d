"""Reading a topic's page as it was at an earlier version of its map, by the very statement that reads it now.

Every table that the statement names is replaced by what it held then: the rows that no change has touched since, and for the others the
image that the first change after that version found. What no change keeps an image of is worked out anew by the rules that made it:
labels from the names of then, wiki links from names and addresses of then. The text of the statement is rewritten here, so that the
page of then can never fall behind the page of now.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.journal.images import columns_of, key_names, table_named
from contextualise.repository.links import MEANING_OF_LINK
from contextualise.repository.names import LABELS, LANGUAGES, NAME_TYPE
from contextualise.repository.notes import INBOX
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import TopicRecord
from contextualise.repository.reading.topic import BEGINNING, EVERYTHING_SHOWN, Context, Part, decode_topic, topic_parameters
from contextualise.repository.reading.topic_statement import EVERYTHING, IN_CONTEXT

MOST_ROWS = 20_000
"""Row images since then that are read at most; a page further back than that is not made."""

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
_RENAMED = {**{table: f"{table}_then" for table in _TABLES}, "change_topic": "change_topic_then", "content_link": "content_link_then"}
_REFERENCE = re.compile(rf"\b(FROM|JOIN)(\s+)({'|'.join(_RENAMED)})\b(?:(\s+)(?!WHERE\b|ON\b|LEFT\b|JOIN\b|ORDER\b|GROUP\b|LIMIT\b)(\w+))?")
_MENTIONED = "l.topic_id = (SELECT id FROM t)"


@dataclass(frozen=True, slots=True)
class Then:
    """A version of a map in the past: its number, its change, when it came to be, and how far it lies back."""

    version: int
    change_id: int
    at: datetime
    is_latest: bool
    rows: int  # images written since; at most one more than `MOST_ROWS`
    lacks: bool  # something deleted since is gone for good, so the page may be without it
    precedes: bool  # it lies before an import, of which no images are kept

    @property
    def is_readable(self) -> bool:
        """Whether pages of it can be made."""
        return self.rows <= MOST_ROWS and not self.precedes


_THEN = text(
    """
    WITH later AS MATERIALIZED (SELECT op, rows FROM change WHERE map_id = :map_id AND version > :version ORDER BY version LIMIT :most)
    SELECT c.version, c.id, c.at, NOT EXISTS (SELECT FROM later) AS is_latest,
      (SELECT count(*) FROM (SELECT FROM later CROSS JOIN LATERAL jsonb_array_elements(later.rows) LIMIT :most) AS counted) AS rows,
      EXISTS (SELECT FROM later WHERE (op LIKE '%.delete' OR op = 'undo') AND pg_column_size(rows) < 16) AS lacks,
      EXISTS (SELECT FROM later WHERE op IN ('map.import', 'map.create')) AS precedes
    FROM change c WHERE c.map_id = :map_id AND c.version = :version
    """
)


async def find_then(connection: AsyncConnection, map_id: int, version: int) -> Then | None:
    """What a version of a map was; None for one that it never had."""
    values = {"map_id": map_id, "version": version, "most": MOST_ROWS + 1}
    row = (await connection.execute(_THEN, values)).one_or_none()
    return None if row is None else Then(*row)


async def read_topic_then(
    connection: AsyncConnection,
    map_id: int,
    slug: str,
    then: Then,
    *,
    context: Context = EVERYTHING_SHOWN,
    part: Part = BEGINNING,
    for_readers: bool,
) -> TopicRecord | None:
    """The topic with everything on its page as it was then; None when no topic had this address then.

    `for_readers` leaves out statements that have been deleted or put into the inbox since: deleting takes them from readers.
    """
    parameters = topic_parameters(map_id, slug, context=context, part=part)
    parameters |= _parameters(then, for_readers=for_readers)
    found = await _statement(in_context=not context.is_everything).value(connection, parameters)
    if found is None:
        return None
    return await _with_writer(connection, map_id, decode_topic(found), then)


# The change that makes a topic, or brings it back, leaves in its row who had written it before.
_WRITER = text(
    """
    SELECT coalesce((made.row ->> 'updated_at')::timestamptz, c.at) AS at,
      (SELECT name FROM app_user WHERE id = CASE WHEN made.row IS NULL THEN c.user_id ELSE (made.row ->> 'updated_by')::bigint END) AS name
    FROM change_topic h JOIN change c ON c.map_id = h.map_id AND c.id = h.change_id
    LEFT JOIN LATERAL (
      SELECT e.entry -> 'after' AS row FROM jsonb_array_elements(c.rows) AS e (entry)
      WHERE e.entry ->> 'table' = 'topic' AND e.entry -> 'before' = 'null'::jsonb AND (e.entry -> 'after' ->> 'id')::bigint = h.topic_id
      LIMIT 1
    ) AS made ON true
    WHERE h.map_id = :map_id AND h.topic_id = :topic_id AND h.change_id <= :cutoff ORDER BY h.change_id DESC LIMIT 1
    """
)


async def _with_writer(connection: AsyncConnection, map_id: int, record: TopicRecord, then: Then) -> TopicRecord:
    """The record with who had changed the topic last then."""
    values = {"map_id": map_id, "topic_id": record.topic.id, "cutoff": then.change_id}
    row = (await connection.execute(_WRITER, values)).one_or_none()
    at, name = (row.at, row.name) if row else (record.topic.created_at, None)
    return msgspec.structs.replace(record, topic=msgspec.structs.replace(record.topic, updated_at=at, updated_by=name))


_SLUG = """
WITH RECURSIVE nothing AS (SELECT 1)
SELECT slug FROM topic WHERE map_id = %(map_id)s AND id = %(topic_id)s
"""


async def slug_then(connection: AsyncConnection, map_id: int, topic_id: int, then: Then) -> str | None:
    """The address that a topic had then; None for one that was not there."""
    parameters = {"map_id": map_id, "topic_id": topic_id, **_parameters(then, for_readers=False)}
    found = await _slug_statement().value(connection, parameters)
    return None if found is None else str(found)


@lru_cache
def _statement(*, in_context: bool) -> Statement:
    plain = (IN_CONTEXT if in_context else EVERYTHING).text
    return Statement(_as_of(plain))


@lru_cache
def _slug_statement() -> Statement:
    return Statement(_as_of(_SLUG))


def _as_of(statement: str) -> str:
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


def _parameters(then: Then, *, for_readers: bool) -> dict[str, Any]:
    """What the expressions of the past need to know."""
    return {
        "version": then.version,
        "cutoff": then.change_id,
        "for_readers": for_readers,
        "inbox": INBOX,
        "name_type": NAME_TYPE,
        "languages": LANGUAGES,
    }
