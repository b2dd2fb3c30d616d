"""Writing notes, changing and deleting them: the object first, then the rows, as with every text."""

import asyncio
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import base_ids, require_base
from contextualise.domain.errors import Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.occurrences import delete_found, require_occurrence
from contextualise.domain.scopes import scope_of
from contextualise.domain.texts import MARKDOWN, Stale, cleaned, id_prefix, keep_text, merge_texts, put_content, read_source, rendered
from contextualise.lib.markdown import excerpt
from contextualise.objects import ObjectStore
from contextualise.repository import contents, notes, occurrences
from contextualise.repository.contents import TextRow
from contextualise.repository.journal import Image, Journal

KIND = "note"
LABEL = 80  # characters of a note that tell it from others in the history


async def add_note(
    session: AsyncSession,
    objects: ObjectStore,
    map_id: int,
    user_id: int | None,
    *,
    source: str,
    topic_id: int | None = None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Keep a note of a topic, or in the map's inbox when none is given; returns the occurrence's id.

    A note that is there word for word is not kept twice. Raises `Invalid` for an empty or too long one, `NotFound`, and
    `objects.StoreUnavailable`, in which case nothing is saved.
    """
    source = cleaned(source)
    if not source:
        raise Invalid({"source": "Write the note."})
    digest, text = await keep_source(objects, map_id, source)
    journal = await begin(session, map_id)
    base = await require_base(journal, KIND, "notes")
    if topic_id is not None:
        await inputs.require_topic(session, map_id, topic_id)
    place = {"topic_id": topic_id or base["notes"], "type_id": base[KIND], "scope_id": await scope_of(journal, scope_ids)}
    same = await equal_note(session, map_id, place, value_of(digest))
    if same:
        return Saved(same["id"], None, journal.version)
    await keep_text(journal, objects, source, text)
    made = await occurrences.insert_occurrence(journal, user_id, **place, **content_columns(digest))
    return await finish(journal, user_id=user_id, op="note.add", construct_id=made["id"], label=excerpt(text.plain, LABEL))


async def edit_note(
    session: AsyncSession,
    objects: ObjectStore,
    map_id: int,
    user_id: int | None,
    note_id: int,
    *,
    source: str,
    expected: bytes | None,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Write a note anew, into other contexts if so wanted; an empty one deletes it.

    `expected` is the SHA-256 of the note that the editor started from. Raises `Stale` where somebody else wrote it meanwhile, and as
    `add_note` does.
    """
    source = cleaned(source)
    digest, text = await keep_source(objects, map_id, source) if source else (None, None)
    journal = await begin(session, map_id)
    old = await require_note(session, map_id, note_id)
    await refuse_stale(objects, map_id, old, mine=source, expected=expected)
    if digest is None or text is None:
        return await _delete(journal, user_id, old)
    place = {"topic_id": old["topic_id"], "type_id": old["type_id"], "scope_id": await scope_of(journal, scope_ids)}
    same = await equal_note(session, map_id, place, value_of(digest))
    if same and same["id"] != note_id:
        return await _delete(journal, user_id, old)  # the other one says the same by now
    await keep_text(journal, objects, source, text)
    await occurrences.update_occurrence(journal, user_id, note_id, **place, **content_columns(digest))
    return await finish(journal, user_id=user_id, op="note.edit", construct_id=note_id, label=excerpt(text.plain, LABEL))


async def delete_note(session: AsyncSession, map_id: int, user_id: int | None, note_id: int) -> Saved:
    """Delete a note with what is said about it; goes to the trash."""
    journal = await begin(session, map_id)
    return await _delete(journal, user_id, await require_note(session, map_id, note_id))


async def require_note(session: AsyncSession, map_id: int, note_id: int) -> Image:
    """The row of a note; raises `NotFound` for what is none."""
    found = await require_occurrence(session, map_id, note_id)
    if found["type_id"] != (await base_ids(session, map_id, [KIND])).get(KIND):
        raise NotFound("There is no such note in this map.")
    return found


async def source_of_note(objects: ObjectStore, map_id: int, note: Image) -> str:
    """The Markdown of a note; another program may have written a plain value instead."""
    return await read_source(objects, map_id, digest_of(note)) if note["sha256"] else str(note["value"])


async def label_of_note(session: AsyncSession, map_id: int, note: Image) -> str:
    """What the note is called in the history: its beginning."""
    return excerpt(await notes.words_of(session, map_id, note["id"]), LABEL)


async def keep_source(objects: ObjectStore, map_id: int, source: str, kind: str = KIND) -> tuple[bytes, TextRow]:
    """Put a text into the store; returns its SHA-256 and what the database keeps of it. Raises `Invalid` for one that is too long."""
    digest = sha256(source.encode()).digest()
    text = await rendered(map_id, source, id_prefix=id_prefix(digest, scoped=False, type=kind))
    await put_content(objects, map_id, source.encode(), contents.MARKDOWN)
    return digest, text


async def refuse_stale(objects: ObjectStore, map_id: int, note: Image, *, mine: str, expected: bytes | None) -> None:
    """Raise `Stale` where the note is not the one that the editor started from."""
    current = digest_of(note)
    if expected == current:
        return
    theirs = await source_of_note(objects, map_id, note)
    try:
        base = await read_source(objects, map_id, expected) if expected else ""
    except NotFound:
        base = ""
    raise Stale(base, mine, theirs, await asyncio.to_thread(merge_texts, base, theirs, mine), current)


async def equal_note(session: AsyncSession, map_id: int, place: dict[str, int], value: str) -> Image | None:
    """The note of that place that has the same words, or None."""
    return await occurrences.equal_occurrence(session, map_id, **place, datatype=MARKDOWN, value=value)


def digest_of(note: Image) -> bytes:
    """The SHA-256 of a note's words, also of those that are a plain value."""
    return bytes.fromhex(note["sha256"][2:]) if note["sha256"] else sha256(note["value"].encode()).digest()


def value_of(digest: bytes) -> str:
    """The value of an occurrence that has this content."""
    return f"sha256:{digest.hex()}"


def content_columns(digest: bytes) -> dict[str, object]:
    """The columns of an occurrence that has this Markdown as its content."""
    return {"datatype": MARKDOWN, "value": value_of(digest), "sha256": digest}


async def _delete(journal: Journal, user_id: int | None, note: Image) -> Saved:
    label = await label_of_note(journal.session, journal.map_id, note)
    return await delete_found(journal, user_id, note, op="note.delete", label=label)
