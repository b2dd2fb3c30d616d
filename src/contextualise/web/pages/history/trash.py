"""What was done to a topic, and what was deleted from a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contextualise.domain.history import Listed, describe

PAGE = 50


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in a list; `undo_url` is empty for one that was taken back already or never can be."""

    what: str
    who: str
    at: datetime
    undo_url: str
    undone: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The changes that show on a topic's page, the latest first."""

    topic: str
    topic_url: str
    changes: tuple[ChangeLine, ...]
    first_url: str | None
    next_url: str | None
    may_edit: bool


@dataclass(frozen=True, slots=True)
class TrashLine:
    """Something deleted that can come back."""

    label: str
    what: str
    who: str
    at: datetime
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
    "association.delete": "Connection",
    "tag.remove": "Tag",
}
_NEVER = ("map.create", "map.import", "map.base")


def history_page(changes: Sequence[Listed], map_url: str, topic: str, topic_url: str, *, before: int | None, may_edit: bool) -> HistoryPage:
    """The page of these changes; one more than a page of them says that there are older ones."""
    lines = tuple(_change(change, map_url) for change in changes[:PAGE])
    first, further = _turns(changes, f"{topic_url}/changes", before)
    return HistoryPage(topic, topic_url, lines, first, further, may_edit)


def trash_page(deleted: Sequence[Listed], map_url: str, *, before: int | None) -> TrashPage:
    """The page of what was deleted."""
    lines = tuple(
        TrashLine(change.label or "Without a name", _KINDS.get(change.op, "Deleted"), _who(change), change.at, _undo(map_url, change))
        for change in deleted[:PAGE]
    )
    first, further = _turns(deleted, f"{map_url}/trash", before)
    return TrashPage(lines, first, further)


def _change(change: Listed, map_url: str) -> ChangeLine:
    undone = change.undone_by is not None
    possible = not undone and change.op not in _NEVER
    return ChangeLine(describe(change), change.user_name or "Somebody", change.at, _undo(map_url, change) if possible else "", undone)


def _who(change: Listed) -> str:
    return change.user_name or "somebody"


def _undo(map_url: str, change: Listed) -> str:
    return f"{map_url}/changes/{change.id}/undoing"


def _turns(changes: Sequence[Listed], path: str, before: int | None) -> tuple[str | None, str | None]:
    further = f"{path}?before={changes[PAGE - 1].id}" if len(changes) > PAGE else None
    return (path if before is not None else None), further
