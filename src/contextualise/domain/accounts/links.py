"""One-time links: first set-up, invitation, password reset. They are shown once, to be handed on; mail is not needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import letters, limits, passwords, people
from contextualise.domain.accounts.addresses import check_email
from contextualise.domain.accounts.holding import hold_address
from contextualise.domain.accounts.noting import note
from contextualise.domain.accounts.tokens import hash_token, new_token
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.mail import Mailer
from contextualise.repository import accounts as repository
from contextualise.repository.accounts import LinkRow
from contextualise.repository.database import Database

DAY = 24
SETUP_HOURS = 7 * DAY
INVITATION_HOURS = 7 * DAY
RESET_HOURS = DAY

_SETUP_USED = "This set-up link is used or has expired. The server prints a new one when it starts, while nobody has an account."
_INVITATION_USED = "This invitation is used, was withdrawn or has expired. Ask for a new one."
_RESET_USED = "This link is used or has expired. Ask for a new one."

SignUpMode = Literal["closed", "invite", "open"]


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link just made: the token is known only now."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Reset:
    """Whose password a reset link is for."""

    user_id: int
    email: str


async def first_run_token(session: AsyncSession) -> str | None:
    """A fresh token for the set-up page, in place of older ones, while nobody has an account; else None."""
    await repository.delete_links(session, "setup")
    if await people.has_people(session):
        return None
    token = new_token()
    await repository.add_link(session, token_hash=hash_token(token), purpose="setup", hours=SETUP_HOURS, makes_admin=True)
    return token


async def require_setup(connection: AsyncConnection, token: str) -> None:
    """Raise `NotFound` unless the token opens the set-up page: the link is good and nobody has an account yet."""
    if await repository.find_link(connection, "setup", hash_token(token)) is None or await people.has_people(connection):
        raise NotFound(_SETUP_USED)


async def set_up(database: Database, token: str, *, name: str, email: str, password: str) -> int:
    """Make the first administrator and return the id; raises `Invalid`, and `NotFound` when the link is used or somebody was first."""
    async with database.reading() as connection:
        # Before the password is hashed: nobody without a link makes the server compute.
        await require_setup(connection, token)
    people.check_account(email=email, name=name, password=password)
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        await repository.lock_people(session)
        used = await repository.use_link(session, "setup", hash_token(token))
        if used is None or await people.has_people(session):
            raise NotFound(_SETUP_USED)
        user_id = await people.add_account(session, email=email, name=name, password_hash=password_hash, is_admin=True)
        await note(session, "account.create", user_id)
        return user_id


async def invite(session: AsyncSession, by: int, *, email: str = "", makes_admin: bool = False) -> NewLink:
    """A link with which one person may make an account within seven days; raises `Invalid` for an address that is none."""
    address = check_email(email) if email.strip() else None
    return await make_link(session, "invite", INVITATION_HOURS, email=address, makes_admin=makes_admin, created_by=by)


async def mail_invitation(session: AsyncSession, mailer: Mailer, link: NewLink, *, by: str, email: str) -> bool:
    """Send an invitation to the address it is for; False where it has none, or this site sends no mail, so that it is handed over."""
    if not (mailer.is_on and email.strip()):
        return False
    letter = letters.invitation(by, mailer.link(f"/invitations/{link.token}"))
    await mailer.queue(session, to=check_email(email), subject=letter.subject, body=letter.body)
    return True


async def list_invitations(connection: AsyncConnection) -> Sequence[LinkRow]:
    """Invitations nobody has used yet, the youngest first."""
    return await repository.list_invitations(connection)


async def revoke_invitation(session: AsyncSession, reference: str) -> None:
    """Take an invitation back; `reference` is its `invitation_reference`. Raises `NotFound`."""
    try:
        digest = bytes.fromhex(reference)
    except ValueError:
        digest = b""
    if not await repository.delete_links(session, "invite", token_hash=digest):
        raise NotFound("There is no such invitation; perhaps it has just been used.")


def invitation_reference(link: LinkRow) -> str:
    """What an invitation is called in a form: from the hash nobody can make the link again."""
    return link.token_hash.hex()


async def find_invitation(connection: AsyncConnection, token: str) -> LinkRow:
    """The invitation; raises `NotFound` when it is used, revoked or expired."""
    found = await repository.find_link(connection, "invite", hash_token(token))
    if found is None:
        raise NotFound(_INVITATION_USED)
    return found


async def accept_invitation(database: Database, token: str, *, name: str, email: str, password: str) -> int:
    """Make an account with an invitation and return its id; raises `Invalid`, `NotFound` and `TooMany`."""
    async with database.reading() as connection:
        await find_invitation(connection, token)
    people.check_account(email=email, name=name, password=password)
    async with database.writing() as session:
        # Whoever holds an invitation learns which addresses have accounts, but not many of them.
        await limits.take_attempt(session, limits.invitation_limits(token))
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        used = await repository.use_link(session, "invite", hash_token(token))
        if used is None:
            raise NotFound(_INVITATION_USED)
        user_id = await people.add_account(session, email=email, name=name, password_hash=password_hash, is_admin=used.makes_admin)
        await note(session, "account.create", user_id)
        return user_id


async def make_reset(session: AsyncSession, by: int, user_id: int) -> NewLink:
    """A link with which a person sets a new password within a day, in place of older ones; raises `NotFound` and `Conflict`."""
    person = await repository.find_user(session, user_id)
    if person is None:
        raise NotFound("There is no such person.")
    if person.disabled_at is not None:
        raise Conflict("This account is disabled; enable it first.")
    await repository.delete_links(session, "reset", user_id=user_id)
    return await make_link(session, "reset", RESET_HOURS, user_id=user_id, created_by=by)


async def find_reset(connection: AsyncConnection, token: str) -> Reset:
    """Whose password the link is for; raises `NotFound` when it is used or expired."""
    found = await repository.find_own_link(connection, "reset", hash_token(token))
    if found is None:
        raise NotFound(_RESET_USED)
    return Reset(found.user_id, found.email)


async def reset_password(database: Database, token: str, *, password: str) -> int:
    """Set the password with a link, close all the person's sessions and return the id; raises `Invalid` and `NotFound`."""
    async with database.reading() as connection:
        reset = await find_reset(connection, token)
    passwords.check_password(password, email=reset.email)
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        used = await repository.use_link(session, "reset", hash_token(token))
        if used is None:
            raise NotFound(_RESET_USED)
        await people.set_password(session, reset.user_id, password_hash)
        if used.email is not None:
            # It came by mail, so the address is the person's.
            await hold_address(session, reset.user_id, used.email)
        await note(session, "account.password", reset.user_id)
    return reset.user_id


async def make_link(
    session: AsyncSession,
    purpose: str,
    hours: int,
    *,
    created_by: int | None,
    email: str | None = None,
    user_id: int | None = None,
    makes_admin: bool = False,
) -> NewLink:
    """Write a link that is good for so many hours."""
    token = new_token()
    expires_at = await repository.add_link(
        session,
        token_hash=hash_token(token),
        purpose=purpose,
        hours=hours,
        email=email,
        user_id=user_id,
        makes_admin=makes_admin,
        created_by=created_by,
    )
    return NewLink(token, expires_at)
