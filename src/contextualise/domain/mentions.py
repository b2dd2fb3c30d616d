"""Which texts link to a topic, which only name it, and how a name becomes a link."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import base_ids
from contextualise.domain.drafts import occurrence_draft
from contextualise.domain.errors import Conflict
from contextualise.domain.history import Saved
from contextualise.domain.notes import edit_note
from contextualise.domain.texts import edit_text, read_source
from contextualise.lib.mentions import Snippet, findable, pattern_of, snippet_at, with_link
from contextualise.lib.names import match_key
from contextualise.objects import ObjectStore
from contextualise.repository import links
from contextualise.repository.reading.mentions import Candidate, list_candidates, names_of

SHOWN = 10
_BATCHES = 3  # of candidates that are looked at for one page


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that names the topic without linking to it, and the first place where it does."""

    text: Candidate
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A page of mentions; `next` is where the following one begins, `is_stopped` says that looking took too long."""

    mentions: Sequence[Mention]
    next: int | None
    is_stopped: bool = False


async def unlinked_mentions(connection: AsyncConnection, map_id: int, topic_id: int, *, with_inbox: bool, after: int = 0) -> Unlinked:
    """Texts that name a topic as whole words and have no link to it, in the order in which they were made.

    Names of fewer than three letters are not looked for. `with_inbox` also looks through the notes of the inbox: only for who may edit.
    """
    names = findable(await names_of(connection, map_id, topic_id))
    if not names:
        return Unlinked((), None)
    pattern = pattern_of(names)
    found: list[Mention] = []
    for _ in range(_BATCHES):
        candidates = await list_candidates(connection, map_id, topic_id, names, with_inbox=with_inbox, after=after)
        if candidates is None:
            return Unlinked(found, None, is_stopped=True)
        for text in candidates[0]:
            if len(found) == SHOWN:
                return Unlinked(found, after)
            after = text.occurrence_id
            place = pattern.search(text.plain)
            if place:
                found.append(Mention(text, snippet_at(text.plain, *place.span())))
        if not candidates[1]:
            return Unlinked(found, None)
    return Unlinked(found, after)


async def link_in_text(
    session: AsyncSession, objects: ObjectStore, map_id: int, user_id: int | None, topic_id: int, occurrence_id: int, *, expected: bytes
) -> Saved:
    """Turn the first mention of a topic in a text or note into a wiki link, which saves the text.

    `expected` is the SHA-256 of the text that the person saw. Raises `texts.Stale` where it is another one by now, `NotFound`, and
    `Conflict` where no mention can become a link without changing what is read.
    """
    topic = await inputs.require_topic(session, map_id, topic_id)
    draft = await occurrence_draft(session, map_id, occurrence_id)
    if draft.sha256 is None:
        raise Conflict("This is no text.")
    source = await read_source(objects, map_id, draft.sha256)
    names = findable(await names_of(await session.connection(), map_id, topic_id))
    if not names:
        raise Conflict("The names of this topic are too short to be found in texts.")
    targets = [topic.label, topic.slug, *names]
    meant = await links.meanings(session, map_id, targets)
    own = [target for target, meaning in zip(targets, meant, strict=True) if meaning == topic_id]
    changed = await asyncio.to_thread(with_link, source, pattern_of(names), own, {match_key(name) for name in own})
    if changed is None or changed == source:
        raise Conflict("The name stands here where a link cannot simply be put. Edit the text and write the link yourself.")
    note_type = (await base_ids(session, map_id, ["note"])).get("note")
    save = edit_note if draft.type.id == note_type else edit_text
    scope_ids = [theme.id for theme in draft.themes]
    return await save(session, objects, map_id, user_id, occurrence_id, source=changed, expected=expected, scope_ids=scope_ids)
