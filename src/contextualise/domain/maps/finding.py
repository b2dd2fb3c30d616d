"""What is told to machines that look for pages (the protocol of sitemaps.org): published maps and their topics, nothing else."""

from collections.abc import AsyncIterator, Sequence

from contextualise.repository.database import Database
from contextualise.repository.reading import sitemap as repository
from contextualise.repository.reading.sitemap import PublicMap, PublicTopic

MOST = 50_000
"""The most addresses that the protocol allows in one file."""
PAGE = MOST
_BATCH = 2000


async def published_maps(database: Database) -> AsyncIterator[Sequence[PublicMap]]:
    """All published maps in batches; no connection is held between them."""
    after = 0
    while True:
        async with database.reading() as connection:
            rows = await repository.list_maps(connection, after, page=PAGE, limit=_BATCH)
        if not rows:
            return
        yield rows
        after = rows[-1].id


async def topics_to_find(database: Database, map_id: int, after: int) -> AsyncIterator[Sequence[PublicTopic]]:
    """The topics of one page of a map, in batches."""
    left = PAGE
    while left:
        async with database.reading() as connection:
            rows = await repository.list_topics(connection, map_id, after, limit=min(left, _BATCH))
        if not rows:
            return
        yield rows
        after, left = rows[-1].id, left - len(rows)
