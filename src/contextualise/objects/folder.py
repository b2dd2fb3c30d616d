"""Objects as files in a folder: the default, faster and safer on one machine than any server beside it."""

import asyncio
import contextlib
import errno
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from contextualise.objects.interface import (
    Data,
    ObjectMissing,
    Opened,
    Received,
    StoredObject,
    StoreFull,
    StoreUnavailable,
    checked_key,
)
from contextualise.objects.receiving import receive_into

_CHUNK = 1 << 18
_WRITTEN = 1 << 20  # bytes at a time: a change of threads costs as much as writing what a browser sends at once
_TEMPORARY = ".incoming"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class FolderStore:
    """Each object is a file `<folder of the key>/<first two characters>/<last part>`; incoming ones are renamed into place."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, data: Data, media_type: str) -> None:
        """Write beside, make it durable, then rename: a reader never sees half an object."""
        path = self._path(key)
        if isinstance(data, bytes):
            with _told():
                await asyncio.to_thread(self._write, path, data)
            return
        with _told():
            file, temporary = await asyncio.to_thread(self._begin)
        try:
            # What the stream itself raises is not told as a failure of this folder.
            waiting = bytearray()
            async for chunk in data:
                waiting += chunk
                if len(waiting) >= _WRITTEN:
                    with _told():
                        await asyncio.to_thread(file.write, waiting)
                    waiting = bytearray()
            with _told():
                await asyncio.to_thread(file.write, waiting)
                await asyncio.to_thread(self._finish, file, temporary, path)
        except BaseException:
            file.close()
            temporary.unlink(missing_ok=True)
            raise

    async def receive(self, data: AsyncIterator[bytes], media_type: str, *, limit: int | None = None) -> Received:
        """Write the stream to a file of its own."""
        return await receive_into(self, data, media_type, limit)

    async def move(self, from_key: str, to_key: str) -> None:
        """Rename the file."""
        source, target = self._path(from_key), self._path(to_key)
        with _told():
            await asyncio.to_thread(self._rename, source, target, from_key)

    async def open(self, key: str, offset: int = 0, length: int | None = None) -> Opened:
        """Open the file and read it chunk by chunk."""
        path = self._path(key)
        with _told():
            file, size = await asyncio.to_thread(_open, path, key)
        return Opened(size, _read(file, offset, size - offset if length is None else length))

    async def stat(self, key: str) -> StoredObject:
        """Size and age of the file."""
        path = self._path(key)
        with _told():
            try:
                return _described(key, await asyncio.to_thread(path.stat))
            except FileNotFoundError:
                raise ObjectMissing(key) from None

    async def delete(self, key: str) -> None:
        """Remove the file."""
        path = self._path(key)
        with _told():
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def keys(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """Walk the folder, one of its folders at a time: there may be a million objects."""
        waiting = [self._root.joinpath(*prefix.split("/")[:-1])]
        while waiting:
            with _told():
                found, below = await asyncio.to_thread(self._look_into, waiting.pop(), prefix)
            waiting += reversed(below)
            for item in found:
                yield item

    async def forget_unfinished(self, before: datetime) -> None:
        """Remove files that were never renamed into place."""
        with _told():
            await asyncio.to_thread(self._sweep, before.timestamp())

    async def check(self) -> None:
        """Write and remove a small file."""
        with _told():
            await asyncio.to_thread(self._probe)

    def _path(self, key: str) -> Path:
        folder, _, name = checked_key(key).rpartition("/")
        return self._root / folder / name[:2] / name

    def _begin(self) -> tuple[BinaryIO, Path]:
        folder = self._root / _TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / secrets.token_hex(12)
        return temporary.open("xb"), temporary

    def _write(self, path: Path, data: bytes) -> None:
        with contextlib.suppress(FileNotFoundError):
            # Most keys are hashes of their bytes, but not those of smaller pictures.
            if path.stat().st_size == len(data) and path.read_bytes() == data:
                os.utime(path)
                return
        file, temporary = self._begin()
        try:
            file.write(data)
            self._finish(file, temporary, path)
        except BaseException:
            file.close()
            temporary.unlink(missing_ok=True)
            raise

    def _finish(self, file: BinaryIO, temporary: Path, path: Path) -> None:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        self._place(temporary, path)

    def _rename(self, source: Path, target: Path, key: str) -> None:
        try:
            os.utime(source)
            self._place(source, target)
        except FileNotFoundError:
            raise ObjectMissing(key) from None
        _sync_folder(source.parent)

    def _place(self, source: Path, path: Path) -> None:
        made = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        source.replace(path)
        # The names are durable only once the folders are: the object's own, and those that were made for it.
        for folder in {path.parent, *(folder.parent for folder in made)}:
            _sync_folder(folder)

    def _look_into(self, folder: Path, prefix: str) -> tuple[list[StoredObject], list[Path]]:
        """The objects right in a folder and the folders in it, both in order; none of a folder that is not there."""
        found, below = list[StoredObject](), list[Path]()
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda each: each.name):
                if entry.is_dir():
                    below += [] if entry.name == _TEMPORARY else [Path(entry.path)]
                    continue
                key = "/".join((*Path(entry.path).relative_to(self._root).parts[:-2], entry.name))
                if key.startswith(prefix):
                    with contextlib.suppress(FileNotFoundError):
                        found.append(_described(key, entry.stat()))
        return found, below

    def _probe(self) -> None:
        file, temporary = self._begin()
        try:
            file.write(b"ok")
        finally:
            file.close()
            temporary.unlink()

    def _sweep(self, before: float) -> None:
        for left in (self._root / _TEMPORARY).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if left.stat().st_mtime < before:
                    left.unlink()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = StoreFull if error.errno in _FULL else StoreUnavailable
        raise kind(f"The folder of objects cannot be used: {error.strerror}.") from error


def _described(key: str, status: os.stat_result) -> StoredObject:
    return StoredObject(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _open(path: Path, key: str) -> tuple[BinaryIO, int]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise ObjectMissing(key) from None
    return file, os.fstat(file.fileno()).st_size


async def _read(file: BinaryIO, offset: int, length: int) -> AsyncIterator[bytes]:
    with file:
        await asyncio.to_thread(file.seek, offset)
        while length > 0:
            chunk = await asyncio.to_thread(file.read, min(_CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
