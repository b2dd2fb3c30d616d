"""Views over much of a map that were rendered before, kept while memory allows: graphs of hubs, timelines, maps of places."""

from typing import Any

from litestar import Response

from contextualise.web.shared.conditional import validators
from contextualise.web.shared.fragments import HTML, VARY
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.topics.kept_pages import KeptPage, KeptPages

MOST_BYTES = 8_000_000


def kept_view(request: AnyRequest, etag: str | None, **headers: str) -> Response[Any] | None:
    """The view under its validator, which changes with the map's version and all that the reader may see; None where it is not kept."""
    page = _views(request).find(etag) if etag else None
    return None if page is None else Response(page.before, media_type=HTML, headers={**VARY, **validators(etag), **headers})


def keep_view(request: AnyRequest, etag: str | None, response: Response[Any]) -> Response[Any]:
    """Keep the answer for whoever may see the very same; returns it."""
    if etag is not None:
        _views(request).keep(etag, KeptPage(0, "", response.content, ""))
    return response


def _views(request: AnyRequest) -> KeptPages:
    views = request.app.state.setdefault("kept_views", KeptPages(MOST_BYTES))
    assert isinstance(views, KeptPages)
    return views
