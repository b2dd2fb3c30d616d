"""What every store offers. Keys look like `maps/7/<sha256>`: parts of letters, digits, `-`, `_` and `.` between slashes."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_MAX_KEY = 500

Data = bytes | AsyncIterator[bytes]


class ObjectMissing(LookupError):
    """There is no object under the key; an ordinary answer."""


class StoreUnavailable(Exception):
    """The store does not answer, or refuses to; what was to be kept has not been kept."""


class StoreFull(StoreUnavailable):
    """The store has no room left."""


class TooLarge(ValueError):
    """A stream went on beyond its limit; nothing of it was kept."""

    def __init__(self, limit: int, read: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit
        self.read = read  # bytes that were taken from the stream so far


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What is known of an object without reading it."""

    key: str
    size: int
    modified_at: datetime  # when it was last put or moved to its key; a collector leaves young objects alone


@dataclass(frozen=True, slots=True)
class Received:
    """A stream that was kept under a temporary key, until it is moved or deleted."""

    key: str
    size: int
    sha256: bytes
    head: bytes  # the first bytes, by which its type is told


@dataclass(frozen=True, slots=True)
class Opened:
    """An object being read: its whole size in bytes, and the chunks of the part that was asked for."""

    size: int
    chunks: AsyncIterator[bytes]


class ObjectStore(Protocol):
    """Keeps objects; every method may raise `StoreUnavailable`, `ValueError` for a key that is not well-formed."""

    async def put(self, key: str, data: Data, media_type: str) -> None:
        """Keep the bytes; once this returns they survive a crash.

        The same key again keeps what is there or replaces it by the same; either way the object counts as modified now.
        """

    async def receive(self, data: AsyncIterator[bytes], media_type: str, *, limit: int | None = None) -> Received:
        """Keep a stream of unknown hash under a temporary key below `incoming/`, never whole in memory.

        Raises `TooLarge` beyond the limit, and what the stream itself raises; nothing is left then.
        """
        ...

    async def move(self, from_key: str, to_key: str) -> None:
        """Give an object another key, where it replaces what is there and counts as modified now; raises `ObjectMissing`."""

    async def open(self, key: str, offset: int = 0, length: int | None = None) -> Opened:
        """Begin to read; raises `ObjectMissing`. Reading beyond the end gives fewer bytes."""
        ...

    async def stat(self, key: str) -> StoredObject:
        """Size and age of an object; raises `ObjectMissing`."""
        ...

    async def delete(self, key: str) -> None:
        """Forget the object; nothing happens when there is none."""

    def keys(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """All objects whose key begins with the prefix."""
        ...

    async def forget_unfinished(self, before: datetime) -> None:
        """Let go of what was being written when a process died, where that began earlier: it is under no key yet, and nobody reads it."""

    async def check(self) -> None:
        """Raise `StoreUnavailable` unless objects can be kept and read now."""


class S3Place(Protocol):
    """Where an S3 server is and how it is asked."""

    @property
    def address(self) -> str: ...
    @property
    def secure(self) -> bool: ...
    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def bucket(self) -> str: ...
    @property
    def region(self) -> str: ...


def checked_key(key: str) -> str:
    """Return the key; raises `ValueError` for one that could lead out of a store or means different things in two."""
    if len(key) > _MAX_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a key of an object: {key!r}")
    return key
