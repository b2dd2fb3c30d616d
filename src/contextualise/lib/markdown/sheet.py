"""What one rendering knows and collects on its way through the parser's rules."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from contextualise.lib.people import People
from contextualise.lib.slugs import slugify

_KEY = "sheet"


@dataclass(frozen=True, slots=True)
class WikiLink:
    """A ``[[target]]`` or ``[[target|label]]`` in a text; ``key`` is what names are matched by."""

    key: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a text: its level in the page, the id to link to, its words."""

    level: int
    id: str
    text: str


class TooComplex(Exception):
    """The text asks for more work than its length could deserve."""


@dataclass(slots=True)
class Sheet:
    """The state of one rendering; it travels in the parser's ``env``."""

    id_prefix: str
    base: str
    heading_offset: int
    steps_left: float
    tokens_allowed: int
    html_allowed: int
    highlight_seconds: float
    files: str = ""
    people: People | None = None
    links: list[WikiLink] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    named: set[int] = field(default_factory=set)
    _anchors: set[str] = field(default_factory=set)
    _repeats: dict[str, int] = field(default_factory=dict)

    def spend(self, steps: float) -> None:
        """Count work done; raises TooComplex when the budget is used up."""
        self.steps_left -= steps
        if self.steps_left < 0:
            raise TooComplex

    def anchor(self, text: str) -> str:
        """Return an id for a heading that no other heading of this text has."""
        slug = anchor = slugify(text)
        # Counting from the last repeat keeps ten thousand equal headings from being compared with each other.
        while anchor in self._anchors:
            self._repeats[slug] = self._repeats.get(slug, 1) + 1
            anchor = f"{slug}-{self._repeats[slug]}"
        self._anchors.add(anchor)
        return self.id_prefix + anchor


def sheet_of(env: MutableMapping[str, Any]) -> Sheet:
    """Return the sheet of the rendering that an ``env`` belongs to."""
    sheet = env[_KEY]
    assert isinstance(sheet, Sheet)
    return sheet


def new_env(sheet: Sheet) -> dict[str, Any]:
    """Return the ``env`` that carries a sheet through the parser."""
    return {_KEY: sheet}
