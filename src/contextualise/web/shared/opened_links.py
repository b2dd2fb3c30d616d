"""The share links that a browser has opened, in a signed cookie: hashes that open maps as long as the links are good."""

from collections.abc import Sequence
from typing import Any

from litestar import Request
from litestar.datastructures import Cookie, State

from contextualise.web.shared.state import parts_of

MOST = 8
SECONDS = 30 * 86_400
_PURPOSE = "share-links"
_HASH = 32
_ENTRY = 8 + _HASH  # a map's number, and the hash of a link's secret


def opened_links(request: Request[Any, Any, State], map_id: int) -> Sequence[bytes]:
    """The hashes of the links to one map, as they are kept in the database."""
    return [digest for number, digest in _entries(request) if number == map_id]


def with_link(request: Request[Any, Any, State], map_id: int, digest: bytes) -> Cookie:
    """The cookie with one more link, the latest first; of more than `MOST` the oldest goes."""
    entries = [(map_id, digest), *(entry for entry in _entries(request) if entry != (map_id, digest))][:MOST]
    value = b"".join(number.to_bytes(8, "big") + each for number, each in entries)
    return Cookie(
        key=_name(request),
        value=parts_of(request).signer.sign(_PURPOSE, value),
        max_age=SECONDS,
        httponly=True,
        samesite="lax",
        secure=parts_of(request).is_secure,
        path="/",
    )


def _entries(request: Request[Any, Any, State]) -> list[tuple[int, bytes]]:
    """What the cookie holds; nothing when it is not one of ours."""
    given = request.cookies.get(_name(request))
    value = parts_of(request).signer.read(_PURPOSE, given) if given else None
    entries = [value[start : start + _ENTRY] for start in range(0, len(value), _ENTRY)] if value else []
    return [(int.from_bytes(entry[:8], "big"), entry[8:]) for entry in entries if len(entry) == _ENTRY]


def _name(request: Request[Any, Any, State]) -> str:
    """Over TLS with the prefix that binds it to this host and to TLS."""
    return "__Host-links" if parts_of(request).is_secure else "links"
