"""Another e-mail address: asked for with the password, proven by mail to the new one, and taken back by the old one."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import letters, limits, links, passwords, people
from contextualise.domain.accounts.addresses import check_email
from contextualise.domain.accounts.holding import hold_address
from contextualise.domain.accounts.noting import note
from contextualise.domain.accounts.tokens import hash_token
from contextualise.domain.errors import Invalid, NotFound
from contextualise.domain.mail import Mailer
from contextualise.repository import accounts as repository
from contextualise.repository.accounts import OwnLink
from contextualise.repository.database import Database

ADDRESS_HOURS = 24
RETURN_HOURS = 7 * 24
_PURPOSES = ("setup", "confirm", "address", "reset", "return")
_USED = "This link is used or has expired. Ask for the change of address once more, on your account page."
_RETURN_USED = "This link is used or has expired. Ask whoever runs this site for help."


async def require_password(database: Database, user_id: int, password: str, *, field: str) -> None:
    """Raise `Invalid` unless it is the person's password, and `TooMany` after too many tries; for what a borrowed browser must not do."""
    tried = limits.password_limits(user_id)
    async with database.writing() as session:
        await limits.take_attempt(session, tried)
    async with database.reading() as connection:
        person = await repository.find_address(connection, user_id)
    if not await passwords.verify_password(password, person.password_hash if person else None):
        raise Invalid({field: "This is not your present password."})
    async with database.writing() as session:
        await limits.give_back_attempt(session, tried)


async def ask_address(database: Database, mailer: Mailer, user_id: int, *, email: str, password: str) -> bool:
    """Ask for another address. True when a link was sent to it; without a mail server the address is changed at once.

    Whether somebody else holds the address is found out only by mail to it. Raises `Invalid` and `TooMany`.
    """
    address = check_email(email)
    await require_password(database, user_id, password, field="address_password")
    async with database.writing() as session:
        await limits.take_attempt(session, limits.mail_limits(user_id))
    async with database.writing() as session:
        await repository.delete_links(session, "address", user_id=user_id)
        if not mailer.is_on:
            await _change_unproven(session, user_id, address)
            return False
        link = await links.make_link(session, "address", ADDRESS_HOURS, user_id=user_id, email=address, created_by=user_id)
        letter = letters.new_address(mailer.link(f"/addresses/{link.token}"))
        await mailer.queue(session, to=address, subject=letter.subject, body=letter.body)
    return True


async def find_new_address(connection: AsyncConnection, token: str) -> OwnLink:
    """The account and the address it is to have (`about`); raises `NotFound` when the link is used or expired."""
    return await _find(connection, "address", token, _USED)


async def change_address(session: AsyncSession, mailer: Mailer, token: str) -> int:
    """Give the account its new address and return whose it is. The old one, if it was confirmed, gets a way back.

    Raises `NotFound`, and `Conflict` when another account holds the address.
    """
    await repository.lock_people(session)
    link = await find_new_address(await session.connection(), token)
    before = await repository.find_address(session, link.user_id)
    if before is None or link.about is None or await repository.use_link(session, "address", hash_token(token)) is None:
        raise NotFound(_USED)
    await hold_address(session, link.user_id, link.about)
    await note(session, "account.address", link.user_id)
    for purpose in ("confirm", "reset"):
        await repository.delete_links(session, purpose, user_id=link.user_id)
    if before.confirmed_at is not None:
        back = await links.make_link(session, "return", RETURN_HOURS, user_id=link.user_id, email=before.email, created_by=link.user_id)
        letter = letters.address_changed(link.about, mailer.link(f"/returns/{back.token}"))
        await mailer.queue(session, to=before.email, subject=letter.subject, body=letter.body)
    return link.user_id


async def find_return(connection: AsyncConnection, token: str) -> OwnLink:
    """The account and the address it had (`about`); raises `NotFound` when the link is used or expired."""
    return await _find(connection, "return", token, _RETURN_USED)


async def take_back(database: Database, token: str, *, password: str) -> int:
    """Bring the old address back with a new password, end all sessions and every link, and return whose account it is.

    Whoever changed the address knew the password: hence the new one. Raises `Invalid`, `NotFound` and `Conflict`.
    """
    async with database.reading() as connection:
        link = await find_return(connection, token)
    assert link.about is not None
    passwords.check_password(password, email=link.about)
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        await repository.lock_people(session)
        if await repository.use_link(session, "return", hash_token(token)) is None:
            raise NotFound(_RETURN_USED)
        await hold_address(session, link.user_id, link.about)
        await note(session, "account.address", link.user_id)
        await people.set_password(session, link.user_id, password_hash)
        for purpose in _PURPOSES:
            await repository.delete_links(session, purpose, user_id=link.user_id)
    return link.user_id


async def _find(connection: AsyncConnection, purpose: str, token: str, used: str) -> OwnLink:
    found = await repository.find_own_link(connection, purpose, hash_token(token))
    if found is None:
        raise NotFound(used)
    return found


async def _change_unproven(session: AsyncSession, user_id: int, address: str) -> None:
    key = people.key_of(address)
    await repository.lock_people(session)
    holder = await repository.find_holder(session, key)
    if holder is not None and holder[0] != user_id:
        raise Invalid({"email": people.TAKEN})
    await repository.give_address(session, user_id, email=address, email_key=key)
    await note(session, "account.address", user_id)
