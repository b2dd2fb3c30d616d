"""Lets go of old backups, and of the objects that only they had."""

import shutil
from pathlib import Path

from contextualise.domain.backups.files import lines_of, read_compressed
from contextualise.domain.backups.form import MANIFEST, BackupFolder, parse_object, read_manifest


def prune(folder: BackupFolder, keep: int) -> tuple[int, int]:
    """Keep the latest so many backups; returns how many backups and how many objects went.

    Raises `BackupError`, before anything is deleted, where one that stays cannot be read: what it needs would not be known.
    """
    backups = folder.complete()
    old, kept = backups[:-keep], backups[-keep:]
    if not old:
        return 0, 0
    needed = {digest for path in kept for digest in _digests(path)}
    for path in old:
        (path / MANIFEST).unlink()  # from now on it is unfinished, whatever happens
        shutil.rmtree(path)
    gone = 0
    for file in folder.all_objects():
        if bytes.fromhex(file.name) not in needed:
            file.unlink()
            gone += 1
    return len(old), gone


def _digests(path: Path) -> set[bytes]:
    manifest = read_manifest(path)
    listed = map(parse_object, lines_of(read_compressed(path, manifest.list)))
    return {bytes.fromhex(each.sha256) for each in listed if len(each.sha256) == 64}
