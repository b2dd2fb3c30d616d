"""The notes in the inbox of a map."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.lib.names import search_key
from contextualise.repository.notes import INBOX, NOTE
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.records import Record

PER_PAGE = 20
MOST_WORDS = 8  # of a search; further ones say little


class NoteTheme(Record, frozen=True):
    """A theme of a note's context."""

    slug: str
    label: str


class NoteRow(Record, frozen=True):
    """A note with what reading it needs; `html` is None for a plain value that another program wrote."""

    id: int
    title: str | None
    value: str
    html: str | None
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None
    themes: tuple[NoteTheme, ...]
    links: tuple[tuple[int, str], ...]  # number of the link in the text, address of the topic


_IDS = """
inbox AS MATERIALIZED (
  SELECT n.construct_id AS note_type, t.construct_id AS topic_id FROM identifier n JOIN identifier t ON t.map_id = n.map_id
  WHERE n.map_id = %(map_id)s AND n.kind = 1 AND n.iri = %(note)s AND t.kind = 1 AND t.iri = %(inbox)s
)
"""

_ROW = """
SELECT coalesce(json_agg(json_build_array(n.id, n.title, n.value, c.html, n.created_at, b.name, n.updated_at, e.name,
  (SELECT coalesce(json_agg(json_build_array(t.slug, t.label) ORDER BY t.sort_key, t.id), '[]')
   FROM scope_theme h JOIN topic t ON t.map_id = h.map_id AND t.id = h.topic_id
   WHERE h.map_id = %(map_id)s AND h.scope_id = n.scope_id),
  (SELECT coalesce(json_agg(json_build_array(l.position, t.slug)), '[]')
   FROM content_link l JOIN topic t ON t.map_id = l.map_id AND t.id = l.topic_id
   WHERE l.map_id = %(map_id)s AND l.sha256 = n.sha256)) ORDER BY n.id DESC), '[]')::text
FROM note n LEFT JOIN content c ON c.map_id = %(map_id)s AND c.sha256 = n.sha256
LEFT JOIN app_user b ON b.id = n.created_by LEFT JOIN app_user e ON e.id = n.updated_by
"""


def _page(*, newer: bool, searched: bool) -> Statement:
    found = (
        """ AND NOT EXISTS (
      SELECT FROM unnest(%(words)s::text[]) AS w (word)
      WHERE lower(unaccent(concat_ws(' ', o.title, coalesce((
        SELECT c.plain FROM content c WHERE c.map_id = %(map_id)s AND c.sha256 = o.sha256), o.value)))) NOT LIKE w.word
    )"""
        if searched
        else ""
    )
    place = "o.id > %(id)s ORDER BY o.id" if newer else "o.id < %(id)s ORDER BY o.id DESC"
    before, after = place.split(" ORDER BY ")
    return Statement(
        f"""
        WITH {_IDS}, note AS MATERIALIZED (
          SELECT o.* FROM inbox JOIN occurrence o ON o.map_id = %(map_id)s AND o.type_id = inbox.note_type AND o.topic_id = inbox.topic_id
          WHERE {before}{found} ORDER BY {after} LIMIT {PER_PAGE} + 1
        )
        {_ROW}
        """,  # noqa: S608 - put together from constants
        planned_each_time=searched,
    )


_PAGES = {(newer, searched): _page(newer=newer, searched=searched) for newer in (False, True) for searched in (False, True)}
_ONE = Statement(
    f"""
    WITH {_IDS}, note AS MATERIALIZED (
      SELECT o.* FROM inbox JOIN occurrence o ON o.map_id = %(map_id)s AND o.type_id = inbox.note_type AND o.topic_id = inbox.topic_id
      WHERE o.id = %(id)s
    )
    {_ROW}
    """  # noqa: S608 - put together from constants
)
_decoder = msgspec.json.Decoder(tuple[NoteRow, ...])
_LAST = 2**63 - 1


async def list_notes(
    connection: AsyncConnection, map_id: int, *, text: str = "", before: int | None = None, after: int | None = None
) -> tuple[Sequence[NoteRow], bool]:
    """A page of the inbox, the newest note first, and whether there are further ones on the way that was gone.

    `text` keeps to notes that have all of its words, whatever their accents and capitals. `before` begins below a note, `after` ends
    above one.
    """
    words = [_pattern(word) for word in text.split()[:MOST_WORDS]]
    newer = after is not None
    parameters = {
        **_parameters(map_id),
        "id": after if after is not None else before if before is not None else _LAST,
        "words": words,
    }
    rows = _decoder.decode(await _PAGES[newer, bool(words)].value(connection, parameters))
    more = len(rows) > PER_PAGE
    if newer:
        return rows[-PER_PAGE:], more
    return rows[:PER_PAGE], more


async def find_note(connection: AsyncConnection, map_id: int, note_id: int) -> NoteRow | None:
    """One note of the inbox, or None."""
    rows = _decoder.decode(await _ONE.value(connection, {**_parameters(map_id), "id": note_id}))
    return rows[0] if rows else None


def _parameters(map_id: int) -> dict[str, object]:
    return {"map_id": map_id, "note": NOTE, "inbox": INBOX}


def _pattern(word: str) -> str:
    escaped = search_key(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
