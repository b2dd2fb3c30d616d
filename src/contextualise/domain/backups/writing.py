"""Makes a backup of a site while people use it: its rows as of one moment, then every object that these rows name."""

import asyncio
import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contextualise import __version__
from contextualise.domain.backups.copying import Copied, Copying, read_wanted, wanted
from contextualise.domain.backups.files import write_compressed
from contextualise.domain.backups.form import (
    FORMAT,
    OBJECT_LIST,
    BackupError,
    BackupFolder,
    KeptFile,
    KeptTable,
    Manifest,
    read_manifest,
    write_manifest,
)
from contextualise.domain.transfer.progress import Progress
from contextualise.objects import ObjectStore
from contextualise.repository.backups.lease import LeaseTaken
from contextualise.repository.backups.snapshot import Snapshot, Table, snapshot

_WANTED = "wanted.gz"
_SPARE_BYTES = 50_000_000
# Rows take less room as packed text than in tables; this refuses only what could never fit.
_LEAST_SHARE = 10


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup."""

    path: Path
    manifest: Manifest
    copied: Copied


async def back_up(database_url: str, objects: ObjectStore, folder: BackupFolder, progress: Progress) -> BackedUp:
    """Make a backup in the folder; what is there of earlier ones is not copied again.

    Raises `BackupError`, after which there is no new backup and the earlier ones are as they were; what was copied helps the next try.
    `StoreUnavailable` likewise. Memory does not grow with the site.
    """
    folder.prepare()
    _sweep(folder)
    before = _latest(folder)
    path = folder.new()
    try:
        with _told(folder), snapshot(database_url) as taken:
            return await _write(taken, objects, folder, path, before, progress)
    except LeaseTaken as error:
        raise BackupError("Another backup of this site is under way. Wait for it to end.") from error
    finally:
        _sweep(folder)


async def _write(
    taken: Snapshot, objects: ObjectStore, folder: BackupFolder, path: Path, before: tuple[Path, Manifest] | None, progress: Progress
) -> BackedUp:
    made_at = datetime.now(UTC)
    revision, sequences = taken.revision(), taken.sequences()
    tables = await asyncio.to_thread(_write_tables, taken, path, progress)
    count = await asyncio.to_thread(_write_wanted, taken, folder, path, is_first=before is None)
    await asyncio.to_thread(taken.close)
    progress.start("Copying files", count)
    copying = Copying(objects, folder, before, progress)
    listed = await _write_list(copying, path)
    if copying.copied.missing_count and not await asyncio.to_thread(taken.is_held):
        raise BackupError("The connection to the database was lost while files were copied, and some were deleted meanwhile. Start again.")
    manifest = Manifest(
        format=FORMAT,
        made_at=made_at,
        program=__version__,
        revision=revision,
        tables=tables,
        sequences=sequences,
        list=listed,
        objects=copying.copied.objects,
        object_bytes=copying.copied.bytes,
        missing=copying.copied.missing_count,
    )
    (path / _WANTED).unlink()
    progress.start("Bringing everything to the disk", None)
    await asyncio.to_thread(write_manifest, path, manifest)
    return BackedUp(path, manifest, copying.copied)


def _write_tables(taken: Snapshot, path: Path, progress: Progress) -> list[KeptTable]:
    tables = taken.tables()
    _check_room(path, sum(table.bytes for table in tables) // _LEAST_SHARE)
    progress.start("Reading tables", sum(table.bytes for table in tables))
    kept = []
    for table in tables:
        kept.append(_write_table(taken, path, table))
        progress.done += table.bytes
    return kept


def _write_table(taken: Snapshot, path: Path, table: Table) -> KeptTable:
    rows = 0

    def counted() -> Iterator[bytes]:
        nonlocal rows
        for piece in taken.rows(table):
            rows += piece.count(b"\n")  # one in a value is written as an escape
            yield piece

    kept = write_compressed(path / "tables" / f"{table.name}.copy.gz", path, counted())
    return KeptTable(table.name, list(table.columns), rows, kept)


def _write_wanted(taken: Snapshot, folder: BackupFolder, path: Path, *, is_first: bool) -> int:
    """Keep the list of what is to be copied, and see that there is room for it."""
    count = room = 0
    with gzip.open(path / _WANTED, "wt", encoding="utf-8", compresslevel=1) as file:
        for each in map(wanted, taken.objects()):
            file.write(each.line())
            count += 1
            # Of most smaller pictures an earlier backup has the bytes, and which ones is not known yet.
            is_new = not folder.object(each.sha256).exists() if each.sha256 else is_first
            room += each.size * is_new
    _check_room(path, room)
    return count


async def _write_list(copying: Copying, path: Path) -> KeptFile:
    """Copy the objects and keep their list, packed once it is whole."""
    temporary = path / "list.tmp"
    with temporary.open("xb") as file:
        async for piece in copying.lines(read_wanted(path / _WANTED)):
            file.write(piece)
    with temporary.open("rb") as file:
        kept = await asyncio.to_thread(write_compressed, path / OBJECT_LIST, path, iter(lambda: file.read(1 << 20), b""))
    temporary.unlink()
    return kept


def _check_room(path: Path, needed: int) -> None:
    free = shutil.disk_usage(path).free
    if free < needed + _SPARE_BYTES:
        raise BackupError(f"{path}: {needed / 1e6:,.0f} MB are needed there, and {free / 1e6:,.0f} MB are free.")


def _latest(folder: BackupFolder) -> tuple[Path, Manifest] | None:
    """The latest backup that can be read; a damaged one is passed over, so that the next one is whole."""
    for path in reversed(folder.complete()):
        try:
            return path, read_manifest(path)
        except BackupError:
            continue
    return None


def _sweep(folder: BackupFolder) -> None:
    """Remove what a backup left that did not come to its end; copied objects stay."""
    for path in folder.unfinished():
        shutil.rmtree(path, ignore_errors=True)
    for left in folder.incoming.glob("*"):
        left.unlink(missing_ok=True)


@contextmanager
def _told(folder: BackupFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or folder.root}: {error.strerror or error}. No backup was made.") from error
