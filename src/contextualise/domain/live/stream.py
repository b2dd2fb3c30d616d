"""What waits to be sent to one open page: little, whatever happens and however slowly the page reads."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from contextualise.repository.live import Here, News, OpenPage

MOST_WAITING = 16


class TooManyStreams(Exception):
    """This process serves as many streams as it can."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Something may have been missed: the page should look whether it is still what the server has."""


@dataclass(frozen=True, slots=True)
class People:
    """Who is on the page."""

    here: tuple[Here, ...]


Message = News | People | CatchUp


@dataclass(slots=True, eq=False)
class Stream:
    """An open page and its mailbox. `user_id` is set for members of the map alone: only they are seen, and only by each other.

    `topic_id` is set on the page of a topic; `about` are the topics whose changes show on another page, None for a page of the whole map.
    """

    map_id: int
    topic_id: int | None
    about: frozenset[int] | None = None
    person_id: int | None = None  # who is signed in there
    user_id: int | None = None
    id: UUID = field(default_factory=uuid4)
    must_check: bool = False  # access may have changed
    is_ended: bool = False
    last_people: tuple[Here, ...] | None = None
    _waiting: deque[Message] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, message: Message) -> None:
        """Add a message. A page that does not keep up is told once that it should catch up, in place of everything it has missed."""
        if isinstance(message, People):
            self._replace_people(message)
        elif len(self._waiting) >= MOST_WAITING:
            people = [waiting for waiting in self._waiting if isinstance(waiting, People)]
            self._waiting.clear()
            self._waiting.extend((CatchUp(), *people[-1:]))
        elif not (isinstance(message, CatchUp) and message in self._waiting):
            self._waiting.append(message)
        self._wake.set()

    def check(self) -> None:
        """Let the stream ask again whether its reader may still read."""
        self.must_check = True
        self._wake.set()

    def end(self) -> None:
        """Let the stream end, so that the server can stop."""
        self.is_ended = True
        self._wake.set()

    async def next(self, patience: float) -> Message | None:
        """The next message; None after so many seconds without one, or when there is something else to see to."""
        if not self._waiting and not self.must_check and not self.is_ended:
            self._wake.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._wake.wait()
            except TimeoutError:
                return None
        if self.must_check or self.is_ended or not self._waiting:
            return None
        return self._waiting.popleft()

    @property
    def topic_ids(self) -> frozenset[int] | None:
        """The topics whose changes concern the page; None for all."""
        return self.about if self.topic_id is None else frozenset({self.topic_id})

    @property
    def waiting(self) -> int:
        """How many messages have not been sent yet."""
        return len(self._waiting)

    def open_page(self) -> OpenPage | None:
        """The page as the others see it open; None for a reader who is no member."""
        return None if self.user_id is None else OpenPage(self.map_id, self.id, self.user_id, self.topic_id)

    def _replace_people(self, people: People) -> None:
        # Only the latest counts.
        kept = [waiting for waiting in self._waiting if not isinstance(waiting, People)]
        self._waiting.clear()
        self._waiting.extend((*kept, people))
