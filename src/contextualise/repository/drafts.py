"""What a form starts from: one construct as it is now, with the names of all that it points at, in one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.names import name_key

Session = AsyncSession | AsyncConnection


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that a person may mean, with what tells it from others of its name."""

    id: int
    slug: str
    label: str
    kind: str  # the labels of its types


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of a statement's context."""

    id: int
    slug: str
    label: str
    is_language: bool


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """Another form of a name; `themes` are those it has beyond the name's own."""

    id: int
    value: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class NameDraft:
    """A name of a topic."""

    id: int
    value: str
    type: Candidate
    themes: tuple[Theme, ...]
    variants: tuple[VariantDraft, ...]


@dataclass(frozen=True, slots=True)
class OccurrenceDraft:
    """An occurrence of a topic."""

    id: int
    topic_id: int
    type: Candidate
    datatype: str
    value: str
    sha256: bytes | None
    title: str | None
    themes: tuple[Theme, ...]
    updated_by: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """One role of an association."""

    role: Candidate
    player: Candidate


@dataclass(frozen=True, slots=True)
class AssociationDraft:
    """An association with its members in the order they were written."""

    id: int
    type: Candidate
    themes: tuple[Theme, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class IdentifierDraft:
    """An identifier of a topic: kind 1 a subject identifier, 2 a subject locator, 3 an item identifier."""

    kind: int
    iri: str


@dataclass(frozen=True, slots=True)
class TopicDraft:
    """What the forms of one topic begin with."""

    id: int
    slug: str
    label: str
    is_base: bool
    is_hidden: bool
    types: tuple[Candidate, ...]
    identifiers: tuple[IdentifierDraft, ...]


# Aggregates below are written as arrays in the order of the dataclasses' fields.
_REF = "json_build_array({t}.id, {t}.slug, {t}.label, '')"


def _ref(table: str) -> str:
    return _REF.format(t=table)


_THEMES = """
    (SELECT coalesce(json_agg(json_build_array(h.id, h.slug, h.label, EXISTS (
        SELECT FROM topic_type tt JOIN topic l ON l.map_id = tt.map_id AND l.id = tt.type_id AND l.is_base AND l.slug = 'language'
        WHERE tt.map_id = h.map_id AND tt.topic_id = h.id)) ORDER BY h.sort_key, h.id), '[]')
     FROM scope_theme st JOIN topic h ON h.map_id = st.map_id AND h.id = st.topic_id
     WHERE st.map_id = :map_id AND st.scope_id = {scope})
"""


def _themes(scope: str) -> str:
    return _THEMES.format(scope=scope)


_TOPIC = text(
    f"""
    SELECT t.id, t.slug, t.label, t.is_base, t.is_hidden,
      (SELECT coalesce(json_agg({_ref("y")} ORDER BY y.sort_key, y.id), '[]') FROM topic_type tt
         JOIN topic y ON y.map_id = tt.map_id AND y.id = tt.type_id WHERE tt.map_id = t.map_id AND tt.topic_id = t.id) AS types,
      (SELECT coalesce(json_agg(json_build_array(i.kind, i.iri) ORDER BY i.kind, i.iri), '[]') FROM identifier i
         WHERE i.map_id = t.map_id AND i.construct_id = t.id) AS identifiers
    FROM topic t
    WHERE t.map_id = :map_id AND t.id = coalesce(
      (SELECT id FROM topic WHERE map_id = :map_id AND slug = :slug),
      (SELECT construct_id FROM identifier WHERE map_id = :map_id AND kind = 3
         AND iri = (SELECT base_iri FROM map WHERE id = :map_id) || '#' || :slug))
    """  # noqa: S608 - constants of this module
)


async def topic_draft(session: Session, map_id: int, slug: str) -> TopicDraft | None:
    """The topic at an address, present or former; None where there is none."""
    row = (await session.execute(_TOPIC, {"map_id": map_id, "slug": slug})).one_or_none()
    if row is None:
        return None
    types, identifiers = tuple(Candidate(*each) for each in row.types), tuple(IdentifierDraft(*each) for each in row.identifiers)
    return TopicDraft(row.id, row.slug, row.label, row.is_base, row.is_hidden, types, identifiers)


_NAME = text(
    f"""
    SELECT n.id, n.value, {_ref("y")} AS type, {_themes("n.scope_id")} AS themes,
      (SELECT coalesce(json_agg(json_build_array(v.id, v.value, {_themes("v.scope_id")}) ORDER BY v.id), '[]')
         FROM variant v WHERE v.map_id = n.map_id AND v.name_id = n.id) AS variants
    FROM name n JOIN topic y ON y.map_id = n.map_id AND y.id = n.type_id
    WHERE n.map_id = :map_id AND n.topic_id = :topic_id AND n.id = :id
    """  # noqa: S608
)


async def name_draft(session: Session, map_id: int, topic_id: int, name_id: int) -> NameDraft | None:
    """A name of the topic, or None."""
    row = (await session.execute(_NAME, {"map_id": map_id, "topic_id": topic_id, "id": name_id})).one_or_none()
    if row is None:
        return None
    own = _read_themes(row.themes)
    variants = tuple(
        VariantDraft(id, value, tuple(theme for theme in _read_themes(themes) if theme not in own)) for id, value, themes in row.variants
    )
    return NameDraft(row.id, row.value, Candidate(*row.type), own, variants)


_OCCURRENCE = text(
    f"""
    SELECT o.id, o.topic_id, {_ref("y")} AS type, o.datatype, o.value, o.sha256, o.title, {_themes("o.scope_id")} AS themes,
      (SELECT coalesce(nullif(u.name, ''), u.email) FROM app_user u WHERE u.id = o.updated_by) AS updated_by
    FROM occurrence o JOIN topic y ON y.map_id = o.map_id AND y.id = o.type_id
    WHERE o.map_id = :map_id AND o.id = :id
    """  # noqa: S608
)


async def occurrence_draft(session: Session, map_id: int, occurrence_id: int) -> OccurrenceDraft | None:
    """An occurrence of the map, or None."""
    row = (await session.execute(_OCCURRENCE, {"map_id": map_id, "id": occurrence_id})).one_or_none()
    if row is None:
        return None
    return OccurrenceDraft(
        row.id,
        row.topic_id,
        Candidate(*row.type),
        row.datatype,
        row.value,
        row.sha256,
        row.title,
        _read_themes(row.themes),
        row.updated_by,
    )


_ASSOCIATION = text(
    f"""
    SELECT a.id, {_ref("y")} AS type, {_themes("a.scope_id")} AS themes,
      (SELECT coalesce(json_agg(json_build_array({_ref("r")}, {_ref("p")}) ORDER BY x.id), '[]') FROM role x
         JOIN topic r ON r.map_id = x.map_id AND r.id = x.type_id
         JOIN topic p ON p.map_id = x.map_id AND p.id = x.player_id
         WHERE x.map_id = a.map_id AND x.association_id = a.id) AS members
    FROM association a JOIN topic y ON y.map_id = a.map_id AND y.id = a.type_id
    WHERE a.map_id = :map_id AND a.id = :id
    """  # noqa: S608
)


async def association_draft(session: Session, map_id: int, association_id: int) -> AssociationDraft | None:
    """An association of the map, or None."""
    row = (await session.execute(_ASSOCIATION, {"map_id": map_id, "id": association_id})).one_or_none()
    if row is None:
        return None
    members = tuple(Member(Candidate(*role), Candidate(*player)) for role, player in row.members)
    return AssociationDraft(row.id, Candidate(*row.type), _read_themes(row.themes), members)


_LANGUAGES = text(
    """
    SELECT h.id, h.slug, h.label, true FROM topic l
    JOIN topic_type tt ON tt.map_id = l.map_id AND tt.type_id = l.id
    JOIN topic h ON h.map_id = tt.map_id AND h.id = tt.topic_id
    WHERE l.map_id = :map_id AND l.is_base AND l.slug = 'language' AND NOT h.is_hidden ORDER BY h.sort_key, h.id LIMIT 300
    """
)


async def languages(session: Session, map_id: int) -> tuple[Theme, ...]:
    """The topics of the map that stand for languages."""
    return tuple(Theme(*row) for row in await session.execute(_LANGUAGES, {"map_id": map_id}))


_CANDIDATES = text(
    """
    WITH found AS (
      SELECT id AS topic_id, 0 AS rank FROM topic WHERE map_id = :map_id AND slug = :reference
      UNION ALL
      SELECT construct_id, 0 FROM identifier WHERE map_id = :map_id AND kind IN (1, 2, 3) AND iri = :reference
      UNION ALL
      SELECT construct_id, 0 FROM identifier
        WHERE map_id = :map_id AND kind = 3 AND iri = (SELECT base_iri FROM map WHERE id = :map_id) || '#' || :reference
      UNION ALL
      SELECT topic_id, 1 FROM name WHERE map_id = :map_id AND key = :key
    )
    SELECT t.id, t.slug, t.label, t.is_base, min(found.rank) AS rank,
      coalesce((SELECT string_agg(y.label, ', ' ORDER BY y.sort_key) FROM topic_type tt
                JOIN topic y ON y.map_id = tt.map_id AND y.id = tt.type_id WHERE tt.map_id = t.map_id AND tt.topic_id = t.id), '') AS kind
    FROM found JOIN topic t ON t.map_id = :map_id AND t.id = found.topic_id AND NOT t.is_hidden
    GROUP BY t.map_id, t.id, t.slug, t.label, t.is_base, t.sort_key
    ORDER BY rank, t.is_base, t.sort_key, t.id LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class Match:
    """A topic found by a text; `by_address` when the text is its address or an identifier of it, not just its name."""

    topic: Candidate
    is_base: bool
    by_address: bool


async def matches(session: Session, map_id: int, reference: str, limit: int = 12) -> Sequence[Match]:
    """The topics whose address, former address, identifier or name is exactly the text (names as `lib.names.match_key` compares)."""
    values: dict[str, Any] = {"map_id": map_id, "reference": reference, "key": name_key(reference), "limit": limit}
    rows = await session.execute(_CANDIDATES, values)
    return [Match(Candidate(row.id, row.slug, row.label, row.kind), row.is_base, row.rank == 0) for row in rows]


def _read_themes(rows: Sequence[Sequence[Any]]) -> tuple[Theme, ...]:
    return tuple(Theme(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much is said about a topic, and how often it serves others as type, role or theme."""

    names: int
    occurrences: int
    associations: int
    uses: int


_HOLDINGS = text(
    """
    SELECT t.id,
      (SELECT count(*) FROM name x WHERE x.map_id = t.map_id AND x.topic_id = t.id) AS names,
      (SELECT count(*) FROM occurrence x WHERE x.map_id = t.map_id AND x.topic_id = t.id) AS occurrences,
      (SELECT count(DISTINCT x.association_id) FROM role x WHERE x.map_id = t.map_id AND x.player_id = t.id) AS associations,
      (SELECT count(*) FROM topic_type x WHERE x.map_id = t.map_id AND x.type_id = t.id)
        + (SELECT count(*) FROM name x WHERE x.map_id = t.map_id AND x.type_id = t.id)
        + (SELECT count(*) FROM occurrence x WHERE x.map_id = t.map_id AND x.type_id = t.id)
        + (SELECT count(*) FROM association x WHERE x.map_id = t.map_id AND x.type_id = t.id)
        + (SELECT count(*) FROM role x WHERE x.map_id = t.map_id AND x.type_id = t.id)
        + (SELECT count(*) FROM scope_theme x WHERE x.map_id = t.map_id AND x.topic_id = t.id) AS uses
    FROM topic t WHERE t.map_id = :map_id AND t.id IN :ids
    """
).bindparams(bindparam("ids", expanding=True))


async def holdings(session: Session, map_id: int, topic_ids: Sequence[int]) -> dict[int, Holdings]:
    """What each of the topics has, by topic."""
    rows = await session.execute(_HOLDINGS, {"map_id": map_id, "ids": list(topic_ids)})
    return {row.id: Holdings(row.names, row.occurrences, row.associations, row.uses) for row in rows}


_HOME = text(
    """
    SELECT t.id, t.slug, t.label FROM (
      SELECT id AS topic_id, 0 AS rank FROM topic WHERE map_id = :map_id AND id = :id
      UNION ALL SELECT topic_id, 1 FROM name WHERE map_id = :map_id AND id = :id
      UNION ALL SELECT n.topic_id, 1 FROM variant v JOIN name n ON n.map_id = v.map_id AND n.id = v.name_id
        WHERE v.map_id = :map_id AND v.id = :id
      UNION ALL SELECT topic_id, 1 FROM occurrence WHERE map_id = :map_id AND id = :id
      UNION ALL (SELECT player_id, 1 FROM role WHERE map_id = :map_id AND association_id = :id ORDER BY id LIMIT 1)
    ) found JOIN topic t ON t.map_id = :map_id AND t.id = found.topic_id AND NOT t.is_hidden
    ORDER BY rank LIMIT 1
    """
)


async def home_of(session: Session, map_id: int, construct_id: int) -> Candidate | None:
    """The topic on whose page a construct shows; None for one that is gone."""
    row = (await session.execute(_HOME, {"map_id": map_id, "id": construct_id})).one_or_none()
    return None if row is None else Candidate(row.id, row.slug, row.label, "")
