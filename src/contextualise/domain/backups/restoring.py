"""Puts a backup into an empty site, or in place of what a site has."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from contextualise.domain.backups.files import lines_of, read_compressed
from contextualise.domain.backups.form import MISSING, BackupError, BackupFolder, KeptObject, Manifest, parse_object, read_manifest
from contextualise.domain.transfer.progress import Progress
from contextualise.objects import ObjectStore, chunks_of
from contextualise.repository.backups.loading import Loading, Target, loading, refresh_statistics
from contextualise.repository.migrate import knows

_AT_A_TIME = 16
_SMALL = 1 << 20


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back."""

    path: Path
    maps: int
    topics: int
    rows: int
    objects: int
    missing: int


def look_at(database_url: str) -> Target:
    """What a restoring would replace."""
    with loading(database_url) as into:
        return into.target()


async def restore(
    database_url: str, objects: ObjectStore, folder: BackupFolder, progress: Progress, *, name: str | None = None, replace: bool = False
) -> Restored:
    """Put a backup, the latest unless one is named, into the database and the store.

    Everything is in one transaction: whatever goes wrong, the database is as it was. Raises `BackupError` where it is not empty and
    `replace` is not said, where a server is using it, and for a damaged backup.
    """
    folder.check()
    path = folder.chosen(name)
    manifest = read_manifest(path)
    if not knows(manifest.revision):
        raise BackupError(f"{path}: was written by a later version of this program ({manifest.program}). Use that one.")
    with loading(database_url) as into:
        await asyncio.to_thread(_fill, into, path, manifest, progress, replace)
        # The transaction waits for the objects: no row is there before the object that it names.
        await _put_objects(objects, folder, path, manifest, progress)
    progress.start("Preparing for work", None)
    await asyncio.to_thread(refresh_statistics, database_url)
    maps, topics = manifest.rows_of("map"), manifest.rows_of("topic")
    return Restored(path, maps, topics, sum(table.rows for table in manifest.tables), manifest.objects, manifest.missing)


def _fill(into: Loading, path: Path, manifest: Manifest, progress: Progress, replace: bool) -> None:
    target = into.target()
    if target.others:
        raise BackupError(f"The database {target.name} is in use by {target.others} others. Stop the server first.")
    if not replace and not target.is_ours:
        raise BackupError(f"The database {target.name} has tables of another program.")
    if not replace and not target.is_empty:
        raise BackupError(f"The database {target.name} is not empty. Say --replace if all that is in it may go.")
    progress.start("Filling tables", sum(table.kept.bytes for table in manifest.tables))
    into.begin_again(manifest.revision)
    for table in manifest.tables:
        into.fill(table.name, table.columns, read_compressed(path, table.kept))
        progress.done += table.kept.bytes
    into.set_sequences(manifest.sequences)
    progress.start("Making indexes", None)
    into.complete()


async def _put_objects(objects: ObjectStore, folder: BackupFolder, path: Path, manifest: Manifest, progress: Progress) -> None:
    progress.start("Putting files", manifest.objects)
    await objects.check()
    listed = _kept(path, manifest)
    while batch := list(islice(listed, _AT_A_TIME)):
        await asyncio.gather(*(_put(objects, folder, each) for each in batch))
        progress.done += len(batch)


def _kept(path: Path, manifest: Manifest) -> Iterator[KeptObject]:
    for line in lines_of(read_compressed(path, manifest.list)):
        kept = parse_object(line)
        if kept.sha256 != MISSING:
            yield kept


async def _put(objects: ObjectStore, folder: BackupFolder, kept: KeptObject) -> None:
    file = folder.object(kept.sha256)
    try:
        if kept.size <= _SMALL:
            data = file.read_bytes()
            _check(file, kept, hashlib.sha256(data).hexdigest())
            await objects.put(kept.key, data, kept.media_type)
        else:
            await objects.put(kept.key, _checked(file, kept), kept.media_type)
    except OSError as error:
        raise BackupError(f"{file}: cannot be read ({error.strerror}); {kept.key} needs it.") from error


async def _checked(file: Path, kept: KeptObject) -> AsyncIterator[bytes]:
    """The bytes; raises `BackupError` in place of the end where they are not what was kept, so that the store keeps none of them."""
    total = hashlib.sha256()
    with file.open("rb") as opened:
        async for chunk in chunks_of(opened):
            total.update(chunk)
            yield chunk
    _check(file, kept, total.hexdigest())


def _check(file: Path, kept: KeptObject, digest: str) -> None:
    if digest != kept.sha256:
        raise BackupError(f"{file}: is not as it was written; {kept.key} needs it.")
