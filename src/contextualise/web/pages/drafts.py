"""What the pages about unsaved drafts show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from contextualise.domain.writing_drafts import DraftRow, ListedDraft
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


def line_of(row: ListedDraft) -> DraftLine:
    """A draft as the list shows it."""
    return DraftLine(
        map_id=row.map_id,
        map_title=row.map_title,
        place=row.place,
        what=what(row.place),
        beginning=" ".join(row.beginning.split()),
        length=row.length,
        at=row.updated_at,
        show_url=draft_url(row.map_id, row.place),
        take_url=take_url(row.map_id, row.place) if row.map_title is not None else None,
    )


def what(place: str) -> str:
    """What a draft was written for, from the address of its form: “Text of tosca”."""
    match place.partition("#")[0].split("/"):
        case ["topics", slug, "text", "new"]:
            return f"New text of “{unquote(slug)}”"
        case ["topics", slug, kind, *_]:
            return f"{'Note on' if kind.startswith('note') else 'Text of'} “{unquote(slug)}”"
        case ["notes", *_]:
            return "Note"
        case _:
            return "Text"


def take_url(map_id: int, place: str) -> str:
    """The form with the draft in it."""
    address, _, opening = place.partition("#")
    return f"/maps/{map_id}/{quote(address, safe='/%-._~')}?draft={quote(opening, safe='')}"
