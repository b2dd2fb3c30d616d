"""Reading comments: of a map, of a topic's page, of one thing, one thread; and the people who can be named in one."""

from dataclasses import replace
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import comments, notices
from contextualise.domain.comments import Where, described
from contextualise.domain.drafts import topic_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.web.comments.asked import Asked, asked_threads, map_to_discuss, number_of
from contextualise.web.comments.forms import Written, about_form, answer_form, people_url, with_source
from contextualise.web.pages.comments import OneThreadPage, Reader, ThreadsPage, threads_page
from contextualise.web.pages.topics.links import Link
from contextualise.web.shared.conditional import etag_of, not_modified, validators
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import is_refresh, see_other, show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing

READ = [HttpMethod.GET, HttpMethod.HEAD]
LONGEST_NAME = 100


@route("/maps/{ref:str}/comments", http_method=READ)
async def list_comments(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The threads of a map; `?show=` open, resolved or all, `?of=` all, mine or mentions."""
    asked = asked_threads(request)
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        threads = await _threads(connection, found, Where(), asked)
    reader = Reader(found)
    back = Link(found.map.title, reader.map_url)
    page = threads_page(reader, threads, reader.url, title="Comments", back=back, state=asked.state, of=asked.of, filters_of=True)
    return _list(request, page, validators(etag))


@route("/maps/{ref:str}/topics/{slug:str}/comments", http_method=READ)
async def list_comments_of_topic(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """The threads on a topic and on all that is said about it."""
    asked = asked_threads(request)
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        etag = etag_of(request, found)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        topic = await topic_draft(connection, found.map.id, slug)
        threads = await _threads(connection, found, Where("topic", topic.id), asked)
    reader = Reader(found)
    url = reader.topic_url(topic.slug)
    about = Link(topic.label, f"{reader.url}/about/{topic.id}") if comments.may_write(found.standing) and not topic.is_hidden else None
    page = threads_page(
        reader,
        threads,
        f"{url}/comments",
        title=f"Comments on {topic.label}",
        back=Link(topic.label, url),
        about=about,
        state=asked.state,
        of=asked.of,
        filters_of=True,
    )
    return _list(request, page, validators(etag))


@route("/maps/{ref:str}/comments/people", http_method=READ)
async def find_people(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Those who can be named in a comment, while somebody types."""
    typed = " ".join(request.query_params.get("q", "").split())[:LONGEST_NAME]
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        people = await comments.people_called(connection, found.map.id, typed, but=found.standing.user_id)
    return show(request, "comments/people.html", [name for _, name in people])


@route("/maps/{ref:str}/comments/about/{construct_id:int}", http_method=READ)
async def show_about(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """What is said about one thing, and the field to say more; `?draft=` takes up what was begun before."""
    construct_id = number_of(construct_id)
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        response = await about_page(request, connection, found, construct_id)
    reader_id = _reads(request, found)
    if reader_id is not None:
        async with writing(request) as session:
            await notices.mark_about(session, reader_id, found.map.id, construct_id)
    return response


async def about_page(
    request: AnyRequest,
    connection: AsyncConnection,
    found: OpenMap,
    construct_id: int,
    written: Written | None = None,
    *,
    focus_on: int = 0,
    told: tuple[Flash, ...] = (),
) -> Response[Any]:
    """The page of one thing, the panel with it, or the form alone; `written` is the form as it came back refused."""
    form = written or await about_form(request, connection, found, construct_id)
    alone = with_source(request, form)
    if alone is not None:
        return alone
    asked = asked_threads(request)
    subject = await comments.subject_of(connection, found.map.id, construct_id)
    threads = await _threads(connection, found, Where("construct", construct_id), asked)
    if subject is None and not threads.rows and not await comments.is_talked_about(connection, found.map.id, construct_id):
        raise NotFound("There is nothing of this number to talk about.")
    reader = Reader(found)
    if subject is not None:
        title = f"Comments on {described(comments.kind_of(subject), subject.quote)}"
        back = Link(subject.label, reader.topic_url(subject.slug))
    else:
        title, back = "Comments on what was deleted", Link("All comments", reader.url)
    path = f"{reader.url}/about/{construct_id}"
    page = threads_page(reader, threads, path, title=title, back=back, state=asked.state, construct_id=construct_id)
    count = await comments.open_threads(connection, found.map.id, [construct_id])
    page = replace(page, open_count=str(count.get(construct_id, 0)))
    block = "talk_threads" if target_id(request) == "talk-threads" else "talk_about"
    return _talk(request, "comments/about.html", page, form if subject is not None else None, block=block, focus_on=focus_on, told=told)


@route("/maps/{ref:str}/comments/{comment_id:int}", http_method=READ)
async def show_thread(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """A thread with the field to answer. The address of one of its answers leads to the place where that is shown."""
    comment_id = number_of(comment_id)
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        thread_id = await comments.thread_of(connection, found.map.id, comment_id)
        if thread_id != comment_id:
            return await _to_answer(request, connection, found, thread_id, comment_id)
        response = await thread_page(request, connection, found, thread_id)
    reader_id = _reads(request, found)
    if reader_id is not None:
        async with writing(request) as session:
            await notices.mark_thread(session, reader_id, found.map.id, thread_id)
    return response


async def thread_page(
    request: AnyRequest,
    connection: AsyncConnection,
    found: OpenMap,
    thread_id: int,
    written: Written | None = None,
    *,
    focus_on: int = 0,
    told: tuple[Flash, ...] = (),
) -> Response[Any]:
    """The page of a thread, the thread alone for htmx, or only its form; `written` is the form as it came back refused."""
    form = written or await answer_form(request, connection, found, thread_id)
    alone = with_source(request, form)
    if alone is not None:
        return alone
    asked = asked_threads(request)
    whole = await comments.read_thread(connection, found.map.id, thread_id, before=asked.before, after=asked.after)
    thread = Reader(found).whole(whole)
    page, heading = OneThreadPage(f"Comments on {thread.about.text}", thread), not wants_fragment(request)
    return _talk(request, "comments/thread.html", page, form, block="thread", heading=heading, focus_on=focus_on, told=told)


async def _to_answer(request: AnyRequest, connection: AsyncConnection, found: OpenMap, thread_id: int, comment_id: int) -> Response[Any]:
    """To the answer in its thread: among the last ones, or with it at the top."""
    last = await comments.read_thread(connection, found.map.id, thread_id)
    url = f"{Reader(found).url}/{thread_id}"
    place = "" if any(line.id == comment_id for line in last.record.answers) else f"?after={comment_id - 1}"
    return see_other(request, f"{url}{place}#comment-{comment_id}")


def _reads(request: AnyRequest, found: OpenMap) -> int | None:
    """The person with notices that wait who has the page before the eyes now; a browser that only looks ahead, or back, is nobody."""
    is_seen = request.method == "GET" and "prefetch" not in request.headers.get("sec-purpose", "") and not is_refresh(request)
    return found.viewer.id if is_seen and found.viewer is not None and found.viewer.unread else None


def _list(request: AnyRequest, page: ThreadsPage, headers: dict[str, str]) -> Response[Any]:
    return show(request, "comments/index.html", page, block="threads", headers=headers, is_panel=False, focus_on=0, heading=True, form=None)


async def _threads(connection: AsyncConnection, found: OpenMap, where: Where, asked: Asked) -> comments.ThreadPage:
    return await comments.list_threads(
        connection,
        found.map.id,
        where,
        state=asked.state,
        of=asked.of if where.place != "construct" else "all",
        user_id=found.standing.user_id,
        before=asked.before,
        after=asked.after,
    )


def _talk(
    request: AnyRequest,
    template: str,
    page: Any,
    written: Written | None,
    *,
    block: str,
    heading: bool = False,
    focus_on: int,
    told: tuple[Flash, ...],
) -> Response[Any]:
    """Threads with the form to say more, or without it for somebody who may only read."""
    return show(
        request,
        template,
        page,
        block=block,
        status=422 if written and written.page.errors else 200,
        headers={"Cache-Control": "private, no-store"},
        notices=told,
        is_panel=wants_fragment(request),
        focus_on=focus_on,
        heading=heading,
        form=written.page if written else None,
        writing=written.writing if written else None,
        people_url=people_url(written.found) if written else "",
    )


ROUTES = [list_comments, list_comments_of_topic, find_people, show_about, show_thread]
