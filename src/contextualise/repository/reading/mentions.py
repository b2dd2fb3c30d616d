"""Texts that link to a topic, and texts that name it without a link.

Links are looked up by the topic they lead to. What names a topic without a link is found by the words of its names in the full-text index
and then looked at word by word; a page of either is read by key. Names that half of all texts use, such as “act”, find candidates without
end: they are read up to a bound and for a moment only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.digests import read_digest
from contextualise.repository.notes import INBOX, NOTE
from contextualise.repository.reading.raw import Statement

PER_PAGE = 20
SORTED = 2000  # linking texts up to this number are read by the names of their topics, more of them in the order of their hashes
BATCH = 40  # candidates that are read at a time
CANDIDATES = 1000  # texts that are considered at all
PATIENCE = 250  # milliseconds
AROUND = 1500  # characters of a text on either side of a link
LONGEST = 200_000  # characters of a text that the index knows


@dataclass(frozen=True, slots=True)
class Backlink:
    """A link to the topic in a text, with a piece of the text's HTML around it; `number` is the link's own in that text."""

    occurrence_id: int
    topic_id: int
    slug: str
    label: str
    key: str  # its place in the list
    type_id: int | None
    type_label: str | None
    is_note: bool
    number: int
    html: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may name the topic without a link to it."""

    occurrence_id: int
    topic_id: int
    slug: str
    label: str
    type_id: int | None
    type_label: str | None
    is_note: bool
    is_inbox: bool
    is_connected: bool  # an association has both topics already
    sha256: bytes
    plain: str


_INBOX = """
inbox AS MATERIALIZED (
  SELECT n.construct_id AS note_type, t.construct_id AS topic_id FROM (VALUES (1)) AS one
  LEFT JOIN identifier n ON n.map_id = %(map_id)s AND n.kind = 1 AND n.iri = %(note)s
  LEFT JOIN identifier t ON t.map_id = %(map_id)s AND t.kind = 1 AND t.iri = %(inbox)s
)
"""
_TYPE = """
LEFT JOIN LATERAL (
  SELECT y.id, y.label FROM topic_type m JOIN topic y ON y.map_id = m.map_id AND y.id = m.type_id
  WHERE m.map_id = %(map_id)s AND m.topic_id = t.id ORDER BY m.type_id LIMIT 1
) AS k ON true
"""
# A note of the inbox is shown to those who may edit, and nobody else hears of it.
_OPEN = (
    """NOT t.is_hidden AND (%(with_inbox)s OR o.topic_id IS DISTINCT FROM inbox.topic_id OR o.type_id IS DISTINCT FROM inbox.note_type)"""
)


_LINKS = """
    SELECT l.sha256, min(l.position) AS position FROM content_link l
    WHERE l.map_id = %(map_id)s AND l.topic_id = %(topic_id)s{further} GROUP BY l.sha256
"""
_TEXT = f"""
    o.id AS occurrence_id, o.sha256, t.id, t.slug, t.label, o.type_id = inbox.note_type AS is_note
    FROM occurrence o JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
    WHERE o.map_id = %(map_id)s AND o.sha256 = link.sha256 AND o.topic_id <> %(topic_id)s AND {_OPEN}
"""
_QUOTED = f"""
    SELECT t.occurrence_id, t.id, t.slug, t.label, t.key, k.id, k.label, coalesce(t.is_note, false), t.position,
      coalesce(substr(c.html, greatest(1, at.place - {AROUND}), 2 * {AROUND}), '')
    FROM found t JOIN content c ON c.map_id = %(map_id)s AND c.sha256 = t.sha256
    CROSS JOIN LATERAL (SELECT strpos(c.html, '<a class="wikilink" data-wiki="' || t.position || '"') AS place) AS at
    {_TYPE}
    ORDER BY t.key, t.occurrence_id
"""  # noqa: S608 - constants of this module
_BY_NAME = Statement(
    f"""
    WITH {_INBOX}, link AS MATERIALIZED ({_LINKS.format(further="")}), found AS MATERIALIZED (
      SELECT x.*, link.position FROM inbox CROSS JOIN link CROSS JOIN LATERAL (SELECT t.sort_key AS key, {_TEXT}) AS x
      WHERE (x.key, x.occurrence_id) > (%(key)s, %(id)s) ORDER BY x.key, x.occurrence_id LIMIT {PER_PAGE} + 1
    ) {_QUOTED}
    """  # noqa: S608 - constants of this module
)
# Of a topic that half of all texts link to, the hashes alone are put in order, and texts are looked up until a page is full. The limit
# within keeps the planner from looking all of them up; many hashes are of texts that were written anew since.
_BY_HASH = Statement(
    f"""
    WITH {_INBOX}, link AS MATERIALIZED ({_LINKS.format(further=" AND l.sha256 >= %(sha256)s")} ORDER BY l.sha256), found AS MATERIALIZED (
      SELECT x.*, link.position FROM inbox CROSS JOIN link CROSS JOIN LATERAL (
        SELECT encode(o.sha256, 'hex') AS key, {_TEXT} AND (o.sha256, o.id) > (%(sha256)s, %(id)s) ORDER BY o.id LIMIT {PER_PAGE} + 1
      ) AS x LIMIT {PER_PAGE} + 1
    ) {_QUOTED}
    """  # noqa: S608 - constants of this module
)
_COUNT = Statement(
    f"""
    SELECT count(*) FROM (SELECT FROM content_link WHERE map_id = %(map_id)s AND topic_id = %(topic_id)s LIMIT {SORTED} + 1) AS c
    """  # noqa: S608 - a constant
)

_NAMES = Statement(
    """
    SELECT n.value FROM name n WHERE n.map_id = %(map_id)s AND n.topic_id = %(topic_id)s
    UNION SELECT v.value FROM name n JOIN variant v ON v.map_id = n.map_id AND v.name_id = n.id
    WHERE n.map_id = %(map_id)s AND n.topic_id = %(topic_id)s AND v.datatype = 'http://www.w3.org/2001/XMLSchema#string'
    """
)

_CANDIDATES = Statement(
    f"""
    WITH {_INBOX}, query AS MATERIALIZED (
      SELECT string_agg(phraseto_tsquery('simple', w.word)::text, ' | ')::tsquery AS q FROM unnest(%(words)s::text[]) AS w (word)
      WHERE numnode(phraseto_tsquery('simple', w.word)) > 0
    ), text AS MATERIALIZED (
      SELECT c.sha256 FROM content c WHERE c.map_id = %(map_id)s AND c.search @@ (SELECT q FROM query)
        AND NOT EXISTS (
          SELECT FROM content_link l WHERE l.map_id = %(map_id)s AND l.sha256 = c.sha256 AND l.topic_id = %(topic_id)s)
        AND EXISTS (
          SELECT FROM occurrence o WHERE o.map_id = %(map_id)s AND o.sha256 = c.sha256 AND o.topic_id <> %(topic_id)s)
      LIMIT {CANDIDATES}
    ), found AS MATERIALIZED (
      SELECT o.id AS occurrence_id, o.sha256, t.id, t.slug, t.label, o.type_id = inbox.note_type AS is_note,
        o.type_id = inbox.note_type AND o.topic_id = inbox.topic_id AS is_inbox
      FROM inbox CROSS JOIN text JOIN occurrence o ON o.map_id = %(map_id)s AND o.sha256 = text.sha256
      JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
      WHERE o.topic_id <> %(topic_id)s AND {_OPEN} AND o.id > %(id)s
      ORDER BY o.id LIMIT {BATCH} + 1
    )
    SELECT t.occurrence_id, t.id, t.slug, t.label, k.id, k.label, coalesce(t.is_note, false), coalesce(t.is_inbox, false),
      EXISTS (SELECT FROM role a JOIN role b ON b.map_id = a.map_id AND b.association_id = a.association_id AND b.player_id = t.id
              WHERE a.map_id = %(map_id)s AND a.player_id = %(topic_id)s),
      t.sha256, left(c.plain, {LONGEST})
    FROM found t JOIN content c ON c.map_id = %(map_id)s AND c.sha256 = t.sha256
    {_TYPE}
    ORDER BY t.occurrence_id
    """,  # noqa: S608 - constants of this module
    planned_each_time=True,
)


async def list_backlinks(
    connection: AsyncConnection, map_id: int, topic_id: int, *, with_inbox: bool, after: tuple[str, int] = ("", 0)
) -> tuple[Sequence[Backlink], bool]:
    """Texts of other topics that link to this one, by the names of those topics, each once; and whether there are further ones.

    `after` is (key, id of the occurrence) of the last one of the page before. Of more than `SORTED` the order is that of their hashes.
    """
    parameters = {**_parameters(map_id, topic_id, with_inbox=with_inbox), "key": after[0], "id": after[1]}
    is_hub = await _COUNT.value(connection, parameters) > SORTED
    if is_hub:
        parameters["sha256"] = read_digest(after[0]) or b""
    rows = [Backlink(*row) for row in await (_BY_HASH if is_hub else _BY_NAME).rows(connection, parameters)]
    return rows[:PER_PAGE], len(rows) > PER_PAGE


async def names_of(connection: AsyncConnection, map_id: int, topic_id: int) -> Sequence[str]:
    """All names of a topic and their variants."""
    return [row[0] for row in await _NAMES.rows(connection, {"map_id": map_id, "topic_id": topic_id})]


async def list_candidates(
    connection: AsyncConnection, map_id: int, topic_id: int, words: Sequence[str], *, with_inbox: bool, after: int = 0
) -> tuple[Sequence[Candidate], bool] | None:
    """Texts of other topics that have the words of one of the names and no link to the topic, in the order in which they were made.

    Returns `BATCH` of them and whether there are further ones; None where it would take too long.
    """
    parameters = {**_parameters(map_id, topic_id, with_inbox=with_inbox), "words": list(words), "id": after}
    await connection.exec_driver_sql(f"SET statement_timeout = {PATIENCE}")
    try:
        rows = [Candidate(*row) for row in await _CANDIDATES.rows(connection, parameters)]
    except DBAPIError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
        return None
    finally:
        await connection.exec_driver_sql("RESET statement_timeout")
    return rows[:BATCH], len(rows) > BATCH


def _parameters(map_id: int, topic_id: int, *, with_inbox: bool) -> dict[str, object]:
    return {"map_id": map_id, "topic_id": topic_id, "with_inbox": with_inbox, "note": NOTE, "inbox": INBOX}
