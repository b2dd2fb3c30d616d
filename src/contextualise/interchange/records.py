"""A topic map as plain records, after the Topic Maps Data Model (ISO 13250-2).

Records refer to each other by number. Numbers are unique over the whole map, whatever the kind of construct, and 0 is
the map itself. Each kind has one list, so that a map goes into a table, or out to a file, by one walk.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

Scope = frozenset[int]

MAP_ID = 0
UNCONSTRAINED: Scope = frozenset()
NO_IDENTIFIERS: tuple[str, ...] = ()


@dataclass(slots=True)
class Topic:
    """A topic. At least one of its three kinds of identifier is there, or it reifies a construct."""

    id: int
    subject_identifiers: list[str] = field(default_factory=list)
    subject_locators: list[str] = field(default_factory=list)
    item_identifiers: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Name:
    """A name of a topic."""

    id: int
    topic: int
    type: int
    scope: Scope
    value: str
    item_identifiers: tuple[str, ...] = NO_IDENTIFIERS
    reifier: int | None = None


@dataclass(slots=True)
class Variant:
    """Another form of a name; its scope is the name's and at least one theme more."""

    id: int
    name: int
    scope: Scope
    datatype: str
    value: str
    item_identifiers: tuple[str, ...] = NO_IDENTIFIERS
    reifier: int | None = None


@dataclass(slots=True)
class Occurrence:
    """A piece of information about a topic, in the file or (datatype xsd:anyURI) at an address."""

    id: int
    topic: int
    type: int
    scope: Scope
    datatype: str
    value: str
    item_identifiers: tuple[str, ...] = NO_IDENTIFIERS
    reifier: int | None = None


@dataclass(slots=True)
class Association:
    """A statement that relates the players of its roles, of which there is at least one."""

    id: int
    type: int
    scope: Scope
    item_identifiers: tuple[str, ...] = NO_IDENTIFIERS
    reifier: int | None = None


@dataclass(slots=True)
class Role:
    """A topic's part in an association."""

    id: int
    association: int
    type: int
    player: int
    item_identifiers: tuple[str, ...] = NO_IDENTIFIERS
    reifier: int | None = None


Statement = Name | Variant | Occurrence | Association | Role


@dataclass(slots=True)
class TopicMap:
    """A whole map: its records by kind, in the order of the file, and what identifies and reifies the map itself.

    `base` is the address of the document that it was read from.
    """

    base: str
    item_identifiers: tuple[str, ...] = NO_IDENTIFIERS
    reifier: int | None = None
    topics: list[Topic] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    associations: list[Association] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)

    def statements(self) -> Iterator[Statement]:
        """Every construct that can be reified, but for the map itself, kind by kind."""
        yield from self.names
        yield from self.variants
        yield from self.occurrences
        yield from self.associations
        yield from self.roles

    def reified(self) -> dict[int, int]:
        """The number of the construct that a topic reifies, by the topic's number; 0 is the map itself."""
        found = {statement.reifier: statement.id for statement in self.statements() if statement.reifier is not None}
        if self.reifier is not None:
            found[self.reifier] = MAP_ID
        return found

    def __len__(self) -> int:
        """How many constructs there are, the map itself not counted."""
        return len(self.topics) + sum(1 for _ in self.statements())
