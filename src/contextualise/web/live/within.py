"""What is told to a reader to whom a share link opens a part of a map: that the page is another one now, and nothing of all the rest.

What happens elsewhere must leave no trace in such a stream. So no announcement goes into it as it is: the page is made again as the reader
would get it, and only where that differs something is said.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Reach
from contextualise.domain.maps import OpenMap
from contextualise.domain.paths import find_path
from contextualise.web.asked import asked_number
from contextualise.web.pages.paths import PathPage, path_page
from contextualise.web.pages.topics import TopicPage
from contextualise.web.shared.fragments import page_context
from contextualise.web.shared.reach import keep_within, without_ways_out
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of
from contextualise.web.topics.showing import TEMPLATE, read_topic_page

_MOST_ABOUT = 200


@dataclass(frozen=True, slots=True)
class Followed:
    """The page that is followed: that of a topic, that of a path, one on which some topics stand, or one of the whole map."""

    topic_id: int | None = None
    path_id: int | None = None
    about: frozenset[int] | None = None

    def topics_for(self, found: OpenMap) -> frozenset[int] | None:
        """The topics whose changes may show on it; None for those of the whole map."""
        reach = found.standing.reach
        return self.about if reach is None else frozenset(number for number, _ in reach.topics)


def asked_page(request: AnyRequest) -> Followed:
    """The page that the address of a stream names."""
    query = request.query_params
    about = frozenset(filter(None, map(asked_number, query.getall("about", [])[:_MOST_ABOUT])))
    return Followed(asked_number(query.get("topic")) or None, asked_number(query.get("path")) or None, about or None)


def keep_to_part(request: AnyRequest, found: OpenMap, page: Followed) -> None:
    """Raise `NotFound` for a page that is not open to the reader."""
    reach = found.standing.reach
    keep_within(request, is_open=reach is None or _slug_of(page, reach) is not None)


async def digest_of(request: AnyRequest, connection: AsyncConnection, found: OpenMap, page: Followed) -> bytes:
    """What stands for the page as such a reader sees it; raises `NotFound` where it is not there any more."""
    reach = found.standing.reach
    assert reach is not None
    slug = _slug_of(page, reach) or ""
    shown: TopicPage | PathPage
    if page.topic_id is not None:
        shown, parts = await read_topic_page(request, found, connection, slug), [f"{TEMPLATE}#main", f"{TEMPLATE}#rail"]
    else:
        shown = path_page(await find_path(connection, found.map.id, slug), f"/maps/{found.map.ref}", may_edit=False)
        parts = ["paths/show.html#main"]
    context = {**page_context(request), "page": shown, "trail": "", "upload_limit": 0}
    html = "".join(parts_of(request).templates.render(part, context) for part in parts)
    return hashlib.blake2b(without_ways_out(request, html).encode(), digest_size=16).digest()


def _slug_of(page: Followed, reach: Reach) -> str | None:
    """The address of the topic or path within the reader's part; None for what is not in it."""
    number = page.topic_id if page.topic_id is not None else page.path_id if page.path_id in reach.paths else None
    return next((slug for topic_id, slug in reach.topics if topic_id == number), None)
