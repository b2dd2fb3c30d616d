"""The choice of a context for a view over a whole map, the same on each of them."""

from collections.abc import Callable
from dataclasses import replace

from contextualise.repository.reading.choosing import Chosen, Theme
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context
from contextualise.web.pages.context_choice import ContextChoice, ContextChooser, axes_of, toggled


def chooser_of(chosen: Chosen, context: Context, url: Callable[[Context], str], map_url: str) -> ContextChooser:
    """The chooser of a view, whose address in another context `url` gives."""
    known = {theme.slug for theme in chosen.themes}

    def choice(theme: Theme) -> ContextChoice:
        return ContextChoice(theme.name, url(toggled(context, theme.slug)), theme.slug in context.themes)

    themes = {theme.id: theme for theme in (*chosen.themes, *chosen.offered)}.values()
    return ContextChooser(
        axes=axes_of((theme.kind, choice(theme)) for theme in themes),
        chips=tuple(choice(theme) for theme in chosen.themes),
        unknown=tuple(slug for slug in context.themes if slug not in known),
        is_universal=context.universal,
        is_strict=context.strict,
        everything_url=url(EVERYTHING_SHOWN),
        universal_url=url(Context(universal=True)),
        strict_url=url(replace(context, strict=not context.strict)),
        all_url="" if chosen.offers_all else f"{map_url}/contexts",
    )
