"""Where a note shows: in the inbox or on a topic's page. Its forms stand there, and so does what comes of them."""

from dataclasses import dataclass
from typing import Any

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import OccurrenceDraft, find_topic, occurrence_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.domain.notes import find_inbox
from contextualise.domain.topics import TopicRef
from contextualise.web.notes.inbox import BLOCK as INBOX
from contextualise.web.notes.inbox import answer_with_inbox
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.editing import V, context_of, map_to_edit, map_url, topic_url, with_focus_on
from contextualise.web.topics.showing import topic_block

BLOCK = "topic-notes"


@dataclass(frozen=True, slots=True)
class Home:
    """A note and where it shows; `topic` is None for the inbox."""

    found: OpenMap
    note: OccurrenceDraft
    topic: TopicRef | None
    context: str

    @property
    def map_id(self) -> int:
        """The map's number."""
        return self.found.map.id

    @property
    def user_id(self) -> int | None:
        """Who asks."""
        return self.found.viewer.id if self.found.viewer else None

    @property
    def element(self) -> str:
        """The id of the note's element, on either page."""
        return f"text-{self.note.id}"

    @property
    def block(self) -> str:
        """The part of the page that has the note."""
        return BLOCK if self.topic else INBOX

    @property
    def page(self) -> str:
        """The page that has the note."""
        return topic_url(self.found, self.topic.slug) + self.context if self.topic else f"{map_url(self.found)}/notes"

    @property
    def page_name(self) -> str:
        """What that page is called."""
        return self.topic.label if self.topic else "Notes"

    def path(self, step: str) -> str:
        """The address of one of the note's forms."""
        return f"{map_url(self.found)}/notes/{self.note.id}/{step}{self.context}"

    def form(self, values: V, *, title: str, step: str, element: str = "") -> FormPage[V]:
        """A form of the note, in its place or in an element of its own."""
        return FormPage(
            title=title,
            action=self.path(step),
            back=self.page,
            back_to=self.page_name,
            element=element or self.element,
            block=self.block,
            values=values,
            sources=f"{map_url(self.found)}/references",
        )


async def home_of_note(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str, note_id: int) -> Home:
    """The note for somebody who may change it; raises as `map_to_edit`, and `NotFound` for what is no note."""
    found = await map_to_edit(request, connection, ref)
    note = await occurrence_draft(connection, found.map.id, note_id)
    if note.type.id != (await base_ids(connection, found.map.id, ["note"])).get("note"):
        raise NotFound("There is no such note in this map.")
    inbox = await find_inbox(connection, found.map.id)
    topic = None if inbox and inbox.topic_id == note.topic_id else await find_topic(connection, found.map.id, note.topic_id)
    return Home(found, note, topic, context_of(request))


async def answer_at_home(request: AnyRequest, home: Home, *notices: Flash, element: str = "") -> Response[Any]:
    """After a change: the page where the note was, or for htmx the part of it that the person has open.

    `element` is the note that takes the focus. A person who has another page open by now is taken to the right one.
    """
    if home.topic is None and (not wants_fragment(request) or target_id(request) == INBOX):
        return await answer_with_inbox(request, home.found.map.ref, *notices, element=element)
    if home.topic is None or not wants_fragment(request) or target_id(request) != BLOCK:
        return see_other(request, home.page + (f"#{element}" if element else f"#{BLOCK}"), *notices)
    return await answer_with_notes(request, home.found, home.topic.slug, *notices, element=element)


async def answer_with_notes(request: AnyRequest, found: OpenMap, slug: str, *notices: Flash, element: str = "") -> Response[Any]:
    """For htmx: the notes of a topic read anew, with the count of the inbox in the bar."""
    async with reading(request) as connection:
        found = await map_for(request, connection, found.map.ref, Action.READ)
        response = await topic_block(request, found, connection, slug, BLOCK, notices=notices)
    if isinstance(response.content, str):
        response.content = with_focus_on(element or BLOCK, response.content)
        response.content += parts_of(request).templates.render("notes/_count.html#partial", {"count": found.map.note_count})
    return response
