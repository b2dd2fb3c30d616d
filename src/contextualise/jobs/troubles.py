"""Keeps and tells unexpected errors for as long as the process lives."""

import asyncio
import time

import structlog
from sqlalchemy.exc import DBAPIError

from contextualise.domain.mail import Mailer
from contextualise.domain.troubles import Noticing, Webhook, keep, tell
from contextualise.repository.database import Database

log = structlog.get_logger()
KEEP_EVERY_SECONDS = 1.0
TELL_EVERY_SECONDS = 20.0
LAST_SECONDS = 1.0


async def run_troubles(database: Database, noticing: Noticing, mailer: Mailer, webhook: Webhook | None) -> None:
    """Write down what is noticed within a second or two, and tell of it; a database that is away is waited for."""
    tell_at = time.monotonic()
    try:
        while True:
            await asyncio.sleep(KEEP_EVERY_SECONDS)
            try:
                kept = await keep(database, noticing)
                if kept or time.monotonic() > tell_at:
                    tell_at = time.monotonic() + TELL_EVERY_SECONDS
                    await tell(database, mailer, webhook)
            except (DBAPIError, OSError) as error:
                log.warning("errors not written down yet", error=type(error).__name__)
            except Exception as error:
                # As a warning: an error here must not be noticed, told, and so come again.
                log.warning("errors not told", exc_info=error)
    finally:
        # What ended the process is worth a last try.
        async with asyncio.timeout(LAST_SECONDS):
            await keep(database, noticing)
