"""The streams of one process: one connection hears what all processes announce, and each stream gets what concerns its page."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager

import structlog

from contextualise.domain.live.presence import Presence
from contextualise.domain.live.stream import CatchUp, Stream, TooManyStreams
from contextualise.repository.database import Database
from contextualise.repository.live import Listening, News, listen

log = structlog.get_logger()
MOST_STREAMS = 4000
_CHECKS_AT_ONCE = 4


class Hub:
    """What the streams of this process share. Nothing runs before the first stream; `close` ends everything."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._streams: defaultdict[int, set[Stream]] = defaultdict(set)
        self._count = 0
        self._is_closing = False
        self._listening = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._presence = Presence(database, self._of_map)
        self.checks = asyncio.Semaphore(_CHECKS_AT_ONCE)  # a change of access asks for many at once; pages come first
        self.listener: Listening | None = None

    @property
    def count(self) -> int:
        """How many streams are open."""
        return self._count

    @property
    def is_full(self) -> bool:
        """Whether no further stream is taken."""
        return self._is_closing or self._count >= MOST_STREAMS

    def count_of(self, map_id: int) -> int:
        """How many of them follow the map."""
        return len(self._streams.get(map_id, ()))

    @asynccontextmanager
    async def joined(self, stream: Stream) -> AsyncIterator[None]:
        """From the beginning of the block on the stream misses nothing; raises `TooManyStreams`."""
        if self.is_full:
            raise TooManyStreams
        self._start()
        self._streams[stream.map_id].add(stream)
        self._count += 1
        try:
            await self._heard()
            self._presence.enter(stream)
            yield
        finally:
            self._count -= 1
            streams = self._streams[stream.map_id]
            streams.discard(stream)
            if not streams:
                del self._streams[stream.map_id]
            self._presence.leave(stream)

    def changed_standing(self, stream: Stream, user_id: int | None) -> None:
        """Note that the reader has become a member of the map, or is none any more."""
        if user_id != stream.user_id:
            self._presence.leave(stream)
            stream.user_id = user_id
            self._presence.enter(stream)

    def end_streams(self) -> None:
        """Let all streams end and take no more: a server that stops does not wait for its readers."""
        self._is_closing = True
        for stream in self._all():
            stream.end()

    async def close(self) -> None:
        """End the streams and what runs for them."""
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._presence.run())]

    async def _heard(self) -> None:
        """Wait until announcements are heard; while the database is away that is caught up with later."""
        try:
            async with asyncio.timeout(2):
                await self._listening.wait()
        except TimeoutError:
            pass

    async def _listen(self) -> None:
        while True:
            try:
                async with aclosing(listen(self._database)) as heard:
                    async for news in heard:
                        self._take(news)
            except Exception:
                # Whatever it is: pages must not stop following for as long as the process lives.
                log.exception("listening failed")
                await asyncio.sleep(1)

    def _take(self, news: News | Listening) -> None:
        if isinstance(news, Listening):
            self._begin_anew(news)
        elif news.kind == "presence":
            self._presence.read_soon(news.map_id)
        else:
            for stream in self._concerned(news):
                if news.concerns_access:
                    stream.check()
                if news.kind != "access" and news.shows_on(stream.topic_ids):
                    stream.put(news)

    def _begin_anew(self, listening: Listening) -> None:
        is_first, self.listener = self.listener is None, listening
        self._listening.set()
        if not is_first:
            for stream in self._all():
                stream.check()
                stream.put(CatchUp())
                self._presence.read_soon(stream.map_id)

    def _concerned(self, news: News) -> Iterable[Stream]:
        if news.map_id is not None:
            return self._of_map(news.map_id)
        people = news.people or {news.user_id}
        return [stream for stream in self._all() if stream.person_id in people]

    def _of_map(self, map_id: int) -> Iterable[Stream]:
        return tuple(self._streams.get(map_id, ()))

    def _all(self) -> list[Stream]:
        return [stream for streams in self._streams.values() for stream in streams]
