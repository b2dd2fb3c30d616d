"""Comments: what those who work on a map say to each other about its topics and statements.

They are talk, not knowledge: no change of the map records them, and `map.talk_version` moves in place of its version.
"""

from contextualise.domain.comments.reading import (
    ThreadPage,
    WholeThread,
    comments_of_person,
    is_talked_about,
    list_threads,
    open_threads,
    people_called,
    read_thread,
    subject_of,
    thread_of,
)
from contextualise.domain.comments.rendering import MAX_LENGTH
from contextualise.domain.comments.rights import may_change, may_read, may_remove, may_resolve, may_write
from contextualise.domain.comments.subjects import described, kind_of
from contextualise.domain.comments.writing import answer, begin_thread, edit, find_comment, remove, resolve
from contextualise.repository.comments.reading import CommentLine, Of, OwnComment, State, ThreadRecord, Where

__all__ = [
    "MAX_LENGTH",
    "CommentLine",
    "Of",
    "OwnComment",
    "State",
    "ThreadPage",
    "ThreadRecord",
    "Where",
    "WholeThread",
    "answer",
    "begin_thread",
    "comments_of_person",
    "described",
    "edit",
    "find_comment",
    "is_talked_about",
    "kind_of",
    "list_threads",
    "may_change",
    "may_read",
    "may_remove",
    "may_resolve",
    "may_write",
    "open_threads",
    "people_called",
    "read_thread",
    "remove",
    "resolve",
    "subject_of",
    "thread_of",
]
