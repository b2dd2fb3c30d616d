"""What is different, made ready for a page: the texts compared by words, topics with the addresses they have now."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.drafts import find_topics
from contextualise.domain.errors import NotFound
from contextualise.domain.history.telling import Differences
from contextualise.domain.versions import compare
from contextualise.lib.differences import Piece
from contextualise.objects import StoreUnavailable
from contextualise.web.pages.topics.links import encoded
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of

MOST_TEXTS = 12
"""Texts that are compared on one page; the others are named and have pages of their own."""

Digests = tuple[bytes | None, bytes | None]


async def slugs_of(connection: AsyncConnection, map_id: int, found: Differences) -> Mapping[int, str]:
    """The addresses of those topics that are there now."""
    ids = {each.topic_id for each in found.told if each.topic_id is not None}
    topics = await find_topics(connection, map_id, ids)
    return {topic.id: encoded(topic.slug) for topic in topics.values() if not topic.is_hidden}


async def compare_texts(request: AnyRequest, map_id: int, found: Differences) -> tuple[Mapping[Digests, Sequence[Piece]], str]:
    """The comparisons of the texts that differ, and a sentence where the store of files cannot be reached."""
    compared: dict[Digests, Sequence[Piece]] = {}
    for each in found.told:
        sides = [side for side in (each.before, each.after) if side is not None]
        if not all(side.is_text and not side.is_gone for side in sides):
            continue
        digests = each.before.digest if each.before else None, each.after.digest if each.after else None
        if digests in compared or digests[0] == digests[1]:
            continue
        if len(compared) == MOST_TEXTS:
            break
        try:
            compared[digests] = await compare(parts_of(request).objects, map_id, *digests)
        except NotFound:
            continue
        except StoreUnavailable:
            return compared, "The store of files cannot be reached at the moment, so texts are not shown."
    return compared, ""
