"""What the documents of one reading share."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from contextualise.interchange.building import MapBuilder, Place
from contextualise.interchange.errors import InterchangeError
from contextualise.interchange.limits import Limits
from contextualise.interchange.records import Scope


class Request(NamedTuple):
    """Another document that one asks for, and the themes that all its statements get."""

    iri: str
    themes: Scope
    place: Place


@dataclass(frozen=True, slots=True)
class Remark:
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
    merges: deque[Request] = field(default_factory=deque)
    references: dict[str, Request] = field(default_factory=dict)
    warnings: list[Remark] = field(default_factory=list)

    def relax(self, place: Place, problem: str) -> None:
        """Refuses the document when strict; otherwise goes on without what is wrong, and says so. Raises InterchangeError."""
        if self.strict:
            raise InterchangeError(place.file, place.line, problem)
        self.warn(place, f"{problem}: ignored")

    def warn(self, place: Place, text: str) -> None:
        """Keeps a remark for the person, unless there are very many already."""
        if len(self.warnings) < self.limits.warnings:
            self.warnings.append(Remark(place, text))
        elif len(self.warnings) == self.limits.warnings:
            self.warnings.append(Remark(place, "there is more like this, which is not listed"))
