"""Refusals and failures as pages, fragments or problem details (RFC 9457). Nothing else turns an exception into an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.routes import HTTPRoute
from litestar.types import ExceptionHandlersMap
from psycopg import Error as DriverError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from contextualise.domain import errors
from contextualise.objects import StoreUnavailable
from contextualise.web.shared.flash import COOKIE, Flash
from contextualise.web.shared.fragments import HTML, VARY, here, page_context, wants_fragment
from contextualise.web.shared.request_log import new_request_id
from contextualise.web.shared.requests import SignInNeeded
from contextualise.web.shared.security import ForeignOrigin
from contextualise.web.shared.state import parts_of
from contextualise.web.shared.templates import show_bytes

AnyRequest = Request[Any, Any, State]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page tells: what happened; the templates add what to do next."""

    status: int
    title: str
    message: str
    unsaved: str = ""  # a text that was sent and is not saved
    fields: Mapping[str, str] = field(default_factory=dict)  # what was sent with it


OWN_PAGES = frozenset({403, 404, 413, 429, 500})
TITLES = {
    400: "That request cannot be understood",
    401: "Please sign in",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This address does not work that way",
    409: "This does not fit what is there now",
    413: "That is too large",
    415: "That form cannot be read",
    422: "Something needs another look",
    429: "Too many tries",
    500: "Something went wrong on our side",
    503: "Not available just now",
}
REASONS = {
    400: "The address or the form that was sent is damaged. Go back, reload the page and try again.",
    404: "Nothing is at this address, or it is private and you have not signed in.",
    405: "This address answers a form, not a link. Go back and use the button on the page.",
    415: "The form was sent in a way that cannot be read. Go back, reload the page and try again.",
    500: "It is not your doing, and what was saved is safe. Try again; if it stays so, tell whoever runs this site.",
    503: "The database or the file store does not answer. What was saved is safe; try again in a moment.",
}


def answer(request: AnyRequest, status: int, reason: str = "", headers: Mapping[str, str] | None = None) -> Response[Any]:
    """The error in the form that the client asked for."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    reason = reason or REASONS.get(status, "")
    request_id = _request_id(request, status)
    sent = {**VARY, **(headers or {})}
    if wants_fragment(request):
        html = parts_of(request).templates.flash_partial([Flash(reason or title, "error")])
        return Response(html, status_code=status, media_type=HTML, headers=sent)
    if not _reads_html(request):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": reason, "request_id": request_id}
        return Response(problem, status_code=status, media_type="application/problem+json", headers=sent)
    unsaved, fields = request.state.get("unsaved") or ("", {})
    template = f"errors/{status}.html" if status in OWN_PAGES else "errors/error.html"
    html = parts_of(request).templates.render(
        template, {**page_context(request), "page": ErrorPage(status, title, reason, unsaved, fields)}
    )
    response = Response(html, status_code=status, media_type=HTML, headers=sent)
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)
    return response


def sign_in_needed(request: AnyRequest, _: SignInNeeded) -> Response[Any]:
    """To the sign-in page, and back to here afterwards."""
    if wants_fragment(request) or not _reads_html(request):
        return answer(
            request, 401, "You are no longer signed in. Sign in again in another tab, then save once more; what you typed stays here."
        )
    target = here(request) if request.method in ("GET", "HEAD") or _is_form(request) else "/"
    return Response("", status_code=303, media_type=HTML, headers={"Location": f"/sign-in?next={quote(target, safe='')}"})


def _is_form(request: AnyRequest) -> bool:
    """Whether the address that was posted to is also that of the form."""
    template = request.scope.get("path_template", "")
    return any(route.path_format == template and "GET" in route.methods for route in request.app.routes if isinstance(route, HTTPRoute))


def domain_error(request: AnyRequest, error: errors.DomainError) -> Response[Any]:
    """The domain's own refusals."""
    match error:
        case errors.NotFound():
            return answer(request, 404, str(error))
        case errors.NotAllowed():
            return answer(request, 403, str(error))
        case errors.TooMany():
            return answer(request, 429, str(error), {"Retry-After": str(error.retry_after)})
        case errors.Conflict():
            return answer(request, 409, str(error))
        case _:
            return answer(request, 422, str(error))


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Litestar's own refusals: no such route, wrong method, body too large, malformed input."""
    if error.status_code == 413:
        return answer(request, 413, _too_large(request))
    status = error.status_code if error.status_code in TITLES else (400 if error.status_code < 500 else 500)
    if status >= 500:
        return unexpected(request, error)
    return answer(request, status, headers=error.headers)


def foreign_origin(request: AnyRequest, _: ForeignOrigin) -> Response[Any]:
    """A change that another site asked for."""
    return answer(request, 403, "This came from a page of another site, so nothing was changed. Open the page here and try again.")


def unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """The database or the object store does not answer."""
    log.error("unavailable", error=str(error), exc_info=not isinstance(error, StoreUnavailable))
    return answer(request, 503, headers={"Retry-After": "5"})


def database_error(request: AnyRequest, error: DBAPIError) -> Response[Any]:
    """A lost connection is told as such, a text that PostgreSQL cannot keep as bad input, anything else is a fault of ours."""
    if error.connection_invalidated or type(error.orig).__name__ in _GONE:
        return unavailable(request, error)
    return driver_error(request, error, error.orig)


def driver_error(request: AnyRequest, error: Exception, cause: BaseException | None = None) -> Response[Any]:
    """The same of the statements that go to the driver without SQLAlchemy."""
    kind = type(cause or error).__name__
    if kind in _GONE:
        return unavailable(request, error)
    return answer(request, 400) if kind in _BAD_INPUT else unexpected(request, error)


_GONE = {"AdminShutdown", "CannotConnectNow", "ConnectionTimeout", "CrashShutdown", "OperationalError", "TooManyConnections"}
_BAD_INPUT = {"CharacterNotInRepertoire", "DataError", "NumericValueOutOfRange", "UntranslatableCharacter"}


def undecodable(request: AnyRequest, error: UnicodeDecodeError) -> Response[Any]:
    """A query with bytes that are no characters is damaged input; what cannot be decoded anywhere else is a fault of ours."""
    return unexpected(request, error) if request.scope["query_string"].isascii() else answer(request, 400)


def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    """A fault of ours: logged with its traceback, told without."""
    log.error("failed", method=request.method, route=request.scope.get("path_template", ""), path=request.scope["path"], exc_info=error)
    return answer(request, 500)


HANDLERS: ExceptionHandlersMap = {
    SignInNeeded: sign_in_needed,
    ForeignOrigin: foreign_origin,
    StoreUnavailable: unavailable,
    PoolTimeout: unavailable,
    DBAPIError: database_error,
    DriverError: driver_error,
    errors.DomainError: domain_error,
    UnicodeDecodeError: undecodable,
    HTTPException: http_error,
    Exception: unexpected,
}


def _too_large(request: AnyRequest) -> str:
    """What the address takes at most, and what was sent where the browser told so beforehand."""
    limit = request.route_handler.resolve_request_max_body_size() or 0
    sent = request.headers.get("content-length", "")
    told = f" What was sent is {show_bytes(int(sent))}." if sent.isascii() and sent.isdigit() else ""
    return f"Here at most {show_bytes(limit)} are taken at a time.{told} Nothing was saved; send less."


def _reads_html(request: AnyRequest) -> bool:
    accept = request.headers.get("accept", "*/*")
    return "json" not in accept or "text/html" in accept


def _request_id(request: AnyRequest, status: int) -> str:
    """The request's id. Where no route fits, no middleware has run: the id is made, and the line logged, here."""
    if "request_id" not in request.state:
        request.state.request_id = new_request_id()
        log.info("request", method=request.method, path=request.scope["path"], status=status, request_id=request.state.request_id)
    return str(request.state.request_id)
