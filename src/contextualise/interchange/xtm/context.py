"""What the documents of one reading share."""

from dataclasses import dataclass, field
from typing import NamedTuple

from contextualise.interchange.building import MapBuilder, Place
from contextualise.interchange.limits import Limits
from contextualise.interchange.records import Scope


class Request(NamedTuple):
    """Another document that one asks for, and the themes that all its statements get."""

    iri: str
    themes: Scope
    place: Place


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a person should know about a reading that went well all the same."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.text}"


@dataclass(slots=True)
class Context:
    """`merges` are documents that mergeMap names, `references` those that only a topic reference of XTM 1.0 points into."""

    builder: MapBuilder
    strict: bool
    limits: Limits
    merges: list[Request] = field(default_factory=list)
    references: dict[str, Request] = field(default_factory=dict)
    warnings: list[Warning] = field(default_factory=list)
