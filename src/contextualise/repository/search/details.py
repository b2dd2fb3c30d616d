"""What is told about the topics on one page of results: names, types, and the words around what was found."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.fitting import FIT, best_name
from contextualise.repository.reading.raw import Statement
from contextualise.repository.search.hits import Match

SHOWN = 12_000  # characters of a text that are looked through for a place to show
AROUND = 3_000  # and of a longer one, those around the first word
STATEMENTS = 3  # statements of one topic that are told


class Row(msgspec.Struct, array_like=True, frozen=True):
    """A row, sent as a JSON array."""


class TopicTold(Row, frozen=True):
    """A topic, called as the reader's context has it; `types` are ids, addresses and names."""

    id: int
    slug: str
    label: str
    types: list[tuple[int, str, str]]


class StatementTold(Row, frozen=True):
    """A name (its value alone) or an occurrence; `text` is what it says, `media_type` is set for content."""

    id: int
    type_label: str
    text: str
    title: str | None = None
    file_name: str | None = None
    alt: str | None = None
    media_type: str | None = None


class Reified(Row, frozen=True):
    """What a hidden topic stands for; `slug` and `label` are of the topic it belongs to, `label` of an association names its type and
    players.
    """

    topic_id: int
    kind: str
    construct_id: int
    slug: str
    label: str


class Told(Row, frozen=True):
    """Everything about the topics of a page."""

    topics: list[TopicTold]
    names: list[StatementTold]
    occurrences: list[StatementTold]
    reified: list[Reified]


# Hidden topics carry what is said about a statement: the result is that statement.
_TEXT = f"""
    WITH {{fit}} t AS MATERIALIZED (
      SELECT t.map_id, t.id, t.slug, t.label, t.is_hidden FROM unnest(%(maps)s::bigint[], %(topics)s::bigint[]) AS a (map_id, id)
      JOIN topic t ON t.map_id = a.map_id AND t.id = a.id
    ), s AS MATERIALIZED (
      SELECT * FROM unnest(%(statement_maps)s::bigint[], %(statements)s::bigint[]) AS a (map_id, id)
    ), f AS MATERIALIZED (
      SELECT t.id AS topic_id, t.map_id, r.kind, r.construct_id FROM t JOIN reification r ON r.map_id = t.map_id AND r.reifier_id = t.id
      WHERE t.is_hidden
    )
    SELECT json_build_array(
      (SELECT coalesce(json_agg(json_build_array(t.id, t.slug, {{name}},
         (SELECT coalesce(json_agg(json_build_array(k.id, k.slug, {{type_name}}) ORDER BY k.id), '[]') FROM topic_type y
          JOIN topic k ON k.map_id = y.map_id AND k.id = y.type_id WHERE y.map_id = t.map_id AND y.topic_id = t.id))), '[]') FROM t),
      (SELECT coalesce(json_agg(json_build_array(x.id, '', x.value)), '[]') FROM (
         SELECT n.id, n.value FROM s JOIN name n ON n.map_id = s.map_id AND n.id = s.id
         UNION ALL
         SELECT v.id, v.value FROM s JOIN variant v ON v.map_id = s.map_id AND v.id = s.id) AS x),
      (SELECT coalesce(json_agg(json_build_array(o.id, k.label,
         CASE WHEN o.sha256 IS NULL THEN left(o.value, {SHOWN}) WHEN c.plain IS NULL THEN '' WHEN length(c.plain) <= {SHOWN} THEN c.plain
           ELSE substr(c.plain, greatest(1, (
             SELECT coalesce(min(nullif(strpos(lower(left(c.plain, 200000)), w), 0)), 1) FROM unnest(%(words)s::text[]) AS w
           ) - {AROUND} / 4), {AROUND}) END,
         o.title, o.file_name, o.alt, c.media_type)), '[]')
       FROM s JOIN occurrence o ON o.map_id = s.map_id AND o.id = s.id JOIN topic k ON k.map_id = o.map_id AND k.id = o.type_id
       LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256),
      (SELECT coalesce(json_agg(json_build_array(f.topic_id, f.kind, f.construct_id, coalesce(w.slug, ''), coalesce(w.label, ''))), '[]')
       FROM f LEFT JOIN LATERAL (
         SELECT t.slug, t.label FROM name n JOIN topic t ON t.map_id = n.map_id AND t.id = n.topic_id
         WHERE f.kind = 'n' AND n.map_id = f.map_id AND n.id = f.construct_id
         UNION ALL
         SELECT t.slug, t.label FROM occurrence o JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id
         WHERE f.kind = 'o' AND o.map_id = f.map_id AND o.id = f.construct_id AND NOT t.is_hidden
         UNION ALL
         SELECT '', k.label || coalesce(': ' || (
             SELECT string_agg(p.label, ', ' ORDER BY r.type_id, p.sort_key) FROM (
               SELECT * FROM role r WHERE r.map_id = a.map_id AND r.association_id = a.id ORDER BY r.id LIMIT 5
             ) AS r JOIN topic p ON p.map_id = r.map_id AND p.id = r.player_id), '')
         FROM association a JOIN topic k ON k.map_id = a.map_id AND k.id = a.type_id
         WHERE a.map_id = f.map_id AND (f.kind = 'a' AND a.id = f.construct_id OR f.kind = 'r'
           AND a.id = (SELECT r.association_id FROM role r WHERE r.map_id = f.map_id AND r.id = f.construct_id))
         LIMIT 1
       ) AS w ON true)
    )::text
    """  # noqa: S608 - numbers of this module
_FIT = FIT.format(themes="%(context)s::bigint[]") + ","
_PLAIN = Statement(_TEXT.format(fit="", name="t.label", type_name="k.label"))
_FITTING = Statement(_TEXT.format(fit=_FIT, name=best_name("t"), type_name=best_name("k")))
_decoder = msgspec.json.Decoder(Told)


async def describe(connection: AsyncConnection, matches: Sequence[Match], words: Collection[str], themes: Sequence[int] = ()) -> Told:
    """What is told about these topics, in one statement; `themes` are those of the reader's context in the one map they are of."""
    told = [(match.map_id, hit.id) for match in matches for hit in match.hits[:STATEMENTS] if hit.id is not None]
    values: dict[str, Any] = {
        "maps": [match.map_id for match in matches],
        "topics": [match.topic_id for match in matches],
        "statement_maps": [map_id for map_id, _ in told],
        "statements": [number for _, number in told],
        "words": list(words),
        "map_id": matches[0].map_id,
        "context": list(themes),
    }
    return _decoder.decode(await (_FITTING if themes else _PLAIN).value(connection, values))
