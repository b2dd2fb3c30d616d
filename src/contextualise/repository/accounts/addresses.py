"""Whose an address is: nobody's without proof, once mail can give one.

The key of an address that somebody else holds already is kept apart ("parked") by a mark that no address has: such an account can be
used, but is never found by its address alone.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.tables import User

_MARK = " "  # no key of an address holds a space


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """The address of an account, and whether it was shown to be the person's own."""

    email: str
    email_key: str
    name: str
    confirmed_at: datetime | None
    password_hash: str | None

    @property
    def is_parked(self) -> bool:
        """Whether another account holds the address."""
        return _MARK in self.email_key


def parked(email_key: str) -> str:
    """A key of its own for an account whose address another one holds."""
    return f"{email_key.partition(_MARK)[0]}{_MARK}{secrets.token_hex(8)}"


async def find_address(connection: AsyncConnection | AsyncSession, user_id: int) -> OwnAddress | None:
    """The address of an account that can be used."""
    columns = (User.email, User.email_key, User.name, User.confirmed_at, User.password_hash)
    row = (await connection.execute(select(*columns).where(User.id == user_id, User.disabled_at.is_(None)))).one_or_none()
    return None if row is None else OwnAddress(*row)


async def find_holder(connection: AsyncConnection | AsyncSession, email_key: str) -> tuple[int, bool] | None:
    """Id of the account that holds the address, and whether that was confirmed."""
    statement = select(User.id, User.confirmed_at.is_not(None)).where(User.email_key == email_key)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])


async def park(session: AsyncSession, user_id: int, email_key: str) -> None:
    """Take an address from an account that never showed it to be its own."""
    await session.execute(update(User).where(User.id == user_id).values(email_key=parked(email_key), confirmed_at=None))


async def give_address(session: AsyncSession, user_id: int, *, email: str, email_key: str) -> None:
    """Let the account hold an address that nobody holds, shown to be its own."""
    await session.execute(update(User).where(User.id == user_id).values(email=email, email_key=email_key, confirmed_at=func.now()))
