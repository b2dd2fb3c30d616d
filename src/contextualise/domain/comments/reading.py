"""Reading threads, page by page."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.errors import NotFound
from contextualise.repository.comments import people, reading
from contextualise.repository.comments.reading import Of, OwnComment, State, ThreadRecord, Where
from contextualise.repository.comments.subjects import Subject, find_subject

PAGE = 20
ANSWERS = 100
OFFERED = 8
_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Some threads, the youngest first; `before` and `after` are the ids from which the pages beside it go on."""

    rows: Sequence[ThreadRecord]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class WholeThread:
    """A thread with a page of its answers; `earlier` and `later` are the ids from which the pages beside it go on."""

    record: ThreadRecord
    earlier: int | None
    later: int | None


async def list_threads(
    connection: AsyncConnection,
    map_id: int,
    where: Where,
    *,
    state: State = "open",
    of: Of = "all",
    user_id: int | None = None,
    before: int | None = None,
    after: int | None = None,
) -> ThreadPage:
    """A page of threads; `of` those in which the person says something or is named."""
    backwards = before is not None
    key = before if before is not None else after if after is not None else _END
    found = await reading.list_threads(
        connection, map_id, where, state=state, of=of, user_id=user_id, key=key, backwards=backwards, limit=PAGE + 1
    )
    more, rows = len(found) > PAGE, found[:PAGE]
    rows = rows[::-1] if backwards else rows
    has_before, has_after = (more, bool(rows)) if backwards else (after is not None, more)
    return ThreadPage(rows, rows[0].id if rows and has_before else None, rows[-1].id if rows and has_after else None)


async def read_thread(
    connection: AsyncConnection, map_id: int, thread_id: int, *, before: int | None = None, after: int | None = None
) -> WholeThread:
    """A thread with its last answers, or those before or after one; raises `NotFound`."""
    backwards = after is None
    key = after if after is not None else before if before is not None else _END
    record = await reading.read_thread(connection, map_id, thread_id, key=key, backwards=backwards, limit=ANSWERS + 1)
    if record is None:
        raise NotFound("There is no such comment.")
    more, answers = len(record.answers) > ANSWERS, record.answers
    if more:
        answers = answers[1:] if backwards else answers[:-1]
        record = msgspec.structs.replace(record, answers=answers)
    has_earlier, has_later = (more, before is not None) if backwards else (True, more)
    return WholeThread(record, answers[0].id if answers and has_earlier else None, answers[-1].id if answers and has_later else None)


async def thread_of(connection: AsyncConnection, map_id: int, comment_id: int) -> int:
    """The thread that a comment belongs to; raises `NotFound`."""
    found = await reading.thread_of(connection, map_id, comment_id)
    if found is None:
        raise NotFound("There is no such comment.")
    return found


async def subject_of(connection: AsyncConnection, map_id: int, construct_id: int) -> Subject | None:
    """What threads about this number are about; None where it is not there any more."""
    return await find_subject(connection, map_id, construct_id)


async def people_called(connection: AsyncConnection, map_id: int, typed: str, *, but: int | None) -> Sequence[tuple[int, str]]:
    """People who work on the map and whose name begins so; `but` is who asks."""
    return await people.people_called(connection, map_id, typed.replace("\0", ""), but=but, limit=OFFERED)


async def comments_of_person(connection: AsyncConnection, user_id: int) -> AsyncIterator[OwnComment]:
    """Everything that a person has said in all maps and not taken away, for the person to take along."""
    after = (0, 0)
    while rows := await reading.comments_of_person(connection, user_id, after=after):
        for row in rows:
            yield row
        after = (rows[-1].map_id, rows[-1].id)


async def is_talked_about(connection: AsyncConnection, map_id: int, construct_id: int) -> bool:
    """Whether anything was ever said about this number and is there still."""
    return await reading.is_talked_about(connection, map_id, construct_id)


async def open_threads(connection: AsyncConnection, map_id: int, construct_ids: Collection[int]) -> dict[int, int]:
    """How many open threads there are about each of these things; those with none are left out."""
    return await reading.open_threads(connection, map_id, construct_ids)
