"""Beginning threads, answering, writing anew, taking away, settling."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import notices
from contextualise.domain.accounts import limits
from contextualise.domain.accounts.limits import Limit
from contextualise.domain.comments import rights
from contextualise.domain.comments.rendering import prepare
from contextualise.domain.comments.subjects import described, kind_of
from contextualise.domain.errors import NotAllowed, NotFound
from contextualise.domain.live import announce
from contextualise.domain.maps import OpenMap
from contextualise.repository.comments import people as members
from contextualise.repository.comments import writing as repository
from contextualise.repository.comments.subjects import find_subject
from contextualise.repository.comments.writing import CommentRow

MOST_AN_HOUR = 300  # comments of one person: whoever writes more is no person
GONE = "This is not there any more: it was deleted meanwhile."
_NO_COMMENT = "There is no such comment."


async def begin_thread(session: AsyncSession, found: OpenMap, construct_id: int, source: str) -> int:
    """Say something about a topic or a statement; returns the comment's id, which is the thread's.

    Raises `NotFound` where it is not there any more, `NotAllowed`, and `Invalid` for words that cannot be kept.
    """
    user_id = await _writer(session, found)
    await repository.move_on(session, found.map.id)
    subject = await find_subject(session, found.map.id, construct_id)
    if subject is None:
        raise NotFound(GONE)
    people = await members.people_of(session, found.map.id)
    words = await prepare(session, found.map.id, source, people)
    kind = kind_of(subject)
    comment_id = await repository.insert_thread(
        session,
        found.map.id,
        user_id,
        construct_id=construct_id,
        topic_id=subject.topic_id,
        kind=kind,
        quote=subject.quote,
        body=words.body,
        html=words.html,
    )
    mentioned = await repository.set_mentions(session, found.map.id, comment_id, words.named)
    concerned = {found.map.owner_id, *([subject.created_by] if subject.created_by else [])} & {person for person, _ in people}
    about = described(kind, subject.quote)
    await _tell(session, found, comment_id, about, mentioned=mentioned, others=concerned, kind="comment")
    await announce(session, found.map.id, "comments", user_id=user_id, topic_ids=[subject.topic_id])
    return comment_id


async def answer(session: AsyncSession, found: OpenMap, thread_id: int, source: str) -> int:
    """Say something more in a thread; returns the comment's id. Raises as `begin_thread`."""
    user_id = await _writer(session, found)
    await repository.move_on(session, found.map.id)
    thread = await _thread(session, found, thread_id)
    people = await members.people_of(session, found.map.id)
    words = await prepare(session, found.map.id, source, people)
    before = await repository.people_in_thread(session, found.map.id, thread_id)
    comment_id = await repository.insert_reply(session, found.map.id, user_id, thread_id, body=words.body, html=words.html)
    if comment_id is None:
        raise NotFound(_NO_COMMENT)
    mentioned = await repository.set_mentions(session, found.map.id, comment_id, words.named)
    others = before & {person for person, _ in people}
    await notices.mark_thread(session, user_id, found.map.id, thread_id)  # whoever answers has read what is answered
    await _tell(session, found, comment_id, described(thread.kind, thread.quote), mentioned=mentioned, others=others, kind="reply")
    await _announce(session, found, thread)
    return comment_id


async def edit(session: AsyncSession, found: OpenMap, comment_id: int, source: str) -> int:
    """Write one's own comment anew; returns the thread's id. Who is named now and was not before is told. Raises as `begin_thread`."""
    await repository.move_on(session, found.map.id)
    comment = await find_comment(session, found, comment_id)
    if not rights.may_change(found.standing, comment.user_id):
        raise NotAllowed("Only who wrote a comment can change it.")
    words = await prepare(session, found.map.id, source, await members.people_of(session, found.map.id))
    if words.body == comment.body:
        return comment.thread_id
    await repository.update_words(session, found.map.id, comment_id, body=words.body, html=words.html)
    mentioned = await repository.set_mentions(session, found.map.id, comment_id, words.named)
    thread = await _thread(session, found, comment.thread_id)
    await _tell(session, found, comment_id, described(thread.kind, thread.quote), mentioned=mentioned, others=(), kind="reply")
    await _announce(session, found, thread)
    return comment.thread_id


async def remove(session: AsyncSession, found: OpenMap, comment_id: int) -> int | None:
    """Take a comment's words away for good; returns the thread's id, None where nothing is left of the thread.

    What others answered stays, and so does the place. Raises `NotFound` and `NotAllowed`.
    """
    await repository.move_on(session, found.map.id)
    comment = await find_comment(session, found, comment_id)
    if not rights.may_remove(found.standing, comment.user_id):
        raise NotAllowed("Only who wrote a comment, and the owner of the map, can remove it.")
    await repository.remove_words(session, found.map.id, comment_id)
    gone = {comment_id}
    is_empty = await repository.is_thread_empty(session, found.map.id, comment.thread_id)
    if is_empty:
        gone |= set(await repository.delete_thread(session, found.map.id, comment.thread_id))
    await notices.forget_of_comments(session, found.map.id, gone)
    await _announce(session, found, comment)
    return None if is_empty else comment.thread_id


async def resolve(session: AsyncSession, found: OpenMap, thread_id: int, *, resolved: bool) -> bool:
    """Settle a thread, or open it again; False where it is so already. Raises `NotFound` and `NotAllowed`."""
    await repository.move_on(session, found.map.id)
    thread = await _thread(session, found, thread_id)
    if not rights.may_resolve(found.standing, thread.begun_by):
        raise NotAllowed("Only who began a thread, and those who edit the map, can settle it.")
    is_new = await repository.set_resolved(session, found.map.id, thread_id, found.standing.user_id, resolved=resolved)
    if is_new and resolved and thread.begun_by is not None:
        await notices.notify(
            session,
            user_id=thread.begun_by,
            kind="resolved",
            map_id=found.map.id,
            comment_id=thread_id,
            by_user_id=found.standing.user_id,
            detail={"about": described(thread.kind, thread.quote)},
        )
    await _announce(session, found, thread)
    return is_new


async def find_comment(session: AsyncSession, found: OpenMap, comment_id: int) -> CommentRow:
    """A comment that is still there; raises `NotFound`."""
    comment = await repository.find_comment(session, found.map.id, comment_id)
    if comment is None or comment.removed_at is not None:
        raise NotFound(_NO_COMMENT)
    return comment


async def _thread(session: AsyncSession, found: OpenMap, thread_id: int) -> CommentRow:
    thread = await repository.find_comment(session, found.map.id, thread_id)
    if thread is None or thread.id != thread.thread_id:
        raise NotFound(_NO_COMMENT)
    return thread


async def _writer(session: AsyncSession, found: OpenMap) -> int:
    """Who may write, and has not written too much by now; raises `NotAllowed` and `TooMany`."""
    user_id = found.standing.user_id
    if not rights.may_write(found.standing) or user_id is None:
        raise NotAllowed("You may not comment on this map.")
    await limits.take_attempt(session, [Limit(f"comment {user_id}", MOST_AN_HOUR, limits.HOUR)])
    return user_id


async def _tell(
    session: AsyncSession,
    found: OpenMap,
    comment_id: int,
    about: str,
    *,
    mentioned: Collection[int],
    others: Collection[int],
    kind: str,
) -> None:
    """Tell those who are named, and others who are concerned, once each."""
    for people, chosen in ((set(mentioned), "mention"), (set(others) - set(mentioned), kind)):
        await notices.notify_all(
            session,
            user_ids=people,
            kind=chosen,
            map_id=found.map.id,
            comment_id=comment_id,
            by_user_id=found.standing.user_id,
            detail={"about": about},
        )


async def _announce(session: AsyncSession, found: OpenMap, comment: CommentRow) -> None:
    topic_ids = None if comment.topic_id is None else [comment.topic_id]
    await announce(session, found.map.id, "comments", user_id=found.standing.user_id, topic_ids=topic_ids)
