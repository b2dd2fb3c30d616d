"""What the pages about unsaved drafts show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from contextualise.domain.writing_drafts import DraftRow, ListedDraft, topic_of
from contextualise.web.writing import draft_url


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in the list; without a map that the person can open it can still be read."""

    map_id: int
    map_title: str | None
    place: str
    what: str
    beginning: str
    length: int
    at: datetime
    show_url: str
    take_url: str | None


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """All unsaved drafts of a person."""

    lines: Sequence[DraftLine]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """One draft, whole."""

    map_id: int
    place: str
    what: str
    source: str
    at: datetime
    take_url: str

    @classmethod
    def of(cls, row: DraftRow) -> "DraftPage":
        """The page of a draft."""
        return cls(row.map_id, row.place, what(row.place), row.source, row.updated_at, take_url(row.map_id, row.place))


def line_of(row: ListedDraft, label: str) -> DraftLine:
    """A draft as the list shows it."""
    return DraftLine(
        map_id=row.map_id,
        map_title=row.map_title,
        place=row.place,
        what=what(row.place, label),
        beginning=" ".join(row.beginning.split()),
        length=row.length,
        at=row.updated_at,
        show_url=draft_url(row.map_id, row.place),
        take_url=take_url(row.map_id, row.place) if row.map_title is not None else None,
    )


def what(place: str, label: str = "") -> str:
    """What a draft was written for: “Text of Tosca”; without a label, as the address of its form calls it."""
    kind = place.partition("#")[0].split("/")[2:3]
    name = label or topic_of(place)
    if place.startswith("comments/"):
        return "Comment"
    if not name:
        return "Note" if place.startswith("notes") else "Text"
    return f"{'Note on' if kind == ['notes'] else 'Text of'} “{name}”"


def take_url(map_id: int, place: str) -> str:
    """The form with the draft in it."""
    address, _, opening = place.partition("#")
    return f"/maps/{map_id}/{quote(address, safe='/%-._~')}?draft={quote(opening, safe='')}"
