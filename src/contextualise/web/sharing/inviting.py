"""Inviting people to a map, and the invitations that wait."""

from dataclasses import replace

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath

from contextualise.domain import sharing
from contextualise.domain.access import Action
from contextualise.domain.accounts.limits import take_attempt
from contextualise.domain.errors import Invalid, NotFound, TooMany
from contextualise.domain.sharing import OWN, LinkMaker
from contextualise.web.forms.posted import read_posted
from contextualise.web.pages.sharing import InvitedPage, InviteForm, invitation_line
from contextualise.web.paging import addresses, number_alone, place_of
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.shared.state import origin_of, parts_of
from contextualise.web.sharing.showing import FORM_BYTES, host_of, people_page, people_url, show_people

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_MOST_TYPED = 10_000


@route("/maps/{ref:str}/people/invited", http_method=_READ)
async def invited(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """All invitations that nobody has accepted."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        waiting = await sharing.list_waiting(connection, found.map.id, place_of(request, number_alone))
    previous, following = addresses(f"{people_url(found)}/invited", waiting, {})
    links, origin = LinkMaker(parts_of(request).settings.secret_key), origin_of(request)
    lines = [invitation_line(row, links, origin) for row in waiting.rows]
    return show(request, "sharing/invited.html", InvitedPage(people_url(found), lines, previous, following, parts_of(request).mailer.is_on))


@route("/maps/{ref:str}/people/invited", http_method=HttpMethod.POST, status_code=303, request_max_body_size=FORM_BYTES)
async def invite(request: AnyRequest, ref: FromPath[str]) -> Response[str]:
    """Invite people by their addresses; the answer is the same whether or not they have accounts."""
    posted = await read_posted(request)
    form = InviteForm(posted.text("emails")[:_MOST_TYPED], posted.text("mode"))
    try:
        async with writing(request) as session:
            found = await map_for(request, session, ref, Action.MANAGE)
            host = host_of(request, found)
        async with writing(request) as session:
            await take_attempt(session, sharing.invitation_limits(host.user_id))
        async with writing(request) as session:
            found = await map_for(request, session, ref, Action.MANAGE)
            count = await sharing.invite(session, found.map.id, host, emails=form.emails, mode=form.mode)
    except Invalid as error:
        return await _again(request, ref, replace(form, errors=error.fields))
    except TooMany as error:
        return await _again(request, ref, replace(form, errors={"": str(error)}), 429, error.retry_after)
    who = "1 person" if count == 1 else f"{count} people"
    text = f"{who} invited by mail." if host.mailer.is_on else f"{who} invited. Copy the link and hand it over yourself."
    return see_other(request, f"{people_url(found)}#waiting", Flash(text))


@route(
    "/maps/{ref:str}/people/invited/{invitation_id:int}/renewal",
    http_method=HttpMethod.POST,
    status_code=303,
    request_max_body_size=FORM_BYTES,
)
async def renewal(request: AnyRequest, ref: FromPath[str], invitation_id: FromPath[int]) -> Response[str]:
    """Make a new link: sent again, or with `show` to be copied here; an offer of ownership waits some days more."""
    show_link = (await read_posted(request)).has("show")
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        await take_attempt(session, sharing.renewal_limits(found.map.id, invitation_id))
        host = host_of(request, found)
        row = await sharing.renew(session, found.map.id, host, _number(invitation_id), show=show_link)
    if row.mode == OWN:
        text = "The offer waits for two weeks more."
    elif show_link or not host.mailer.is_on:
        text = f"A new link for {row.email}. The one before does not work any more."
    else:
        text = f"Sent again to {row.email}, with a new link."
    return see_other(request, f"{people_url(found)}#waiting", Flash(text))


@route(
    "/maps/{ref:str}/people/invited/{invitation_id:int}/withdrawal",
    http_method=HttpMethod.POST,
    status_code=303,
    request_max_body_size=FORM_BYTES,
)
async def withdrawal(request: AnyRequest, ref: FromPath[str], invitation_id: FromPath[int]) -> Response[str]:
    """Take an invitation back; its link does not work any more."""
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        assert found.viewer is not None
        row = await sharing.withdraw(session, found.map.id, found.viewer.id, _number(invitation_id))
    return see_other(request, people_url(found), Flash(f"The invitation of {row.email} is withdrawn."))


async def _again(request: AnyRequest, ref: str, form: InviteForm, status: int = 422, retry_after: int | None = None) -> Response[str]:
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        page = await people_page(request, connection, found, form)
    return show_people(request, page, status=status, retry_after=retry_after)


def _number(invitation_id: int) -> int:
    if invitation_id >= 2**63:
        raise NotFound("There is no such invitation.")
    return invitation_id


ROUTES = [invited, invite, renewal, withdrawal]
