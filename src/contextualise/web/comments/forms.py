"""The fields in which comments are written, each with its draft."""

from dataclasses import dataclass, replace
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import comments
from contextualise.domain.maps import OpenMap
from contextualise.web.forms.posted import Posted
from contextualise.web.pages.comments import CommentForm, Form
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.fragments import show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.topics.editing import map_url
from contextualise.web.writing import Writing, writing_again, writing_at


@dataclass(frozen=True, slots=True)
class Written:
    """A form with what its keeper of drafts needs."""

    found: OpenMap
    page: Form
    writing: Writing


def people_url(found: OpenMap) -> str:
    """Where the people are found who can be named."""
    return f"{map_url(found)}/comments/people"


def begin_page(found: OpenMap, construct_id: int) -> Form:
    """The form that begins a thread."""
    return _page(found, f"about/{construct_id}", title="Write a comment", element="comment-new", block="talk-about")


def answer_page(found: OpenMap, thread_id: int) -> Form:
    """The form of a further comment in a thread."""
    return _page(found, str(thread_id), title="Write an answer", element=f"answer-{thread_id}", block=f"thread-{thread_id}")


def edit_page(found: OpenMap, comment_id: int, thread_id: int, source: str) -> Form:
    """The form that writes a comment anew."""
    page = _page(found, f"{comment_id}/edit", title="Change your comment", element=f"comment-{comment_id}", block=f"thread-{thread_id}")
    return replace(page, values=CommentForm(source), back=f"{map_url(found)}/comments/{thread_id}", back_to="Back", frame="edit")


async def about_form(request: AnyRequest, connection: AsyncConnection, found: OpenMap, construct_id: int) -> Written | None:
    """The form as it is opened; None for somebody who may only read."""
    return await opened(request, connection, found, begin_page(found, construct_id))


async def answer_form(request: AnyRequest, connection: AsyncConnection, found: OpenMap, thread_id: int) -> Written | None:
    """The form as it is opened; None for somebody who may only read."""
    return await opened(request, connection, found, answer_page(found, thread_id))


async def opened(request: AnyRequest, connection: AsyncConnection, found: OpenMap, page: Form) -> Written | None:
    """A form with the drafts that can be taken up, and the one in it that was."""
    if not comments.may_write(found.standing):
        return None
    writing = await writing_at(request, connection, found, _address(found, page), saved=page.values.source)
    return Written(found, page if writing.taken is None else _with(page, writing.taken.source), writing)


def refused(request: AnyRequest, found: OpenMap, page: Form, posted: Posted, errors: dict[str, str]) -> Written:
    """A form that comes back with what was typed and what is wrong with it."""
    page = replace(_with(page, posted.text("text")), errors=errors)
    return Written(found, page, writing_again(request, found, posted, _address(found, page)))


def with_source(request: AnyRequest, written: Written | None) -> Response[Any] | None:
    """The form alone, or the drafts above it, where htmx asks for that; None where it asks for more."""
    if written is None or not wants_fragment(request):
        return None
    block = {written.page.element: "form", f"{written.page.element}-drafts": "drafts"}.get(target_id(request) or "")
    return form_alone(request, written, block) if block else None


def form_alone(request: AnyRequest, written: Written, block: str = "form") -> Response[Any]:
    """The form alone."""
    return show(
        request,
        "comments/_form.html",
        written.page,
        block=block,
        status=422 if written.page.errors else 200,
        form=written.page,
        writing=written.writing,
        is_panel=True,
        people_url=people_url(written.found),
    )


def _page(found: OpenMap, step: str, *, title: str, element: str, block: str) -> Form:
    url = map_url(found)
    return FormPage(
        title=title,
        action=f"{url}/comments/{step}",
        back=f"{url}/comments",
        back_to="All comments",
        element=element,
        block=block,
        values=CommentForm(),
        sources=f"{url}/references",
    )


def _address(found: OpenMap, page: Form) -> str:
    """The form's address below the map's."""
    return page.action.removeprefix(f"{map_url(found)}/")


def _with(page: Form, source: str) -> Form:
    return replace(page, values=CommentForm(source))
