"""Asking people to work on a map, by their e-mail address, whether or not they have an account.

Nothing that whoever invites gets to see depends on who has an account.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit
from contextualise.domain.accounts import BEGINNING, Page, Place, require_confirmed
from contextualise.domain.accounts.limits import HOUR, Limit
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.mail import Mailer
from contextualise.domain.maps.writing import begin
from contextualise.domain.notices import notify_all
from contextualise.domain.sharing.addresses import read_addresses
from contextualise.domain.sharing.members import require_owned
from contextualise.domain.sharing.modes import MAY, MODES, OWN
from contextualise.domain.sharing.tokens import LinkMaker, hash_of
from contextualise.repository import invitations as repository
from contextualise.repository import members
from contextualise.repository.invitations import InvitationRow

DAYS = 14
PAGE = 20
MOST_WAITING = 500
_GONE = "There is no such invitation; perhaps it has just been accepted."


@dataclass(frozen=True, slots=True)
class Host:
    """Who invites, and what invitations are made and sent with."""

    user_id: int
    name: str
    links: LinkMaker
    mailer: Mailer


def invitation_limits(user_id: int) -> Sequence[Limit]:
    """Ten forms an hour and thirty a day for one person: each may hold many addresses, and each address may get a mail."""
    return (Limit(f"invite {user_id}", 10, HOUR), Limit(f"invite-day {user_id}", 30, 24 * HOUR))


def renewal_limits(map_id: int, invitation_id: int) -> Sequence[Limit]:
    """Five new links an hour for one invitation: each may go out as a mail."""
    return (Limit(f"renew {map_id} {invitation_id}", 5, HOUR),)


async def invite(session: AsyncSession, map_id: int, host: Host, *, emails: str, mode: str) -> int:
    """Invite everybody whose address is in the text; returns how many there are.

    Who was invited before gets a new link and what is now allowed. Raises `Invalid` for the fields `emails` and `mode`, `NotAllowed` for
    somebody whose own address is not confirmed.
    """
    await require_confirmed(session, host.mailer, host.user_id)
    if mode not in MODES:
        raise Invalid({"mode": "Choose what they may do."})
    addresses = read_addresses(emails)
    await begin(session, map_id)  # holds off others who invite the same people
    if await repository.count_waiting(session, map_id) + len(addresses) > MOST_WAITING:
        raise Invalid({"emails": f"At most {MOST_WAITING} invitations can wait at a time. Withdraw some first."})
    owned = await require_owned(session, map_id)
    for address, key in addresses:
        await _ask(session, map_id, owned.title, host, address, key, mode)
    return len(addresses)


async def offer_ownership(session: AsyncSession, map_id: int, host: Host, user_id: int) -> str:
    """Ask a member to own the map from now on, in place of an offer made before; returns the person's name.

    Nothing changes until the person accepts. Raises `NotFound` for somebody who is no member, `Conflict` for a disabled account.
    """
    await begin(session, map_id)
    owned = await require_owned(session, map_id)
    person = await members.find_person(session, user_id)
    if person is None or await members.find_mode(session, map_id, user_id) is None:
        raise NotFound("Only somebody who works on the map already can be asked to own it.")
    if person.disabled_at is not None:
        raise Conflict("This account is disabled.")
    await repository.delete_offers(session, map_id)
    await _add(session, map_id, host, person.email, person.email_key, OWN)
    await audit.note(session, user_id=host.user_id, action="member.offer", map_id=map_id, subject_id=user_id)
    detail = {"title": owned.title}
    await notify_all(session, user_ids=[user_id], kind="offered", map_id=map_id, by_user_id=host.user_id, detail=detail)
    return person.name


async def renew(session: AsyncSession, map_id: int, host: Host, invitation_id: int, *, show: bool = False) -> InvitationRow:
    """Make a new link for an invitation and send it; the old one is worth nothing any more.

    With `show`, or without a mail server, it is not sent but can be copied. Raises `NotFound`.
    """
    await begin(session, map_id)
    found = await _waiting(session, map_id, invitation_id)
    fresh = host.links.fresh(map_id)
    is_shown = show or not host.mailer.is_on
    await repository.renew_invitation(
        session, map_id, invitation_id, token_hash=fresh.token_hash, nonce=fresh.nonce, is_shown=is_shown, days=DAYS
    )
    await audit.note(session, user_id=host.user_id, action="member.link", map_id=map_id, subject=found.email)
    if not is_shown:
        await _mail(session, host, found.map_title, found.email, found.mode, fresh.token)
    return found


async def withdraw(session: AsyncSession, map_id: int, by: int, invitation_id: int) -> InvitationRow:
    """Take an invitation or an offer back; returns what it was. Raises `NotFound`."""
    await begin(session, map_id)
    found = await _waiting(session, map_id, invitation_id)
    await repository.delete_invitation(session, map_id, invitation_id)
    await audit.note(session, user_id=by, action="member.uninvite", map_id=map_id, subject=found.email)
    return found


async def list_waiting(connection: AsyncConnection, map_id: int, place: Place = BEGINNING) -> Page[InvitationRow]:
    """A page of the invitations that nobody has accepted, expired ones too, the latest first."""
    return await repository.list_waiting(connection, map_id, place, limit=PAGE)


async def find_offer(connection: AsyncConnection, map_id: int) -> InvitationRow | None:
    """The offer of the map's ownership that waits."""
    return await repository.find_offer(connection, map_id)


def path_of(token: str) -> str:
    """The path of an invitation's link."""
    return f"/join/{token}"


def link_to_show(links: LinkMaker, row: InvitationRow) -> str | None:
    """The path that may be copied; None where the link was mailed, has ended, or was made with another key of the server."""
    if not row.is_shown or row.is_expired:
        return None
    token = links.token(row.map_id, row.nonce)
    return path_of(token) if hash_of(token) == row.token_hash else None


async def _ask(session: AsyncSession, map_id: int, title: str, host: Host, address: str, key: str, mode: str) -> None:
    token = await _add(session, map_id, host, address, key, mode)
    await audit.note(session, user_id=host.user_id, action="member.invite", map_id=map_id, subject=address, detail={"mode": mode})
    if not host.mailer.is_on:
        return
    await _mail(session, host, title, address, mode, token)
    # The same statements for everybody: 0 is nobody, who is told nothing.
    reader = await repository.find_reader(session, key)
    detail = {"title": title, "may": MAY[mode]}
    await notify_all(session, user_ids=[reader or 0], kind="invited", map_id=map_id, by_user_id=host.user_id, detail=detail)


async def _add(session: AsyncSession, map_id: int, host: Host, address: str, key: str, mode: str) -> str:
    fresh = host.links.fresh(map_id)
    await repository.add_invitation(
        session,
        map_id,
        token_hash=fresh.token_hash,
        nonce=fresh.nonce,
        is_shown=not host.mailer.is_on and mode != OWN,
        email=address,
        email_key=key,
        mode=mode,
        created_by=host.user_id,
        days=DAYS,
    )
    return fresh.token


async def _mail(session: AsyncSession, host: Host, title: str, address: str, mode: str, token: str) -> None:
    await host.mailer.queue(
        session,
        to=address,
        subject=f"{host.name} invites you to “{title}”",
        body=(
            f"{host.name} invites you to work on the map “{title}”: you may {MAY[mode]}.\n\n"
            f"Open this address to accept or decline; you can make an account there if you have none:\n\n"
            f"{host.mailer.link(path_of(token))}\n\n"
            f"It works for {DAYS} days. If you do not know {host.name}, do nothing: without your yes nothing happens.\n"
        ),
    )


async def _waiting(session: AsyncSession, map_id: int, invitation_id: int) -> InvitationRow:
    found = await repository.find_invitation(session, map_id, invitation_id)
    if found is None or found.accepted_at is not None:
        raise NotFound(_GONE)
    return found
