"""Links of a topic to pages and films elsewhere."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from contextualise.lib.films import Film
from contextualise.repository.reading.records import OccurrenceRow
from contextualise.web.pages.topics.bearings import Bearings
from contextualise.web.pages.topics.facts import Fact, safe_href
from contextualise.web.pages.topics.media import Resource, resource_of


@dataclass(frozen=True, slots=True)
class FilmCard:
    """A film on another site; `player` is our page that plays it, empty where it is played there only."""

    id: int
    href: str
    text: str
    provider: str
    host: str
    about: str
    player: str
    themes: tuple[object, ...]
    details: tuple[Fact, ...]


def link_of(row: OccurrenceRow, page: Bearings) -> Resource:
    """An address with its title, or itself where it has none."""
    href = safe_href(row.value)
    host = urlsplit(href).hostname if href.startswith("http") else ""
    icon = "mail" if href.startswith("mailto:") else "globe"
    return resource_of(row, page, row.title or row.value, href, (host or "").removeprefix("www."), icon)


def film_card_of(row: OccurrenceRow, page: Bearings, film: Film) -> FilmCard:
    """The address of a film."""
    return FilmCard(
        id=row.id,
        href=safe_href(row.value),
        text=row.title or f"A film on {film.provider}",
        provider=film.provider,
        host=film.host,
        about=row.alt or "",
        player=f"{page.addresses.map_url}/players/{row.id}" if film.player else "",
        themes=page.scopes.links(row.scope_id),
        details=page.details(row.id),
    )
