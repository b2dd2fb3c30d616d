"""The front page of a map."""

import time
from collections import OrderedDict

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.base_topics import BY_SLUG
from contextualise.repository.maps import Front, MapRow, read_front

KEPT_PAGES = 256
SECONDS = 60.0
_TEXT = BY_SLUG["text"].psi

# By map and version, so that what is read is never older than the map; the minute bounds how long a person's former name stays.
_kept: OrderedDict[tuple[str, int], tuple[float, Front]] = OrderedDict()


async def front_of(connection: AsyncConnection, found: MapRow) -> Front:
    """What the map's front page tells; counting is done once for each version of a map and process, and again after a minute."""
    key = (found.base_iri, found.version)
    kept = _kept.get(key)
    if kept is not None and time.monotonic() - kept[0] < SECONDS:
        _kept.move_to_end(key)
        return kept[1]
    front = await read_front(connection, found.id, found.topic_count, text_type=_TEXT)
    _kept[key] = (time.monotonic(), front)
    while len(_kept) > KEPT_PAGES:
        _kept.popitem(last=False)
    return front
