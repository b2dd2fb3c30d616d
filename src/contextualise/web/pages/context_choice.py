"""The choice of a context, as the page of a topic and the views over a whole map offer it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from contextualise.repository.reading.topic import Context


@dataclass(frozen=True, slots=True)
class ContextChoice:
    """A theme to read in; `href` leaves it when it is chosen. `count` is how many statements of the page have it, where that is told."""

    text: str
    href: str
    is_chosen: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class ContextAxis:
    """Themes of one type, such as languages; `text` is "" for those without one."""

    text: str
    choices: tuple[ContextChoice, ...]


@dataclass(frozen=True, slots=True)
class ContextChooser:
    """What can be read in, as addresses of one page; `unknown` are asked-for themes that the map does not have."""

    axes: tuple[ContextAxis, ...]
    chips: tuple[ContextChoice, ...]
    unknown: tuple[str, ...]
    is_universal: bool
    is_strict: bool
    everything_url: str
    universal_url: str
    strict_url: str
    all_url: str = ""

    @property
    def is_on(self) -> bool:
        """Whether a context is chosen."""
        return bool(self.chips) or self.is_universal

    @property
    def is_there(self) -> bool:
        """Whether there is anything to choose, or to leave again."""
        return bool(self.axes) or self.is_on


def axes_of(choices: Iterable[tuple[str, ContextChoice]]) -> tuple[ContextAxis, ...]:
    """The choices under the names of their types, by name; those without a type ("") come last."""
    groups: dict[str, list[ContextChoice]] = {}
    for kind, choice in choices:
        groups.setdefault(kind, []).append(choice)
    return tuple(
        ContextAxis(text, tuple(sorted(several, key=lambda choice: choice.text.casefold())))
        for text, several in sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))
    )


def toggled(context: Context, slug: str) -> Context:
    """The context with the theme chosen too, or with it left."""
    left = tuple(theme for theme in context.themes if theme != slug)
    if len(left) < len(context.themes):
        return replace(context, themes=left, strict=context.strict and bool(left))
    return replace(context, themes=(*left, slug), universal=False)
