"""What search engines may keep: pages of published maps as everybody sees them, and the home page; nothing that does not say so."""

from typing import Any
from urllib.parse import parse_qsl, quote

from litestar import Request
from litestar.datastructures import MutableScopeHeaders, State
from litestar.types import Message, Scope

from contextualise.web.shared.state import parts_of

# Pages of one thing: whatever context a reader chose, they are about what they are about without it.
_THINGS = frozenset({"/maps/{ref}", "/maps/{ref}/topics/{slug}", "/maps/{ref}/paths/{slug}"})
_LISTS = frozenset(
    {
        "/",
        "/maps/{ref}/contexts",
        "/maps/{ref}/paths",
        "/maps/{ref}/places",
        "/maps/{ref}/tags",
        "/maps/{ref}/tags/{slug}",
        "/maps/{ref}/timeline",
        "/maps/{ref}/topics",
    }
)
_CONTEXT = frozenset({"scope", "strict"})


async def mark_for_robots(message: Message, scope: Scope) -> None:
    """Hook on every answer: `X-Robots-Tag: noindex` for pages that are not for everybody to find, and for all that is not published."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    found = scope.get("state", {}).get("current_map")
    is_page = headers.get("content-type", "").startswith("text/html")
    is_private = found is not None and found.map.published_at is None
    if is_private or (is_page and (message["status"] != 200 or not _is_for_all(scope))):
        headers.setdefault("X-Robots-Tag", "noindex")


def canonical_of(request: Request[Any, Any, State]) -> str | None:
    """The address of a published thing without the reader's own context; None for pages that nobody should find by another one.

    Without a public address it is a path: a host that the request names has no place in a page that may be kept.
    """
    found = request.state.get("current_map")
    if found is None or found.map.published_at is None or request.scope.get("path_template") not in _THINGS:
        return None
    if not _names(request.scope) <= _CONTEXT:
        return None
    return (parts_of(request).settings.public_url or "") + quote(request.scope["path"], safe="/:@!$&'()*+,;=-._~")


def _is_for_all(scope: Scope) -> bool:
    template, names = scope.get("path_template"), _names(scope)
    return (template in _THINGS and names <= _CONTEXT) or (template in _LISTS and not names)


def _names(scope: Scope) -> set[str]:
    """The names of the fields in the address; of a damaged one, something that no page has."""
    try:
        query = scope["query_string"].decode("latin-1")
        return {name for name, _ in parse_qsl(query, keep_blank_values=True, max_num_fields=50)}
    except ValueError:
        return {""}
