"""What has to be done now and then: forgetting what has expired, emptying the trash. Safe to run twice and by several processes."""

import asyncio
import random
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from contextualise.domain.accounts import forget_expired
from contextualise.domain.collecting import YOUNG, collect
from contextualise.domain.history import purge_trash
from contextualise.domain.leaving import purge_all_left
from contextualise.domain.mail import forget_old_mail
from contextualise.domain.maps import purge_maps
from contextualise.domain.notices import forget_old_notices
from contextualise.domain.share_links import forget_old_uses
from contextualise.domain.sharing import forget_invitations
from contextualise.domain.writing_drafts import forget_old_drafts
from contextualise.objects import ObjectStore, StoreUnavailable
from contextualise.repository import jobs as queue
from contextualise.repository.database import Database

log = structlog.get_logger()
EVERY_SECONDS = 6 * 3600
KEEP_JOBS_DAYS = 30
KEEP_INVITATIONS_DAYS = 60  # after they ended; until then they can be sent again
_BATCH = 1000


async def keep_house(database: Database, objects: ObjectStore) -> None:
    """Tidy up a while after the start and then a few times a day; what cannot be done now is done next time."""
    pause = random.uniform(60, 600)  # noqa: S311 - only so that processes started together do not do it together
    while True:
        await asyncio.sleep(pause)
        pause = EVERY_SECONDS
        try:
            await tidy_up(database, objects)
        except (DBAPIError, OSError, StoreUnavailable) as error:
            log.warning("housekeeping put off", error=str(error))
        except Exception:
            # Whatever it is: it must not end the housekeeping for as long as the process lives.
            log.exception("housekeeping failed")


async def tidy_up(database: Database, objects: ObjectStore, *, objects_older_than: timedelta = YOUNG) -> None:
    """Forget what has ended: sessions, links, invitations, jobs, drafts, notices, mail.

    Delete for good what was in the trash for 30 days, what those who left have left behind, and objects no row names.
    """
    async with database.writing() as session:
        await forget_expired(session)
        await forget_old_drafts(session)
        await forget_old_notices(session)
        await queue.forget_old_jobs(session, KEEP_JOBS_DAYS)
        await forget_old_mail(session)
        await forget_invitations(session, KEEP_INVITATIONS_DAYS)
        await forget_old_uses(session)
    emptied = 1
    while emptied:
        async with database.writing() as session:
            emptied = await purge_trash(session, limit=_BATCH)
    await purge_maps(database, objects)
    await purge_all_left(database, objects)
    collected = await collect(database, objects, older_than=objects_older_than)
    if collected.objects:
        log.info("objects collected", objects=collected.objects, bytes=collected.bytes)
