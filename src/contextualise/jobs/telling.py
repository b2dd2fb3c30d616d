"""Tells by mail what waits to be told; any number of processes may do so beside each other."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from contextualise.domain.mail import Mailer
from contextualise.domain.notices.mailing import StopPath, mail_next
from contextualise.repository.database import Database

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 15.0


async def run_notices(database: Database, mailer: Mailer, stop_path: StopPath) -> None:
    """Write mails of what is due, then look again now and then; nothing that happens here ends it."""
    while True:
        try:
            while await mail_next(database, mailer, stop_path):
                pass
        except (DBAPIError, OSError) as error:
            log.warning("mails of notices put off", error=str(error))
        except Exception:
            log.exception("mails of notices out of order")
        await asyncio.sleep(LOOK_EVERY_SECONDS)
