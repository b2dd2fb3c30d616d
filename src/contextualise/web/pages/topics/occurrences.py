"""The occurrences of a topic by what they are: texts, pictures, recordings, scenes, files, links, films, dates, places, and facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contextualise.lib.films import film_of
from contextualise.lib.kinds import Kind, kind_of_content, kind_of_value
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.repository.reading.topic import NOTE, VIDEO
from contextualise.web.pages.topics.addresses import FilmCard, film_card_of, link_of
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.dates import DateLine, PlaceLine, date_of, place_of
from contextualise.web.pages.topics.facts import Fact
from contextualise.web.pages.topics.media import (
    Picture,
    Recording,
    Resource,
    Scene,
    file_of,
    picture_of,
    recording_of,
    scene_of,
)
from contextualise.web.pages.topics.notes import NoteBlock, note_of
from contextualise.web.pages.topics.texts import TextBlock, text_of


@dataclass(slots=True)
class Occurrences:
    """All of a topic's occurrences, each kind in its order."""

    texts: list[TextBlock] = field(default_factory=list)
    notes: list[NoteBlock] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)
    files: list[Resource] = field(default_factory=list)
    links: list[Resource] = field(default_factory=list)
    films: list[FilmCard] = field(default_factory=list)
    dates: list[DateLine] = field(default_factory=list)
    places: list[PlaceLine] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    @property
    def has_media(self) -> bool:
        """Whether there is anything with bytes of its own that is no text."""
        return bool(self.images or self.recordings or self.scenes or self.files)

    @property
    def plays(self) -> bool:
        """Whether something is there that opens, moves or sounds."""
        return self.has_media or bool(self.films)

    @property
    def is_waiting(self) -> bool:
        """Whether smaller pictures are still being made."""
        return any(image.is_waiting for image in self.images)

    @property
    def media_title(self) -> str:
        """What the part of the page with all of that is called: “Pictures”, “Pictures, films and files”."""
        films = any(recording.is_film for recording in self.recordings)
        sounds = any(not recording.is_film for recording in self.recordings)
        kinds = (("pictures", self.images), ("films", films), ("sound", sounds), ("3D scenes", self.scenes), ("files", self.files))
        there = [name for name, has in kinds if has]
        words = " and ".join(filter(None, (", ".join(there[:-1]), there[-1]))) if there else "files"
        return words[:1].upper() + words[1:]

    @property
    def links_title(self) -> str:
        """The same for what is elsewhere."""
        return "Films and links" if self.films and self.links else "Films" if self.films else "Links"


def read_occurrences(rows: Iterable[OccurrenceRow], page: Bearings) -> Occurrences:
    """The rows by kind, in their order."""
    found = Occurrences()
    note_type, film_type = page.base(NOTE), page.base(VIDEO)
    for row in rows:
        if row.media_type is not None:
            _put_content(found, row, page, row.media_type, is_note=row.type_id == note_type)
        else:
            _put_value(found, row, page, is_film=row.type_id == film_type)
    found.texts.sort(key=lambda text: text.rank)
    found.dates.sort(key=lambda date: date.key)
    found.places.sort(key=lambda place: place.kind.casefold())
    found.facts.sort(key=lambda fact: fact.kind.casefold())
    return found


def _put_content(found: Occurrences, row: OccurrenceRow, page: Bearings, media_type: str, *, is_note: bool) -> None:
    match kind_of_content(media_type, is_text=row.html is not None, is_note=is_note):
        case Kind.TEXT:
            found.texts.append(text_of(row, page))
        case Kind.NOTE:
            found.notes.append(note_of(row, page))
        case Kind.IMAGE:
            found.images.append(picture_of(row, page, media_type))
        case Kind.VIDEO | Kind.AUDIO:
            found.recordings.append(recording_of(row, page, media_type))
        case Kind.SCENE:
            found.scenes.append(scene_of(row, page, media_type))
        case _:
            found.files.append(file_of(row, page, media_type))


def _put_value(found: Occurrences, row: OccurrenceRow, page: Bearings, *, is_film: bool) -> None:
    match kind_of_value(row.datatype, is_film=is_film):
        case Kind.VIDEO if film := film_of(row.value):
            found.films.append(film_card_of(row, page, film))
        case Kind.VIDEO | Kind.LINK:
            found.links.append(link_of(row, page))
        case Kind.DATE:
            found.dates.append(date_of(row, page))
        case Kind.PLACE:
            found.places.append(place_of(row, page))
        case _:
            found.facts.append(page.fact(row))
