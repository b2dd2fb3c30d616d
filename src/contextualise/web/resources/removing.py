"""Deleting from a list of the map."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, post
from litestar.params import FromPath

from contextualise.domain.drafts import find_topic, occurrence_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.occurrences import delete_occurrence
from contextualise.web.resources.showing import kind_of
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, writing
from contextualise.web.topics.editing import map_to_edit, map_url, undoable


@post("/maps/{ref:str}/resources/{kind:str}/{occurrence_id:int}/removal")
async def remove_resource(request: AnyRequest, ref: FromPath[str], kind: FromPath[str], occurrence_id: FromPath[int]) -> Response[Any]:
    """Deletes one entry at once and shows the list as it was looked at; Undo brings it back."""
    async with writing(request) as session:
        found = await map_to_edit(request, session, ref)
        list_url = f"{map_url(found)}/resources/{kind_of(kind)}"
        draft = await occurrence_draft(session, found.map.id, occurrence_id)
        topic = await find_topic(session, found.map.id, draft.topic_id)
        if topic is None or topic.is_hidden:  # what is said about a statement is in no list
            raise NotFound("This is not there any more.")
        saved = await delete_occurrence(session, found.map.id, found.viewer.id if found.viewer else None, occurrence_id)
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name in _KEPT]
    message = undoable(found, f"Deleted “{draft.title or draft.type.label}” of {topic.label}.", saved)
    return see_other(request, f"{list_url}?{urlencode(pairs)}" if pairs else list_url, message)


_KEPT = frozenset({"q", "type", "as", "sort", "dir", "scope", "strict"})

ROUTES = [remove_resource]
