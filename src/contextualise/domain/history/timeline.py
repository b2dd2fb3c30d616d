"""The changes of a map, of a topic and of a person, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading import history as repository
from contextualise.repository.reading.history import About, ChangeRow, Person, Publication, Turn, Turned, Wanted, latest_publication

__all__ = [
    "GROUPS",
    "About",
    "Asked",
    "ChangeRow",
    "Person",
    "Publication",
    "Turn",
    "Turned",
    "find_told",
    "latest_publication",
    "people_of_map",
    "timeline_of_map",
    "timeline_of_person",
]

PAGE = 50
_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "topics": ("Topics", ("topic", "identifier", "statement", "path")),
    "names": ("Names", ("name", "variant")),
    "texts": ("Texts", ("text",)),
    "notes": ("Notes", ("note",)),
    "facts": ("Files, links and facts", ()),  # every kind that no other group has
    "connections": ("Connections", ("association",)),
    "tags": ("Tags", ("tag",)),
    "map": ("The map itself", ("map", "member", "trash")),
    "undone": ("What was taken back", ("undo",)),
}
GROUPS: Sequence[tuple[str, str]] = tuple((key, name) for key, (name, _) in _KINDS.items())
"""The groups of changes that can be asked for: key and name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of a history; "" and None are everything."""

    group: str = ""
    user_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Asked()


async def timeline_of_map(
    connection: AsyncConnection,
    map_id: int,
    asked: Asked,
    turn: Turn,
    *,
    may_edit: bool,
    topic_id: int | None = None,
    from_change: int | None = None,
    limit: int = PAGE,
) -> Turned:
    """Changes of a map, or those that show on the page of one of its topics; readers are not told of the inbox.

    With `from_change`, only that one and those after it.
    """
    wanted = replace(_wanted(asked, topic_id=topic_id, may_edit=may_edit), from_change=from_change)
    return await repository.list_changes(connection, map_id, wanted, turn, limit)


async def timeline_of_person(connection: AsyncConnection, user_id: int, asked: Asked, turn: Turn, limit: int = PAGE) -> Turned:
    """What a person has done in all the maps that this person may read."""
    return await repository.list_own_changes(connection, user_id, _wanted(asked, topic_id=None, may_edit=True), turn, limit)


async def people_of_map(connection: AsyncConnection, map_id: int, *, from_change: int | None = None) -> Sequence[Person]:
    """Those who have changed something in the map; with `from_change`, by that change or since."""
    return await repository.list_people(connection, map_id, from_change)


async def find_told(connection: AsyncConnection, map_id: int, change_id: int, *, may_edit: bool) -> ChangeRow | None:
    """One change as a list tells it; None for one that there is not, or not for this reader."""
    return await repository.find_told(connection, map_id, change_id, for_readers=not may_edit)


def _wanted(asked: Asked, *, topic_id: int | None, may_edit: bool) -> Wanted:
    kinds: Sequence[str] | None = None
    others = asked.group == "facts"
    if others:
        kinds = [prefix for _, prefixes in _KINDS.values() for prefix in prefixes]
    elif asked.group in _KINDS:
        kinds = _KINDS[asked.group][1]
    return Wanted(topic_id, asked.user_id, kinds, others, asked.since, asked.until, for_readers=not may_edit)
