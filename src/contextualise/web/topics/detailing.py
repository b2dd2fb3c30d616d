"""The facts about a statement, as its form lists them."""

from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.drafts import details_of
from contextualise.domain.maps import OpenMap
from contextualise.lib.values import display
from contextualise.web.pages.forms import DetailLine, Details
from contextualise.web.topics.editing import Place, map_url


async def details_for(
    connection: AsyncConnection | AsyncSession, found: OpenMap, folder: str, construct_id: int, place: Place | None = None
) -> Details:
    """What is said about a statement; `folder` is `associations`, `occurrences` or `names`, `place` the topic to come back to."""
    query = f"?{urlencode({'topic': place.topic.slug})}" if place else ""
    lines = tuple(
        DetailLine(detail.kind, display(detail.datatype, detail.value), f"{map_url(found)}/details/{detail.id}/edit{query}")
        for detail in await details_of(connection, found.map.id, construct_id)
    )
    return Details(lines, f"{map_url(found)}/{folder}/{construct_id}/attributes/new{query}")
