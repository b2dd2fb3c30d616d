"""What a reader meets to whom a share link opens a part of a map: some topics, and no way from them into the rest."""

from urllib.parse import unquote, urlsplit

from contextualise.domain.access import PRIVATE
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap
from contextualise.lib.unlinking import unlink
from contextualise.web.shared.requests import AnyRequest


def keep_within(request: AnyRequest, *, is_open: bool) -> None:
    """Raise `NotFound` for what lies beyond the reader's part, in the words and the frame of a map that is not there."""
    if not is_open:
        request.state.current_map = None
        request.state.by_link = False
        raise NotFound(PRIVATE)


def without_ways_out(request: AnyRequest, html: str) -> str:
    """The page as such a reader gets it: links into the rest of the map are words. Everybody else's stays as it is."""
    found: OpenMap | None = request.state.get("current_map")
    if found is None or found.standing.reach is None:
        return html
    return unlink(html, lambda address: leads_inside(found, address))


def leads_inside(found: OpenMap, address: str) -> bool:
    """Whether an address is one that the reader may open, as far as this map is concerned."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return True  # no address of ours
    path = unquote(parts.path)
    folder, _, rest = path.removeprefix("/maps/").partition("/")
    reach = found.standing.reach
    if reach is None or parts.netloc or not path.startswith("/maps/") or folder.partition("-")[0] != str(found.map.id):
        return True
    kind, _, name = rest.partition("/")
    match kind:
        case "topics":
            return reach.has_slug(name)
        case "paths":
            return reach.has_path(name)
        case _:
            return kind in ("files", "players")
