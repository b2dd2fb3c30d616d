"""Notices: what the product tells one person, in the app and by mail."""

from contextualise.domain.notices.kinds import KINDS, Kind
from contextualise.domain.notices.reading import (
    NoticePage,
    find_notice,
    forget_of_comments,
    forget_old_notices,
    icon_of,
    list_notices,
    mark,
    mark_about,
    mark_all,
    mark_thread,
    path_of,
    sentence_of,
    set_mail,
    wants_mail,
)
from contextualise.domain.notices.telling import notify, notify_all
from contextualise.repository.notices.listing import NoticeRow

__all__ = [
    "KINDS",
    "Kind",
    "NoticePage",
    "NoticeRow",
    "find_notice",
    "forget_of_comments",
    "forget_old_notices",
    "icon_of",
    "list_notices",
    "mark",
    "mark_about",
    "mark_all",
    "mark_thread",
    "notify",
    "notify_all",
    "path_of",
    "sentence_of",
    "set_mail",
    "wants_mail",
]
