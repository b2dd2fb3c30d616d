"""Statements about who works on a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import aliased

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.tables import MapInvitation, MapMember, TopicMap, User

Reader = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody who works on a map; `invited` is the address at which the person was asked, which need not be that of the account."""

    user_id: int
    name: str
    key: str
    mode: str
    added_at: datetime
    added_by: str | None
    invited: str | None
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Owned:
    """A map as far as its people go."""

    map_id: int
    title: str
    owner_id: int
    owner_name: str
    is_trashed: bool


async def find_owned(connection: Reader, map_id: int) -> Owned | None:
    """The map and who owns it."""
    statement = (
        select(TopicMap.id, TopicMap.title, TopicMap.owner_id, User.name, TopicMap.trashed_at.is_not(None))
        .join(User, User.id == TopicMap.owner_id)
        .where(TopicMap.id == map_id)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Owned(*row)


async def find_mode(connection: Reader, map_id: int, user_id: int) -> str | None:
    """What the person may do as a member; None for somebody who is none."""
    statement = select(MapMember.mode).where(MapMember.map_id == map_id, MapMember.user_id == user_id)
    return (await connection.execute(statement)).scalar_one_or_none()


async def find_person(connection: Reader, user_id: int) -> User | None:
    """Name, address and state of an account."""
    columns = (User.id, User.name, User.email, User.email_key, User.confirmed_at, User.disabled_at)
    row = (await connection.execute(select(*columns).where(User.id == user_id))).mappings().one_or_none()
    return None if row is None else User(**row)


async def count_members(connection: Reader, map_id: int) -> int:
    """How many people work on the map besides its owner."""
    return (await connection.execute(select(func.count()).where(MapMember.map_id == map_id))).scalar_one()


async def list_members(connection: AsyncConnection, map_id: int, place: Place, *, search: str, limit: int) -> Page[MemberRow]:
    """Members by name; `search` is looked for in names and in the addresses at which they were invited."""
    adder = aliased(User)
    invited = (
        select(MapInvitation.email)
        .where(MapInvitation.map_id == MapMember.map_id, MapInvitation.accepted_by == MapMember.user_id, MapInvitation.mode != "own")
        .order_by(MapInvitation.accepted_at.desc())
        .limit(1)
        .correlate(MapMember)
        .scalar_subquery()
    )
    key = func.lower(User.name)
    statement = (
        select(User.id, User.name, key, MapMember.mode, MapMember.added_at, adder.name, invited, User.disabled_at.is_not(None))
        .select_from(MapMember)
        .join(User, User.id == MapMember.user_id)
        .outerjoin(adder, adder.id == MapMember.added_by)
        .where(MapMember.map_id == map_id)
    )
    if search:
        statement = statement.where(User.name.icontains(search, autoescape=True) | invited.icontains(search, autoescape=True))
    return await read_page(
        connection,
        statement,
        order=(key, User.id),
        descending=False,
        place=place,
        limit=limit,
        make=MemberRow,
        key_of=lambda row: (row.key, row.user_id),
    )


async def list_heads(connection: Reader, map_id: int) -> Sequence[int]:
    """The owner of the map, for what only owners are told."""
    return list((await connection.execute(select(TopicMap.owner_id).where(TopicMap.id == map_id))).scalars())
