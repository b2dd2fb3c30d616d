"""Writing comments: beginning a thread, answering, changing, removing, resolving."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from litestar import Response, post, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import comments
from contextualise.domain.errors import NotAllowed
from contextualise.domain.maps import OpenMap
from contextualise.web.comments.asked import map_to_comment, map_to_discuss, number_of
from contextualise.web.comments.forms import Written, answer_page, begin_page, edit_page, form_alone, opened, people_url, refused
from contextualise.web.comments.showing import about_page, thread_page
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.pages.comments import Form, Reader, RemovalPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import HTML, VARY, own_path, see_other, show, wants_fragment
from contextualise.web.shared.requests import AnyRequest, reading, writing
from contextualise.web.topics.editing import Refusal, attempt
from contextualise.web.writing import REFUSALS, forget_written, keep_refused, keep_written, note_unsaved, require_writer

READ = [HttpMethod.GET, HttpMethod.HEAD]


@dataclass(frozen=True, slots=True)
class Saying:
    """A way to say something about what has a number: the deed, its form, and the page around the form when it comes back refused."""

    save: Callable[[AsyncSession, OpenMap, int, str], Coroutine[Any, Any, int]]
    form: Callable[[AsyncSession, OpenMap, int], Awaitable[Form]]
    page: Callable[[AnyRequest, AsyncConnection, OpenMap, int, Written], Awaitable[Response[Any]]]


@post("/maps/{ref:str}/comments/about/{construct_id:int}")
async def begin_thread(request: AnyRequest, ref: FromPath[str], construct_id: FromPath[int]) -> Response[Any]:
    """Begins a thread on a topic or a statement."""
    number, told = number_of(construct_id), Flash("Your comment is there.")
    done = await _say(request, ref, _BEGINNING, number)
    if isinstance(done, Response):
        return done
    found, thread_id = done
    if not wants_fragment(request):
        return see_other(request, f"{Reader(found).url}/about/{number}#thread-{thread_id}", told)
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        return await about_page(request, connection, found, number, focus_on=thread_id, told=(told,))


@post("/maps/{ref:str}/comments/{comment_id:int}")
async def answer(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """Says something more in a thread."""
    thread_id, told = number_of(comment_id), Flash("Your answer is there.")
    done = await _say(request, ref, _ANSWERING, thread_id)
    if isinstance(done, Response):
        return done
    found, answer_id = done
    if not wants_fragment(request):
        return see_other(request, f"{Reader(found).url}/{thread_id}#comment-{answer_id}", told)
    return await _thread(request, ref, thread_id, told)


@route("/maps/{ref:str}/comments/{comment_id:int}/edit", http_method=READ)
async def edit_form(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """The form of one's own comment."""
    number = number_of(comment_id)
    async with writing(request) as session:
        found = await map_to_comment(request, session, ref)
        written = await opened(request, await session.connection(), found, await _form_of(session, found, number))
    assert written is not None, "whoever may change a comment may write one"
    return form_alone(request, written) if wants_fragment(request) else _edit_page(request, written)


@post("/maps/{ref:str}/comments/{comment_id:int}/edit")
async def edit(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """Writes one's own comment anew."""
    number, told = number_of(comment_id), Flash("Changed your comment.")
    done = await _say(request, ref, _CHANGING, number)
    if isinstance(done, Response):
        return done
    found, thread_id = done
    if not wants_fragment(request):
        return see_other(request, f"{Reader(found).url}/{number}#comment-{number}", told)
    return await _thread(request, ref, thread_id, told)


@route("/maps/{ref:str}/comments/{comment_id:int}/removal", http_method=READ)
async def ask_removal(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """Asks before a comment is removed for good."""
    number = number_of(comment_id)
    async with writing(request) as session:
        found = await map_to_discuss(request, session, ref)
        comment = await comments.find_comment(session, found, number)
        if not comments.may_remove(found.standing, comment.user_id):
            raise NotAllowed("Only who wrote a comment, and the owner of the map, can remove it.")
    url = Reader(found).url
    page = RemovalPage("Remove this comment?", f"{url}/{number}/removal", f"{url}/{number}", comment.body)
    return show(request, "comments/removal.html", page)


@post("/maps/{ref:str}/comments/{comment_id:int}/removal")
async def remove(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """Removes a comment; with the last one of a thread the thread goes too."""
    number, told = number_of(comment_id), Flash("Removed the comment.")
    async with writing(request) as session:
        found = await map_to_discuss(request, session, ref)
        thread_id = await comments.remove(session, found, number)
    if not wants_fragment(request):
        url = Reader(found).url
        return see_other(request, f"{url}/{thread_id}" if thread_id else url, told)
    if thread_id is None:
        return Response("", media_type=HTML, status_code=200, headers=dict(VARY))
    return await _thread(request, ref, thread_id, told)


@post("/maps/{ref:str}/comments/{comment_id:int}/resolution")
async def resolve(request: AnyRequest, ref: FromPath[str], comment_id: FromPath[int]) -> Response[Any]:
    """Settles a thread, or opens it again."""
    thread_id = number_of(comment_id)
    posted = await read_posted(request)
    resolved = posted.text("resolved") != "0"
    async with writing(request) as session:
        found = await map_to_comment(request, session, ref)
        await comments.resolve(session, found, thread_id, resolved=resolved)
    told = Flash("Resolved." if resolved else "Open again.")
    if not wants_fragment(request):
        return see_other(request, own_path(posted.text("next"), f"{Reader(found).url}/{thread_id}"), told)
    return await _thread(request, ref, thread_id, told)


async def _say(request: AnyRequest, ref: str, saying: Saying, number: int) -> tuple[OpenMap, int] | Response[Any]:
    """What was written, or the answer to what cannot be kept; nothing typed is lost."""
    posted = await read_posted(request)
    note_unsaved(request, posted)
    try:
        return await _save(request, ref, saying, number, posted)
    except REFUSALS as refusal:
        return await keep_refused(request, posted, refusal)


async def _save(request: AnyRequest, ref: str, saying: Saying, number: int, posted: Posted) -> tuple[OpenMap, int] | Response[Any]:
    source = posted.text("text")
    async with writing(request) as session:
        found = await map_to_comment(request, session, ref)
        require_writer(request, posted, found.standing.user_id)
        form = await saying.form(session, found, number)
        saved = await attempt(session, saying.save(session, found, number, source))
        if isinstance(saved, Refusal):
            await keep_written(request, session, posted, source)
        else:
            await forget_written(request, session, posted)
    if not isinstance(saved, Refusal):
        return found, saved
    written = refused(request, found, form, posted, dict(saved.errors))
    if wants_fragment(request):
        return form_alone(request, written)
    async with reading(request) as connection:
        return await saying.page(request, connection, await map_to_discuss(request, connection, ref), number, written)


async def _form_to_begin(_: AsyncSession, found: OpenMap, construct_id: int) -> Form:
    return begin_page(found, construct_id)


async def _form_to_answer(_: AsyncSession, found: OpenMap, thread_id: int) -> Form:
    return answer_page(found, thread_id)


async def _form_of(session: AsyncSession, found: OpenMap, comment_id: int) -> Form:
    """The form of a comment for who wrote it; raises `NotFound` and `NotAllowed`."""
    comment = await comments.find_comment(session, found, comment_id)
    if not comments.may_change(found.standing, comment.user_id):
        raise NotAllowed("Only who wrote a comment can change it.")
    return edit_page(found, comment_id, comment.thread_id, comment.body)


def _edit_page(request: AnyRequest, written: Written) -> Response[Any]:
    return show(
        request,
        "comments/edit.html",
        written.page,
        status=422 if written.page.errors else 200,
        writing=written.writing,
        is_panel=False,
        people_url=people_url(written.found),
    )


async def _page_to_change(request: AnyRequest, _: AsyncConnection, __: OpenMap, ___: int, written: Written) -> Response[Any]:
    return _edit_page(request, written)


async def _thread(request: AnyRequest, ref: str, thread_id: int, told: Flash) -> Response[Any]:
    """The thread as it is now, for htmx."""
    async with reading(request) as connection:
        found = await map_to_discuss(request, connection, ref)
        return await thread_page(request, connection, found, thread_id, focus_on=thread_id, told=(told,))


_BEGINNING = Saying(comments.begin_thread, _form_to_begin, about_page)
_ANSWERING = Saying(comments.answer, _form_to_answer, thread_page)
_CHANGING = Saying(comments.edit, _form_of, _page_to_change)

ROUTES = [begin_thread, answer, edit_form, edit, ask_removal, remove, resolve]
