"""What the forms of a topic's statements show: one frame around the values of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class DetailLine:
    """One fact about the statement that the form changes."""

    kind: str
    value: str
    edit_url: str


@dataclass(frozen=True, slots=True)
class Details:
    """The facts about the statement, and where another is added."""

    lines: tuple[DetailLine, ...]
    new_url: str


@dataclass(frozen=True, slots=True)
class FormPage(Generic[V]):
    """A form, in the place of what it changes or on a page of its own.

    `element` is the id that the form takes over from what it replaces, `block` the part of the topic's page that shows the result.
    """

    title: str
    action: str
    back: str
    back_to: str
    element: str
    block: str
    values: V
    sources: str  # where reference fields find topics while somebody types
    errors: Mapping[str, str] = field(default_factory=dict)
    removal: str | None = None
    frame: str = ""
    details: "Details | None" = None

    @property
    def restored(self) -> str:
        """The element that comes back when somebody cancels: the statement itself, or the block to which one would have been added."""
        return self.element if self.element.rpartition("-")[2].isdigit() else self.block

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the form's controls by field, for the summary of errors."""
        return {name: f"{self.element}-{name}" for name in self.errors if name}

    def error(self, name: str) -> str:
        """What is wrong with a field; empty when nothing is."""
        return self.errors.get(name, "")
