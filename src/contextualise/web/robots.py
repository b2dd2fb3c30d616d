"""For machines that look for pages: what they should leave alone, and where everything public is."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream

from contextualise.domain.access import PRIVATE, Action
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import finding
from contextualise.lib.numbers import whole_number
from contextualise.repository.database import Database
from contextualise.web.shared.requests import AnyRequest, map_for, reading
from contextualise.web.shared.state import origin_of, parts_of

_READ = [HttpMethod.GET, HttpMethod.HEAD]
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n'

# Of what is private nothing is named: it answers that there is nothing. These lead to forms and lists without an end (RFC 9309).
_LEFT_ALONE = (
    *("/account", "/admin", "/confirmations", "/drafts", "/go-to", "/invitations", "/join", "/maps$", "/maps/importing"),
    *("/maps/joining", "/maps/new", "/notices", "/reset", "/s/", "/search", "/setup", "/shortcuts", "/sign-in", "/sign-out", "/sign-up"),
    *("/maps/*/changes", "/maps/*/comments", "/maps/*/edit", "/maps/*/export.xtm", "/maps/*/go-to", "/maps/*/history", "/maps/*/live"),
    *("/maps/*/people", "/maps/*/report", "/maps/*/search", "/maps/*/shortcuts", "/*?at=", "/*&at="),
)


@route("/robots.txt", http_method=_READ, sync_to_thread=False)
def robots(request: AnyRequest) -> Response[str]:
    """What machines should leave alone."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _LEFT_ALONE), "", f"Sitemap: {origin_of(request)}/sitemap.xml", ""]
    return Response("\n".join(lines), media_type="text/plain", headers={"Cache-Control": "public, max-age=3600"})


@route("/sitemap.xml", http_method=_READ)
async def sitemap(request: AnyRequest) -> Stream:
    """The published maps, each with as many pages as it needs; the protocol allows 50,000 of them in all."""
    return Stream(_index(parts_of(request).database, origin_of(request)), media_type="application/xml")


@route("/maps/{ref:str}/sitemap.xml", http_method=_READ)
async def map_sitemap(request: AnyRequest, ref: FromPath[str]) -> Stream:
    """The topics of a published map; `?after=` is the number of the last topic of the page before."""
    after = whole_number(request.query_params.get("after", "")) or 0
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ)
    if found.map.published_at is None:
        raise NotFound(PRIVATE)
    url = f"{origin_of(request)}/maps/{quote(found.map.ref)}"
    first = [_entry("url", url, found.map.updated_at)] if not after else []
    return Stream(_page(parts_of(request).database, found.map.id, url, after, first), media_type="application/xml")


async def _index(database: Database, origin: str) -> AsyncIterator[bytes]:
    yield f"{_OPENING}<sitemapindex {_SPACE}>\n".encode()
    left = finding.MOST
    async for maps in finding.published_maps(database):
        entries = [
            _entry("sitemap", f"{origin}/maps/{quote(found.ref)}/sitemap.xml" + (f"?after={start}" if start else ""), found.updated_at)
            for found in maps
            for start in (0, *found.starts)
        ]
        yield "".join(entries[:left]).encode()
        left -= len(entries)
        if left <= 0:
            break
    yield b"</sitemapindex>\n"


async def _page(database: Database, map_id: int, url: str, after: int, first: Iterable[str]) -> AsyncIterator[bytes]:
    yield f"{_OPENING}<urlset {_SPACE}>\n{''.join(first)}".encode()
    async for topics in finding.topics_to_find(database, map_id, after):
        yield "".join(_entry("url", f"{url}/topics/{quote(topic.slug, safe='')}", topic.updated_at) for topic in topics).encode()
    yield b"</urlset>\n"


def _entry(kind: str, url: str, changed: datetime) -> str:
    return f"<{kind}><loc>{escape(url)}</loc><lastmod>{changed.isoformat(timespec='seconds')}</lastmod></{kind}>\n"


ROUTES = [robots, sitemap, map_sitemap]
