"""Making an account by oneself, where the site lets everybody do so."""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.accounts import confirming, limits, passwords, people
from contextualise.domain.accounts.links import SignUpMode
from contextualise.domain.accounts.noting import note
from contextualise.domain.errors import Invalid, NotFound
from contextualise.domain.mail import Mailer
from contextualise.repository.database import Database


def require_open(mode: SignUpMode) -> None:
    """Raise `NotFound` unless everybody may make an account."""
    if mode != "open":
        raise NotFound("Accounts on this site are made by invitation.")


async def sign_up(database: Database, mailer: Mailer, mode: SignUpMode, *, name: str, email: str, password: str, address: str) -> int:
    """Make an account that can be used at once, and return its id; raises `NotFound` where that is closed, `Invalid` and `TooMany`.

    With a mail server nobody learns here whether an address has an account: who names a taken one gets an account too, which can never
    be confirmed, and its holder gets a mail. Without one a taken address is refused, because nothing else could tell an honest person.
    """
    require_open(mode)
    people.check_account(email=email, name=name, password=password)
    async with database.writing() as session:
        await limits.take_attempt(session, limits.sign_up_limits(address))
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        return await add_newcomer(session, mailer, name=name, email=email, password_hash=password_hash)


async def add_newcomer(session: AsyncSession, mailer: Mailer, *, name: str, email: str, password_hash: str) -> int:
    """Write the account of somebody who has named an address, and ask that address; the fields have been checked. Raises `Invalid`."""
    proven = not mailer.is_on
    user_id = await people.try_account(session, email=email, name=name, password_hash=password_hash, is_confirmed=proven)
    if user_id is None and mailer.is_on:
        user_id = await people.try_account(session, email=email, name=name, password_hash=password_hash, is_confirmed=False, parked=True)
    if user_id is None:
        raise Invalid({"email": people.TAKEN})
    await note(session, "account.create", user_id)
    await confirming.send_confirmation(session, mailer, user_id)
    return user_id
