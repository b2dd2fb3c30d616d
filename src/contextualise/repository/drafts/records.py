"""What a form knows of the construct that it changes."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

Session = AsyncSession | AsyncConnection


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that a person may mean, with what tells it from others of its name."""

    id: int
    slug: str
    label: str
    kind: str  # the labels of its types


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme of a statement's context."""

    id: int
    slug: str
    label: str
    is_language: bool


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """Another form of a name; `themes` are those it has beyond the name's own."""

    id: int
    value: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class NameDraft:
    """A name of a topic."""

    id: int
    value: str
    type: Candidate
    themes: tuple[Theme, ...]
    variants: tuple[VariantDraft, ...]


@dataclass(frozen=True, slots=True)
class OccurrenceDraft:
    """An occurrence of a topic."""

    id: int
    topic_id: int
    type: Candidate
    datatype: str
    value: str
    sha256: bytes | None
    title: str | None
    themes: tuple[Theme, ...]
    updated_by: str | None
    file_name: str | None = None
    alt: str | None = None  # what a picture shows, or what there is to say about a file or link; empty for a decoration


@dataclass(frozen=True, slots=True)
class Member:
    """One role of an association."""

    role: Candidate
    player: Candidate


@dataclass(frozen=True, slots=True)
class AssociationDraft:
    """An association with its members in the order they were written."""

    id: int
    type: Candidate
    themes: tuple[Theme, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class IdentifierDraft:
    """An identifier of a topic: kind 1 a subject identifier, 2 a subject locator, 3 an item identifier."""

    kind: int
    iri: str


@dataclass(frozen=True, slots=True)
class TopicDraft:
    """What the forms of one topic begin with."""

    id: int
    slug: str
    label: str
    is_base: bool
    is_hidden: bool
    types: tuple[Candidate, ...]
    identifiers: tuple[IdentifierDraft, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A topic found by a text; `by_address` when the text is its address or an identifier of it, not just its name."""

    topic: Candidate
    is_base: bool
    by_address: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much is said about a topic, and how often it serves others as type, role or theme."""

    names: int
    occurrences: int
    associations: int
    uses: int


@dataclass(frozen=True, slots=True)
class Detail:
    """What is said about a statement by a value, through the topic that stands for it."""

    id: int
    kind: str
    datatype: str
    value: str
