"""Changes as lists show them: by day, with what one person did to one thing at one time in one line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

from contextualise.domain.history import describe
from contextualise.domain.history.timeline import GROUPS, Asked, ChangeRow, Person, Turned
from contextualise.web.pages.topics.links import Link, encoded

SITTING = timedelta(minutes=20)
"""Changes of one person to one thing that lie no further apart are told as one."""

_UNTAKEN = frozenset(
    {
        "map.create",
        "map.import",
        "map.base",
        "map.trash",
        "map.restore",
        "map.promote",
        "map.demote",
        "member.leave",
        "member.own",
        "trash.empty",
    }
)
"""What is not taken back from the history: what makes a map, and what has its own way back where maps are listed."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in a list; `undo_url` is empty for one that was taken back already or never can be."""

    what: str
    who: str
    who_url: str
    at: datetime
    url: str
    about: tuple[Link, ...]
    undo_url: str
    restores: bool
    is_undone: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Changes that one person made to one thing, the latest first; `summary` tells several of them as one."""

    lines: tuple[ChangeLine, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class Day:
    """What was changed on one day."""

    date: date
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """The fields of the form that narrows a history down, as they were filled in."""

    action: str
    group: str
    person: int | None
    since: str
    until: str
    groups: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]
    error: str = ""

    @property
    def is_used(self) -> bool:
        """Whether anything is left out."""
        return bool(self.group or self.person is not None or self.since or self.until)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the history of a map, a topic or a person."""

    title: str
    lead: str
    back: Link | None
    days: tuple[Day, ...]
    filter: TimelineFilter
    newer_url: str | None
    older_url: str | None
    may_edit: bool
    empty: str
    compare_url: str = ""


def timeline_filter(
    action: str, asked: Asked, since: str, until: str, people: Iterable[Person], viewer_id: int | None, error: str = ""
) -> TimelineFilter:
    """The form as it was sent; a person without a name is “Somebody”, the one who asks “You”."""
    named = [(str(person.id), "You" if person.id == viewer_id else person.name or "Somebody") for person in people]
    return TimelineFilter(action, asked.group, asked.user_id, since, until, GROUPS, named, error)


def turn_urls(path: str, kept: Mapping[str, str], found: Turned) -> tuple[str | None, str | None]:
    """The addresses of what is newer and what is older, None at the ends."""
    fields = {name: value for name, value in kept.items() if value}

    def address(name: str, change: ChangeRow) -> str:
        return f"{path}?{urlencode({**fields, name: change.id})}"

    if not found.rows:
        return (f"{path}?{urlencode(fields)}" if found.has_newer and fields else path if found.has_newer else None), None
    newer = address("after", found.rows[0]) if found.has_newer else None
    return newer, address("before", found.rows[-1]) if found.has_older else None


def days_of(
    rows: Sequence[ChangeRow], *, may_edit: bool, may_manage: bool, own_topic: int | None = None, across: bool = False
) -> tuple[Day, ...]:
    """The changes by day and by what belongs together.

    On the page of a topic that topic is not named on each line; `across` maps, each line names its map.
    """

    def line(row: ChangeRow) -> ChangeLine:
        return change_line(row, may_edit=may_edit, may_manage=may_manage, own_topic=own_topic, across=across)

    return tuple(
        Day(day, tuple(_run(run, line, own_topic) for run in _runs(list(same))))
        for day, same in groupby(rows, key=lambda row: row.at.date())
    )


def change_line(row: ChangeRow, *, may_edit: bool, may_manage: bool, own_topic: int | None = None, across: bool = False) -> ChangeLine:
    """One change as a line."""
    map_url = f"/maps/{row.ref}"
    about = [Link(topic.label, f"{map_url}/topics/{encoded(topic.slug)}") for topic in row.about if topic.id != own_topic]
    if across:
        about.append(Link(row.map_title, map_url))
    possible = row.undone_by is None and not row.is_empty and may_take_back(row, may_edit=may_edit, may_manage=may_manage)
    return ChangeLine(
        what=describe(row),
        who=row.user_name or "Somebody",
        who_url=f"{map_url}/history?{urlencode({'person': row.user_id})}" if row.user_id is not None and not across else "",
        at=row.at,
        url=f"{map_url}/changes/{row.id}",
        about=tuple(about),
        undo_url=f"{map_url}/changes/{row.id}/undoing" if possible else "",
        restores=row.op.endswith(".delete"),
        is_undone=row.undone_by is not None,
        is_gone=row.is_empty and (row.op.endswith(".delete") or row.op == "undo"),
    )


def may_take_back(row: ChangeRow, *, may_edit: bool, may_manage: bool) -> bool:
    """Whether the person may take such a change back: what is about the map itself belongs to those who manage it."""
    op = row.undone_op or row.op
    if op in _UNTAKEN or row.op in _UNTAKEN:
        return False
    return may_manage if is_about_map(row) else may_edit


def is_about_map(row: ChangeRow) -> bool:
    """Whether a change, or what it took back, was one to the map's own settings."""
    return (row.undone_op or row.op).startswith(("map.", "member.")) or (row.op == "undo" and row.construct_id == 0)


def _runs(rows: Sequence[ChangeRow]) -> list[list[ChangeRow]]:
    """Neighbours by the same person, about something in common, at one sitting."""
    runs: list[list[ChangeRow]] = []
    common: set[object] = set()
    for row in rows:
        things = _things(row)
        last = runs[-1][-1] if runs else None
        if last and last.user_id == row.user_id and last.map_id == row.map_id and last.at - row.at <= SITTING and common & things:
            runs[-1].append(row)
            common &= things
        else:
            runs.append([row])
            common = things
    return runs


def _things(row: ChangeRow) -> set[object]:
    return {topic.id for topic in row.about} or {row.construct_id}


def _run(rows: Sequence[ChangeRow], line: Callable[[ChangeRow], ChangeLine], own_topic: int | None) -> Run:
    if len(rows) == 1:
        return Run((line(rows[0]),), "")
    common = set.intersection(*({topic.id for topic in row.about} for row in rows)) - {own_topic}
    names = [topic.label for topic in rows[0].about if topic.id in common]
    what = f"changed “{names[0]}”" if names else "made changes"
    return Run(tuple(map(line, rows)), f"{what} {len(rows)} times" if names else f"made {len(rows)} changes")
