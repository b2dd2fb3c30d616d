"""Putting a topic under tags, and taking it from under them."""

import unicodedata
from typing import Any

from litestar import Response, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.access import Action
from contextualise.domain.drafts import Candidate, association_draft
from contextualise.domain.errors import NotFound
from contextualise.domain.history import Saved
from contextualise.domain.tags import add_tag, remove_tag
from contextualise.web.forms.posted import Posted, read_posted
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, wants_fragment
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.topics.editing import Place, Refusal, attempt, place_of, show_saved, undoable
from contextualise.web.topics.showing import topic_block

BLOCK = "topic-tags"
FIELD = 'name="tags"'
MOST = 30


@post("/maps/{ref:str}/topics/{slug:str}/tags")
async def add_tags(request: AnyRequest, ref: FromPath[str], slug: FromPath[str]) -> Response[Any]:
    """Adds tags, given as a list with commas; those that the topic has already stay as they are."""
    posted = await read_posted(request)
    names = wanted_tags(posted)
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        saved = await attempt(session, _add(session, place, names), before=None if names else {"tags": "Write a tag."})
    if isinstance(saved, Refusal):
        return await _refused(request, place, " ".join(saved.errors.values()))
    return await show_saved(request, place, BLOCK, BLOCK, *_told(place, names, saved), focus=FIELD)


@post("/maps/{ref:str}/topics/{slug:str}/tags/{association_id:int}/removal")
async def remove(request: AnyRequest, ref: FromPath[str], slug: FromPath[str], association_id: FromPath[int]) -> Response[Any]:
    """Takes a tag from the topic; the tag itself stays."""
    async with writing(request) as session:
        place = await place_of(request, session, ref, slug)
        tag = await _tag(session, place, association_id)
        saved = await remove_tag(session, place.map_id, place.user_id, place.topic.id, tag.id)
    message = undoable(place.found, f"Took the tag “{tag.label}” away.", saved)
    return await show_saved(request, place, BLOCK, BLOCK, message, focus=FIELD)


def wanted_tags(posted: Posted) -> list[str]:
    """The names between commas, each once, at most thirty at a time."""
    parts = (" ".join(unicodedata.normalize("NFC", part).split()) for text in posted.texts("tags") for part in text.split(","))
    return list(dict.fromkeys(part for part in parts if part))[:MOST]


async def _add(session: AsyncSession, place: Place, names: list[str]) -> list[Saved]:
    return [await add_tag(session, place.map_id, place.user_id, place.topic.id, name) for name in names]


def _told(place: Place, names: list[str], saved: list[Saved]) -> list[Flash]:
    new = [(name, each) for name, each in zip(names, saved, strict=True) if each.change_id is not None]
    if not new:
        return [Flash("The topic has these tags already." if len(names) > 1 else f"The topic has the tag “{names[0]}” already.", "info")]
    return (
        [undoable(place.found, f"Added the tag “{name}”.", each) for name, each in new]
        if len(new) == 1
        else [Flash(f"Added {len(new)} tags.")]
    )


async def _tag(session: AsyncSession, place: Place, association_id: int) -> Candidate:
    draft = await association_draft(session, place.map_id, association_id)
    tags = [member.player for member in draft.members if member.role.slug == "category"]
    if draft.type.slug != "categorization" or not tags or place.topic.id not in [member.player.id for member in draft.members]:
        raise NotFound("This tag is not there any more.")
    return tags[0]


async def _refused(request: AnyRequest, place: Place, reason: str) -> Response[Any]:
    message = Flash(reason, "error")
    if not wants_fragment(request):
        return see_other(request, f"{place.page}#{BLOCK}", message)
    async with reading(request) as connection:
        found = await map_for(request, connection, place.found.map.ref, Action.READ)
        return await topic_block(request, found, connection, place.topic.slug, BLOCK, notices=[message], status=422)


ROUTES = [add_tags, remove]
