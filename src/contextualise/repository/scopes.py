"""Statements about interned scopes: a set of themes is one row, so equal scopes are equal numbers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import BigInteger, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Journal
from contextualise.repository.rows import one_of
from contextualise.repository.tables import Scope, ScopeTheme

UNCONSTRAINED = 0


def scope_key(theme_ids: Iterable[int]) -> str:
    """What `scope.key` holds for a set of themes."""
    return ".".join(map(str, sorted(set(theme_ids))))


_EMPTY = text("INSERT INTO scope (map_id, id, key) VALUES (:map_id, 0, '') ON CONFLICT DO NOTHING")

_INTERN = text(
    """
    WITH new AS (
      INSERT INTO scope (map_id, id, key) VALUES (:map_id, nextval('construct_id'), :key) RETURNING id
    ), themes AS (
      INSERT INTO scope_theme (map_id, scope_id, topic_id) SELECT :map_id, new.id, t FROM new, unnest(:theme_ids) AS t
    )
    SELECT id FROM new
    """
).bindparams(bindparam("theme_ids", type_=ARRAY(BigInteger)), bindparam("map_id", type_=BigInteger))


async def insert_empty(session: AsyncSession, map_id: int) -> None:
    """Make the unconstrained scope of a map; every map has it."""
    await session.execute(_EMPTY, {"map_id": map_id})


async def intern_scope(session: AsyncSession, map_id: int, theme_ids: Collection[int]) -> int:
    """The id of the scope with exactly these themes, made where it is missing. The map must be locked."""
    if not theme_ids:
        return UNCONSTRAINED
    key = scope_key(theme_ids)
    found = (await session.execute(select(Scope.id).where(Scope.map_id == map_id, Scope.key == key))).scalar_one_or_none()
    if found is not None:
        return found
    values = {"map_id": map_id, "key": key, "theme_ids": sorted(set(theme_ids))}
    return int((await session.execute(_INTERN, values)).scalar_one())


async def themes_of(session: AsyncSession, map_id: int, scope_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
    """The themes of scopes; the unconstrained one has none."""
    statement = select(ScopeTheme.scope_id, ScopeTheme.topic_id).where(ScopeTheme.map_id == map_id, one_of(ScopeTheme.scope_id, scope_ids))
    themes: defaultdict[int, set[int]] = defaultdict(set)
    for scope_id, topic_id in await session.execute(statement):
        themes[scope_id].add(topic_id)
    return {scope_id: frozenset(themes[scope_id]) for scope_id in scope_ids}


async def scopes_with(session: AsyncSession, map_id: int, topic_ids: Collection[int]) -> list[int]:
    """The scopes that hold one of the topics as a theme."""
    statement = select(ScopeTheme.scope_id).where(ScopeTheme.map_id == map_id, one_of(ScopeTheme.topic_id, topic_ids)).distinct()
    return list((await session.execute(statement)).scalars())


_UNUSED = text(
    """
    SELECT s.id FROM scope s WHERE s.map_id = :map_id AND s.id = ANY(:ids) AND s.id <> 0
      AND NOT EXISTS (SELECT FROM name x WHERE x.map_id = s.map_id AND x.scope_id = s.id)
      AND NOT EXISTS (SELECT FROM variant x WHERE x.map_id = s.map_id AND x.scope_id = s.id)
      AND NOT EXISTS (SELECT FROM occurrence x WHERE x.map_id = s.map_id AND x.scope_id = s.id)
      AND NOT EXISTS (SELECT FROM association x WHERE x.map_id = s.map_id AND x.scope_id = s.id)
    """
).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


async def delete_unused(journal: Journal, topic_ids: Collection[int]) -> None:
    """Delete the scopes that hold one of the topics and that no statement is in, so that the topics can go."""
    scope_ids = await scopes_with(journal.session, journal.map_id, topic_ids)
    if not scope_ids:
        return
    unused = list((await journal.session.execute(_UNUSED, {"map_id": journal.map_id, "ids": scope_ids})).scalars())
    await journal.delete(ScopeTheme, one_of(ScopeTheme.scope_id, unused))
    await journal.delete(Scope, one_of(Scope.id, unused))
