"""One-time links, of which only the SHA-256 is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.tables import AccountLink, User


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A one-time link: what it is for, and whose address or account it is bound to."""

    token_hash: bytes
    purpose: str
    email: str | None
    user_id: int | None
    makes_admin: bool
    created_at: datetime
    expires_at: datetime
    made_by: str | None


@dataclass(frozen=True, slots=True)
class OwnLink:
    """Whom a link belongs to, the address of the account, and the one that the link is about."""

    user_id: int
    email: str
    about: str | None


_COLUMNS = (
    AccountLink.token_hash,
    AccountLink.purpose,
    AccountLink.email,
    AccountLink.user_id,
    AccountLink.makes_admin,
    AccountLink.created_at,
    AccountLink.expires_at,
)
_IS_GOOD = (AccountLink.used_at.is_(None), AccountLink.expires_at > func.now())


async def add_link(
    session: AsyncSession,
    *,
    token_hash: bytes,
    purpose: str,
    hours: int,
    email: str | None = None,
    user_id: int | None = None,
    makes_admin: bool = False,
    created_by: int | None = None,
) -> datetime:
    """Write a link that is good for so many hours; returns when it ends."""
    statement = (
        insert(AccountLink)
        .values(
            token_hash=token_hash,
            purpose=purpose,
            email=email,
            user_id=user_id,
            makes_admin=makes_admin,
            created_by=created_by,
            expires_at=func.now() + func.make_interval(0, 0, 0, 0, hours),
        )
        .returning(AccountLink.expires_at)
    )
    return (await session.execute(statement)).scalar_one()


async def find_link(connection: AsyncConnection, purpose: str, token_hash: bytes) -> LinkRow | None:
    """The link, if it is for this purpose and still good."""
    statement = (
        select(*_COLUMNS, User.name)
        .outerjoin(User, User.id == AccountLink.created_by)
        .where(AccountLink.purpose == purpose, AccountLink.token_hash == token_hash, *_IS_GOOD)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else LinkRow(*row)


async def find_own_link(connection: AsyncConnection, purpose: str, token_hash: bytes) -> OwnLink | None:
    """A good link of somebody with an account; None also while that is disabled."""
    statement = (
        select(User.id, User.email, AccountLink.email)
        .join(AccountLink, AccountLink.user_id == User.id)
        .where(AccountLink.purpose == purpose, AccountLink.token_hash == token_hash, User.disabled_at.is_(None), *_IS_GOOD)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else OwnLink(*row)


async def count_own_links(session: AsyncSession, purpose: str, user_id: int) -> int:
    """How many good links of this purpose the person has."""
    statement = select(func.count()).where(AccountLink.purpose == purpose, AccountLink.user_id == user_id, *_IS_GOOD)
    return (await session.execute(statement)).scalar_one()


async def use_link(session: AsyncSession, purpose: str, token_hash: bytes) -> LinkRow | None:
    """Use the link up and return it; None when it is used, expired or unknown. Two at once: the second waits, then gets None."""
    statement = (
        update(AccountLink)
        .where(AccountLink.purpose == purpose, AccountLink.token_hash == token_hash, *_IS_GOOD)
        .values(used_at=func.now())
        .returning(*_COLUMNS)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else LinkRow(*row, None)


async def delete_links(session: AsyncSession, purpose: str, *, user_id: int | None = None, token_hash: bytes | None = None) -> int:
    """Delete the links of a purpose, perhaps only a person's or only one; returns how many there were."""
    statement = delete(AccountLink).where(AccountLink.purpose == purpose)
    if user_id is not None:
        statement = statement.where(AccountLink.user_id == user_id)
    if token_hash is not None:
        statement = statement.where(AccountLink.token_hash == token_hash)
    return len((await session.execute(statement.returning(AccountLink.token_hash))).all())


async def list_invitations(connection: AsyncConnection) -> Sequence[LinkRow]:
    """Invitations that are still good, the youngest first."""
    statement = (
        select(*_COLUMNS, User.name)
        .outerjoin(User, User.id == AccountLink.created_by)
        .where(AccountLink.purpose == "invite", *_IS_GOOD)
        .order_by(AccountLink.created_at.desc(), AccountLink.token_hash)
    )
    return [LinkRow(*row) for row in await connection.execute(statement)]


async def forget_links(session: AsyncSession) -> None:
    """Delete the links that ended a month ago."""
    await session.execute(delete(AccountLink).where(AccountLink.expires_at < func.now() - text("interval '30 days'")))
