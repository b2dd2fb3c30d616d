"""Writes down what was noticed, and tells the administrators of it: each kind at most once an hour, with how often it came."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.mail import Mailer
from contextualise.domain.troubles.noticing import Noticing
from contextualise.domain.troubles.webhook import Webhook, WebhookFailed
from contextualise.repository import troubles as repository
from contextualise.repository.database import Database
from contextualise.repository.troubles import TroubleRow

log = structlog.get_logger()
PAUSE = timedelta(hours=1)
KEPT = timedelta(days=90)
_MOST_AT_ONCE = 10
PAGE = "/admin/troubles"


async def keep(database: Database, noticing: Noticing) -> int:
    """Write down what was noticed; returns how many kinds. What cannot be written down stays noticed."""
    troubles = noticing.take()
    if not troubles:
        return 0
    try:
        async with database.writing() as session:
            for each in troubles:
                await repository.add(session, each.fingerprint, each.summary, each.sample, each.first_at, each.last_at, each.count)
    except BaseException:
        noticing.give_back(troubles)
        raise
    return len(troubles)


async def tell(database: Database, mailer: Mailer, webhook: Webhook | None, *, pause: timedelta = PAUSE) -> int:
    """Tell what is new, and what came again since it was last told a while ago; returns how many kinds were told.

    Mail is queued in the transaction that notes it as told, so that several processes tell nothing twice. Where the address of the setting
    does not take the message and there is no mail, it is tried again next time.
    """
    if not mailer.is_on and webhook is None:
        return 0
    async with database.writing() as session:
        rows = await repository.claim_untold(session, pause, _MOST_AT_ONCE)
        if not rows:
            return 0
        is_mailed = await _mail(session, mailer, rows)
        is_posted = webhook is not None and await _post(webhook, mailer, rows)
        if not (is_mailed or is_posted):
            return 0
        await repository.note_told(session, rows)
        await repository.forget_before(session, KEPT)
    return len(rows)


async def _mail(session: AsyncSession, mailer: Mailer, rows: Sequence[TroubleRow]) -> bool:
    recipients = await repository.addresses_of_administrators(session) if mailer.is_on else []
    for address in recipients:
        await mailer.queue(session, to=address, subject=subject_of(rows), body=body_of(mailer, rows))
    return bool(recipients)


async def _post(webhook: Webhook, mailer: Mailer, rows: Sequence[TroubleRow]) -> bool:
    errors = [
        {
            "summary": row.summary,
            "count": row.count,
            "new": row.count - row.told_count,
            "first_at": row.first_at.isoformat(),
            "last_at": row.last_at.isoformat(),
        }
        for row in rows
    ]
    # Chat servers show `text`, programs read the rest.
    message = {"text": body_of(mailer, rows), "site": mailer.origin, "page": mailer.link(PAGE), "errors": errors}
    try:
        await webhook.send(message)
    except WebhookFailed as error:
        log.warning("error notice not taken", problem=str(error))
        return False
    return True


def subject_of(rows: Sequence[TroubleRow]) -> str:
    """The subject of a mail about these kinds of errors."""
    if len(rows) == 1:
        return f"Unexpected error: {rows[0].summary}"
    return f"{len(rows)} kinds of unexpected errors"


def body_of(mailer: Mailer, rows: Sequence[TroubleRow]) -> str:
    """What is told in words."""
    lines = [f"{mailer.origin} met {'an error' if len(rows) == 1 else 'errors'} that its program did not expect.", ""]
    for row in rows:
        again = f", {row.count - row.told_count:,} since the last notice" if row.told_count else ""
        times = f"{row.count:,} {'time' if row.count == 1 else 'times'}{again}, last at {row.last_at:%Y-%m-%d %H:%M:%S} UTC"
        lines += [row.summary, f"  {times}", ""]
    lines += [
        f"More: {mailer.link(PAGE)}",
        "The log has the whole story. Each kind is told at most once an hour. Nothing that people wrote or sent is in this notice.",
    ]
    return "\n".join(lines)
