"""People: making accounts, passwords, and what administrators do with them."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import passwords
from contextualise.domain.accounts.addresses import check_email, email_key
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.repository import accounts as repository
from contextualise.repository.accounts import Page, PersonRow, Place
from contextualise.repository.tables import User

MAX_NAME = 100
MAX_SEARCH = 200
PAGE = 50
BEGINNING = Place()
TAKEN = "There is already an account with this e-mail address."


def check_name(text: str) -> str:
    """The name as it is kept; raises `Invalid` for an empty or unreasonable one."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise Invalid({"name": "Enter the name that others will see."})
    if len(name) > MAX_NAME:
        raise Invalid({"name": f"Use at most {MAX_NAME} characters."})
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise Invalid({"name": "The name holds characters that cannot be shown."})
    return name


async def create_user(session: AsyncSession, *, email: str, name: str, password: str, is_admin: bool = False) -> int:
    """Make an account and return its id; raises `Invalid` naming every field that is wrong, a taken address included."""
    check_account(email=email, name=name, password=password)
    password_hash = await passwords.hash_password(password)
    return await add_account(session, email=email, name=name, password_hash=password_hash, is_admin=is_admin)


def check_account(*, email: str, name: str, password: str) -> None:
    """Raise `Invalid` naming every field that cannot be accepted."""
    errors: dict[str, str] = {}
    checks: tuple[Callable[[], object], ...] = (
        lambda: check_name(name),
        lambda: check_email(email),
        lambda: passwords.check_password(password, email=email),
    )
    for check in checks:
        try:
            check()
        except Invalid as error:
            errors.update(error.fields)
    if errors:
        raise Invalid(errors)


async def add_account(
    session: AsyncSession, *, email: str, name: str, password_hash: str, is_admin: bool, is_confirmed: bool = True
) -> int:
    """Write an account whose fields have been checked; raises `Invalid` for a taken address."""
    user_id = await try_account(session, email=email, name=name, password_hash=password_hash, is_admin=is_admin, is_confirmed=is_confirmed)
    if user_id is None:
        raise Invalid({"email": TAKEN})
    return user_id


async def try_account(
    session: AsyncSession, *, email: str, name: str, password_hash: str, is_admin: bool = False, is_confirmed: bool, parked: bool = False
) -> int | None:
    """The same, but None for a taken address. `parked` writes it without holding the address."""
    address, key = check_email(email), key_of(email)
    return await repository.add_user(
        session,
        email=address,
        email_key=repository.parked(key) if parked else key,
        name=check_name(name),
        password_hash=password_hash,
        is_admin=is_admin,
        is_confirmed=is_confirmed,
    )


def key_of(email: str) -> str:
    """The key of an address that has been checked."""
    key = email_key(email)
    assert key is not None
    return key


async def has_people(connection: AsyncConnection | AsyncSession) -> bool:
    """Whether anybody has an account; while nobody has, the set-up link works."""
    return await repository.count_users(connection) > 0


async def rename_user(session: AsyncSession, user_id: int, name: str) -> None:
    """Change the name that others see; raises `Invalid`."""
    (await _person(session, user_id)).name = check_name(name)


async def set_password(session: AsyncSession, user_id: int, password_hash: str, *, keep_session: int | None = None) -> None:
    """Set a password that has been checked and close all sessions of the person, except perhaps the one it was changed from."""
    (await _person(session, user_id)).password_hash = password_hash
    for purpose in ("reset", "address"):
        await repository.delete_links(session, purpose, user_id=user_id)
    await repository.delete_sessions(session, user_id, but=keep_session)


async def list_people(connection: AsyncConnection, place: Place = BEGINNING, *, search: str = "") -> Page[PersonRow]:
    """A page of people by address; `search` is looked for in addresses and names."""
    return await repository.list_people(connection, place, search=searchable(search), limit=PAGE)


def searchable(text: str) -> str:
    """A search text that PostgreSQL takes: it knows no NUL."""
    return " ".join(text.replace("\0", " ").split())[:MAX_SEARCH]


async def disable_user(session: AsyncSession, by: int, user_id: int) -> str:
    """Let a person no longer sign in, close all sessions, and return the name; raises `Conflict` for oneself."""
    if by == user_id:
        raise Conflict("You cannot disable your own account; another administrator can.")
    await repository.lock_people(session)
    person = await _person(session, user_id)
    await _keep_an_admin(session, person)
    person.disabled_at = person.disabled_at or datetime.now(UTC)
    await repository.delete_sessions(session, user_id)
    for purpose in ("reset", "confirm", "address", "return"):
        await repository.delete_links(session, purpose, user_id=user_id)
    return person.name


async def enable_user(session: AsyncSession, user_id: int) -> str:
    """Let a disabled person sign in again; returns the name."""
    person = await _person(session, user_id)
    person.disabled_at = None
    return person.name


async def make_admin(session: AsyncSession, user_id: int) -> str:
    """Give a person the rights of an administrator; returns the name. Raises `Conflict` for a disabled account."""
    person = await _person(session, user_id)
    if person.disabled_at is not None:
        raise Conflict("This account is disabled; enable it first.")
    person.is_admin = True
    return person.name


async def unmake_admin(session: AsyncSession, user_id: int) -> str:
    """Take the rights of an administrator away; returns the name. Raises `Conflict` for the last one."""
    await repository.lock_people(session)
    person = await _person(session, user_id)
    await _keep_an_admin(session, person)
    person.is_admin = False
    return person.name


async def keep_an_admin(session: AsyncSession, user_id: int) -> None:
    """Raise `Conflict` when the person is the last administrator; nobody becomes or ceases to be one until the transaction ends."""
    await repository.lock_people(session)
    await _keep_an_admin(session, await _person(session, user_id))


async def _keep_an_admin(session: AsyncSession, person: User) -> None:
    if person.is_admin and person.disabled_at is None and not await repository.count_other_admins(session, person.id):
        raise Conflict("This is the last administrator; make somebody else one first.")


async def _person(session: AsyncSession, user_id: int) -> User:
    person = await repository.find_user(session, user_id)
    if person is None:
        raise NotFound("There is no such person.")
    return person
