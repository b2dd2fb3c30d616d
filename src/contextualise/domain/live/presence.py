"""Who is here, as one process keeps and tells it: one statement for all its streams, and one for all the maps that changed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.live.stream import People, Stream
from contextualise.repository.database import Database
from contextualise.repository.live import Here, OpenPage, keep_presence, read_presence

log = structlog.get_logger()
_EVERY_SECONDS = 20.0
_GATHER_SECONDS = 0.25  # people come and go in crowds
_STAYS_SECONDS = 5.0  # who leaves one page of the map for another is not gone in between


class Presence:
    """Keeps the rows of this process's streams and tells them who else is there."""

    def __init__(self, database: Database, streams_of: Callable[[int], Iterable[Stream]]) -> None:
        self._database = database
        self._streams_of = streams_of
        self._open: dict[UUID, OpenPage] = {}
        self._new: dict[UUID, OpenPage] = {}
        self._left: set[UUID] = set()
        self._unread: set[int] = set()
        self._wake = asyncio.Event()

    def enter(self, stream: Stream) -> None:
        """A page was opened."""
        page = stream.open_page()
        if page is not None:
            self._open[page.stream_id] = self._new[page.stream_id] = page
            self.read_soon(page.map_id)

    def leave(self, stream: Stream) -> None:
        """A page was left; the person is shown for some seconds more."""
        if self._open.pop(stream.id, None) is not None:
            self._new.pop(stream.id, None)
            asyncio.get_running_loop().call_later(_STAYS_SECONDS, self._forget, stream.id)

    def read_soon(self, map_id: int | None) -> None:
        """Somebody came, went, began or ended writing in the map."""
        if map_id is not None:
            self._unread.add(map_id)
            self._wake.set()

    async def run(self) -> None:
        """Keep and tell until cancelled; while the database is away nothing is kept."""
        loop = asyncio.get_running_loop()
        due = loop.time() + _EVERY_SECONDS
        while True:
            try:
                async with asyncio.timeout(max(0.0, due - loop.time())):
                    await self._wake.wait()
                await asyncio.sleep(_GATHER_SECONDS)
            except TimeoutError:
                pass
            self._wake.clear()
            is_due = loop.time() >= due
            if is_due:
                due = loop.time() + _EVERY_SECONDS
            try:
                await self._keep(everything=is_due)
                await self._tell()
            except (SQLAlchemyError, OSError) as error:
                log.warning("presence put off", error=str(error))

    async def _keep(self, *, everything: bool) -> None:
        new, self._new = self._new, {}
        left, self._left = self._left, set()
        pages = self._open if everything else new
        if pages or left:
            async with self._database.writing() as session:
                await keep_presence(session, list(pages.values()), left)

    async def _tell(self) -> None:
        unread, self._unread = self._unread, set()
        maps = {map_id for map_id in unread if any(stream.user_id is not None for stream in self._streams_of(map_id))}
        if not maps:
            return
        async with self._database.reading() as connection:
            here = await read_presence(connection, maps)
        by_page = _by_page(here)
        for map_id in maps:
            for stream in self._streams_of(map_id):
                if stream.user_id is not None:
                    _show(stream, by_page.get((map_id, stream.topic_id), ()))

    def _forget(self, stream_id: UUID) -> None:
        self._left.add(stream_id)
        self._wake.set()


async def who_is_here(connection: AsyncConnection, map_id: int) -> Sequence[Here]:
    """Who has a page of the map open, by name; a person stands there once for each page."""
    return await read_presence(connection, [map_id])


def _by_page(here: Sequence[Here]) -> dict[tuple[int, int | None], tuple[Here, ...]]:
    pages: defaultdict[tuple[int, int | None], list[Here]] = defaultdict(list)
    for one in here:
        pages[one.map_id, one.topic_id].append(one)
    return {page: tuple(people) for page, people in pages.items()}


def _show(stream: Stream, people: tuple[Here, ...]) -> None:
    others = tuple(one for one in people if one.user_id != stream.user_id)
    if others != (stream.last_people or ()):
        stream.last_people = others
        stream.put(People(others))
