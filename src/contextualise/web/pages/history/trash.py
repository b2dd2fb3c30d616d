"""What was deleted from a map and can come back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contextualise.domain.history import KEPT, Listed
from contextualise.repository.reading.trash import Trashed
from contextualise.web.shared.templates import show_bytes

PAGE = 50


@dataclass(frozen=True, slots=True)
class TrashLine:
    """Something deleted that can come back until `until`."""

    label: str
    what: str
    size: str
    who: str
    at: datetime
    until: datetime
    url: str
    restore_url: str


@dataclass(frozen=True, slots=True)
class TrashPage:
    """What was deleted in the last thirty days, the latest first."""

    lines: tuple[TrashLine, ...]
    empty_url: str
    first_url: str | None
    next_url: str | None


_KINDS = {
    "topic.delete": "Topic with all that was said about it",
    "name.delete": "Name",
    "variant.delete": "Other form of a name",
    "occurrence.delete": "Fact, link or file",
    "text.delete": "Text",
    "note.delete": "Note",
    "association.delete": "Connection",
}


@dataclass(frozen=True, slots=True)
class EmptyingPage:
    """What is asked before the trash is emptied."""

    action: str
    back: str
    title: str
    deletions: int
    bytes: str
    typed: str = ""
    error: str = ""


def trash_page(deleted: Sequence[Listed], sizes: Mapping[int, Trashed], map_url: str, *, before: int | None, may_empty: bool) -> TrashPage:
    """The page of what was deleted; one more than a page of them says that there are older ones."""
    lines = tuple(
        TrashLine(
            label=change.label or "Without a name",
            what=_KINDS.get(change.op, "Deleted"),
            size=_size(change.op, sizes.get(change.id, Trashed())),
            who=change.user_name or "somebody",
            at=change.at,
            until=change.at + KEPT,
            url=f"{map_url}/changes/{change.id}",
            restore_url=f"{map_url}/changes/{change.id}/undoing",
        )
        for change in deleted[:PAGE]
    )
    path = f"{map_url}/trash"
    further = f"{path}?before={deleted[PAGE - 1].id}" if len(deleted) > PAGE else None
    empty_url = f"{path}/emptying" if may_empty and lines else ""
    return TrashPage(lines, empty_url, path if before is not None else None, further)


def _size(op: str, found: Trashed) -> str:
    """What comes back, where that is more than the thing itself."""
    parts = []
    if op == "topic.delete":
        counts = ((found.names, "name"), (found.occurrences, "text, file or fact"), (found.associations, "connection"))
        plurals = {"text, file or fact": "texts, files and facts"}
        parts = [f"{count} {word if count == 1 else plurals.get(word, word + 's')}" for count, word in counts if count]
    if found.bytes:
        parts.append(show_bytes(found.bytes))
    return ", ".join(parts)
