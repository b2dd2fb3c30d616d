"""Notes on a topic, and the inbox of the map, which no topic page shows."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from contextualise.lib.markdown import fill_links
from contextualise.repository.reading.records import OccurrenceRow, TopicRecord
from contextualise.repository.reading.topic import INBOX, NOTE
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import Fact


@dataclass(frozen=True, slots=True)
class NoteBlock:
    """A note on a topic, with who wrote it and when."""

    id: int
    html: str
    title: str
    at: datetime | None
    by: str
    lang: str | None
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


def note_of(row: OccurrenceRow, page: Bearings) -> NoteBlock:
    """A note with its wiki links filled in."""
    return NoteBlock(
        id=row.id,
        html=fill_links(row.html or "", page.targets.get(row.id, {}), page.create),
        title=row.title or "",
        at=row.created_at,
        by=row.created_by or "",
        lang=page.scopes.language(row.scope_id),
        themes=page.scopes.links(row.scope_id),
        details=page.details(row.id),
    )


def without_inbox(record: TopicRecord, *, may_edit: bool) -> TopicRecord:
    """The record of a topic's page without the notes of the inbox, which has a page of its own for those who may edit.

    To others it is not told either which topics the notes of the inbox mention.
    """
    inbox, note_type = record.base.get(INBOX), record.base.get(NOTE)
    if inbox is None:
        return record
    if record.topic.id == inbox:
        kept = tuple(row for row in record.occurrences if row.type_id != note_type)
        record = msgspec.structs.replace(record, occurrences=kept)
    if not may_edit and inbox in record.mentions:
        record = msgspec.structs.replace(record, mentions=tuple(topic_id for topic_id in record.mentions if topic_id != inbox))
    return record
