"""Streams that nobody knows the hash of yet: counted, hashed and kept in one go."""

import secrets
from collections.abc import AsyncIterator
from hashlib import sha256

from contextualise.objects.interface import ObjectStore, Received, TooLarge

INCOMING = "incoming/"
HEAD = 1 << 16  # bytes kept at hand: nearly every format says in them what it is


async def receive_into(store: ObjectStore, data: AsyncIterator[bytes], media_type: str, limit: int | None) -> Received:
    """Keep the stream under a new temporary key; raises as `ObjectStore.receive` does."""
    key = INCOMING + secrets.token_hex(16)
    meter = _Meter(data, limit)
    await store.put(key, meter.chunks(), media_type)
    return Received(key, meter.size, meter.total.digest(), bytes(meter.head))


class _Meter:
    """Reads along while a stream goes by."""

    def __init__(self, data: AsyncIterator[bytes], limit: int | None) -> None:
        self._data = data
        self._limit = limit
        self.size = 0
        self.total = sha256()
        self.head = bytearray()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The stream as it comes; raises `TooLarge` before anything beyond the limit is handed on."""
        async for chunk in self._data:
            self.size += len(chunk)
            if self._limit is not None and self.size > self._limit:
                raise TooLarge(self._limit, self.size)
            self.total.update(chunk)
            if len(self.head) < HEAD:
                self.head += chunk[: HEAD - len(self.head)]
            yield chunk
