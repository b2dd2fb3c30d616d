"""Statements about associations and the roles in them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import md5
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.journal import Image, Journal
from contextualise.repository.rows import find_all, find_many, one_of
from contextualise.repository.tables import Association, AssociationRole

Member = tuple[int, int]
"""A role: its type and its player."""


def association_sig(type_id: int, scope_id: int, members: Iterable[Member]) -> UUID:
    """What makes equal associations collide: type, scope and the set of roles (TMDM 5.8)."""
    pairs = ",".join(f"{role_type}:{player}" for role_type, player in sorted(set(members)))
    return UUID(md5(f"{type_id}|{scope_id}|{pairs}".encode(), usedforsecurity=False).hexdigest())


SIGNATURE = """
    (SELECT md5(a.type_id || '|' || a.scope_id || '|' ||
       coalesce(string_agg(r.type_id || ':' || r.player_id, ',' ORDER BY r.type_id, r.player_id), ''))::uuid
     FROM role r WHERE r.map_id = a.map_id AND r.association_id = a.id)
"""
"""The same for row `a` of association, in SQL."""


async def insert_association(journal: Journal, *, type_id: int, scope_id: int, members: Collection[Member], user_id: int | None) -> int:
    """Write an association with its roles; returns its id."""
    image = await journal.insert(
        Association,
        type_id=type_id,
        scope_id=scope_id,
        sig=association_sig(type_id, scope_id, members),
        created_by=user_id,
        updated_by=user_id,
    )
    await insert_roles(journal, image, members)
    association_id: int = image["id"]
    return association_id


async def insert_roles(journal: Journal, association: Image, members: Collection[Member]) -> None:
    """Add roles to an association."""
    await journal.insert_many(
        AssociationRole,
        [
            {
                "association_id": association["id"],
                "type_id": role_type,
                "player_id": player,
                "association_type_id": association["type_id"],
                "association_scope_id": association["scope_id"],
            }
            for role_type, player in sorted(set(members))
        ],
    )


async def rewrite_associations(journal: Journal, changes: Sequence[tuple[Image, Image]], user_id: int | None) -> None:
    """Give associations (the row, the same row as it shall be) another type, scope and signature."""
    now = datetime.now(UTC)
    columns = ("type_id", "scope_id", "sig")
    await journal.rewrite(
        Association, [(old, {**{name: new[name] for name in columns}, "updated_by": user_id, "updated_at": now}) for old, new in changes]
    )


async def find_equal(session: AsyncSession, map_id: int, sigs: Collection[UUID]) -> list[Image]:
    """The associations with these signatures."""
    return await find_all(session, map_id, Association, one_of(Association.sig, sigs)) if sigs else []


async def roles_of(session: AsyncSession, map_id: int, association_ids: Collection[int]) -> list[Image]:
    """The roles of associations."""
    return await find_many(session, map_id, AssociationRole, "association_id", association_ids)


async def players_of(session: AsyncSession, map_id: int, association_id: int) -> set[int]:
    """The topics that play a role in an association."""
    roles = (AssociationRole.map_id == map_id) & (AssociationRole.association_id == association_id)
    return set((await session.execute(select(AssociationRole.player_id).where(roles))).scalars())


async def copy_to_roles(journal: Journal, association: Image) -> None:
    """Give the roles of an association their copies of its type and scope."""
    of_it = AssociationRole.association_id == association["id"]
    stale = (AssociationRole.association_type_id != association["type_id"]) | (
        AssociationRole.association_scope_id != association["scope_id"]
    )
    await journal.update(
        AssociationRole, of_it & stale, association_type_id=association["type_id"], association_scope_id=association["scope_id"]
    )
