"""The share links of a map, for those who manage it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain import share_links
from contextualise.domain.access import Action
from contextualise.domain.accounts import Page
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.maps import OpenMap
from contextualise.domain.share_links import LinkFields, LinkRow, Subject
from contextualise.web.forms.posted import read_posted
from contextualise.web.forms.share_links import ShareForm
from contextualise.web.pages.paths import path_url
from contextualise.web.pages.share_links import LinkItem, ShareLinkPage, ShareLinksPage, link_item
from contextualise.web.pages.topics.links import Link, encoded
from contextualise.web.paging import addresses, place_of
from contextualise.web.share_links.opening import PURPOSE
from contextualise.web.shared.flash import Flash
from contextualise.web.shared.fragments import see_other, show
from contextualise.web.shared.requests import AnyRequest, map_for, reading, writing
from contextualise.web.shared.state import parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_FORM_BYTES = 50_000
TEMPLATE = "share_links/index.html"


@route("/maps/{ref:str}/share-links", http_method=_READ)
async def show_links(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """The links that are good, or with `?show=ended` the others; `?topic=` or `?path=` begins a link to that."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        page = await _page(request, connection, found, ShareForm.asked(request))
    return show(request, TEMPLATE, page, block="share_links")


@route("/maps/{ref:str}/share-links", http_method=HttpMethod.POST, status_code=303, request_max_body_size=_FORM_BYTES)
async def make_link(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """Make a link; the page shows it first, ready to be copied."""
    form = ShareForm.read(await read_posted(request))
    key = parts_of(request).signer.key(PURPOSE)
    try:
        async with writing(request) as session:
            found = await map_for(request, session, ref, Action.MANAGE)
            assert found.viewer is not None
            fields = await _fields(await session.connection(), found, form)
            made = await share_links.make_link(session, key, found.map.id, found.viewer.id, fields)
    except (Invalid, Conflict) as refused:
        errors = refused.fields if isinstance(refused, Invalid) else {"": str(refused)}
        async with reading(request) as connection:
            found = await map_for(request, connection, ref, Action.MANAGE)
            page = await _page(request, connection, found, form)
        return show(request, TEMPLATE, replace(page, errors=errors), block="share_links", status=422)
    return see_other(request, f"{_url(found)}/share-links?made={made}")


@route("/maps/{ref:str}/share-links/{link_id:int}", http_method=_READ)
async def show_link(request: AnyRequest, ref: FromPath[str], link_id: FromPath[int]) -> Response[Any]:
    """One link: how often it was opened, when, and in which kind of browser."""
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.MANAGE)
        link = _item(request, found, await share_links.find_link(connection, found.map.id, link_id))
        uses = await share_links.list_uses(connection, found.map.id, link_id, place_of(request, _day_and_visitor))
    previous, following = addresses(link.page_url, Page(uses.rows, _plain(uses.previous), _plain(uses.next)), {})
    return show(request, "share_links/show.html", ShareLinkPage(link, f"{_url(found)}/share-links", uses.rows, previous, following))


@route(
    "/maps/{ref:str}/share-links/{link_id:int}/revocation",
    http_method=HttpMethod.POST,
    status_code=303,
    request_max_body_size=_FORM_BYTES,
)
async def revoke_link(request: AnyRequest, ref: FromPath[str], link_id: FromPath[int]) -> Response[str]:
    """End a link at once. There is no way back; another one is made as easily."""
    async with writing(request) as session:
        found = await map_for(request, session, ref, Action.MANAGE)
        assert found.viewer is not None
        named = await share_links.revoke_link(session, found.map.id, found.viewer.id, link_id)
    return see_other(request, f"{_url(found)}/share-links", Flash(f"The share link {named} opens nothing any more."))


async def _fields(connection: AsyncConnection, found: OpenMap, form: ShareForm) -> LinkFields:
    expires_at = form.expires_at(datetime.now(UTC))
    match form.what:
        case "map":
            return LinkFields("map", None, form.label, expires_at)
        case "topic" | "path":
            subject = await _subject(connection, found, form)
            if subject is None:
                raise Invalid({"what": "That topic is not there any more. Choose something else."})
            return LinkFields("path" if form.what == "path" else "topic", subject, form.label, expires_at)
        case _:
            raise Invalid({"what": "Choose what the link opens."})


async def _subject(connection: AsyncConnection, found: OpenMap, form: ShareForm) -> Subject | None:
    try:
        return await share_links.find_subject(connection, found.map.id, form.slug) if form.slug else None
    except NotFound:
        return None


async def _page(request: AnyRequest, connection: AsyncConnection, found: OpenMap, form: ShareForm) -> ShareLinksPage:
    ended = request.query_params.get("show") == "ended"
    listed = await share_links.list_links(connection, found.map.id, place_of(request, _number), ended=ended)
    subject = await _subject(connection, found, form)
    what = form.what if subject or form.what in ("", "map") else "map"
    if what == "path" and subject and not subject.is_path:
        what = "topic"
    action = f"{_url(found)}/share-links"
    previous, following = addresses(action, listed, {"show": "ended" if ended else ""})
    links = [_item(request, found, row) for row in listed.rows]
    made = request.query_params.get("made", "")
    return ShareLinksPage(
        action=action,
        back=_back(found, subject),
        links=links,
        ended=ended,
        previous=previous,
        next=following,
        values=replace(form, what=what or "map"),
        subject=subject,
        fresh=next((link.url for link in links if str(link.id) == made), ""),
    )


def _item(request: AnyRequest, found: OpenMap, row: LinkRow) -> LinkItem:
    parts = parts_of(request)
    origin = parts.settings.public_url or str(request.base_url).rstrip("/")
    return link_item(row, map_id=found.map.id, map_url=_url(found), origin=origin, key=parts.signer.key(PURPOSE))


def _back(found: OpenMap, subject: Subject | None) -> Link:
    if subject is None:
        return Link(found.map.title, _url(found))
    url = path_url(_url(found), subject.slug) if subject.is_path else f"{_url(found)}/topics/{encoded(subject.slug)}"
    return Link(subject.label, url)


def _url(found: OpenMap) -> str:
    return f"/maps/{found.map.ref}"


def _number(key: list[Any]) -> tuple[Any, ...]:
    """A key of an id."""
    (number,) = key
    if not isinstance(number, int) or not 0 <= number < 2**63:
        raise ValueError
    return (number,)


def _day_and_visitor(key: list[Any]) -> tuple[Any, ...]:
    """A key of a day and a visitor."""
    day, visitor = key
    return datetime.fromisoformat(day).date(), bytes.fromhex(visitor)


def _plain(key: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """The same as it goes into an address."""
    return None if key is None else (key[0].isoformat(), key[1].hex())


ROUTES = [show_links, make_link, show_link, revoke_link]
