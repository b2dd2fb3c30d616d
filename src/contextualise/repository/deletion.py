"""Statements that find and delete everything that goes with a construct."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, TextClause, bindparam, or_, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Journal
from contextualise.repository.rows import one_of
from contextualise.repository.scopes import delete_unused
from contextualise.repository.tables import (
    Association,
    AssociationRole,
    Identifier,
    Name,
    Occurrence,
    Reification,
    Topic,
    TopicType,
    Variant,
)


@dataclass(slots=True)
class Doomed:
    """Ids of constructs that are to go."""

    topics: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    variants: set[int] = field(default_factory=set)
    occurrences: set[int] = field(default_factory=set)
    associations: set[int] = field(default_factory=set)
    roles: set[int] = field(default_factory=set)

    @property
    def constructs(self) -> set[int]:
        """All but the topics: what can be reified."""
        return self.names | self.variants | self.occurrences | self.associations | self.roles


def _statement(sql: str, *arrays: str) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=ARRAY(BigInteger)) for name in arrays))


_OF_TOPICS = _statement(
    """
    SELECT 'names', id FROM name WHERE map_id = :map_id AND topic_id = ANY(:topics)
    UNION ALL SELECT 'occurrences', id FROM occurrence WHERE map_id = :map_id AND topic_id = ANY(:topics)
    UNION ALL SELECT 'associations', association_id FROM role WHERE map_id = :map_id AND player_id = ANY(:topics)
    """,
    "topics",
)
_OF_STATEMENTS = _statement(
    """
    SELECT 'variants', id FROM variant WHERE map_id = :map_id AND name_id = ANY(:names)
    UNION ALL SELECT 'roles', id FROM role WHERE map_id = :map_id AND association_id = ANY(:associations)
    """,
    "names",
    "associations",
)
_HIDDEN_REIFIERS = _statement(
    """
    SELECT 'topics', t.id FROM reification r JOIN topic t ON t.map_id = r.map_id AND t.id = r.reifier_id AND t.is_hidden
    WHERE r.map_id = :map_id AND r.construct_id = ANY(:constructs)
      AND NOT EXISTS (SELECT FROM role x WHERE x.map_id = t.map_id AND (x.player_id = t.id OR x.type_id = t.id))
      AND NOT EXISTS (SELECT FROM topic_type x WHERE x.map_id = t.map_id AND x.type_id = t.id)
      AND NOT EXISTS (SELECT FROM name x WHERE x.map_id = t.map_id AND x.type_id = t.id)
      AND NOT EXISTS (SELECT FROM occurrence x WHERE x.map_id = t.map_id AND x.type_id = t.id)
      AND NOT EXISTS (SELECT FROM association x WHERE x.map_id = t.map_id AND x.type_id = t.id)
      AND NOT EXISTS (SELECT FROM scope_theme x WHERE x.map_id = t.map_id AND x.topic_id = t.id)
    """,
    "constructs",
)
"""Hidden reifiers that are nothing else in the map."""


async def collect(session: AsyncSession, map_id: int, start: Doomed) -> Doomed:
    """Add to what is to go all that cannot be without it: statements of topics, associations they play in, variants and roles,
    and hidden reifiers with everything of theirs."""
    doomed, looked_at = start, set[int]()
    while True:
        await _add(session, _OF_TOPICS, doomed, {"map_id": map_id, "topics": sorted(doomed.topics - looked_at)})
        looked_at |= doomed.topics
        values = {"map_id": map_id, "names": sorted(doomed.names), "associations": sorted(doomed.associations)}
        await _add(session, _OF_STATEMENTS, doomed, values)
        await _add(session, _HIDDEN_REIFIERS, doomed, {"map_id": map_id, "constructs": sorted(doomed.constructs)})
        if doomed.topics <= looked_at:
            return doomed


async def _add(session: AsyncSession, statement: TextClause, doomed: Doomed, values: dict[str, Any]) -> None:
    for kind, construct_id in await session.execute(statement, values):
        getattr(doomed, kind).add(construct_id)


_IDLE = _statement(
    """
    SELECT t.id FROM topic t WHERE t.map_id = :map_id AND t.is_hidden AND t.id = ANY(:topics)
      AND NOT EXISTS (SELECT FROM name x WHERE x.map_id = t.map_id AND x.topic_id = t.id)
      AND NOT EXISTS (SELECT FROM identifier x WHERE x.map_id = t.map_id AND x.construct_id = t.id)
      AND NOT EXISTS (SELECT FROM role x WHERE x.map_id = t.map_id AND x.player_id = t.id)
      AND NOT EXISTS (SELECT FROM occurrence x WHERE x.map_id = t.map_id AND x.topic_id = t.id AND NOT x.id = ANY(:occurrences))
    """,
    "topics",
    "occurrences",
)


async def idle_reifiers(session: AsyncSession, map_id: int, topic_ids: Collection[int], doomed: Doomed) -> set[int]:
    """Those of the topics that are hidden reifiers with nothing left to carry."""
    values = {"map_id": map_id, "topics": sorted(topic_ids), "occurrences": sorted(doomed.occurrences)}
    return set((await session.execute(_IDLE, values)).scalars())


async def delete_all(journal: Journal, doomed: Doomed) -> None:
    """Delete the constructs with their identifiers and reifications, and the scopes that nothing needs after that.

    What still uses one of the topics as a type or theme makes the database refuse: ask `uses` first.
    """
    constructs = sorted(doomed.constructs)
    everything = sorted(doomed.constructs | doomed.topics)
    gone = await journal.delete(
        Reification, or_(one_of(Reification.construct_id, constructs), one_of(Reification.reifier_id, doomed.topics))
    )
    left = {row["reifier_id"] for row in gone} - doomed.topics
    if left:  # what stood for a statement and is something else as well is now a topic like others
        await journal.update(Topic, one_of(Topic.id, left) & Topic.is_hidden, is_hidden=False)
    await journal.delete(Identifier, one_of(Identifier.construct_id, everything))
    for model, ids in (
        (AssociationRole, doomed.roles),
        (Association, doomed.associations),
        (Variant, doomed.variants),
        (Name, doomed.names),
        (Occurrence, doomed.occurrences),
    ):
        if ids:
            await journal.delete(model, one_of(model.id, ids))
    if doomed.topics:
        await journal.delete(TopicType, one_of(TopicType.topic_id, doomed.topics))
        await delete_unused(journal, doomed.topics)
        await journal.delete(Topic, one_of(Topic.id, doomed.topics))


_USES = _statement(
    """
    SELECT use, count(*)::int AS count FROM (
      SELECT 'topics' AS use FROM topic_type WHERE map_id = :map_id AND type_id = ANY(:topics) AND NOT topic_id = ANY(:topics)
      UNION ALL SELECT 'names' FROM name WHERE map_id = :map_id AND type_id = ANY(:topics) AND NOT id = ANY(:names)
      UNION ALL SELECT 'occurrences' FROM occurrence WHERE map_id = :map_id AND type_id = ANY(:topics) AND NOT id = ANY(:occurrences)
      UNION ALL SELECT 'associations' FROM association WHERE map_id = :map_id AND type_id = ANY(:topics) AND NOT id = ANY(:associations)
      UNION ALL SELECT 'roles' FROM role WHERE map_id = :map_id AND type_id = ANY(:topics) AND NOT association_id = ANY(:associations)
      UNION ALL SELECT 'themes' FROM scope_theme h JOIN (
          SELECT map_id, scope_id FROM name WHERE map_id = :map_id AND NOT id = ANY(:names)
          UNION ALL SELECT map_id, scope_id FROM variant WHERE map_id = :map_id AND NOT id = ANY(:variants)
          UNION ALL SELECT map_id, scope_id FROM occurrence WHERE map_id = :map_id AND NOT id = ANY(:occurrences)
          UNION ALL SELECT map_id, scope_id FROM association WHERE map_id = :map_id AND NOT id = ANY(:associations)
        ) s USING (map_id, scope_id)
        WHERE h.map_id = :map_id AND h.topic_id = ANY(:topics)
    ) u GROUP BY use
    """,
    "topics",
    "names",
    "variants",
    "occurrences",
    "associations",
)


async def uses(session: AsyncSession, map_id: int, doomed: Doomed) -> Mapping[str, int]:
    """How often the topics that are to go are used by what stays: as type of topics, names, occurrences, associations, as role type
    (roles) and as theme."""
    values = {
        "map_id": map_id,
        "topics": sorted(doomed.topics),
        "names": sorted(doomed.names),
        "variants": sorted(doomed.variants),
        "occurrences": sorted(doomed.occurrences),
        "associations": sorted(doomed.associations),
    }
    return {row[0]: row[1] for row in await session.execute(_USES, values)}
