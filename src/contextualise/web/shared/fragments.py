"""Answers: a page for a browser, the block that htmx asked for, a redirect after a POST. No other module knows htmx's headers.

htmx 4 sends `HX-Request: true` with `HX-Request-Type: partial` when it will swap a part of the page, and `full` (or nothing, when
it restores history) when it wants a whole page. Block names equal element ids, so the fragment's root carries its own target's id.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from litestar import MediaType, Response
from litestar.datastructures import Cookie

from contextualise.domain.access import Action, may
from contextualise.domain.maps import OpenMap
from contextualise.web.shared import flash as flashes
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.indexing import canonical_of
from contextualise.web.shared.reach import without_ways_out
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of

HTML = MediaType.HTML
THEMES = ("system", "light", "dark")
VARY = {"Vary": "HX-Request, HX-Request-Type, HX-Target, Cookie"}


def wants_fragment(request: AnyRequest) -> bool:
    """Whether htmx will swap the answer into a part of the page."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-request-type", "partial") == "partial"


def target_id(request: AnyRequest) -> str | None:
    """The id of the element that htmx will swap: of `ul#list`, `list`."""
    _, mark, identity = request.headers.get("hx-target", "").partition("#")
    return identity if mark else None


def is_refresh(request: AnyRequest) -> bool:
    """Whether an open page asks what it would be now: nobody comes to it, and nothing that is told once is told."""
    return request.headers.get("x-refresh") == "1"


def show(
    request: AnyRequest,
    template: str,
    page: object,
    *,
    block: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    notices: Sequence[Flash] = (),
    **more: Any,
) -> Response[str]:
    """The page, or `block` of it where htmx asked for a part and the handler names one.

    `page` is the template's typed context; `more` are single values that a block needs beside it; `notices` are told along with
    either form of the answer.
    """
    partial = wants_fragment(request) and block is not None
    parts = parts_of(request)
    context = {**page_context(request), "page": page, **more}
    context["flashes"] = [] if partial else [*context["flashes"], *notices]
    html = parts.templates.render(f"{template}#{block}" if partial else template, context)
    if partial and notices:
        html += parts.templates.flash_partial(notices)
    response = Response(without_ways_out(request, html), media_type=HTML, status_code=status, headers={**VARY, **(headers or {})})
    if not partial and flashes.COOKIE in request.cookies and not is_refresh(request):
        response.delete_cookie(flashes.COOKIE)
    return response


def page_context(request: AnyRequest) -> dict[str, Any]:
    """What every template may use beside its own page."""
    parts = parts_of(request)
    found: OpenMap | None = request.state.get("current_map")
    theme = request.cookies.get("theme", "system")
    return {
        "viewer": request.state.get("viewer"),
        "current_map": None if found is None else MapHeader(found),
        "flashes": [] if is_refresh(request) else flashes.unpack(parts.signer, request.cookies.get(flashes.COOKIE)),
        "theme": theme if theme in THEMES else "system",
        "here": here(request),
        "canonical": canonical_of(request),
        "request_id": request.state.get("request_id", ""),
    }


class MapHeader:
    """The map as the frame around a page shows it."""

    __slots__ = (
        "accent",
        "description",
        "go_to",
        "id",
        "is_published",
        "is_whole",
        "link",
        "may_discuss",
        "may_edit",
        "may_follow",
        "may_manage",
        "note_count",
        "ref",
        "title",
        "topic_count",
        "url",
        "version",
    )

    def __init__(self, found: OpenMap) -> None:
        self.id, self.title, self.description, self.accent = found.map.id, found.map.title, found.map.description, found.map.accent
        self.ref = found.map.ref
        self.url = f"/maps/{self.ref}"
        self.version = found.map.version
        self.topic_count, self.note_count = found.map.topic_count, found.map.note_count
        self.is_published = found.map.published_at is not None
        self.may_edit, self.may_manage = may(found.standing, Action.EDIT), may(found.standing, Action.MANAGE)
        self.may_discuss = may(found.standing, Action.DISCUSS)
        self.may_follow = may(found.standing, Action.FOLLOW)
        self.link = found.standing.link  # the share link by which the reader is here
        self.is_whole = found.standing.reach is None
        self.go_to = self.url if self.is_whole else ""


def see_other(request: AnyRequest, url: str, *notices: Flash, headers: Mapping[str, str] | None = None) -> Response[str]:
    """303 to a page of our own after a POST; for htmx a header that makes it go there."""
    sent = {**VARY, **(headers or {})}
    if wants_fragment(request):
        response = Response("", media_type=HTML, status_code=200, headers={**sent, "HX-Redirect": as_header(url)})
    else:
        response = Response("", media_type=HTML, status_code=303, headers={**sent, "Location": as_header(url)})
    if notices:
        response.set_cookie(flash_cookie(request, list(notices)))
    return response


def flash_cookie(request: AnyRequest, notices: list[Flash]) -> Cookie:
    """The cookie that shows messages on the next page."""
    parts = parts_of(request)
    value = flashes.pack(parts.signer, notices)
    return Cookie(key=flashes.COOKIE, value=value, httponly=True, samesite="lax", secure=parts.is_secure, max_age=60, path="/")


def moved(url: str) -> Response[str]:
    """301 to the address that the thing has now."""
    return Response("", media_type=HTML, status_code=301, headers={"Location": as_header(url)})


def as_header(url: str) -> str:
    """The address as a header takes it: what is not ASCII, or would end the line, is percent-encoded (RFC 3987, 3.1)."""
    return quote(url, safe="/:?#[]@!$&'()*+,;=%-._~", errors="replace")


def here(request: AnyRequest) -> str:
    """Path and query of the request: where to come back to."""
    query = request.scope["query_string"].decode("latin-1")
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=-._~")
    return f"{path}?{query}" if query else path


def page_before(request: AnyRequest) -> SplitResult:
    """The address of the page from which the person comes; an empty one when the browser tells none, or tells nonsense."""
    try:
        return urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return urlsplit("")


def own_path(url: str | None, default: str = "/") -> str:
    """The given address when it is a path on this site, else the default: nobody is sent elsewhere by a crafted link."""
    if url and url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable() and "\\" not in url:
        return url
    return default
