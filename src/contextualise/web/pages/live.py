"""Who is here, as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from contextualise.domain.live import Here

SHOWN = 6
# What somebody does in a part of the topic's page.
_DEEDS = {
    "topic-text": "is writing this text",
    "topic-notes": "is writing a note",
    "topic-head": "is changing the names",
    "topic-associations": "is changing the connections",
    "topic-media": "is changing the pictures and files",
    "topic-links": "is changing the links",
    "topic-dates": "is changing dates and places",
    "topic-attributes": "is changing the facts",
    "topic-tags": "is changing the tags",
    "topic-about": "is changing the address",
}
PARTS = frozenset(_DEEDS)
"""The parts of the page in which somebody can be seen writing."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does just now, and the part of the page in which."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is here; `number` chooses the colour."""

    number: int
    name: str
    initials: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class HerePage:
    """The page that says who is here; None for a reader to whom nobody is shown."""

    people: tuple[Person, ...] | None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class SeenPage:
    """The page with the choice to be seen or not."""

    is_hidden: bool


def people_of(here: Iterable[Here]) -> tuple[Person, ...]:
    """One entry for a person, however many pages that person has open."""
    names = {one.user_id: one.name for one in here}
    deeds: dict[int, dict[str, None]] = {user_id: {} for user_id in names}
    for one in here:
        if one.editing in PARTS:
            deeds[one.user_id][one.editing] = None
    return tuple(_person(user_id, name, deeds[user_id]) for user_id, name in names.items())


def initials_of(name: str) -> str:
    """The first letters of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def _person(user_id: int, name: str, parts: Iterable[str]) -> Person:
    return Person(user_id % 8, name, initials_of(name), tuple(Deed(part, f"{name} {_DEEDS[part]}") for part in parts))
