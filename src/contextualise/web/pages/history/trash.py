"""What was deleted from a map and can come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contextualise.domain.history import KEPT, Listed

PAGE = 50


@dataclass(frozen=True, slots=True)
class TrashLine:
    """Something deleted that can come back until `until`."""

    label: str
    what: str
    who: str
    at: datetime
    until: datetime
    url: str
    restore_url: str


@dataclass(frozen=True, slots=True)
class TrashPage:
    """What was deleted in the last thirty days, the latest first."""

    lines: tuple[TrashLine, ...]
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


def trash_page(deleted: Sequence[Listed], map_url: str, *, before: int | None) -> TrashPage:
    """The page of what was deleted; one more than a page of them says that there are older ones."""
    lines = tuple(
        TrashLine(
            label=change.label or "Without a name",
            what=_KINDS.get(change.op, "Deleted"),
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
    return TrashPage(lines, path if before is not None else None, further)
