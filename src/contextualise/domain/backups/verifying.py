"""Proves a folder of backups without a database: every file, every row, every object, and that each object a row names is there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from contextualise.domain.backups.files import hash_file, lines_of, read_compressed
from contextualise.domain.backups.form import (
    MISSING,
    BackupError,
    BackupFolder,
    KeptObject,
    KeptTable,
    Manifest,
    parse_object,
    read_manifest,
)
from contextualise.domain.content.storing import content_key, rendition_key
from contextualise.domain.transfer.progress import Progress

_MOST_TOLD = 20


@dataclass(slots=True)
class Verified:
    """What was looked at, and what is wrong, a line each that names the file; `more` is how many lines were left out."""

    backups: int = 0
    rows: int = 0
    objects: int = 0
    object_bytes: int = 0
    missing: int = 0  # missing in the store already when the backup was made
    unfinished: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    more: int = 0

    def wrong(self, line: str) -> None:
        """Note a fault, once."""
        if line in self.problems:
            return
        if len(self.problems) < _MOST_TOLD:
            self.problems.append(line)
        else:
            self.more += 1


def verify(folder: BackupFolder, progress: Progress) -> Verified:
    """Look at everything in the folder; raises `BackupError` where there is no backup at all. Objects are read once for all backups."""
    folder.check()
    verified = Verified(unfinished=[path.name for path in folder.unfinished()])
    backups = folder.complete()
    if not backups:
        raise BackupError(f"{folder.root}: no backup in it was finished.")
    for path in backups:
        try:
            _verify_backup(folder, path, verified, progress)
        except BackupError as error:
            verified.wrong(str(error))
    _verify_objects(folder, verified, progress)
    return verified


def _verify_backup(folder: BackupFolder, path: Path, verified: Verified, progress: Progress) -> None:
    manifest = read_manifest(path)
    verified.backups += 1
    verified.missing += manifest.missing
    progress.start(f"Reading the tables of {path.name}", sum(table.kept.bytes for table in manifest.tables))
    for table in manifest.tables:
        try:
            verified.rows += _verify_rows(path, table)
        except BackupError as error:
            verified.wrong(str(error))
        progress.done += table.kept.bytes
    progress.start(f"Reading the list of files of {path.name}", manifest.objects)
    _verify_list(folder, path, manifest, verified, progress)


def _verify_rows(path: Path, table: KeptTable) -> int:
    rows = sum(piece.count(b"\n") for piece in read_compressed(path, table.kept))
    if rows != table.rows:
        raise BackupError(f"{path / table.kept.file}: has {rows:,} rows, and {table.rows:,} were written.")
    return rows


def _verify_list(folder: BackupFolder, path: Path, manifest: Manifest, verified: Verified, progress: Progress) -> None:
    """Walk the list of objects in step with the rows that name them: both are in the order of their keys."""
    count = size = 0
    listed = _objects_of(path, manifest)
    pictures = _pictures(path, manifest)
    for key in _named_by_rows(path, manifest):
        found = next(listed, None)
        if found is None or found.key != key:
            verified.wrong(f"{path / manifest.list.file}: {key} is named by a row and not in the list.")
            return
        pictures.discard(key)
        count, size = _add(folder, found, verified, count, size)
        progress.done += 1
    for found in listed:
        if found.key not in pictures:
            verified.wrong(f"{path / manifest.list.file}: {found.key} is in the list and named by no row.")
        pictures.discard(found.key)
        count, size = _add(folder, found, verified, count, size)
    for key in pictures:
        verified.wrong(f"{path / manifest.list.file}: {key} is named by a map and not in the list.")
    if (count, size) != (manifest.objects, manifest.object_bytes):
        kept = f"{manifest.objects:,} of {manifest.object_bytes:,} bytes were kept"
        verified.wrong(f"{path / manifest.list.file}: has {count:,} files of {size:,} bytes; {kept}.")


def _add(folder: BackupFolder, found: KeptObject, verified: Verified, count: int, size: int) -> tuple[int, int]:
    if found.sha256 == MISSING:
        return count, size
    file = folder.object(found.sha256)
    try:
        status = file.stat()
    except FileNotFoundError:
        verified.wrong(f"{file}: is missing; {found.key} needs it.")
    else:
        if status.st_size != found.size:
            verified.wrong(f"{file}: has {status.st_size:,} bytes in place of {found.size:,}.")
    return count + 1, size + found.size


def _verify_objects(folder: BackupFolder, verified: Verified, progress: Progress) -> None:
    """Read every object; its name is the hash of its bytes."""
    with os.scandir(folder.objects) as entries:
        folders = sum(1 for _ in entries)
    progress.start("Reading files", folders)
    at = ""
    for file in folder.all_objects():
        if file.parent.name != at:
            at = file.parent.name
            progress.done += 1
        verified.objects += 1
        try:
            verified.object_bytes += file.stat().st_size
            if hash_file(file) != file.name:
                remedy = "Delete it and make a backup, which copies it again if the site still has it."
                verified.wrong(f"{file}: is not as it was written. {remedy}")
        except OSError as error:
            verified.wrong(f"{file}: cannot be read ({error.strerror}).")


def _objects_of(path: Path, manifest: Manifest) -> Iterator[KeptObject]:
    for number, line in enumerate(lines_of(read_compressed(path, manifest.list)), 1):
        try:
            yield parse_object(line)
        except ValueError as error:
            raise BackupError(f"{path / manifest.list.file}: line {number} cannot be read.") from error


def _named_by_rows(path: Path, manifest: Manifest) -> Iterator[str]:
    for map_id, digest in _columns(path, manifest, "content", ("map_id", "sha256")):
        yield content_key(int(map_id), _digest(digest))
    for map_id, digest, width in _columns(path, manifest, "rendition", ("map_id", "sha256", "width")):
        yield rendition_key(int(map_id), _digest(digest), int(width))


def _pictures(path: Path, manifest: Manifest) -> set[str]:
    rows = _columns(path, manifest, "map", ("id", "image_sha256"))
    return {content_key(int(map_id), _digest(digest)) for map_id, digest in rows if digest != "\\N"}


def _digest(value: str) -> bytes:
    """A hash as COPY writes it: `\\\\x` and hexadecimal digits."""
    return bytes.fromhex(value.removeprefix("\\\\x"))


def _columns(path: Path, manifest: Manifest, name: str, wanted: tuple[str, ...]) -> Iterator[list[str]]:
    table = next((each for each in manifest.tables if each.name == name), None)
    if table is None:
        raise BackupError(f"{path}: the table {name} is not in it.")
    places = [table.columns.index(column) for column in wanted]
    for line in lines_of(read_compressed(path, table.kept)):
        values = line.split("\t")
        yield [values[place] for place in places]
