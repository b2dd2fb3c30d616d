"""Sends mail for as long as the process lives; any number of processes may do so beside each other."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from contextualise.domain.accounts import write_recovery
from contextualise.domain.mail import Mailer, Transport, send_next
from contextualise.repository.database import Database

log = structlog.get_logger()
LOOK_EVERY_SECONDS = 1.0
# A server that is away is not asked for every mail that waits, one straight after the other.
AWAY_SECONDS = 10.0


async def run_mail(database: Database, mailer: Mailer, transport: Transport) -> None:
    """Write what was asked for, send what is due, then look again now and then; nothing that happens here ends it."""
    while not _is_told_to_end():
        try:
            await write_due(database, mailer)
            pause = await send_due(database, transport)
        except (DBAPIError, OSError) as error:
            log.warning("mail put off", error=str(error))
            pause = AWAY_SECONDS
        except Exception:
            log.exception("mail out of order")
            pause = AWAY_SECONDS
        if not _is_told_to_end():
            await asyncio.sleep(pause)


async def write_due(database: Database, mailer: Mailer) -> None:
    """Write the mail for recoveries that were asked for, each in a transaction of its own."""
    is_waiting = True
    while is_waiting:
        async with database.writing() as session:
            is_waiting = await write_recovery(session, mailer)


async def send_due(database: Database, transport: Transport) -> float:
    """Send until nothing is due or the server is away; returns the seconds to wait."""
    while (outcome := await send_next(database, transport)) is not None:
        # Whom it goes to and what it says are nobody's business who reads logs.
        log.info("mail", mail=outcome.mail_id, outcome=outcome.way)
        if _is_told_to_end():
            break
        if outcome.is_server_away:
            log.warning("mail server unreachable", problem=outcome.problem)
            return AWAY_SECONDS
    return LOOK_EVERY_SECONDS


def _is_told_to_end() -> bool:
    """Whether the task was cancelled. Before Python 3.12 `asyncio.wait_for`, with which the SMTP client waits, loses a cancellation that
    comes together with what is waited for; without this the process would then not end.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
