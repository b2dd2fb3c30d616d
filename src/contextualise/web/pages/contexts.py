"""What the page of contexts shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from contextualise.repository.reading.contexts import COUNTED, PER_PAGE, ThemeCount
from contextualise.web.pages.topics.links import SIGNS, Link


@dataclass(frozen=True, slots=True)
class ContextRow:
    """A theme; `reading_url` shows the map's front page in its context."""

    text: str
    href: str
    kind: str
    sign: int | None
    names: str
    occurrences: str
    associations: str


@dataclass(frozen=True, slots=True)
class ContextsPage:
    """All themes of a map."""

    rows: tuple[ContextRow, ...]
    next_url: str | None
    first: Link | None


def contexts_page(map_url: str, themes: Sequence[ThemeCount], *, is_first: bool) -> ContextsPage:
    """The page's contents."""
    shown = themes[:PER_PAGE]
    more = len(themes) > PER_PAGE
    url = f"{map_url}/contexts"
    return ContextsPage(
        rows=tuple(_row(map_url, theme) for theme in shown),
        next_url=f"{url}?{urlencode({'after': f'{shown[-1].id}.{shown[-1].sort_key}'})}" if more else None,
        first=None if is_first else Link("First contexts", url),
    )


def _row(map_url: str, theme: ThemeCount) -> ContextRow:
    return ContextRow(
        text=theme.label,
        href=f"{map_url}/topics/{quote(theme.slug, safe='')}?{urlencode({'scope': theme.slug})}",
        kind=theme.type_label or "",
        sign=None if theme.type_id is None else theme.type_id % SIGNS,
        names=_number(theme.names),
        occurrences=_number(theme.occurrences),
        associations=_number(theme.associations),
    )


def _number(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count)
