"""What the statement of the topic page brings: rows by number, and every topic that they name once at the end."""

from datetime import datetime

import msgspec


class Record(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A row, sent as a JSON array."""


class Reference(Record, frozen=True):
    """A topic as others name it; `name` is the best one in the reader's context."""

    id: int
    slug: str
    name: str
    type_id: int | None
    is_hidden: bool


class TopicRow(Record, frozen=True):
    """The topic's own row."""

    id: int
    slug: str
    label: str
    is_base: bool
    is_hidden: bool
    created_at: datetime
    created_by: str | None
    updated_at: datetime
    updated_by: str | None


class NameRow(Record, frozen=True):
    """A name."""

    id: int
    type_id: int
    scope_id: int
    value: str


class VariantRow(Record, frozen=True):
    """A variant of a name."""

    id: int
    name_id: int
    scope_id: int
    datatype: str
    value: str


class OccurrenceRow(Record, frozen=True):
    """An occurrence with what its content, if it has one, needs for reading."""

    id: int
    topic_id: int
    type_id: int
    scope_id: int
    datatype: str
    value: str
    title: str | None
    file_name: str | None
    lat: float | None
    lon: float | None
    media_type: str | None
    bytes: int | None
    html: str | None
    beginning: str | None = None  # the first words of a text
    alt: str | None = None
    width: int | None = None  # of a picture, in pixels
    height: int | None = None
    renditions: tuple[tuple[int, int], ...] = ()  # widths and heights of the smaller pictures there are, the smallest first
    is_examined: bool = True
    problem: str | None = None
    created_at: datetime | None = None
    created_by: str | None = None


class WikiLink(Record, frozen=True):
    """Where the link with this number in an occurrence's text leads."""

    occurrence_id: int
    position: int
    topic_id: int


class Group(Record, frozen=True):
    """The associations of one type in which the topic plays one role; `count` stops at `COUNTED` + 1."""

    type_id: int
    role_type_id: int
    count: int


class Membership(Record, frozen=True):
    """An association in which the topic plays the role of a group."""

    type_id: int
    role_type_id: int
    association_id: int
    scope_id: int


class OtherRole(Record, frozen=True):
    """A role of an association, other than the topic's own in that group."""

    association_id: int
    own_role_type_id: int
    type_id: int
    player_id: int


class Step(Record, frozen=True):
    """A step of a knowledge path: the other end of a navigation association."""

    association_id: int
    role_type_id: int
    player_id: int


class Tag(Record, frozen=True):
    """A category of the topic."""

    association_id: int
    topic_id: int


class Reifier(Record, frozen=True):
    """The topic that stands for a statement of the page."""

    construct_id: int
    topic_id: int


class Reified(Record, frozen=True):
    """The statement that the topic stands for; `topic_id` is where it is shown."""

    construct_id: int
    kind: str
    topic_id: int | None
    label: str | None


class Theme(Record, frozen=True):
    """One theme of a scope."""

    scope_id: int
    topic_id: int


class ScopeCount(Record, frozen=True):
    """How many of the topic's associations have a scope, among the first few hundred."""

    scope_id: int
    count: int


class Uses(Record, frozen=True):
    """How many statements the topic serves as type, role type or theme; each stops at `COUNTED` + 1."""

    topics: int
    names: int
    occurrences: int
    associations: int
    roles: int
    scopes: int


class TopicRecord(Record, frozen=True):
    """Everything on a topic's page, in one row."""

    topic: TopicRow
    base: dict[str, int]
    context: tuple[int, ...]
    types: tuple[int, ...]
    names: tuple[NameRow, ...]
    variants: tuple[VariantRow, ...]
    identifiers: tuple[tuple[int, str], ...]
    occurrences: tuple[OccurrenceRow, ...]
    wiki_links: tuple[WikiLink, ...]
    groups: tuple[Group, ...]
    members: tuple[Membership, ...]
    others: tuple[OtherRole, ...]
    steps: tuple[Step, ...]
    tags: tuple[Tag, ...]
    reifiers: tuple[Reifier, ...]
    details: tuple[OccurrenceRow, ...]
    reified: Reified | None
    scopes: tuple[Theme, ...]
    languages: dict[int, str]
    scope_counts: tuple[ScopeCount, ...]
    uses: Uses
    mentions: tuple[int, ...]
    changes: int
    talk: tuple[tuple[int, int], ...]  # open threads by what they are about
    topics: tuple[Reference, ...]
