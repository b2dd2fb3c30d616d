"""The occurrences of a topic by what they are: texts, notes, pictures, files, links, dates and places, and facts."""

from collections.abc import Iterable
from dataclasses import dataclass

from contextualise.lib.values.datatypes import DATE, DATE_TIME, EDTF, GEO
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.repository.reading.topic import NOTE
from contextualise.web.pages.topics.addresses import link_of
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import ADDRESS, Fact
from contextualise.web.pages.topics.media import IMAGES, Resource, file_of
from contextualise.web.pages.topics.notes import NoteBlock, note_of
from contextualise.web.pages.topics.texts import TextBlock, text_of

TIMES = frozenset({DATE, DATE_TIME, EDTF})


@dataclass(frozen=True, slots=True)
class Occurrences:
    """All of a topic's occurrences."""

    texts: tuple[TextBlock, ...]
    notes: tuple[NoteBlock, ...]
    images: tuple[Resource, ...]
    files: tuple[Resource, ...]
    links: tuple[Resource, ...]
    dates: tuple[Fact, ...]
    places: tuple[Fact, ...]
    facts: tuple[Fact, ...]


def read_occurrences(rows: Iterable[OccurrenceRow], page: Bearings) -> Occurrences:
    """The rows by kind, in their order."""
    texts: list[TextBlock] = []
    notes: list[NoteBlock] = []
    images: list[Resource] = []
    files: list[Resource] = []
    links: list[Resource] = []
    dates: list[Fact] = []
    places: list[Fact] = []
    facts: list[Fact] = []
    note_type = page.base(NOTE)
    for row in rows:
        if row.html is not None:
            if row.type_id == note_type:
                notes.append(note_of(row, page))
            else:
                texts.append(text_of(row, page))
        elif row.media_type is not None:
            (images if row.media_type in IMAGES else files).append(file_of(row, page, row.media_type))
        elif row.datatype == ADDRESS:
            links.append(link_of(row, page))
        elif row.datatype in TIMES:
            dates.append(page.fact(row))
        elif row.datatype == GEO:
            places.append(page.fact(row))
        else:
            facts.append(page.fact(row))
    texts.sort(key=lambda text: text.rank)
    for values in (dates, places, facts):
        values.sort(key=lambda fact: fact.kind.casefold())
    return Occurrences(tuple(texts), tuple(notes), tuple(images), tuple(files), tuple(links), tuple(dates), tuple(places), tuple(facts))
