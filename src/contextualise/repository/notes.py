"""Statements about notes: which topic is the inbox of a map, and how many notes lie in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.identifiers import subjects
from contextualise.repository.journal import Entry

NOTE = "urn:contextualise:base:note"
"""Subject identifier of the occurrence type of notes."""
INBOX = "urn:contextualise:base:notes"
"""Subject identifier of the topic that has the notes of a map which are about no other topic."""

_BASE = "(SELECT construct_id FROM identifier WHERE map_id = :map_id AND kind = 1 AND iri = '{}')"
INBOX_COUNT = f"""
    (SELECT count(*) FROM occurrence o WHERE o.map_id = :map_id AND o.type_id = {_BASE.format(NOTE)} AND o.topic_id = {_BASE.format(INBOX)})
"""  # noqa: S608 - constants of this module
"""The number of notes in the inbox of the map `:map_id`."""


IN_INBOX = f"""EXISTS (
  SELECT FROM identifier n JOIN identifier t ON t.map_id = n.map_id AND t.kind = 1 AND t.iri = '{INBOX}'
  WHERE n.map_id = o.map_id AND n.kind = 1 AND n.iri = '{NOTE}' AND (n.construct_id, t.construct_id) = (o.type_id, o.topic_id)
)"""
"""Whether the occurrence `o` is a note of its map's inbox, for statements that must not tell readers of it."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The topic whose notes are those of the whole map, and the type that makes an occurrence a note."""

    topic_id: int
    note_type_id: int


async def find_inbox(session: AsyncSession | AsyncConnection, map_id: int) -> Inbox | None:
    """The inbox of a map; None for a map that lacks one of its two base topics and so has no note in it."""
    found = await subjects(session, map_id, [NOTE, INBOX])
    return Inbox(found[INBOX], found[NOTE]) if len(found) == 2 else None


_WORDS = text(
    """
    SELECT coalesce(nullif(o.title, ''), left(c.plain, 400), o.value) FROM occurrence o
    LEFT JOIN content c ON c.map_id = o.map_id AND c.sha256 = o.sha256
    WHERE o.map_id = :map_id AND o.id = :id
    """
)


async def words_of(session: AsyncSession | AsyncConnection, map_id: int, note_id: int) -> str:
    """The title of a note, or its first words."""
    return (await session.execute(_WORDS, {"map_id": map_id, "id": note_id})).scalar_one_or_none() or ""


def may_change_inbox(entries: Iterable[Entry]) -> bool:
    """Whether what was written may change the number of notes in the inbox."""
    return any(
        entry.table == "occurrence" or (entry.table == "identifier" and any(_means_inbox(image) for image in entry.images))
        for entry in entries
    )


def _means_inbox(image: Mapping[str, object]) -> bool:
    return image["kind"] == 1 and image["iri"] in (NOTE, INBOX)


_COUNT = text(f"UPDATE map SET note_count = {INBOX_COUNT} WHERE id = :map_id").bindparams(  # noqa: S608 - a constant
    bindparam("map_id", type_=BigInteger)
)


async def count_inbox(session: AsyncSession, map_id: int) -> None:
    """Write down how many notes lie in the inbox."""
    await session.execute(_COUNT, {"map_id": map_id})
