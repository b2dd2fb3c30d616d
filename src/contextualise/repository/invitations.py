"""Statements about invitations to a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.accounts.paging import Page, Place, read_page
from contextualise.repository.maps import map_ref
from contextualise.repository.tables import MapInvitation, TopicMap, User

Reader = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation with what is told of it; the map's title and who made it as they are called now."""

    map_id: int
    id: int
    token_hash: bytes
    nonce: bytes
    is_shown: bool
    email: str
    email_key: str
    mode: str
    created_by: int | None
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    accepted_by: int | None
    is_expired: bool
    by_name: str | None
    map_title: str
    is_trashed: bool

    @property
    def map_ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.map_id, self.map_title)

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted."""
        return self.accepted_at is None and not self.is_expired and not self.is_trashed


def _select() -> Select[*tuple[Any, ...]]:
    return (
        select(
            MapInvitation.map_id,
            MapInvitation.id,
            MapInvitation.token_hash,
            MapInvitation.nonce,
            MapInvitation.is_shown,
            MapInvitation.email,
            MapInvitation.email_key,
            MapInvitation.mode,
            MapInvitation.created_by,
            MapInvitation.created_at,
            MapInvitation.expires_at,
            MapInvitation.accepted_at,
            MapInvitation.accepted_by,
            MapInvitation.expires_at <= func.now(),
            User.name,
            TopicMap.title,
            TopicMap.trashed_at.is_not(None),
        )
        .join(TopicMap, TopicMap.id == MapInvitation.map_id)
        .outerjoin(User, User.id == MapInvitation.created_by)
    )


_IS_WAITING = MapInvitation.accepted_at.is_(None)


async def add_invitation(
    session: AsyncSession,
    map_id: int,
    *,
    token_hash: bytes,
    nonce: bytes,
    is_shown: bool,
    email: str,
    email_key: str,
    mode: str,
    created_by: int,
    days: int,
) -> int:
    """Write an invitation in place of one that waits for the same address, and return its id."""
    same = (MapInvitation.map_id == map_id, MapInvitation.email_key == email_key, (MapInvitation.mode == "own") == (mode == "own"))
    await session.execute(delete(MapInvitation).where(*same, _IS_WAITING))
    statement = insert(MapInvitation).values(
        map_id=map_id,
        token_hash=token_hash,
        nonce=nonce,
        is_shown=is_shown,
        email=email,
        email_key=email_key,
        mode=mode,
        created_by=created_by,
        expires_at=func.now() + func.make_interval(0, 0, 0, days),
    )
    return (await session.execute(statement.returning(MapInvitation.id))).scalar_one()


async def renew_invitation(
    session: AsyncSession, map_id: int, invitation_id: int, *, token_hash: bytes, nonce: bytes, is_shown: bool, days: int
) -> None:
    """Give an invitation another link and let it wait for so many days from now; the link before is worth nothing any more."""
    await session.execute(
        update(MapInvitation)
        .where(MapInvitation.map_id == map_id, MapInvitation.id == invitation_id, _IS_WAITING)
        .values(token_hash=token_hash, nonce=nonce, is_shown=is_shown, expires_at=func.now() + func.make_interval(0, 0, 0, days))
    )


async def find_invitation(connection: Reader, map_id: int, invitation_id: int) -> InvitationRow | None:
    """One invitation of a map, whatever became of it."""
    return await _one(connection, _select().where(MapInvitation.map_id == map_id, MapInvitation.id == invitation_id))


async def find_by_token(connection: Reader, map_id: int, token_hash: bytes) -> InvitationRow | None:
    """The invitation that a link is for, whatever became of it."""
    return await _one(connection, _select().where(MapInvitation.map_id == map_id, MapInvitation.token_hash == token_hash))


async def find_offer(connection: Reader, map_id: int) -> InvitationRow | None:
    """The offer of the map's ownership that waits, if there is one."""
    return await _one(connection, _select().where(MapInvitation.map_id == map_id, MapInvitation.mode == "own", _IS_WAITING))


async def mark_accepted(session: AsyncSession, map_id: int, invitation_id: int, user_id: int) -> None:
    """Note who accepted; the invitation is used up."""
    await session.execute(
        update(MapInvitation)
        .where(MapInvitation.map_id == map_id, MapInvitation.id == invitation_id)
        .values(accepted_at=func.now(), accepted_by=user_id)
    )


async def delete_invitation(session: AsyncSession, map_id: int, invitation_id: int) -> bool:
    """Take back an invitation that waits; False when there is none."""
    statement = delete(MapInvitation).where(MapInvitation.map_id == map_id, MapInvitation.id == invitation_id, _IS_WAITING)
    return (await session.execute(statement.returning(MapInvitation.id))).scalar_one_or_none() is not None


async def delete_offers(session: AsyncSession, map_id: int) -> None:
    """Take back the offer of the map's ownership."""
    await session.execute(delete(MapInvitation).where(MapInvitation.map_id == map_id, MapInvitation.mode == "own", _IS_WAITING))


async def list_waiting(connection: AsyncConnection, map_id: int, place: Place, *, limit: int) -> Page[InvitationRow]:
    """Invitations of a map that nobody has accepted, expired ones too, the latest first."""
    return await read_page(
        connection,
        _select().where(MapInvitation.map_id == map_id, _IS_WAITING),
        order=(MapInvitation.id,),
        descending=True,
        place=place,
        limit=limit,
        make=InvitationRow,
        key_of=lambda row: (row.id,),
    )


async def count_waiting(connection: Reader, map_id: int) -> int:
    """How many invitations of the map nobody has accepted yet."""
    statement = select(func.count()).where(MapInvitation.map_id == map_id, _IS_WAITING)
    return (await connection.execute(statement)).scalar_one()


async def list_for_address(connection: Reader, email_key: str, *, limit: int) -> Sequence[InvitationRow]:
    """Invitations that wait for an address, to maps of others that are there, the latest first."""
    statement = (
        _select()
        .where(MapInvitation.email_key == email_key, _IS_WAITING, MapInvitation.expires_at > func.now(), TopicMap.trashed_at.is_(None))
        .order_by(MapInvitation.created_at.desc(), MapInvitation.id.desc())
        .limit(limit)
    )
    return [InvitationRow(*row) for row in await connection.execute(statement)]


async def count_for_person(connection: Reader, user_id: int, *, by_address: bool) -> int:
    """How many invitations the person may answer without their links: offers of ownership, with `by_address` others too."""
    is_theirs = MapInvitation.mode == "own"
    if by_address:
        is_theirs = is_theirs | User.confirmed_at.is_not(None)
    statement = (
        select(func.count())
        .select_from(MapInvitation)
        .join(User, (User.id == user_id) & (User.email_key == MapInvitation.email_key))
        .join(TopicMap, TopicMap.id == MapInvitation.map_id)
        .where(_IS_WAITING, MapInvitation.expires_at > func.now(), TopicMap.trashed_at.is_(None), is_theirs)
    )
    return (await connection.execute(statement)).scalar_one()


async def find_reader(session: AsyncSession, email_key: str) -> int | None:
    """The person who would be told of an invitation here: the address is shown to be theirs, and the account is in use."""
    statement = select(User.id).where(User.email_key == email_key, User.confirmed_at.is_not(None), User.disabled_at.is_(None))
    return (await session.execute(statement)).scalar_one_or_none()


async def confirm_address(session: AsyncSession, user_id: int) -> None:
    """Note that the address of an account was shown to be its owner's."""
    await session.execute(update(User).where(User.id == user_id, User.confirmed_at.is_(None)).values(confirmed_at=func.now()))


async def forget_invitations(session: AsyncSession, days: int) -> None:
    """Delete what nobody accepted and ended so many days ago."""
    ended = MapInvitation.expires_at < func.now() - func.make_interval(0, 0, 0, days)
    await session.execute(delete(MapInvitation).where(_IS_WAITING, ended))


async def _one(connection: Reader, statement: Select[*tuple[Any, ...]]) -> InvitationRow | None:
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else InvitationRow(*row)
