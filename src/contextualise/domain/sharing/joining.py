"""Accepting and declining: with a link, from the list of what waits for oneself, or by making an account."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit
from contextualise.domain.accounts import holding, limits, passwords, people, signing_up
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.mail import Mailer
from contextualise.domain.maps.writing import begin, finish
from contextualise.domain.notices import notify
from contextualise.domain.sharing.members import add_member, log_change, require_owned
from contextualise.domain.sharing.modes import OWN, is_more
from contextualise.domain.sharing.owning import hand_over
from contextualise.domain.sharing.tokens import hash_of, map_of
from contextualise.repository import invitations as repository
from contextualise.repository import members
from contextualise.repository.database import Database
from contextualise.repository.invitations import InvitationRow
from contextualise.repository.journal import Journal
from contextualise.repository.maps import map_ref
from contextualise.repository.tables import MapMember, User

MOST_LISTED = 100
USED = "This invitation is used, was withdrawn or has expired. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Joined:
    """The map that somebody works on now."""

    map_id: int
    title: str
    mode: str

    @property
    def ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.map_id, self.title)


async def find_by_token(connection: AsyncConnection, token: str, user_id: int | None = None) -> InvitationRow:
    """The invitation that a link is for; for the person who accepted it also afterwards. Raises `NotFound`, always in the same words."""
    map_id = map_of(token)
    found = None if map_id is None else await repository.find_by_token(connection, map_id, hash_of(token))
    if found is None or not (found.is_open or _is_done_by(found, user_id)):
        raise NotFound(USED)
    return found


async def list_for(connection: AsyncConnection, mailer: Mailer, user_id: int) -> Sequence[InvitationRow]:
    """What waits for a person, as far as it is known that the address is the person's own: see `may_answer`."""
    person = await members.find_person(connection, user_id)
    if person is None:
        return []
    waiting = await repository.list_for_address(connection, person.email_key, limit=MOST_LISTED)
    return [row for row in waiting if may_answer(row, person, mailer)]


async def count_for(connection: AsyncConnection, mailer: Mailer, user_id: int) -> int:
    """How many invitations `list_for` has."""
    return await repository.count_for_person(connection, user_id, by_address=mailer.is_on)


def may_answer(row: InvitationRow, person: User, mailer: Mailer) -> bool:
    """Whether somebody may answer an invitation without its link, because the account has the address that was invited.

    An account of a site without a mail server has whatever address somebody typed, and the link alone tells who was meant. An offer of
    ownership is made to somebody who works on the map already.
    """
    is_theirs = row.mode == OWN or (mailer.is_on and person.confirmed_at is not None)
    return is_theirs and row.email_key == person.email_key


async def accept_by_token(session: AsyncSession, token: str, user_id: int) -> Joined:
    """Accept with a link, whoever it was made for; doing it again changes nothing. Raises `NotFound`."""
    map_id = map_of(token)
    if map_id is None:
        raise NotFound(USED)
    journal = await _begin(session, map_id)
    found = await repository.find_by_token(session, map_id, hash_of(token))
    if found is None or found.mode == OWN:
        raise NotFound(USED)
    if found.is_open and not found.is_shown:
        person = await _person(session, user_id)
        if person.email_key == found.email_key:
            await repository.confirm_address(session, user_id)  # only mail can have brought the link here
    return await _accept(journal, found, user_id)


async def accept_listed(session: AsyncSession, mailer: Mailer, place: tuple[int, int], user_id: int) -> Joined:
    """Accept what waits for oneself, an offer of ownership too; `place` is map and invitation. Raises `NotFound`."""
    journal = await _begin(session, place[0])
    return await _accept(journal, await _own(session, mailer, place, user_id), user_id)


async def decline_by_token(session: AsyncSession, token: str, user_id: int | None) -> InvitationRow:
    """Say no with a link. Raises `NotFound`, and `Conflict` after a yes."""
    map_id = map_of(token)
    if map_id is None:
        raise NotFound(USED)
    await _begin(session, map_id)
    found = await repository.find_by_token(session, map_id, hash_of(token))
    if found is None:
        raise NotFound(USED)
    return await _decline(session, found, user_id)


async def decline_listed(session: AsyncSession, mailer: Mailer, place: tuple[int, int], user_id: int) -> InvitationRow:
    """Say no to what waits for oneself. Raises `NotFound`, and `Conflict` after a yes."""
    await _begin(session, place[0])
    return await _decline(session, await _own(session, mailer, place, user_id), user_id)


async def join_with_account(
    database: Database, mailer: Mailer, token: str, *, name: str, password: str, address: str
) -> tuple[int, Joined]:
    """Make an account with the address that was invited, and accept; returns its id. `address` is where the request comes from.

    The invitation is the permission, whoever else may make accounts here. Raises `NotFound`, `Invalid` and `TooMany`.
    """
    async with database.reading() as connection:
        found = await find_by_token(connection, token)
    people.check_account(email=found.email, name=name, password=password)
    async with database.writing() as session:
        await limits.take_attempt(session, limits.sign_up_limits(address))
    password_hash = await passwords.hash_password(password)
    async with database.writing() as session:
        user_id = await _add_account(session, mailer, found, name, password_hash)
        return user_id, await accept_by_token(session, token, user_id)


async def _add_account(session: AsyncSession, mailer: Mailer, found: InvitationRow, name: str, password_hash: str) -> int:
    """The new account. A link that only mail can have brought shows whose the address is; another is as good as signing up."""
    if found.is_shown:
        return await signing_up.add_newcomer(session, mailer, name=name, email=found.email, password_hash=password_hash)
    user_id = await people.try_account(session, email=found.email, name=name, password_hash=password_hash, is_confirmed=True)
    if user_id is None:
        user_id = await people.try_account(
            session, email=found.email, name=name, password_hash=password_hash, is_confirmed=False, parked=True
        )
        assert user_id is not None, "a parked account holds no address that could be taken"
        try:
            await holding.hold_address(session, user_id, found.email)
        except Conflict:
            raise Invalid({"email": people.TAKEN}) from None
    await audit.note(session, user_id=user_id, action="account.create", subject_id=user_id, detail={"by": "invitation"})
    return user_id


async def _accept(journal: Journal, found: InvitationRow, user_id: int) -> Joined:
    session, map_id = journal.session, journal.map_id
    if not found.is_open:
        if _is_done_by(found, user_id):
            return Joined(map_id, found.map_title, found.mode)
        raise NotFound(USED)
    if found.mode == OWN:
        if await members.find_mode(session, map_id, user_id) is None:
            raise NotFound(USED)
        await hand_over(session, map_id, user_id, by=user_id)
    else:
        await _join(journal, found, user_id)
    await repository.mark_accepted(session, map_id, found.id, user_id)
    return Joined(map_id, found.map_title, found.mode)


async def _join(journal: Journal, found: InvitationRow, user_id: int) -> None:
    """Make a member of somebody who is none, and let one who is do more if that is what was offered, but never less."""
    session, map_id = journal.session, journal.map_id
    owned = await require_owned(session, map_id)
    mode = await members.find_mode(session, map_id, user_id)
    if owned.owner_id == user_id or not is_more(found.mode, mode):
        return
    if mode is None:
        await add_member(journal, user_id, found.mode, by=found.created_by)
    else:
        await journal.update(MapMember, MapMember.user_id == user_id, mode=found.mode)
    person = await _person(session, user_id)
    await finish(journal, user_id, "member.add" if mode is None else "member.mode", person.name)
    detail = {"mode": found.mode, "invited": found.email, **({"from": mode} if mode else {})}
    await log_change(session, map_id, user_id, "member.add", user_id, detail)
    for told in {owned.owner_id, found.created_by} - {None}:
        await notify(session, user_id=told or 0, kind="joined", map_id=map_id, by_user_id=user_id)


async def _decline(session: AsyncSession, found: InvitationRow, user_id: int | None) -> InvitationRow:
    if _is_done_by(found, user_id):
        raise Conflict("You have accepted this already. To change your mind, leave the map on the page of its people.")
    if not found.is_open:
        raise NotFound(USED)
    await repository.delete_invitation(session, found.map_id, found.id)
    await audit.note(session, user_id=user_id, action="member.decline", map_id=found.map_id, subject=found.email)
    return found


async def _begin(session: AsyncSession, map_id: int) -> Journal:
    """The map, locked, so that of two who accept at once the second finds it done."""
    try:
        return await begin(session, map_id)
    except NotFound:
        raise NotFound(USED) from None


async def _own(session: AsyncSession, mailer: Mailer, place: tuple[int, int], user_id: int) -> InvitationRow:
    """An invitation that the person may answer without its link; raises `NotFound` for others."""
    person = await _person(session, user_id)
    found = await repository.find_invitation(session, *place)
    if found is None or not may_answer(found, person, mailer):
        raise NotFound(USED)
    return found


async def _person(session: AsyncSession, user_id: int) -> User:
    person = await members.find_person(session, user_id)
    if person is None:
        raise NotFound(USED)
    return person


def _is_done_by(found: InvitationRow, user_id: int | None) -> bool:
    return user_id is not None and found.accepted_by == user_id and not found.is_trashed
