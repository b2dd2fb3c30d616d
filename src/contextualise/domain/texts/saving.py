"""Saving the texts of topics: the object first, then the rows; nobody's words are ever overwritten unseen."""

import asyncio
from collections.abc import Collection, Sequence
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import base_ids, require_base
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.occurrences import delete_found, require_occurrence
from contextualise.domain.scopes import scope_of
from contextualise.domain.texts.content import put_content, read_source
from contextualise.domain.texts.keeping import keep_text
from contextualise.domain.texts.merging import Merged, merge_texts
from contextualise.lib.markdown import MAX_SOURCE, SourceTooLong, render
from contextualise.objects import ObjectStore
from contextualise.repository import contents, links, occurrences
from contextualise.repository.contents import TextRow
from contextualise.repository.journal import Image, Journal
from contextualise.repository.topics import link_words

MARKDOWN = "https://www.iana.org/assignments/media-types/text/markdown"


class Stale(Conflict):
    """Somebody else saved the text since the editor opened it.

    `mine` was not saved, `theirs` is what stands there now ("" where they deleted it), `base` what both started from, `merged` has both.
    To save after looking at it, expect `current`.
    """

    def __init__(self, base: str, mine: str, theirs: str, merged: Merged, current: bytes | None) -> None:
        super().__init__("Somebody else has changed this text since you opened it.")
        self.base = base
        self.mine = mine
        self.theirs = theirs
        self.merged = merged
        self.current = current


async def save_text(
    session: AsyncSession,
    objects: ObjectStore,
    map_id: int,
    user_id: int | None,
    topic_id: int,
    *,
    source: str,
    expected: bytes | None,
    scope_ids: Collection[int] = (),
    type: str = "text",
) -> Saved:
    """Save the Markdown text of a topic in a context; an empty one deletes it. Returns the occurrence's id.

    `expected` is the SHA-256 of the text that the editor started from, None where there was none. Raises `Stale`, `Invalid` for a text
    that is too long, `NotFound`, and `objects.StoreUnavailable`, in which case nothing is saved.
    """
    source = cleaned(source)
    digest = sha256(source.encode()).digest() if source else None
    text = await rendered(map_id, source, id_prefix=id_prefix(digest or b"", scoped=bool(scope_ids), type=type))
    if digest:
        await put_content(objects, map_id, source.encode(), contents.MARKDOWN)
    journal = await begin(session, map_id)
    await inputs.require_topic(session, map_id, topic_id)
    type_id = (await require_base(journal, type))[type]
    scope_id = await scope_of(journal, scope_ids)
    found = await occurrences.occurrences_in(session, map_id, topic_id=topic_id, type_id=type_id, scope_id=scope_id)
    present = {bytes.fromhex(row["sha256"][2:]): row for row in found if row["sha256"] is not None}
    if expected not in present and digest not in present and (present or expected is not None):
        raise await _stale(objects, map_id, source, expected, list(present))
    old = present.get(expected) if expected is not None else None
    if digest is None:
        return await delete_found(journal, user_id, old, op="text.delete") if old else Saved(topic_id, None, journal.version)
    if digest in present:
        return await _already_there(journal, user_id, present[digest], old)
    await keep_text(journal, objects, source, text)
    place = {"topic_id": topic_id, "type_id": type_id, "scope_id": scope_id}
    return await _write(journal, user_id, place, old, digest)


async def edit_text(
    session: AsyncSession,
    objects: ObjectStore,
    map_id: int,
    user_id: int | None,
    occurrence_id: int,
    *,
    source: str,
    expected: bytes,
    scope_ids: Collection[int] = (),
) -> Saved:
    """Save a text that is there, into another context if so wanted, as one change; an empty one deletes it.

    Raises as `save_text` does, and `Invalid` where the topic has another text in that context.
    """
    source = cleaned(source)
    digest = sha256(source.encode()).digest()
    kind = await _kind_of_text(session, map_id, await require_occurrence(session, map_id, occurrence_id))
    text = await rendered(map_id, source, id_prefix=id_prefix(digest, scoped=bool(scope_ids), type=kind))
    if source:
        await put_content(objects, map_id, source.encode(), contents.MARKDOWN)
    journal = await begin(session, map_id)
    old = await require_occurrence(session, map_id, occurrence_id)
    current = bytes.fromhex(old["sha256"][2:])
    if current != expected:
        raise await _stale(objects, map_id, source, expected, [current])
    if not source:
        return await delete_found(journal, user_id, old, op="text.delete")
    scope_id = await scope_of(journal, scope_ids)
    place = {"topic_id": old["topic_id"], "type_id": old["type_id"], "scope_id": scope_id}
    others = [row for row in await occurrences.occurrences_in(session, map_id, **place) if row["id"] != occurrence_id]
    if others and scope_id != old["scope_id"]:
        raise Invalid({"scope_ids": "The topic has a text in this context already. Edit that one."})
    same = next((row for row in others if row["value"] == f"sha256:{digest.hex()}"), None)
    if same:
        return await _already_there(journal, user_id, same, old)
    await keep_text(journal, objects, source, text)
    return await _write(journal, user_id, place, old, digest)


async def relink(session: AsyncSession, map_id: int, topic_id: int) -> None:
    """Let the links that mean a topic by a name or address of it lead to it; every change does this by itself."""
    keys, slugs = await link_words(session, map_id, topic_id)
    await links.relink(session, map_id, keys=keys, slugs=slugs)


def cleaned(source: str) -> str:
    """A text as it is kept: newlines of one kind, none at the end, without what cannot be stored."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip()
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text if text.strip() else ""


async def rendered(map_id: int, source: str, *, id_prefix: str) -> TextRow:
    """What the database keeps of a text of the map; raises `Invalid`. Rendering takes long enough to be done beside the loop."""
    try:
        made = await asyncio.to_thread(render, source, files=files_url(map_id), id_prefix=id_prefix)
    except SourceTooLong as error:
        raise Invalid({"source": f"Use at most {MAX_SOURCE:,} bytes; there are {len(source.encode()):,}."}) from error
    return TextRow(made.html, made.plain, [link.target for link in made.links])


def files_url(map_id: int) -> str:
    """Where the files are that texts of the map show; by its number alone, so that renaming the map changes no text."""
    return f"/maps/{map_id}/files/"


def id_prefix(digest: bytes, *, scoped: bool, type: str) -> str:
    """How ids inside a text begin: a heading of the main text keeps its address, and texts shown on one page never clash."""
    return "text-" if type == "text" and not scoped else f"{type}-{digest.hex()[:8]}-"


async def _kind_of_text(session: AsyncSession, map_id: int, occurrence: Image) -> str:
    """Whether it is a text or a note; raises `Conflict` for what is neither."""
    kinds = await base_ids(session, map_id, ["text", "note"])
    kind = next((slug for slug, type_id in kinds.items() if type_id == occurrence["type_id"]), None)
    if kind is None or occurrence["sha256"] is None:
        raise Conflict("This is no text.")
    return kind


async def _already_there(journal: Journal, user_id: int | None, same: Image, old: Image | None) -> Saved:
    """The topic has exactly this text: nothing to do, unless it was written over another one, which then goes."""
    if old is None or old["id"] == same["id"]:
        return Saved(same["id"], None, journal.version)
    return await delete_found(journal, user_id, old, op="text.delete")


async def _write(journal: Journal, user_id: int | None, place: dict[str, int], old: Image | None, digest: bytes) -> Saved:
    values = {**place, "datatype": MARKDOWN, "value": f"sha256:{digest.hex()}", "sha256": digest}
    if old is None:
        saved_id: int = (await occurrences.insert_occurrence(journal, user_id, **values))["id"]
    else:
        saved_id = old["id"]
        await occurrences.update_occurrence(journal, user_id, saved_id, **values)
    topic = await inputs.require_topic(journal.session, journal.map_id, place["topic_id"])
    return await finish(journal, user_id=user_id, op="text.save", construct_id=saved_id, label=topic.label)


async def _source_or_nothing(objects: ObjectStore, map_id: int, digest: bytes | None) -> str:
    """What the editor started from, which may be anything: a browser says so."""
    try:
        return await read_source(objects, map_id, digest) if digest else ""
    except NotFound:
        return ""


async def _stale(objects: ObjectStore, map_id: int, mine: str, expected: bytes | None, present: Sequence[bytes]) -> Stale:
    current = present[-1] if present else None
    theirs = await read_source(objects, map_id, current) if current else ""
    base = await _source_or_nothing(objects, map_id, expected)
    # Of a text that they deleted there is nothing to bring together: what was written meanwhile is the proposal.
    merged = await asyncio.to_thread(merge_texts, base, theirs, mine) if current else Merged(mine, 0)
    return Stale(base, mine, theirs, merged, current)
