"""What all forms of a topic share: finding the topic, showing the form, trying the change, telling what came of it."""

import re
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.drafts import TopicDraft, topic_draft
from contextualise.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from contextualise.domain.history import Saved
from contextualise.domain.maps import OpenMap
from contextualise.domain.topics import SameSubject, TopicRef
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import page_before, see_other, show, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, SignInNeeded, map_for, reading, viewer_of
from contextualise.web.topics.showing import topic_block

T = TypeVar("T")
V = TypeVar("V")
KEPT = ("scope", "strict")  # the reader's context goes along from page to form and back
FRAME = "in"
FRAMES = {
    ("li", "name"): "item",
    ("li", "occurrence"): "item",
    ("li", "association"): "item",
    ("div", "occurrence"): "fact",
    ("div", "name"): "title",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The topic that a form belongs to, and the addresses around it."""

    found: OpenMap
    topic: TopicDraft
    context: str  # the reader's context as a query, or nothing
    frame: str = ""  # what the form stands in on the topic's page: an item of a list, a row of facts, the heading

    @property
    def map_id(self) -> int:
        """The map's number."""
        return self.found.map.id

    @property
    def user_id(self) -> int | None:
        """Who asks."""
        return self.found.viewer.id if self.found.viewer else None

    @property
    def map_url(self) -> str:
        """The map's address."""
        return map_url(self.found)

    @property
    def url(self) -> str:
        """The topic's page."""
        return topic_url(self.found, self.topic.slug)

    @property
    def page(self) -> str:
        """The topic's page in the reader's context."""
        return self.url + self.context

    def path(self, *steps: object) -> str:
        """An address below the topic's, in the reader's context; it remembers what the form stands in."""
        query = "&".join(part for part in (self.context.removeprefix("?"), self.frame and f"{FRAME}={self.frame}") if part)
        return "/".join((self.url, *map(str, steps))) + (f"?{query}" if query else "")

    def form(self, values: V, *, title: str, steps: Sequence[object], element: str, block: str) -> FormPage[V]:
        """A form of this topic; `steps` lead from the topic's address to the form's."""
        return FormPage(
            title=title,
            action=self.path(*steps),
            back=self.page,
            back_to=self.topic.label,
            element=element,
            block=block,
            values=values,
            sources=f"{self.map_url}/references",
            frame=self.frame,
        )


def map_url(found: OpenMap) -> str:
    """The address of a map."""
    return f"/maps/{found.map.ref}"


def topic_url(found: OpenMap, slug: str) -> str:
    """The address of a topic."""
    return f"{map_url(found)}/topics/{quote(slug, safe='')}"


async def place_of(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str, slug: str) -> Place:
    """The topic for somebody who may change it; raises as `map_to_edit`, and `NotFound` for a topic that is not there."""
    found = await map_to_edit(request, connection, ref)
    topic = await topic_draft(connection, found.map.id, slug)
    if topic.is_hidden:  # it only carries facts of a statement, and has no page
        raise NotFound("There is no such topic in this map.")
    return Place(found, topic, context_of(request), frame_of(request))


async def map_to_edit(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str, action: Action = Action.EDIT) -> OpenMap:
    """The map for somebody who may change it; raises as `map_for`, and `SignInNeeded` for a reader who has not said who they are."""
    try:
        return await map_for(request, connection, ref, action)
    except NotAllowed:
        if await viewer_of(request, connection) is None:
            raise SignInNeeded from None
        raise


def context_of(request: AnyRequest) -> str:
    """The reader's context as the query of an address: this one's, or that of the topic's page from which the person comes."""
    given = [(name, value) for name in KEPT for value in request.query_params.getall(name, [])]
    if not given:
        before = page_before(request)
        if re.fullmatch(r"/maps/[^/]+/topics/[^/]+", before.path):
            given = [(name, value) for name, value in parse_qsl(before.query, max_num_fields=None)[:20] if name in KEPT]
    return f"?{urlencode(given)}" if given else ""


def frame_of(request: AnyRequest) -> str:
    """What a form in the topic's page has to stand in so that the page stays sound: lists hold items, facts hold terms and values."""
    if not wants_fragment(request):
        return ""
    if request.method == "POST":
        asked = request.query_params.get(FRAME, "")
        return asked if asked in FRAMES.values() else ""
    kind, _, _ = (target_id(request) or "").rpartition("-")
    tag = request.headers.get("hx-target", "").partition("#")[0]
    return FRAMES.get((tag, kind), "")


def show_form(request: AnyRequest, template: str, page: FormPage[Any], *, status: int | None = None, **more: Any) -> Response[str]:
    """The form as a page, or alone for htmx; 422 when there is something to correct."""
    inline = wants_fragment(request)
    chosen = status or (422 if page.errors else 200)
    return show(request, template, page, block="form", status=chosen, inline=inline, **more)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change was not made, by field; `same_subject` is a topic that turned out to be the same."""

    errors: Mapping[str, str]
    same_subject: TopicRef | None = None


async def attempt(
    session: AsyncSession, deed: Coroutine[Any, Any, T], fields: Mapping[str, str] | None = None, *, before: Mapping[str, str] | None = None
) -> T | Refusal:
    """The deed's result, or why it was refused, in which case nothing of it stays.

    `fields` maps names of the domain to those of the form; with errors found `before`, the deed is not even tried.
    """
    if before:
        deed.close()
        return Refusal(before)
    renamed = fields or {}
    try:
        async with session.begin_nested():
            return await deed
    except Invalid as error:
        return Refusal({renamed.get(name, name): reason for name, reason in error.fields.items()})
    except SameSubject as error:
        return Refusal({"": str(error)}, error.topic)
    except Conflict as error:
        return Refusal({"": str(error)})


def undoable(found: OpenMap, text: str, saved: Saved, label: str = "Undo") -> Flash:
    """The message that something was done, with the way back."""
    undo = f"{map_url(found)}/changes/{saved.change_id}/undoing" if saved.change_id is not None else None
    return Flash(text, undo_url=undo, undo_label=label)


async def show_saved(
    request: AnyRequest, place: Place, block: str, element: str, *notices: Flash, focus: str = "data-focus"
) -> Response[Any]:
    """After a change: the topic's page for a browser, for htmx the block that changed, with the focus on what was edited.

    `focus` is an attribute of the control in the element that takes it, by default the one that opens the form.
    """
    if not wants_fragment(request):
        return see_other(request, f"{place.page}#{element}", *notices)
    async with reading(request) as connection:
        found = await map_for(request, connection, place.found.map.ref, Action.READ)
        response = await topic_block(request, found, connection, place.topic.slug, block, notices=notices)
    if isinstance(response.content, str):
        response.content = with_title(found, with_focus_on(element, response.content, focus))
    return response


def in_place_of(response: Response[str], selector: str) -> Response[str]:
    """The fragment for another element than the one that htmx asked to fill: a refused form goes where the small one was."""
    response.content = f'<hx-partial hx-target="{selector}" hx-swap="outerHTML">{response.content}</hx-partial>'
    return response


def with_title(found: OpenMap, html: str) -> str:
    """The fragment with the page's title, which htmx takes over, where it brings the heading that the title repeats."""
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    return f"<title>{heading[1].strip()} · {escape(found.map.title)}</title>{html}" if heading else html


def with_focus_on(element: str, html: str, focus: str = "data-focus") -> str:
    """The fragment with the focus on the first control of the element that has the attribute, once it is swapped in."""
    start = html.find(f'id="{element}"')
    mark = html.find(focus, start) if start >= 0 else -1
    return html if mark < 0 else f"{html[:mark]}autofocus {html[mark:]}"
