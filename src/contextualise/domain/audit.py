"""The log of what administrators do and of every change of who may read or change what. It is only ever added to."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import BEGINNING, Page, Place, searchable
from contextualise.repository import audit as repository
from contextualise.repository.audit import AuditRow, Wanted
from contextualise.repository.database import Database

__all__ = ["ACTIONS", "BEGINNING", "GROUPS", "Asked", "AuditRow", "all_lines", "describe", "list_lines", "note"]

PAGE = 50
_BATCH = 1000

ACTIONS: Mapping[str, str] = {
    "member.invite": "invited {}",
    "member.uninvite": "withdrew the invitation of {}",
    "member.link": "made a new link for the invitation of {}",
    "member.decline": "declined the invitation for {}",
    "member.add": "joined",
    "member.mode": "changed what {} may do",
    "member.remove": "removed {}",
    "member.leave": "left",
    "member.return": "took {} back in",
    "member.offer": "offered the ownership to {}",
    "member.own": "handed the ownership to {}",
    "share.create": "made the share link {}",
    "share.revoke": "revoked the share link {}",
    "map.publish": "published the map",
    "map.unpublish": "made the map private",
    "map.promote": "showed the map first",
    "map.demote": "showed the map among the others",
    "map.trash": "put the map in the trash",
    "map.restore": "took the map out of the trash",
    "report.make": "reported the map",
    "report.dismiss": "dismissed a report",
    "report.unpublish": "made the map private after a report",
    "account.create": "made the account of {}",
    "account.invite": "made an invitation for {}",
    "account.uninvite": "withdrew an invitation for {}",
    "account.reset": "made a link for a new password of {}",
    "account.disable": "disabled the account of {}",
    "account.enable": "enabled the account of {}",
    "account.appoint": "made {} an administrator",
    "account.dismiss": "made {} no longer an administrator",
    "account.address": "changed the address of {}",
    "account.password": "set the password of {} anew",
    "account.delete": "deleted the account of {}",
    "mail.retry": "had mail sent again to {}",
    "mail.test": "had a test mail sent to {}",
}
"""What is noted, in words that follow the name of whoever did it."""

_OWN: Mapping[str, str] = {
    "account.create": "made an account",
    "account.address": "changed the address of the own account",
    "account.password": "set the password of the own account anew",
    "account.delete": "deleted the own account",
}

GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "members": ("People of maps", ("member",)),
    "links": ("Share links", ("share",)),
    "maps": ("Publishing and trash", ("map",)),
    "reports": ("Reports", ("report",)),
    "accounts": ("Accounts", ("account",)),
    "server": ("Server", ("mail", "server", "backup")),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the log; what is empty is everything."""

    group: str = ""
    person_id: int | None = None
    map_id: int | None = None
    search: str = ""


async def note(
    session: AsyncSession,
    *,
    user_id: int | None,
    action: str,
    map_id: int | None = None,
    subject_id: int | None = None,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one line to the log in the caller's transaction; without a `user_id` it was the server itself or somebody at its terminal.

    `subject_id` is the person it was done to; without a `subject` the log keeps that person's present name.
    """
    await repository.add_line(
        session, user_id=user_id, action=action, map_id=map_id, subject_id=subject_id, subject=subject, detail=dict(detail or {})
    )


async def list_lines(connection: AsyncConnection, asked: Asked, place: Place = BEGINNING) -> Page[AuditRow]:
    """A page of the log, the latest first."""
    return await repository.list_lines(connection, _wanted(asked), place, PAGE)


async def all_lines(database: Database, asked: Asked) -> AsyncIterator[Sequence[AuditRow]]:
    """All lines in batches, the latest first; no connection is held between them."""
    place: Place | None = BEGINNING
    while place is not None:
        async with database.reading() as connection:
            page = await repository.list_lines(connection, _wanted(asked), place, _BATCH)
        yield page.rows
        place = Place(after=page.next) if page.next else None


def describe(row: AuditRow) -> str:
    """What was done, to follow the name of whoever did it."""
    if row.action in _OWN and row.user_id is not None and row.user_id == row.subject_id:
        return _OWN[row.action]
    sentence = ACTIONS.get(row.action, f"did “{row.action}”" + (" to {}" if row.subject else ""))
    return sentence.format(row.subject or "somebody")


def _wanted(asked: Asked) -> Wanted:
    _, prefixes = GROUPS.get(asked.group, ("", ()))
    return Wanted(prefixes, asked.person_id, asked.map_id, searchable(asked.search))
