"""Deleting an account: at once for everybody to see, its maps a little later by a job."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit
from contextualise.domain.accounts import Viewer, keep_an_admin, letters, require_password
from contextualise.domain.errors import Invalid, NotAllowed
from contextualise.domain.live import announce
from contextualise.domain.mail import Mailer
from contextualise.domain.maps import trash_map
from contextualise.domain.maps.trash import delete_objects
from contextualise.domain.sharing.members import leave_map
from contextualise.domain.sharing.owning import hand_over
from contextualise.objects import ObjectStore
from contextualise.repository import leaving as repository
from contextualise.repository import maps, renditions
from contextualise.repository.backups.lease import may_delete_objects
from contextualise.repository.database import Database
from contextualise.repository.jobs import add_job
from contextualise.repository.leaving import OwnMap

LEAVING = "leaving"
MOST_MAPS = 500
MOST_MEMBERS = 100


async def find_own_maps(connection: AsyncConnection | AsyncSession, user_id: int) -> Sequence[OwnMap]:
    """The person's maps with those who could have them, the trash last; at most `MOST_MAPS` + 1 of them."""
    return await repository.own_maps(connection, user_id, MOST_MAPS + 1, members=MOST_MEMBERS)


async def leave(database: Database, mailer: Mailer, viewer: Viewer, *, password: str, heirs: Mapping[int, int]) -> None:
    """Delete the person's account. `heirs` says who of its members gets which map; the others go with the account.

    Everything that is the person's alone is deleted in one transaction, all sessions end with it, and maps are out of sight at once. What
    the person did in maps of others stays, as the work of somebody who left. Raises `Invalid`, `TooMany`, and `Conflict` for the last
    administrator.
    """
    await require_password(database, viewer.id, password, field="password")
    async with database.writing() as session:
        await keep_an_admin(session, viewer.id)
        await _settle_maps(session, viewer.id, heirs)
        for map_id in await repository.memberships(session, viewer.id):
            await _leave_map(session, map_id, viewer.id)
        await audit.note(session, user_id=viewer.id, action="account.delete", subject_id=viewer.id)
        await repository.strip(session, viewer.id)
        await announce(session, None, "access", user_id=viewer.id)
        letter = letters.left(viewer.name)
        await mailer.queue(session, to=viewer.email, subject=letter.subject, body=letter.body)
        await add_job(session, LEAVING, user_id=None, arguments={"user_id": viewer.id})


async def purge_left(database: Database, objects: ObjectStore, user_id: int) -> int:
    """Delete the maps of somebody who has left, rows and objects, one a transaction; returns how many. Safe to begin again."""
    async with database.writing() as session:
        touched = await repository.maps_with_work(session, user_id)
    for map_id in touched:
        async with database.writing() as session:
            # Pages that name the person are read anew; one map a transaction, as whoever writes to a map locks it first.
            await renditions.renew_pages(session, map_id)
    count = 0
    while True:
        async with database.writing() as session:
            doomed = await repository.map_to_purge(session, user_id) if await may_delete_objects(session) else None
            if doomed is not None:
                await maps.delete_map(session, doomed)
        if doomed is None:
            return count
        await delete_objects(objects, doomed)
        count += 1


async def purge_all_left(database: Database, objects: ObjectStore) -> None:
    """The same for everybody whose maps are still there, because a backup was under way or a job was given up."""
    async with database.writing() as session:
        left = await repository.left_with_maps(session)
    for user_id in left:
        await purge_left(database, objects, user_id)


async def _settle_maps(session: AsyncSession, user_id: int, heirs: Mapping[int, int]) -> None:
    own = await repository.own_maps(session, user_id, MOST_MAPS + 1, members=MOST_MEMBERS)
    candidates = {found.id: {number for number, _ in found.members} for found in own}
    wrong = {
        f"heir-{map_id}": "This person does not work on the map any more."
        for map_id in heirs
        if heirs[map_id] not in candidates.get(map_id, ())
    }
    if wrong:
        raise Invalid(wrong)
    for map_id in await repository.owned_ids(session, user_id):
        if map_id in heirs:
            await hand_over(session, map_id, heirs[map_id], by=user_id, keep_former=False)
        else:
            await trash_map(session, map_id, user_id)


async def _leave_map(session: AsyncSession, map_id: int, user_id: int) -> None:
    try:
        await leave_map(session, map_id, user_id)
    except NotAllowed:
        return  # taken out at this very moment
