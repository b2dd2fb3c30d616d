"""The page of one's own account, which answers several forms."""

from collections.abc import Mapping
from dataclasses import replace

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import accounts
from contextualise.domain.accounts import Viewer, describe_browser
from contextualise.domain.errors import Invalid, TooMany
from contextualise.web.fresh_links import fresh_link
from contextualise.web.pages.accounts import AccountPage, SessionItem
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, reading, require_viewer
from contextualise.web.shared.state import parts_of


async def account_page(request: AnyRequest, connection: AsyncConnection, viewer: Viewer) -> AccountPage:
    """The page as it stands."""
    parts = parts_of(request)
    rows = await accounts.list_sessions(connection, viewer.id)
    return AccountPage(
        name=viewer.name,
        email=viewer.email,
        sessions=[
            SessionItem(
                row.id, describe_browser(row.user_agent), row.address, row.created_at, row.last_seen_at, row.id == viewer.session_id
            )
            for row in rows
        ],
        may_invite=may_invite(request),
        sends_mail=parts.mailer.is_on,
        is_confirmed=not parts.mailer.is_on or await accounts.is_confirmed(connection, viewer.id),
        link=fresh_link(request),
    )


async def refused(request: AnyRequest, error: Invalid | TooMany, form: str, typed: Mapping[str, str] | None = None) -> Response[str]:
    """The page with what was typed into one of its forms ("name", "password", "address") and what is wrong with it."""
    errors = error.fields if isinstance(error, Invalid) else {"": str(error)}
    async with reading(request) as connection:
        page = await account_page(request, connection, await require_viewer(request, connection))
    page = replace(page, errors={form: errors}, typed=typed or {})
    if isinstance(error, TooMany):
        return show(request, "accounts/show.html", page, status=429, headers={"Retry-After": str(error.retry_after)})
    return show(request, "accounts/show.html", page, status=422)


def may_invite(request: AnyRequest) -> bool:
    """Whether everybody with an account may invite others to make one."""
    return parts_of(request).settings.sign_up == "invite"
