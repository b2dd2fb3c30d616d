"""Signing in and out, and the browsers a person is signed in with."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import limits, passwords, people
from contextualise.domain.accounts.addresses import email_key
from contextualise.domain.accounts.browsers import MAX_AGENT
from contextualise.domain.accounts.moving import require_password
from contextualise.domain.accounts.tokens import hash_token, new_token
from contextualise.repository import accounts as repository
from contextualise.repository.accounts import SessionRow, Viewer
from contextualise.repository.database import Database


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a session is opened from: the network address and what the browser calls itself."""

    address: str
    user_agent: str


async def authenticate(database: Database, email: str, password: str, *, candidates: int = 1) -> int | None:
    """The id of the person whose address and password these are, else None.

    An unknown address, a disabled account and a wrong password take the same time and get the same answer. No connection is held
    while the hash is computed, so that slow passwords cannot use the pool up. `candidates` is 2 where an address may have a second
    account that only names it: as many hashes are computed whether it has or not.
    """
    key = email_key(email)
    async with database.reading() as connection:
        found = await repository.find_credentials(connection, key or "")
    fitting = None
    for number in range(max(candidates, len(found))):
        account = found[number] if number < len(found) else None
        if await passwords.verify_password(password, account.password_hash if account else None) and fitting is None:
            fitting = account
    if fitting is None or fitting.is_disabled:
        return None
    if fitting.password_hash is not None and passwords.needs_rehash(fitting.password_hash):
        await _rehash(database, fitting.user_id, fitting.password_hash, password)
    return fitting.user_id


async def sign_in(database: Database, *, email: str, password: str, browser: Browser, days: int, candidates: int = 1) -> str | None:
    """Open a session and return its token, None for a wrong address or password; raises `TooMany`. `candidates`: see `authenticate`.

    Takes the database and not a session: the count of attempts must stay when the rest fails.
    """
    tried = limits.sign_in_limits(email, browser.address)
    async with database.writing() as session:
        await limits.take_attempt(session, tried)
    user_id = await authenticate(database, email, password, candidates=candidates)
    if user_id is None:
        return None
    async with database.writing() as session:
        await limits.give_back_attempt(session, tried)
        return await open_session(session, user_id, browser, days=days)


async def change_password(database: Database, viewer: Viewer, *, current: str, new: str, browser: Browser, days: int) -> str:
    """Set a new password, close all the person's sessions and return the token of a new one; raises `Invalid` and `TooMany`."""
    passwords.check_password(new, email=viewer.email, field="new")
    await require_password(database, viewer.id, current, field="current")
    password_hash = await passwords.hash_password(new)
    async with database.writing() as session:
        await people.set_password(session, viewer.id, password_hash)
        return await open_session(session, viewer.id, browser, days=days)


async def open_session(session: AsyncSession, user_id: int, browser: Browser, *, days: int) -> str:
    """Open a session that ends after so many days without a visit; returns the token for the cookie, of which only the hash is kept."""
    token = new_token()
    agent = "".join(character for character in browser.user_agent if character.isprintable())[:MAX_AGENT]
    await repository.add_session(
        session, token_hash=hash_token(token), user_id=user_id, user_agent=agent, address=browser.address[:64], days=days
    )
    return token


async def find_viewer(connection: AsyncConnection, token_hash: bytes) -> Viewer | None:
    """Who the session belongs to, in one statement; None for an unknown or ended one and for a disabled person."""
    return await repository.find_viewer(connection, token_hash)


async def touch_session(session: AsyncSession, viewer: Viewer, *, days: int) -> None:
    """Write when the session was last seen; call it after the answer has been sent, when `viewer.is_due`."""
    await repository.touch_session(session, viewer.session_id, days)


async def list_sessions(connection: AsyncConnection, user_id: int) -> Sequence[SessionRow]:
    """The browsers the person is signed in with, the one seen last first."""
    return await repository.list_sessions(connection, user_id)


async def close_session(session: AsyncSession, user_id: int, session_id: int) -> bool:
    """Sign one of the person's own browsers out; False when it was signed out already."""
    return await repository.delete_session(session, user_id, session_id)


async def close_by_token(session: AsyncSession, token_hash: bytes) -> None:
    """Sign out the browser that the token belongs to."""
    await repository.delete_session_by_token(session, token_hash)


async def close_all(session: AsyncSession, user_id: int, *, but: int | None = None) -> int:
    """Sign all the person's browsers out, except perhaps one; returns how many there were."""
    return await repository.delete_sessions(session, user_id, but=but)


async def _rehash(database: Database, user_id: int, old: str, password: str) -> None:
    """Keep the hash with today's parameters; one that was changed meanwhile stays as it is."""
    fresh = await passwords.hash_password(password)
    async with database.writing() as session:
        person = await repository.find_user(session, user_id)
        if person is not None and person.password_hash == old:
            person.password_hash = fresh
