"""What the inbox of notes shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from contextualise.lib.markdown import fill_links
from contextualise.repository.reading.notes import NoteRow
from contextualise.repository.reading.topic import Context
from contextualise.web.forms.texts import TextForm
from contextualise.web.pages.topics.links import Addresses, Link


@dataclass(frozen=True, slots=True)
class InboxNote:
    """A note; `html` is empty for a plain value, which is shown as `text`."""

    id: int
    title: str
    html: str
    text: str
    at: datetime
    by: str
    changed_at: datetime | None
    changed_by: str
    themes: tuple[Link, ...]
    url: str
    topic_id: int = 0


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The inbox of a map, the newest note first; `element` is the id that the ids of its form's fields begin with."""

    url: str
    count: int
    notes: tuple[InboxNote, ...]
    text: str
    previous_url: str | None
    next_url: str | None
    sources: str
    values: TextForm = field(default_factory=TextForm)  # of the note to be added
    errors: Mapping[str, str] = field(default_factory=dict)
    element: str = "note-new"

    @property
    def action(self) -> str:
        """Where a new note is sent."""
        return self.url

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the form's controls by field, for the summary of errors."""
        return {name: f"{self.element}-{name}" for name in self.errors if name}

    def error(self, name: str) -> str:
        """What is wrong with a field; empty when nothing is."""
        return self.errors.get(name, "")


def inbox_page(
    map_url: str,
    count: int,
    rows: Sequence[NoteRow],
    *,
    text: str = "",
    has_newer: bool = False,
    has_older: bool = False,
) -> InboxPage:
    """The page's contents."""
    url = f"{map_url}/notes"
    kept = {"q": text} if text else {}

    def turned(way: str, row: NoteRow) -> str:
        return f"{url}?{urlencode({**kept, way: row.id})}"

    return InboxPage(
        url=url,
        count=count,
        notes=tuple(inbox_note(map_url, row) for row in rows),
        text=text,
        previous_url=turned("after", rows[0]) if has_newer and rows else None,
        next_url=turned("before", rows[-1]) if has_older and rows else None,
        sources=f"{map_url}/references",
    )


def inbox_note(map_url: str, row: NoteRow) -> InboxNote:
    """A note with its wiki links filled in."""
    addresses = Addresses(map_url, Context())
    targets: dict[int, str | None] = {position: addresses.topic(slug) for position, slug in row.links}
    changed = row.updated_at != row.created_at
    return InboxNote(
        id=row.id,
        title=row.title or "",
        html=fill_links(row.html, targets, addresses.creation) if row.html is not None else "",
        text=row.value if row.html is None else "",
        at=row.created_at,
        by=row.created_by or "",
        changed_at=row.updated_at if changed else None,
        changed_by=(row.updated_by or "") if changed else "",
        themes=tuple(Link(theme.label, addresses.topic(theme.slug)) for theme in row.themes),
        url=f"{map_url}/notes/{row.id}",
    )
