"""People with accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.tables import TopicMap, User, UserSession


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in compares with."""

    user_id: int
    password_hash: str | None
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as administrators see one in a list."""

    id: int
    email: str
    email_key: str
    name: str
    is_admin: bool
    disabled_at: datetime | None
    created_at: datetime
    last_seen_at: datetime | None
    map_count: int


async def find_credentials(connection: AsyncConnection, email_key: str) -> Sequence[Credentials]:
    """The password hashes kept for an address: of the account that holds it, and of the youngest that only named it."""
    parked = (
        select(User.id)
        .where(text("split_part(email_key, ' ', 1) = :held AND email_key LIKE '% %'").bindparams(held=email_key))
        .order_by(User.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(User.id, User.password_hash, User.disabled_at.is_not(None))
        .where(or_(User.email_key == email_key, User.id == parked))
        .order_by(User.email_key == email_key)
    )
    return [Credentials(*row) for row in await connection.execute(statement)][::-1]


async def add_user(
    session: AsyncSession, *, email: str, email_key: str, name: str, password_hash: str | None, is_admin: bool, is_confirmed: bool
) -> int | None:
    """Write a person; returns the id, or None where the address is taken."""
    statement = (
        upsert(User)
        .values(
            email=email,
            email_key=email_key,
            name=name,
            password_hash=password_hash,
            is_admin=is_admin,
            confirmed_at=func.now() if is_confirmed else None,
        )
        .on_conflict_do_nothing(index_elements=[User.email_key])
        .returning(User.id)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def find_user(session: AsyncSession, user_id: int) -> User | None:
    """The person, whose row stays locked until the transaction ends."""
    return await session.get(User, user_id, with_for_update=True, populate_existing=True)


async def count_users(session: AsyncSession | AsyncConnection) -> int:
    """How many accounts there are, disabled ones too."""
    return (await session.execute(select(func.count()).where(User.left_at.is_(None)))).scalar_one()


async def lock_people(session: AsyncSession) -> None:
    """Let no other transaction add or change an account until this one ends: for rules about all of them, as the last administrator."""
    await session.execute(text("LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE"))


async def count_other_admins(session: AsyncSession, user_id: int) -> int:
    """How many administrators who can sign in there are besides this person."""
    statement = select(func.count()).where(User.is_admin, User.disabled_at.is_(None), User.id != user_id)
    return (await session.execute(statement)).scalar_one()


async def list_people(connection: AsyncConnection, place: Place, *, search: str = "", limit: int = 50) -> Page[PersonRow]:
    """People by address; `search` is looked for in addresses and names."""
    seen = select(func.max(UserSession.last_seen_at)).where(UserSession.user_id == User.id).correlate(User).scalar_subquery()
    maps = select(func.count()).where(TopicMap.owner_id == User.id, TopicMap.trashed_at.is_(None)).correlate(User).scalar_subquery()
    statement = select(User.id, User.email, User.email_key, User.name, User.is_admin, User.disabled_at, User.created_at, seen, maps)
    statement = statement.where(User.left_at.is_(None))
    if search:
        statement = statement.where(or_(User.email.icontains(search, autoescape=True), User.name.icontains(search, autoescape=True)))
    return await read_page(
        connection,
        statement,
        order=(User.email_key, User.id),
        descending=False,
        place=place,
        limit=limit,
        make=PersonRow,
        key_of=lambda row: (row.email_key, row.id),
    )
