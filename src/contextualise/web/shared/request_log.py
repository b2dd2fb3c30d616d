"""One line of log for each request, with an id that the error page shows too."""

import secrets
import time

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
_QUIET = ("/static/", "/healthz", "/readyz")
_SECRET = ("/reset/", "/invitations/", "/confirmations/", "/addresses/", "/returns/", "/join/", "/s/", "/notices/mail/")


class RequestLog(ASGIMiddleware):
    """Gives the request its id and logs how it went; links that open something keep their tokens out of the log."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Time the request and log one line when it has been answered."""
        request_id = new_request_id()
        scope.setdefault("state", {})["request_id"] = request_id
        if scope["path"].startswith(_QUIET):
            await next_app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await next_app(scope, receive, watching)
            finally:
                took = round((time.perf_counter() - started) * 1000, 1)
                log.info("request", method=scope.get("method"), path=_without_token(scope["path"]), status=status, ms=took)


def new_request_id() -> str:
    """An id that a person can read out."""
    return secrets.token_hex(8)


def _without_token(path: str) -> str:
    for start in _SECRET:
        if path.startswith(start):
            return start + "…"
    return path
