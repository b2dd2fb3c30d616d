"""Who holds an address. It belongs to whoever showed that mail to it arrives, not to whoever named it first."""

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts.people import key_of
from contextualise.domain.errors import Conflict, NotAllowed
from contextualise.domain.mail import Mailer
from contextualise.repository import accounts as repository

_HELD = "Another account holds this address. Sign in with that one, or choose another address."
_UNCONFIRMED = "First show that your e-mail address is yours: open the link in the mail you got. Your account page sends it again."


async def hold_address(session: AsyncSession, user_id: int, email: str) -> None:
    """Let the account hold the address whose mail it just answered. An account that only named it loses it.

    Raises `Conflict` when another account showed before that the address is its own.
    """
    key = key_of(email)
    await repository.lock_people(session)
    holder = await repository.find_holder(session, key)
    if holder is not None and holder[0] != user_id:
        if holder[1]:
            raise Conflict(_HELD)
        await repository.park(session, holder[0], key)
    await repository.give_address(session, user_id, email=email, email_key=key)


async def require_confirmed(connection: AsyncConnection | AsyncSession, mailer: Mailer, user_id: int) -> None:
    """Raise `NotAllowed` for somebody who may use the site, but neither invite nor publish before the address is confirmed.

    Both reach people who know the person by that address alone. Without a mail server nothing can be shown, and nothing is asked.
    """
    if mailer.is_on and not await is_confirmed(connection, user_id):
        raise NotAllowed(_UNCONFIRMED)


async def is_confirmed(connection: AsyncConnection | AsyncSession, user_id: int) -> bool:
    """Whether the account's address was shown to be the person's own, or somebody who runs the site gave it."""
    found = await repository.find_address(connection, user_id)
    return found is not None and found.confirmed_at is not None
