"""Telling by mail what was told in the app: everything that waits for one person in one mail."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from contextualise.domain.mail import Mailer
from contextualise.domain.notices.reading import sentence_of
from contextualise.lib.markdown import excerpt
from contextualise.repository.database import Database
from contextualise.repository.notices import mailing as repository
from contextualise.repository.notices.listing import NoticeRow
from contextualise.repository.notices.mailing import MOST, Waiting

QUOTED = 300

StopPath = Callable[[int], str]
"""The address under which a person ends these mails without signing in."""


async def mail_next(database: Database, mailer: Mailer, stop_path: StopPath) -> bool:
    """Write the mail for the next person with something due, in a transaction of its own; False when nothing is due."""
    async with database.writing() as session:
        waiting = await repository.take_due(session)
        if waiting is None:
            return False
        if waiting.rows:
            await mailer.queue(session, to=waiting.email, subject=subject_of(waiting.rows), body=body_of(waiting, mailer, stop_path))
    return True


def subject_of(rows: Sequence[NoticeRow]) -> str:
    """The first thing that happened, and how much more."""
    first = sentence_of(rows[0])
    if len(rows) == 1:
        return first
    return f"{first}, and {'more' if len(rows) > MOST else len(rows) - 1} other{'s' if len(rows) > 2 else ''}"


def body_of(waiting: Waiting, mailer: Mailer, stop_path: StopPath) -> str:
    """Each map's notices together, each with the words of the comment and the way to it."""
    by_map: defaultdict[str, list[NoticeRow]] = defaultdict(list)
    for row in waiting.rows[:MOST]:
        by_map[row.map_title or ""].append(row)
    parts = [f"{waiting.name},"]
    for title, rows in by_map.items():
        parts += [f"{title}\n{'=' * min(len(title), 60)}"] if title and len(by_map) > 1 else []
        parts += [_told(row, mailer) for row in rows]
    if len(waiting.rows) > MOST:
        parts.append(f"There is more: {mailer.link('/notices')}")
    parts.append(f"-- \nAll your notices: {mailer.link('/notices')}\nNo more of these mails: {mailer.link(stop_path(waiting.user_id))}")
    return "\n\n".join(parts)


def _told(row: NoticeRow, mailer: Mailer) -> str:
    quoted = "".join(f"\n  > {line}" for line in [excerpt(row.words, QUOTED)] if line) if row.words else ""
    return f"{sentence_of(row)}.{quoted}\n  {mailer.link(f'/notices/{row.id}')}"
