"""Topics as forms begin, and the topics that a person may mean."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, text

from contextualise.repository.drafts.pieces import ref
from contextualise.repository.drafts.records import Candidate, Holdings, IdentifierDraft, Match, Session, Theme, TopicDraft
from contextualise.repository.names import name_key

_TOPIC = text(
    f"""
    SELECT t.id, t.slug, t.label, t.is_base, t.is_hidden,
      (SELECT coalesce(json_agg({ref("y")} ORDER BY y.sort_key, y.id), '[]') FROM topic_type tt
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


async def matches(session: Session, map_id: int, reference: str, limit: int = 12) -> Sequence[Match]:
    """The topics whose address, former address, identifier or name is exactly the text (names as `lib.names.match_key` compares)."""
    values: dict[str, Any] = {"map_id": map_id, "reference": reference, "key": name_key(reference), "limit": limit}
    rows = await session.execute(_CANDIDATES, values)
    return [Match(Candidate(row.id, row.slug, row.label, row.kind), row.is_base, row.rank == 0) for row in rows]


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
