"""The choice of a context for a view over a whole map, the same on each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from contextualise.repository.reading.choosing import Chosen, Theme
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context
from contextualise.web.pages.topics.links import Link


@dataclass(frozen=True, slots=True)
class ContextChoice:
    """A theme to read the map in; `href` leaves it when it is chosen."""

    text: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ContextAxis:
    """Themes of one type, such as languages; `text` is "" for those without one."""

    text: str
    choices: tuple[ContextChoice, ...]


@dataclass(frozen=True, slots=True)
class ContextChooser:
    """The contexts of a map as addresses of one view; `unknown` are asked-for themes that the map does not have."""

    axes: tuple[ContextAxis, ...]
    chips: tuple[Link, ...]
    unknown: tuple[str, ...]
    is_universal: bool
    is_strict: bool
    everything_url: str
    universal_url: str
    strict_url: str
    all_url: str

    @property
    def is_on(self) -> bool:
        """Whether the view is of a context."""
        return bool(self.chips) or self.is_universal

    @property
    def is_there(self) -> bool:
        """Whether there is anything to choose, or to leave again."""
        return bool(self.axes) or self.is_on


def chooser_of(chosen: Chosen, context: Context, url: Callable[[Context], str], map_url: str) -> ContextChooser:
    """The chooser of a view, whose address in another context `url` gives."""
    known = {theme.slug for theme in chosen.themes}
    return ContextChooser(
        axes=_axes(chosen, context, url),
        chips=tuple(Link(theme.name, url(_toggled(context, theme))) for theme in chosen.themes),
        unknown=tuple(slug for slug in context.themes if slug not in known),
        is_universal=context.universal,
        is_strict=context.strict,
        everything_url=url(EVERYTHING_SHOWN),
        universal_url=url(Context(universal=True)),
        strict_url=url(replace(context, strict=not context.strict)),
        all_url="" if chosen.offers_all else f"{map_url}/contexts",
    )


def _axes(chosen: Chosen, context: Context, url: Callable[[Context], str]) -> tuple[ContextAxis, ...]:
    groups: dict[str, list[ContextChoice]] = {}
    for theme in {theme.id: theme for theme in (*chosen.themes, *chosen.offered)}.values():
        choice = ContextChoice(theme.name, url(_toggled(context, theme)), theme.slug in context.themes)
        groups.setdefault(theme.kind, []).append(choice)
    return tuple(
        ContextAxis(text, tuple(sorted(choices, key=lambda choice: choice.text.casefold())))
        for text, choices in sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))
    )


def _toggled(context: Context, theme: Theme) -> Context:
    left = tuple(slug for slug in context.themes if slug != theme.slug)
    if len(left) < len(context.themes):
        return replace(context, themes=left, strict=context.strict and bool(left))
    return replace(context, themes=(*left, theme.slug), universal=False)
