"""What the page of notices shows."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from contextualise.domain.notices import NoticePage, NoticeRow, icon_of, path_of, sentence_of
from contextualise.lib.markdown import excerpt

QUOTED = 160


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice: `url` opens what it is about and notes that it was read, "" where there is nothing to open."""

    id: int
    text: str
    icon: str
    words: str
    at: datetime
    is_read: bool
    url: str


@dataclass(frozen=True, slots=True)
class Day:
    """The notices of one day."""

    date: date
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """A person's notices, the latest first; `last` is the newest of the page, up to which all can be marked."""

    days: tuple[Day, ...]
    is_unread: bool
    unread: int
    last: int
    newer_url: str
    older_url: str
    wants_mail: bool
    sends_mail: bool


@dataclass(frozen=True, slots=True)
class StopPage:
    """Ending the mails by the link in one of them."""

    action: str


def notices_page(found: NoticePage, *, is_unread: bool, unread: int, wants_mail: bool, sends_mail: bool) -> NoticesPage:
    """The page of these notices."""
    kept = "show=unread&" if is_unread else ""
    return NoticesPage(
        days=tuple(Day(day, tuple(map(_line, rows))) for day, rows in groupby(found.rows, lambda row: row.created_at.date())),
        is_unread=is_unread,
        unread=unread,
        last=max((row.id for row in found.rows), default=0),
        newer_url=f"/notices?{kept}before={found.before}" if found.before else "",
        older_url=f"/notices?{kept}after={found.after}" if found.after else "",
        wants_mail=wants_mail,
        sends_mail=sends_mail,
    )


def _line(row: NoticeRow) -> NoticeLine:
    url = f"/notices/{row.id}" if path_of(row) else ""
    return NoticeLine(row.id, sentence_of(row), icon_of(row), excerpt(row.words or "", QUOTED), row.created_at, row.is_read, url)
