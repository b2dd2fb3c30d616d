"""A new password for somebody who has forgotten the old one, by mail.

The request does the same for every address: it notes that somebody asked. Who has an account is looked up later by a job, so that
neither the answer nor the time it takes can tell.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.accounts import letters, limits, links
from contextualise.domain.accounts.addresses import check_email, email_key
from contextualise.domain.mail import Mailer
from contextualise.repository import accounts as repository
from contextualise.repository.database import Database

RECOVERY_HOURS = 1
# More would only fill the mailbox of somebody whom a stranger wants to annoy.
MOST_LINKS = 5


async def ask_recovery(database: Database, *, email: str, address: str) -> None:
    """Note that somebody at a network address wants a new password; raises `Invalid` for what is no address, and `TooMany`."""
    wanted = check_email(email)
    async with database.writing() as session:
        await limits.take_attempt(session, limits.recovery_limits(wanted, address))
    async with database.writing() as session:
        await repository.add_recovery(session, wanted)


async def write_recovery(session: AsyncSession, mailer: Mailer) -> bool:
    """Write the mail for one recovery that was asked for, if that address has an account; False when none was asked for."""
    wanted = await repository.take_recovery(session)
    if wanted is None:
        return False
    holder = await repository.find_holder(session, email_key(wanted) or "")
    person = await repository.find_address(session, holder[0]) if holder is not None else None
    if holder is None or person is None or await repository.count_own_links(session, "reset", holder[0]) >= MOST_LINKS:
        return True
    link = await links.make_link(session, "reset", RECOVERY_HOURS, user_id=holder[0], email=person.email, created_by=None)
    letter = letters.recovery(mailer.link(f"/reset/{link.token}"))
    await mailer.queue(session, to=person.email, subject=letter.subject, body=letter.body)
    return True
