"""Names for contents: the SHA-256 of their bytes."""

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import BinaryIO

_CHUNK = 1 << 18


async def hash_stream(file: BinaryIO) -> tuple[bytes, int]:
    """Return the SHA-256 and the length of a file such as an upload, read in a thread; it is left at its beginning."""
    return await asyncio.to_thread(_hash, file)


async def chunks_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """Return a file piece by piece, read in threads, as a store takes it."""
    while chunk := await asyncio.to_thread(file.read, _CHUNK):
        yield chunk


def _hash(file: BinaryIO) -> tuple[bytes, int]:
    file.seek(0)
    total = sha256()
    while chunk := file.read(_CHUNK):
        total.update(chunk)
    size = file.tell()
    file.seek(0)
    return total.digest(), size
