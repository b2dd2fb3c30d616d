"""Who owns a map: always exactly one person."""

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.maps.writing import begin, finish
from contextualise.domain.notices import notify
from contextualise.domain.sharing.members import add_member, log_change, require_owned
from contextualise.repository import invitations, members
from contextualise.repository.tables import MapMember, TopicMap


async def hand_over(session: AsyncSession, map_id: int, user_id: int, *, by: int, keep_former: bool = True) -> None:
    """Make the person the owner of the map; the one before goes on as an editor, unless `keep_former` says otherwise.

    Raises `NotFound` for a person without an account, `Conflict` for a disabled one.
    """
    journal = await begin(session, map_id)
    owned, person = await require_owned(session, map_id), await members.find_person(session, user_id)
    if person is None:
        raise NotFound("There is no such person.")
    if person.disabled_at is not None:
        raise Conflict("This account is disabled.")
    if owned.owner_id == user_id:
        return
    await journal.delete(MapMember, MapMember.user_id == user_id)
    await journal.update(TopicMap, TopicMap.id == map_id, owner_id=user_id)
    if keep_former:
        await add_member(journal, owned.owner_id, "edit", by=by)
    await finish(journal, by, "member.own", person.name)
    await invitations.delete_offers(session, map_id)
    detail = {"from": owned.owner_name, "from_id": owned.owner_id}
    await log_change(session, map_id, by, "member.own", user_id, detail)
    if by != user_id:
        await notify(session, user_id=user_id, kind="handed", map_id=map_id, by_user_id=by)
    elif keep_former:
        await notify(session, user_id=owned.owner_id, kind="taken", map_id=map_id, by_user_id=user_id)
