"""Headers that every answer carries, and the check that a change comes from our own pages.

Cross-site request forgery is refused by origin, without tokens: `Sec-Fetch-Site` where the browser sends it, else `Origin`, else
`Referer`. A request with none of them does not come from a browser of the last ten years and carries no cookie that SameSite=Lax
would have let through from elsewhere (see docs/decisions).
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.datastructures import MutableScopeHeaders, State
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",  # pages of ours that play one thing; see docs/decisions
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(*, embed: bool = False, **more: Sequence[str]) -> str:
    """The content policy of a page that needs more than all others, as `img_src=["https://tiles.example.org"]`.

    `embed` lets our own pages show it in a frame. What is given is added to the sources of the directive; a directive that no other page
    has holds nothing else.
    """
    directives = dict(_DIRECTIVES)
    for name, sources in more.items():
        directive = name.replace("_", "-")
        directives[directive] = " ".join((*directives.get(directive, "").split(), *sources))
    if embed:
        directives["frame-ancestors"] = "'self'"
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


POLICY = policy()
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 31_536_000
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def add_headers(message: Message, scope: Scope) -> None:
    """Hook on every answer, those made before any handler ran included."""
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    if scope.get("state", {}).get("by_link"):
        _keep_quiet(headers, Request(scope))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "private, no-store")
    parts = scope["litestar_app"].state.parts
    if parts.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
    request_id = scope.get("state", {}).get("request_id")
    if request_id:
        headers["X-Request-Id"] = request_id


def _keep_quiet(headers: MutableScopeHeaders, request: Request[Any, Any, State]) -> None:
    """What is read through a share link is for nobody else to find, and no longer there once the link is taken back.

    Without the address of its page a form sends no origin either; only a browser that says where a request comes from in another way may
    leave it out.
    """
    headers["X-Robots-Tag"] = "noindex"
    headers["Referrer-Policy"] = "no-referrer" if "sec-fetch-site" in request.headers else "same-origin"
    if "max-age" in headers.get("Cache-Control", ""):
        headers["Cache-Control"] = "private, no-cache"


class ForeignOrigin(Exception):
    """A change was asked for by a page of another site."""


class OriginCheck(ASGIMiddleware):
    """Refuses every change that another site's page asks for."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let safe methods and our own pages' requests through; raises `ForeignOrigin` for the rest."""
        if scope.get("method") not in _SAFE_METHODS and is_foreign(Request(scope)):
            raise ForeignOrigin
        await next_app(scope, receive, send)


def origin_of_tiles(address: str) -> str:
    """The site that the tiles of a map come from, as a content policy names it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_foreign(request: Request[Any, Any, State]) -> bool:
    """Whether the browser says that a page of another origin sent this request."""
    headers = request.headers
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    source = headers.get("origin") or headers.get("referer")
    return source is not None and not _is_own(request, source)


def _is_own(request: Request[Any, Any, State], source: str) -> bool:
    """Whether the address is of the origin under which people reach us: the configured one, else the host that the request names."""
    try:
        given = urlsplit(source)
    except ValueError:
        return False
    public: str | None = request.app.state.parts.settings.public_url
    if public:
        return f"{given.scheme}://{given.netloc}" == public
    return given.scheme in ("http", "https") and given.netloc == request.headers.get("host")
