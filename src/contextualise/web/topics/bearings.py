"""What forms of dates and places have in common: both are values of a topic that stand in one section of its page."""

from dataclasses import replace
from typing import Any, TypeVar

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import OccurrenceDraft
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.occurrences import add_occurrence, delete_occurrence, edit_occurrence
from contextualise.lib.kinds import Kind, kind_of_value
from contextualise.lib.values import Checked
from contextualise.web.pages.forms import FormPage
from contextualise.web.shared.requests import AnyRequest, writing
from contextualise.web.topics.blocks import DATES
from contextualise.web.topics.editing import Place, place_of, show_saved, undoable
from contextualise.web.topics.facts import draft_of

V = TypeVar("V")


async def find_bearing(connection: AsyncConnection | AsyncSession, place: Place, occurrence_id: int, kind: Kind) -> OccurrenceDraft:
    """The date or place of the topic; raises `NotFound` for an occurrence of another kind."""
    draft = await draft_of(connection, place, occurrence_id)
    if draft.sha256 is not None or kind_of_value(draft.datatype) != kind:
        raise NotFound(f"This is no {_word(kind)}.")
    return draft


async def save_bearing(
    session: AsyncSession,
    place: Place,
    draft: OccurrenceDraft | None,
    *,
    type_id: int,
    checked: Checked,
    title: str,
    scope_ids: list[int],
) -> Saved:
    """Add the value, or write the draft anew with it."""
    given: dict[str, Any] = {
        "type_id": type_id,
        "value": checked.value,
        "datatype": checked.datatype,
        "title": title or None,
        "scope_ids": scope_ids,
    }
    if draft is None:
        return await add_occurrence(session, place.map_id, place.user_id, place.topic.id, **given)
    return await edit_occurrence(session, place.map_id, place.user_id, draft.id, **given)


async def remove_bearing(request: AnyRequest, ref: str, slug: str, occurrence_id: int, kind: Kind) -> Response[Any]:
    """Delete the date or place at once; Undo brings it back."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        draft = await find_bearing(session, place, occurrence_id, kind)
        saved = await delete_occurrence(session, place.map_id, place.user_id, occurrence_id)
    return await show_saved(request, place, DATES, DATES, undoable(place.found, f"Deleted “{draft.title or draft.type.label}”.", saved))


def bearing_page(place: Place, form: V, draft: OccurrenceDraft | None, kind: Kind) -> FormPage[V]:
    """The form of a new value, or of the draft."""
    if draft is None:
        title, element = f"A {_word(kind)} of {place.topic.label}", f"{_word(kind)}-new"
        return place.form(form, title=title, steps=(kind, "new"), element=element, block=DATES)
    title = f"Edit {draft.title or draft.type.label} of {place.topic.label}"
    page = place.form(form, title=title, steps=(kind, draft.id, "edit"), element=f"occurrence-{draft.id}", block=DATES)
    return replace(page, removal=place.path(kind, draft.id, "removal"))


def _word(kind: Kind) -> str:
    return kind.value.removesuffix("s")
