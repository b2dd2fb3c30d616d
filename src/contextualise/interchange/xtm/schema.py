"""How the elements of XTM may be put together.

An element's content is a sequence of parts, each a set of names, required or not, once or any number of times. The DTD
of XTM 1.0 and the RELAX-NG schemas of XTM 2.0 and 2.1 (ISO 13250-3, annex A) need no more than that.
"""

from dataclasses import dataclass, field

EMPTY = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a content model: `position` in the sequence, and what is allowed there."""

    position: int
    names: tuple[str, ...]
    required: bool
    repeatable: bool


@dataclass(slots=True)
class Model:
    """What one element may contain. `text` says whether characters are content rather than layout."""

    name: str
    attributes: frozenset[str]
    parts: tuple[Part, ...] = ()
    text: bool = False
    by_name: dict[str, tuple[int, Part]] = field(default_factory=dict)
    required: int = 0

    def __post_init__(self) -> None:
        for part in self.parts:
            if part.required:
                self.required |= 1 << part.position
            for name in part.names:
                self.by_name[name] = (1 << part.position, part)

    def missing(self, seen: int) -> str:
        """What is required but not among the parts `seen`, in words; empty when nothing is missing."""
        lacking = [part for part in self.parts if part.required and not seen & (1 << part.position)]
        return " and ".join(" or ".join(f"<{name}>" for name in part.names) for part in lacking)


def model(name: str, content: str = EMPTY, attributes: str = "", text: bool = False) -> Model:
    """A model from a line such as "itemIdentity* type? scope? value variant*", with "a|b" for one of several names."""
    parts = []
    for position, word in enumerate(content.split()):
        sign = word[-1] if word[-1] in "?*+" else ""
        names = tuple(word.removesuffix(sign).split("|"))
        parts.append(Part(position, names, required=sign in ("", "+"), repeatable=sign in ("*", "+") and sign != ""))
    return Model(name, frozenset(attributes.split()), tuple(parts), text)


def schema(*models: Model) -> dict[str, Model]:
    """Models by the names of their elements."""
    return {each.name: each for each in models}
