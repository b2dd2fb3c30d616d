"""Showing that the address of a new account is the person's own."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import letters, limits, links
from contextualise.domain.accounts.holding import hold_address
from contextualise.domain.accounts.tokens import hash_token
from contextualise.domain.errors import NotFound
from contextualise.domain.mail import Mailer
from contextualise.repository import accounts as repository
from contextualise.repository.accounts import OwnLink
from contextualise.repository.database import Database

CONFIRMATION_HOURS = 7 * 24
_USED = "This link is used or has expired. Your account page sends a new one."


async def send_confirmation(session: AsyncSession, mailer: Mailer, user_id: int) -> None:
    """Send the link with which an address is confirmed, in place of older ones.

    The holder of an address that another account only named is told so instead: without that account being told.
    """
    person = await repository.find_address(session, user_id)
    if person is None or person.confirmed_at is not None:
        return
    if person.is_parked and await _is_held(session, person.email_key):
        letter = letters.held_already(mailer.link("/recovery"))
    else:
        await repository.delete_links(session, "confirm", user_id=user_id)
        link = await links.make_link(session, "confirm", CONFIRMATION_HOURS, user_id=user_id, email=person.email, created_by=user_id)
        letter = letters.confirmation(person.name, mailer.link(f"/confirmations/{link.token}"))
    await mailer.queue(session, to=person.email, subject=letter.subject, body=letter.body)


async def ask_confirmation(database: Database, mailer: Mailer, user_id: int) -> None:
    """Send the link once more; raises `TooMany`."""
    async with database.writing() as session:
        await limits.take_attempt(session, limits.mail_limits(user_id))
    async with database.writing() as session:
        await send_confirmation(session, mailer, user_id)


async def find_confirmation(connection: AsyncConnection, token: str) -> OwnLink:
    """Whose address the link confirms; raises `NotFound` when it is used or expired, or the account has another address by now."""
    found = await repository.find_own_link(connection, "confirm", hash_token(token))
    if found is None or found.about != found.email:
        raise NotFound(_USED)
    return found


async def confirm(session: AsyncSession, token: str) -> int:
    """Confirm the address and return whose it is; raises `NotFound`, and `Conflict` when another account was first."""
    await repository.lock_people(session)
    found = await find_confirmation(await session.connection(), token)
    if await repository.use_link(session, "confirm", hash_token(token)) is None:
        raise NotFound(_USED)
    await hold_address(session, found.user_id, found.email)
    return found.user_id


async def _is_held(session: AsyncSession, parked_key: str) -> bool:
    holder = await repository.find_holder(session, parked_key.partition(" ")[0])
    return holder is not None and holder[1]
