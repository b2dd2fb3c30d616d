"""Notes on a topic."""

from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.texts import TextBlock, text_of

NoteBlock = TextBlock


def note_of(row: OccurrenceRow, page: Bearings) -> NoteBlock:
    """A note, which is a text of its own kind."""
    return text_of(row, page)
