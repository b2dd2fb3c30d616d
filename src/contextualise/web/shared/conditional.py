"""Conditional requests: the map's version is the ETag of every page of that map (RFC 9110, 8.8.3 and 13.1.2)."""

import hashlib

from litestar import Response

from contextualise.domain.comments import may_read as may_read_comments
from contextualise.domain.maps import OpenMap
from contextualise.web.shared import flash
from contextualise.web.shared.fragments import HTML, here, target_id, wants_fragment
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of


def etag_of(request: AnyRequest, found: OpenMap, *more: object) -> str | None:
    """A weak validator for a page of the map as this reader gets it; None when the page carries a message shown once.

    None, too, for a reader of a part of the map: the validator moves with every change, also of what is kept from such a reader.
    """
    return key_of(request, found, *more) if found.standing.reach is None else None


def key_of(request: AnyRequest, found: OpenMap, *more: object) -> str | None:
    """What a page of the map as this reader gets it is kept under here; None when it carries a message shown once."""
    if flash.COOKIE in request.cookies:
        return None
    fields = (
        parts_of(request).assets.digest,
        found.map.base_iri,  # no other map ever had it, not even one of this number before a restored backup
        found.map.version,
        found.map.updated_at,  # moves without a new version when smaller copies of pictures have been made
        found.map.title,
        found.map.accent,
        found.map.published_at,
        found.standing,
        found.viewer and (found.viewer.name, found.viewer.email, found.viewer.unread),
        may_read_comments(found.standing) and found.map.talk_version,
        request.cookies.get("theme"),
        here(request),
        wants_fragment(request) and target_id(request),
        *more,
    )
    return f'W/"{hashlib.blake2b(repr(fields).encode(), digest_size=12).hexdigest()}"'


def not_modified(request: AnyRequest, etag: str | None) -> Response[None] | None:
    """The 304 answer when the browser already has the page, else None."""
    given = request.headers.get("if-none-match")
    if etag is None or given is None or etag not in (tag.strip() for tag in given.split(",")):
        return None
    return Response(None, status_code=304, media_type=HTML, headers=validators(etag))


def validators(etag: str | None) -> dict[str, str]:
    """Headers that let the reader's own browser, and no shared cache, keep the page and ask again."""
    if etag is None:
        return {"Cache-Control": "private, no-store"}
    return {"ETag": etag, "Cache-Control": "private, no-cache"}
