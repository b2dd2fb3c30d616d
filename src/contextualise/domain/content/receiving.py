"""What happens to uploaded bytes before any row names them: told by content, freed of the place where they were taken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from contextualise.domain.errors import Conflict
from contextualise.lib.locations import Copied, Piece, without_location
from contextualise.lib.media_types import Recognised, recognise
from contextualise.objects import ObjectMissing, ObjectStore, Received, StoreUnavailable

IN_MEMORY = 4 << 20  # larger pictures are looked through in a temporary file
_CHUNK = 1 << 18
_WITH_PLACE = frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "image/heic"})

# Each takes memory or a temporary file.
_at_once = asyncio.Semaphore(4)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload under a temporary key, ready to be named: `sha256` is that of the bytes as they are kept."""

    key: str
    size: int
    sha256: bytes
    recognised: Recognised
    had_location: bool = False

    @property
    def media_type(self) -> str:
        """What it is."""
        return self.recognised.media_type

    @property
    def kind(self) -> str:
        """The base topic that is its type: `image`, `audio`, `video`, `3d-scene` or `file`."""
        return self.recognised.kind


async def prepare_file(objects: ObjectStore, received: Received, *, keep_location: bool = False) -> Prepared:
    """Tell what was received, and take the place where a picture was taken out of it unless it is wanted.

    The object may get another temporary key by that. Raises `objects.StoreUnavailable`; then nothing is left.
    """
    try:
        recognised = await recognise(_Stored(objects, received))
        if keep_location or recognised.media_type not in _WITH_PLACE:
            return Prepared(received.key, received.size, received.sha256, recognised)
        async with _at_once:
            cleaned = await _cleaned(objects, received, recognised.media_type)
    except BaseException:
        await discard(objects, received.key)
        raise
    if cleaned is None:
        return Prepared(received.key, received.size, received.sha256, recognised)
    await discard(objects, received.key)
    return Prepared(cleaned.key, cleaned.size, cleaned.sha256, recognised, had_location=True)


async def discard(objects: ObjectStore, key: str) -> None:
    """Let go of a temporary object; one that cannot be deleted now is collected later."""
    with contextlib.suppress(StoreUnavailable):
        await objects.delete(key)


async def _cleaned(objects: ObjectStore, received: Received, media_type: str) -> Received | None:
    """The picture without its place under another temporary key; None where it tells none."""
    with SpooledTemporaryFile(IN_MEMORY) as spooled:
        file = cast(BinaryIO, spooled)
        async for chunk in (await objects.open(received.key)).chunks:
            await asyncio.to_thread(file.write, chunk)
        pieces = await asyncio.to_thread(without_location, file)
        return None if pieces is None else await objects.receive(_chunks(file, pieces), media_type)


async def _chunks(file: BinaryIO, pieces: list[Piece]) -> AsyncIterator[bytes]:
    for piece in pieces:
        if isinstance(piece, Copied):
            for start in range(0, piece.length, _CHUNK):
                yield await asyncio.to_thread(_read, file, piece.offset + start, min(_CHUNK, piece.length - start))
        else:
            yield piece


def _read(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A received object as what its type is told from; its beginning is at hand."""

    objects: ObjectStore
    received: Received

    @property
    def size(self) -> int:
        return self.received.size

    async def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        if offset + length <= len(self.received.head):
            return self.received.head[offset : offset + length]
        try:
            opened = await self.objects.open(self.received.key, offset, length)
        except ObjectMissing as error:
            raise Conflict("The upload was lost on the way. Send it again.") from error
        return b"".join([chunk async for chunk in opened.chunks])
