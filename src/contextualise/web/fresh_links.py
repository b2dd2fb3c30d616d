"""One-time links just made: carried over the redirect in a signed cookie, because the database keeps only their hash."""

import json
from dataclasses import asdict

from litestar import Response
from litestar.datastructures import Cookie

from contextualise.web.pages.accounts import FreshLink
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of

_COOKIE = "fresh-link"
_SECONDS = 60


def show_link_at(request: AnyRequest, url: str, path: str, text: str) -> Response[str]:
    """303 to a page that shows the link whose path is given, once."""
    link = FreshLink(_origin(request) + path, text)
    response = see_other(request, url)
    response.set_cookie(_cookie(request, parts_of(request).signer.sign(_COOKIE, json.dumps(asdict(link)).encode()), _SECONDS))
    return response


def fresh_link(request: AnyRequest) -> FreshLink | None:
    """The link just made, if the page that shows it comes right after."""
    value = parts_of(request).signer.read(_COOKIE, request.cookies.get(_COOKIE, ""))
    return FreshLink(**json.loads(value)) if value else None


def forget_link(request: AnyRequest, response: Response[str]) -> Response[str]:
    """The response, after which the link is not shown again."""
    if _COOKIE in request.cookies:
        response.set_cookie(_cookie(request, "", 0))
    return response


def _origin(request: AnyRequest) -> str:
    return parts_of(request).settings.public_url or str(request.base_url).rstrip("/")


def _cookie(request: AnyRequest, value: str, seconds: int) -> Cookie:
    return Cookie(key=_COOKIE, value=value, max_age=seconds, httponly=True, samesite="lax", secure=parts_of(request).is_secure, path="/")
