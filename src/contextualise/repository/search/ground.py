"""What has to be known before a search: the maps, their languages, what is closed to the reader, and what a filter means."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.notes import INBOX, NOTE
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import Context

LANGUAGES = "http://www.topicmaps.org/xtm/1.0/language.xtm#"
OWN = "urn:contextualise:base:"
CATEGORIZATION, MEMBER, CATEGORY = OWN + "categorization", OWN + "member", OWN + "category"

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Languages whose word forms PostgreSQL knows, by their tags."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the results are kept to, by address."""

    type: str = ""
    tag: str = ""
    theme: str = ""  # the matching statement has it
    context: Context = field(default_factory=Context)  # the matching statement is seen in it


@dataclass(frozen=True, slots=True)
class Named:
    """A topic that a filter names; `id` is 0 where the map has no such topic."""

    id: int
    slug: str
    label: str


class _Found(msgspec.Struct, array_like=True, frozen=True):
    forms: list[tuple[str, list[str]]]
    closed: list[int]
    notes: list[int]
    base: list[tuple[str, int]]
    topics: list[tuple[int, str, str]]
    scopes: list[int] | None


@dataclass(frozen=True, slots=True)
class Ground:
    """Stems of words, words too common to ask for, topics whose occurrences are closed to the reader, and the filters resolved."""

    forms: Mapping[str, tuple[str, ...]]
    idle: frozenset[str]
    closed: Sequence[int]
    notes: Sequence[int]
    base: Mapping[str, int]
    type: Named | None
    tag: Named | None
    theme: Named | None
    themes: Sequence[int]  # of the reader's context
    scopes: Sequence[int] | None


# What is said about a note of the inbox is as closed as the note. The languages of one map are its own and those of the themes in use; of
# several maps only their own count.
_GROUND = Statement(
    """
    WITH RECURSIVE closed (map_id, topic_id, is_inbox) AS (
      SELECT map_id, construct_id, true FROM identifier WHERE map_id = ANY(%(closed_maps)s) AND kind = 1 AND iri = %(inbox)s
      UNION ALL
      SELECT c.map_id, r.reifier_id, false FROM closed c
      JOIN occurrence o ON o.map_id = c.map_id AND o.topic_id = c.topic_id
        AND (NOT c.is_inbox OR o.type_id = (SELECT construct_id FROM identifier WHERE map_id = c.map_id AND kind = 1 AND iri = %(note)s))
      JOIN reification r ON r.map_id = o.map_id AND r.construct_id = o.id
      JOIN topic t ON t.map_id = r.map_id AND t.id = r.reifier_id AND t.is_hidden
    ), spoken AS MATERIALIZED (
      SELECT DISTINCT default_lang AS tag FROM map WHERE id = ANY(%(maps)s)
      UNION
      SELECT substr(i.iri, length(%(languages)s::text) + 1) FROM identifier i
      WHERE cardinality(%(maps)s::bigint[]) = 1 AND i.map_id = ANY(%(maps)s) AND i.kind = 1
        AND i.iri >= %(languages)s AND i.iri < %(languages)s || '~'
        AND EXISTS (SELECT FROM scope_theme h WHERE h.map_id = i.map_id AND h.topic_id = i.construct_id)
    ), form AS (
      SELECT w.word, ts_lexize(d.stemmer::regdictionary, w.word) AS stems
      FROM unnest(%(words)s::text[]) AS w (word) CROSS JOIN spoken s
      JOIN unnest(%(tags)s::text[], %(stemmers)s::text[]) AS d (tag, stemmer) ON d.tag = split_part(s.tag, '-', 1)
    ), named AS MATERIALIZED (
      SELECT id, slug, label FROM topic WHERE map_id = ANY(%(maps)s) AND slug = ANY(%(slugs)s) AND cardinality(%(maps)s::bigint[]) = 1
    ), fit AS (
      SELECT 0::bigint AS id WHERE NOT %(strict_theme)s
      UNION
      SELECT h.scope_id FROM scope_theme h
      WHERE h.map_id = ANY(%(maps)s) AND h.topic_id IN (SELECT id FROM named WHERE slug = ANY(%(themes)s))
      GROUP BY h.scope_id
      HAVING NOT %(strict)s
        OR count(*) = (SELECT count(*) FROM scope_theme s WHERE s.map_id = ANY(%(maps)s) AND s.scope_id = h.scope_id)
    )
    SELECT json_build_array(
      (SELECT coalesce(json_agg(json_build_array(word, stems)), '[]') FROM form WHERE stems IS NOT NULL),
      (SELECT coalesce(json_agg(topic_id), '[]') FROM closed),
      (SELECT coalesce(json_agg(construct_id), '[]') FROM identifier WHERE map_id = ANY(%(maps)s) AND kind = 1 AND iri = %(note)s),
      (SELECT coalesce(json_agg(json_build_array(iri, construct_id)), '[]') FROM identifier
       WHERE cardinality(%(maps)s::bigint[]) = 1 AND map_id = ANY(%(maps)s) AND kind = 1 AND iri = ANY(%(base)s)),
      (SELECT coalesce(json_agg(json_build_array(id, slug, label)), '[]') FROM named),
      CASE WHEN %(scoped)s THEN (SELECT coalesce(json_agg(id), '[]') FROM fit) END
    )::text
    """
)
_decoder = msgspec.json.Decoder(_Found)


async def survey(
    connection: AsyncConnection, maps: Sequence[int], closed_maps: Sequence[int], words: Collection[str], filters: Filters
) -> Ground:
    """What a search of these words in these maps has to know, in one statement. In `closed_maps` the inbox of notes is not searched.

    Filters count in one map only.
    """
    themes, strict, with_unscoped = _themes(filters)
    text = await _GROUND.value(
        connection,
        {
            "maps": list(maps),
            "closed_maps": list(closed_maps),
            "words": list(words),
            "languages": LANGUAGES,
            "tags": list(STEMMERS),
            "stemmers": [f"{name}_stem" for name in STEMMERS.values()],
            "slugs": [slug for slug in (filters.type, filters.tag, *themes, *filters.context.themes) if slug],
            "themes": themes,
            "strict": strict,
            "strict_theme": not with_unscoped,
            "scoped": bool(themes) or filters.context.universal,
            "inbox": INBOX,
            "note": NOTE,
            "base": [CATEGORIZATION, MEMBER, CATEGORY],
        },
    )
    found = _decoder.decode(text)
    topics = {slug: Named(number, slug, label) for number, slug, label in found.topics}
    forms: dict[str, tuple[str, ...]] = {}
    for word, stems in found.forms:
        forms[word] = tuple(dict.fromkeys((*forms.get(word, ()), *stems)))
    stopped = {word for word, stems in found.forms if not stems}

    def named(slug: str) -> Named | None:
        return topics.get(slug, Named(0, slug, slug)) if slug else None

    return Ground(
        forms=forms,
        idle=frozenset(word for word in stopped if not forms[word]),
        closed=found.closed,
        notes=found.notes,
        base=dict(found.base),
        type=named(filters.type),
        tag=named(filters.tag),
        theme=named(filters.theme),
        themes=[topics[slug].id for slug in filters.context.themes if slug in topics],
        scopes=found.scopes,
    )


def _themes(filters: Filters) -> tuple[list[str], bool, bool]:
    """Themes, whether a scope may have no others, and whether statements without a scope count as well."""
    if filters.theme:
        return [filters.theme], False, False
    return list(filters.context.themes), filters.context.strict, True
