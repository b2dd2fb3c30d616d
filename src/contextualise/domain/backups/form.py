"""What a folder of backups looks like, and the page that says what is in one of them.

objects/3f/3f9a…            contents and smaller pictures under the SHA-256 of their bytes, shared by all backups of the folder
backups/<moment>/           one backup
  tables/<table>.copy.gz    rows in PostgreSQL's text form, one a line
  objects.tsv.gz            key, size, SHA-256, age in the store and media type of each object that a row names
  manifest.json             what belongs to the backup; it is written last, so that without it there is no backup
"""

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from contextualise.domain.errors import DomainError

FORMAT = 1
MANIFEST = "manifest.json"
OBJECT_LIST = "objects.tsv.gz"
MISSING = "-"
_MARK = "contextualise-backups"
_SAYS = "Backups of a Contextualise site. `contextualise verify` proves them, `contextualise restore` puts one back.\n"


class BackupError(DomainError):
    """A backup cannot be made, read or restored; the message is one line that says which file and what to do."""


class KeptFile(msgspec.Struct, frozen=True):
    """A file of a backup."""

    file: str
    bytes: int
    sha256: str


class KeptTable(msgspec.Struct, frozen=True):
    """A table of a backup."""

    name: str
    columns: list[str]
    rows: int
    kept: KeptFile


class Manifest(msgspec.Struct, frozen=True):
    """What belongs to a backup."""

    format: int
    made_at: datetime
    program: str  # the version of this program
    revision: str  # of the schema
    tables: list[KeptTable]
    sequences: dict[str, tuple[int, bool]]
    list: KeptFile
    objects: int
    object_bytes: int
    missing: int  # named by a row, and not in the store when the backup was made

    def rows_of(self, table: str) -> int:
        """How many rows of a table are kept."""
        return next((each.rows for each in self.tables if each.name == table), 0)


class KeptObject(msgspec.Struct, frozen=True):
    """One line of the list of objects; `sha256` is that of its bytes, or MISSING."""

    key: str
    size: int
    sha256: str
    modified_at: float
    media_type: str

    def line(self) -> str:
        """The line, with its end."""
        return f"{self.key}\t{self.size}\t{self.sha256}\t{self.modified_at!r}\t{self.media_type}\n"


def parse_object(line: str) -> KeptObject:
    """One line of the list; raises `ValueError`."""
    key, size, digest, modified_at, media_type = line.rstrip("\n").split("\t")
    if digest != MISSING and (len(digest) != 64 or not set(digest) <= set("0123456789abcdef")):
        raise ValueError("not a SHA-256")
    return KeptObject(key, int(size), digest, float(modified_at), media_type)


class BackupFolder:
    """A folder of backups."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.backups = root / "backups"
        self.objects = root / "objects"
        self.incoming = root / "incoming"

    def prepare(self) -> None:
        """Make the folder, readable by its owner alone; raises `BackupError` where something else lies in it."""
        if self.root.is_dir() and any(self.root.iterdir()) and not (self.root / _MARK).is_file():
            raise BackupError(f"{self.root}: is not empty and holds no backups. Name an empty or a new folder.")
        for folder in (self.root, self.backups, self.objects, self.incoming):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self.root / _MARK).write_text(_SAYS)

    def check(self) -> None:
        """Raise `BackupError` unless this is a folder of backups that can be read."""
        try:
            is_ours = (self.root / _MARK).is_file() and self.backups.is_dir()
        except OSError as error:
            raise BackupError(f"{error.filename or self.root}: cannot be read ({error.strerror}).") from error
        if not is_ours:
            raise BackupError(f"{self.root}: holds no backups.")

    def complete(self) -> list[Path]:
        """The backups that were finished, oldest first."""
        return sorted(path.parent for path in self.backups.glob(f"*/{MANIFEST}"))

    def unfinished(self) -> list[Path]:
        """What a backup has left that was ended before its end."""
        return sorted(path for path in self.backups.glob("*") if path.is_dir() and not (path / MANIFEST).exists())

    def chosen(self, name: str | None) -> Path:
        """The backup of that name, else the latest; raises `BackupError`."""
        found = self.complete()
        if not found:
            raise BackupError(f"{self.root}: no backup in it was finished.")
        if name is None:
            return found[-1]
        for path in found:
            if path.name == name:
                return path
        raise BackupError(f"{self.root}: there is no backup {name}; there is {', '.join(path.name for path in found)}.")

    def new(self) -> Path:
        """A folder for a new backup, named by this moment."""
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S.%fZ")
        path = self.backups / moment
        (path / "tables").mkdir(parents=True)
        return path

    def object(self, digest: str) -> Path:
        """Where the bytes of that SHA-256 lie."""
        return self.objects / digest[:2] / digest

    def all_objects(self) -> Iterator[Path]:
        """Every file of an object, folder by folder."""
        for folder in sorted(self.objects.iterdir()) if self.objects.is_dir() else []:
            yield from sorted(folder.iterdir())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make the backup one: all that is on its way to the disk gets there first, then the manifest, at once or not at all."""
    body = msgspec.to_builtins(manifest)
    page = {"sha256": _checksum(body), "backup": body}
    fresh = folder / f"{MANIFEST}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(page, file, indent=1, ensure_ascii=False)
        file.flush()
        os.sync()
    fresh.replace(folder / MANIFEST)
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_manifest(folder: Path) -> Manifest:
    """What belongs to a backup; raises `BackupError` where its manifest is damaged or from a later version."""
    path = folder / MANIFEST
    try:
        page = json.loads(path.read_text(encoding="utf-8"))
        body = page["backup"]
        if page["sha256"] != _checksum(body):
            raise BackupError(f"{path}: is not as it was written.")
        if body["format"] > FORMAT:
            raise BackupError(f"{path}: was written by a later version of this program ({body['program']}). Use that one.")
        manifest = msgspec.convert(body, Manifest)
        if any(".." in kept.file or kept.file.startswith("/") for kept in (manifest.list, *(table.kept for table in manifest.tables))):
            raise BackupError(f"{path}: names files outside of the backup.")
        return manifest
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path}: cannot be read.") from error


def _checksum(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
