"""The versions of a text: listed, compared by words, brought back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.base_topics import base_ids
from contextualise.domain.errors import Conflict, NotFound
from contextualise.domain.history import Saved
from contextualise.domain.texts import edit_text, read_source
from contextualise.lib.differences import Piece, compare_words
from contextualise.objects import ObjectStore
from contextualise.repository import rows, scopes
from contextualise.repository.journal import Image
from contextualise.repository.reading.change import contents_of, labels_of, open_occurrences
from contextualise.repository.reading.versions import Written, writings_of
from contextualise.repository.tables import Occurrence

Connection = AsyncConnection | AsyncSession


@dataclass(frozen=True, slots=True)
class Version:
    """A text as one change left it. `change_id` is 0 for what was there before the first change that is kept, as after an import."""

    change_id: int
    at: datetime
    user_name: str | None
    digest: bytes
    bytes: int | None  # None: it is gone for good
    is_current: bool


@dataclass(frozen=True, slots=True)
class TextHistory:
    """A text and its versions, the latest first."""

    occurrence_id: int
    topic_id: int
    topic: str
    is_there: bool
    versions: Sequence[Version]

    @property
    def current(self) -> Version | None:
        """The version that is read now; None for a text that was deleted."""
        return next((version for version in self.versions if version.is_current), None)

    def version(self, change_id: int) -> Version:
        """The version that a change left; raises `NotFound`."""
        found = next((version for version in self.versions if version.change_id == change_id), None)
        if found is None:
            raise NotFound("This text has no such version.")
        return found


async def text_history(connection: Connection, map_id: int, occurrence_id: int, *, may_edit: bool) -> TextHistory:
    """The versions of a text or note; raises `NotFound` for what is none, and for one that is deleted or in the inbox where the person
    may not edit.
    """
    if not may_edit and occurrence_id not in await open_occurrences(connection, map_id, [occurrence_id]):
        raise NotFound("There is no such text in this map.")
    written = await writings_of(connection, map_id, occurrence_id)
    current = await _row(connection, map_id, occurrence_id)
    last = current or next((each.before for each in reversed(written) if each.after is None), None)
    if last is None or last["sha256"] is None or last["type_id"] not in (await base_ids(connection, map_id, ["text", "note"])).values():
        raise NotFound("There is no such text in this map.")
    labels = await labels_of(connection, map_id, [last["topic_id"]])
    versions = await _versions(connection, map_id, written, current, last)
    return TextHistory(occurrence_id, last["topic_id"], labels.get(last["topic_id"], ""), current is not None, versions)


async def compare(objects: ObjectStore, map_id: int, old: bytes | None, new: bytes | None) -> list[Piece]:
    """What became of a text, by words; None is no text. Raises `NotFound` for a text that is gone for good."""
    before = await read_source(objects, map_id, old) if old else ""
    after = await read_source(objects, map_id, new) if new else ""
    return await asyncio.to_thread(compare_words, before, after)


async def restore_version(
    session: AsyncSession, objects: ObjectStore, map_id: int, user_id: int | None, occurrence_id: int, change_id: int, expected: bytes
) -> Saved:
    """Write a text anew as it was in one of its versions, as a change of its own.

    `expected` is the version that the person has seen as the present one. Raises `NotFound`, and `Conflict` for a text that was deleted
    or that somebody has written since.
    """
    history = await text_history(session, map_id, occurrence_id, may_edit=True)
    version = history.version(change_id)
    row = await _row(session, map_id, occurrence_id)
    if row is None:
        raise Conflict("This text was deleted. Bring it back from the trash first.")
    if version.is_current:
        raise Conflict("This is the text as it is already.")
    source = await read_source(objects, map_id, version.digest)
    themes = await scopes.themes_of(session, map_id, [row["scope_id"]])
    return await edit_text(
        session, objects, map_id, user_id, occurrence_id, source=source, expected=expected, scope_ids=themes[row["scope_id"]]
    )


async def _row(connection: Connection, map_id: int, occurrence_id: int) -> Image | None:
    return await rows.find(connection, map_id, Occurrence, occurrence_id)  # type: ignore[arg-type]  # it only executes a statement


async def _versions(connection: Connection, map_id: int, written: Sequence[Written], current: Image | None, last: Image) -> list[Version]:
    """One version for each time that the words changed; moving a text or changing its context makes none."""
    images = [last, *(image for each in written for image in (each.before, each.after) if image)]
    known = await contents_of(connection, map_id, {_digest(image) for image in images})
    versions: list[Version] = []

    def add(change_id: int, at: datetime, name: str | None, image: Image) -> None:
        digest = _digest(image)
        size = known.get(digest)
        versions.append(Version(change_id, at, name, digest, size.bytes if size else None, is_current=False))

    first = written[0].before if written else last
    if first is not None:
        add(0, datetime.fromisoformat(first["created_at"]), None, first)
    for each in written:
        if each.after is not None and (each.before is None or _digest(each.before) != _digest(each.after)):
            add(each.change_id, each.at, each.user_name, each.after)
    if current is not None and versions:
        newest = versions[-1]
        versions[-1] = Version(newest.change_id, newest.at, newest.user_name, newest.digest, newest.bytes, is_current=True)
    return versions[::-1]


def _digest(image: Image) -> bytes:
    return bytes.fromhex((image["sha256"] or "\\x")[2:])
