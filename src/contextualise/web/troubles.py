"""Unexpected errors, for administrators."""

from datetime import datetime
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import troubles
from contextualise.domain.errors import NotFound
from contextualise.web.admin.showing import show_admin
from contextualise.web.pages.troubles import TroublesPage
from contextualise.web.paging import addresses, place_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other
from contextualise.web.shared.requests import AnyRequest, reading, require_admin, writing
from contextualise.web.shared.state import Parts, parts_of
from contextualise.web.sign_in import FORM_BYTES

_PAGE = "/admin/troubles"
_ROWS = 50


@route(_PAGE, http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def list_page(request: AnyRequest) -> Response[str]:
    """Kinds of errors, the latest first."""
    async with reading(request) as connection:
        await require_admin(request, connection)
        found = await troubles.list_troubles(connection, place_of(request, _moment_and_fingerprint), _ROWS)
        previous, following = addresses(_PAGE, found, {})
        page = TroublesPage(found.rows, previous, following, _notices(parts_of(request)))
        return await show_admin(request, connection, "admin/troubles.html", page, block="troubles")


@route("/admin/troubles/{fingerprint:str}/forgetting", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def forget(request: AnyRequest, fingerprint: FromPath[str]) -> Response[str]:
    """Take a kind from the list; when it comes again it is new, and told at once."""
    async with writing(request) as session:
        await require_admin(request, session)
        if not await troubles.forget(session, fingerprint.replace("\0", "")):
            raise NotFound("This error is not in the list any more.")
    return see_other(request, _PAGE, Flash("It is off the list. If it happens again, you are told at once."))


def _notices(parts: Parts) -> str:
    ways = [
        *(["mail to the administrators"] if parts.mailer.is_on else []),
        *(["the address in ERROR_WEBHOOK_URL"] if parts.settings.error_webhook_url else []),
    ]
    if not ways:
        return "Nobody is told of them: neither SMTP_HOST nor ERROR_WEBHOOK_URL is set."
    return f"They are told by {' and '.join(ways)}, each kind at most once an hour."


def _moment_and_fingerprint(key: list[Any]) -> tuple[Any, ...]:
    moment, fingerprint = key
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None or not 1900 < at.year < 3000 or not fingerprint.isalnum():
        raise ValueError
    return at, fingerprint


ROUTES = [list_page, forget]
