"""Copies what rows name in the object store into a folder of backups: only what is not there yet."""

import asyncio
import gzip
import hashlib
import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from contextualise.domain.backups.files import hash_file, lines_of, read_compressed
from contextualise.domain.backups.form import MISSING, BackupError, BackupFolder, KeptObject, Manifest, parse_object
from contextualise.domain.content.storing import content_key, rendition_key
from contextualise.domain.transfer.progress import Progress
from contextualise.objects import ObjectMissing, ObjectStore
from contextualise.repository.backups.snapshot import Named

_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object to be copied, by its key; the SHA-256 is known beforehand where the key is made of it."""

    key: str
    size: int
    sha256: str
    media_type: str

    def line(self) -> str:
        """One line of the list that is kept while the objects are copied."""
        return f"{self.key}\t{self.size}\t{self.sha256}\t{self.media_type}\n"


@dataclass(slots=True)
class Copied:
    """What was copied, and what was there already."""

    objects: int = 0
    bytes: int = 0
    new: int = 0
    new_bytes: int = 0
    missing: list[str] = field(default_factory=list)  # the first of them
    missing_count: int = 0


def wanted(named: Named) -> Wanted:
    """What is to be copied for a row."""
    if named.width:
        return Wanted(rendition_key(named.map_id, named.sha256, named.width), named.size, "", named.media_type)
    return Wanted(content_key(named.map_id, named.sha256), named.size, named.sha256.hex(), named.media_type)


def read_wanted(path: Path) -> Iterator[Wanted]:
    """The list as it was kept."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            key, size, digest, media_type = line.rstrip("\n").split("\t")
            yield Wanted(key, int(size), digest, media_type)


class Copying:
    """Copies objects of one store into one folder, in order, a few at a time."""

    def __init__(self, objects: ObjectStore, folder: BackupFolder, before: tuple[Path, Manifest] | None, progress: Progress) -> None:
        self._objects = objects
        self._folder = folder
        self._progress = progress
        self._earlier = _Earlier(*before) if before else None
        # What was there when a backup was finished has reached the disk; what a killed one left is looked at before it is believed.
        self._believed = (before[0] / "manifest.json").stat().st_mtime if before else 0.0
        self.copied = Copied()

    async def lines(self, listed: Iterable[Wanted]) -> AsyncIterator[bytes]:
        """Copy what is listed; gives the lines of the backup's own list. Raises `OSError` and `StoreUnavailable`."""
        listed = iter(listed)
        while batch := list(islice(listed, _AT_A_TIME)):
            earlier = [self._earlier.at(each.key) if self._earlier and not each.sha256 else None for each in batch]
            kept = await asyncio.gather(*(self._keep(*pair) for pair in zip(batch, earlier, strict=True)))
            self._progress.done += len(kept)
            yield "".join(each.line() for each in kept).encode()

    async def _keep(self, each: Wanted, earlier: KeptObject | None) -> KeptObject:
        try:
            if each.sha256 and await self._has(each.sha256, each.size):
                return self._counted(KeptObject(each.key, each.size, each.sha256, 0.0, each.media_type))
            if earlier and await self._is_same(each, earlier):
                return self._counted(earlier)
            return await self._copy(each)
        except ObjectMissing:
            return self._missed(each)

    def _counted(self, kept: KeptObject, *, is_new: bool = False) -> KeptObject:
        self.copied.objects += 1
        self.copied.bytes += kept.size
        self.copied.new += is_new
        self.copied.new_bytes += kept.size * is_new
        return kept

    def _missed(self, each: Wanted) -> KeptObject:
        self.copied.missing_count += 1
        if len(self.copied.missing) < 5:
            self.copied.missing.append(each.key)
        return KeptObject(each.key, 0, MISSING, 0.0, each.media_type)

    async def _has(self, digest: str, size: int) -> bool:
        path = self._folder.object(digest)
        try:
            status = path.stat()
        except FileNotFoundError:
            return False
        if status.st_size != size:
            return False
        return status.st_mtime <= self._believed or await asyncio.to_thread(hash_file, path) == digest

    async def _is_same(self, each: Wanted, earlier: KeptObject) -> bool:
        """Whether a smaller picture, whose key says nothing of its bytes, is the one that an earlier backup has."""
        if earlier.sha256 == MISSING:
            return False
        stored = await self._objects.stat(each.key)
        unchanged = (stored.size, stored.modified_at.timestamp()) == (earlier.size, earlier.modified_at)
        return unchanged and await self._has(earlier.sha256, earlier.size)

    async def _copy(self, each: Wanted) -> KeptObject:
        # Asked for before it is read: one that is put again meanwhile counts as changed next time.
        modified_at = 0.0 if each.sha256 else (await self._objects.stat(each.key)).modified_at.timestamp()
        opened = await self._objects.open(each.key)
        temporary = self._folder.incoming / secrets.token_hex(12)
        total, size = hashlib.sha256(), 0
        try:
            with temporary.open("xb") as file:
                async for chunk in opened.chunks:
                    total.update(chunk)
                    size += file.write(chunk)
            digest = total.hexdigest()
            if each.sha256 not in ("", digest):
                return self._missed(each)  # its bytes are no longer its own: the doctor's business, not to be kept
            path = self._folder.object(digest)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        return self._counted(KeptObject(each.key, size, digest, modified_at, each.media_type), is_new=True)


class _Earlier:
    """The list of an earlier backup, walked in step with the new one: both are in the same order."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._lines = lines_of(read_compressed(folder, manifest.list))
        self._next: KeptObject | None = None

    def at(self, key: str) -> KeptObject | None:
        """The object of that key."""
        place = _place(key)
        while self._next is None or _place(self._next.key) < place:
            try:
                line = next(self._lines, None)
            except BackupError:  # a damaged list only means that more is copied than need be
                line = None
            if line is None:
                return None
            self._next = parse_object(line)
        return self._next if self._next.key == key else None


def _place(key: str) -> tuple[int, int, str, int]:
    """Where a key comes in a list."""
    _, map_id, *rest = key.split("/")
    if len(rest) == 1:
        return 1, int(map_id), rest[0], 0
    digest, _, width = rest[1].partition("-")
    return 2, int(map_id), digest, int(width)
