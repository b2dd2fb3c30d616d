"""Finding the people of a map for those who may know them, and showing them."""

from dataclasses import replace

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import sharing
from contextualise.domain.access import Action, may
from contextualise.domain.accounts import BEGINNING, searchable
from contextualise.domain.maps import OpenMap
from contextualise.domain.sharing import Host, LinkMaker
from contextualise.web.pages.sharing import InviteForm, PeoplePage, invitation_line, member_line
from contextualise.web.paging import addresses, place_of, text_and_number
from contextualise.web.shared.fragments import show
from contextualise.web.shared.requests import AnyRequest, map_for
from contextualise.web.shared.state import origin_of, parts_of

FORM_BYTES = 100_000
_BLOCK = "people_list"


async def map_of_people(request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str) -> OpenMap:
    """The map for somebody who works on it or looks after it; readers of a published map do not learn who does."""
    return await map_for(request, connection, ref, Action.DISCUSS)


def host_of(request: AnyRequest, found: OpenMap) -> Host:
    """Who invites, and with what."""
    assert found.viewer is not None
    parts = parts_of(request)
    return Host(found.viewer.id, found.viewer.name, LinkMaker(parts.settings.secret_key), parts.mailer)


def people_url(found: OpenMap) -> str:
    """The address of the page of a map's people."""
    return f"/maps/{found.map.ref}/people"


async def people_page(request: AnyRequest, connection: AsyncConnection, found: OpenMap, form: InviteForm | None = None) -> PeoplePage:
    """The page of the map's people as this reader sees it."""
    assert found.viewer is not None
    url, may_manage = people_url(found), may(found.standing, Action.MANAGE)
    search = searchable(request.query_params.get("q", ""))
    owned = await sharing.find_owned(connection, found.map.id)
    members = await sharing.list_members(connection, found.map.id, place_of(request, text_and_number), search=search)
    previous, following = addresses(url, members, {"q": search})
    page = PeoplePage(
        url=url,
        owner=owned.owner_name,
        owner_is_you=owned.owner_id == found.viewer.id,
        members=[member_line(row, found.viewer.id, may_manage=may_manage) for row in members.rows],
        search=search,
        previous=previous,
        next=following,
        count=await sharing.count_members(connection, found.map.id),
        may_manage=may_manage,
        may_leave=found.standing.mode is not None and not found.standing.is_owner,
        sends_mail=parts_of(request).mailer.is_on,
    )
    if not may_manage:
        return page
    waiting = await sharing.list_waiting(connection, found.map.id, BEGINNING)
    links, origin = LinkMaker(parts_of(request).settings.secret_key), origin_of(request)
    lines = [invitation_line(row, links, origin) for row in waiting.rows]
    return replace(page, invitations=lines, has_more_invitations=waiting.next is not None, form=form or InviteForm())


def show_people(request: AnyRequest, page: PeoplePage, *, status: int = 200, retry_after: int | None = None) -> Response[str]:
    """The page, or its list alone for htmx."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    block = None if page.form.errors else _BLOCK
    return show(request, "sharing/people.html", page, block=block, status=status, headers=headers)
