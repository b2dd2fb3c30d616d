"""Members of a map: who they are, what each may do, letting them go, leaving."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit
from contextualise.domain.accounts import BEGINNING, Page, Place, searchable
from contextualise.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from contextualise.domain.live import announce
from contextualise.domain.maps.writing import begin, finish
from contextualise.domain.notices import notify
from contextualise.domain.sharing.modes import MAY, MODES
from contextualise.repository import invitations
from contextualise.repository import members as repository
from contextualise.repository.changes import rows_of_change
from contextualise.repository.journal import Image, Journal
from contextualise.repository.members import MemberRow, Owned
from contextualise.repository.tables import MapMember, User

PAGE = 50
_NOBODY = "This person does not work on the map any more."


async def list_members(connection: AsyncConnection, map_id: int, place: Place = BEGINNING, *, search: str = "") -> Page[MemberRow]:
    """A page of the members of a map by name; its owner is not among them."""
    return await repository.list_members(connection, map_id, place, search=searchable(search), limit=PAGE)


async def find_owned(connection: AsyncConnection, map_id: int) -> Owned:
    """The map and its owner; raises `NotFound`."""
    return await require_owned(connection, map_id)


async def name_of_member(connection: AsyncConnection, map_id: int, user_id: int) -> str:
    """What a member is called; raises `NotFound` for somebody who is none."""
    person = await repository.find_person(connection, user_id)
    if person is None or await repository.find_mode(connection, map_id, user_id) is None:
        raise NotFound(_NOBODY)
    return person.name


async def count_members(connection: AsyncConnection, map_id: int) -> int:
    """How many people work on the map besides its owner."""
    return await repository.count_members(connection, map_id)


async def change_mode(session: AsyncSession, map_id: int, by: int, user_id: int, mode: str) -> int | None:
    """Let a member do more or less from now on; returns the change, None where it was so already. Raises `Invalid` and `NotFound`."""
    if mode not in MODES:
        raise Invalid({"mode": "Choose what the person may do."})
    journal = await begin(session, map_id)
    before, person = await _member(journal, user_id)
    await journal.update(MapMember, MapMember.user_id == user_id, mode=mode)
    change = await finish(journal, by, "member.mode", person.name)
    if change is not None:
        detail = {"from": before, "to": mode}
        await log_change(session, map_id, by, "member.mode", user_id, detail)
        await notify(session, user_id=user_id, kind="role", map_id=map_id, by_user_id=by, detail={"may": MAY[mode]})
    return change


async def remove_member(session: AsyncSession, map_id: int, by: int, user_id: int) -> int | None:
    """Let somebody not work on the map any more, from the next request on; returns the change. Raises `NotFound`."""
    journal = await begin(session, map_id)
    mode, person = await _member(journal, user_id)
    await _take_out(journal, user_id)
    change = await finish(journal, by, "member.remove", person.name)
    await log_change(session, map_id, by, "member.remove", user_id, {"from": mode})
    await _tell_removed(session, map_id, by, user_id)
    return change


async def leave_map(session: AsyncSession, map_id: int, user_id: int) -> None:
    """Work on the map no longer. Raises `NotAllowed` for its owner and for somebody who does not work on it."""
    journal = await begin(session, map_id)
    owned = await require_owned(session, map_id)
    if owned.owner_id == user_id:
        raise NotAllowed("A map needs an owner: hand the ownership over before you leave.")
    if await repository.find_mode(session, map_id, user_id) is None:
        raise NotAllowed("You do not work on this map, so you cannot leave it.")
    mode, person = await _member(journal, user_id)
    await _take_out(journal, user_id)
    await finish(journal, user_id, "member.leave", person.name)
    await log_change(session, map_id, user_id, "member.leave", user_id, {"from": mode})
    await notify(session, user_id=owned.owner_id, kind="left", map_id=map_id, by_user_id=user_id)


async def add_member(journal: Journal, user_id: int, mode: str, *, by: int | None) -> None:
    """Write a member who is none yet."""
    await journal.insert(MapMember, user_id=user_id, mode=mode, added_by=by)


async def log_change(session: AsyncSession, map_id: int, by: int | None, action: str, user_id: int, detail: Mapping[str, Any]) -> None:
    """Log what was done about somebody's access to a map, and let open pages look at once whether they still may be open."""
    await audit.note(session, user_id=by, action=action, map_id=map_id, subject_id=user_id, detail=detail)
    await announce(session, map_id, "access")


async def require_owned(session: AsyncConnection | AsyncSession, map_id: int) -> Owned:
    """The map and its owner; raises `NotFound`."""
    owned = await repository.find_owned(session, map_id)
    if owned is None:
        raise NotFound("There is no such map, or it is private.")
    return owned


async def tell_of_undo(session: AsyncSession, map_id: int, by: int | None, change_id: int | None) -> None:
    """Tell and log what an undo did to who may read or change a map; `change_id` is the undo itself.

    Raises `Conflict` where it would make a member of the owner.
    """
    rows = [] if change_id is None else await rows_of_change(session, map_id, change_id)
    owned = await require_owned(session, map_id)
    for row in rows:
        before, after = row["before"], row["after"]
        if row["table"] == "map_member":
            if (after or before)["user_id"] == owned.owner_id:
                raise Conflict(f"{owned.owner_name} owns the map now.")
            await _note_member(session, map_id, by, before, after)
        elif row["table"] == "map" and (before["published_at"] is None) != (after["published_at"] is None):
            action = "map.unpublish" if after["published_at"] is None else "map.publish"
            await audit.note(session, user_id=by, action=action, map_id=map_id, detail={"undo": True})


async def _note_member(session: AsyncSession, map_id: int, by: int | None, before: Image | None, after: Image | None) -> None:
    user_id = (after or before or {})["user_id"]
    action = "member.remove" if after is None else "member.return" if before is None else "member.mode"
    detail = {"undo": True, "from": before and before["mode"], "to": after and after["mode"]}
    await log_change(session, map_id, by, action, user_id, detail)
    if after is None:
        await _tell_removed(session, map_id, by, user_id)
    else:
        await notify(session, user_id=user_id, kind="role", map_id=map_id, by_user_id=by, detail={"may": MAY[after["mode"]]})


async def _member(journal: Journal, user_id: int) -> tuple[str, User]:
    """What a member may do now, and who it is; raises `NotFound`."""
    mode = await repository.find_mode(journal.session, journal.map_id, user_id)
    person = await repository.find_person(journal.session, user_id)
    if mode is None or person is None:
        raise NotFound(_NOBODY)
    return mode, person


async def _take_out(journal: Journal, user_id: int) -> None:
    await journal.delete(MapMember, MapMember.user_id == user_id)
    offer = await invitations.find_offer(journal.session, journal.map_id)
    if offer is not None:
        person = await repository.find_person(journal.session, user_id)
        if person is not None and person.email_key == offer.email_key:
            await invitations.delete_offers(journal.session, journal.map_id)


async def _tell_removed(session: AsyncSession, map_id: int, by: int | None, user_id: int) -> None:
    owned = await require_owned(session, map_id)
    await notify(session, user_id=user_id, kind="removed", map_id=map_id, by_user_id=by, detail={"title": owned.title})
