"""Making an account by oneself, where the site lets everybody do so."""

from contextualise.domain.accounts import limits, passwords, people
from contextualise.domain.accounts.links import SignUpMode
from contextualise.domain.errors import NotFound
from contextualise.repository.database import Database


def require_open(mode: SignUpMode) -> None:
    """Raise `NotFound` unless everybody may make an account."""
    if mode != "open":
        raise NotFound("Accounts on this site are made by invitation.")


async def sign_up(database: Database, mode: SignUpMode, *, name: str, email: str, password: str, address: str) -> int:
    """Make an account and return its id; raises `NotFound` where that is closed, `Invalid` and `TooMany`."""
    require_open(mode)
    people.check_account(email=email, name=name, password=password)
    async with database.writing() as session:
        await limits.take_attempt(session, limits.sign_up_limits(address))
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        return await people.add_account(session, email=email, name=name, password_hash=password_hash, is_admin=False)
