"""Whatever happens to a file of a backup is found, and the file is named."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contextualise.domain.backups import BackupError, BackupFolder, verify
from contextualise.domain.transfer import Progress
from tests.integration.backups.conftest import Stored


def tampered(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def packed_again(path: Path) -> None:
    """The same content in another file."""
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"", mtime=1))


DAMAGES: list[Callable[[Path], None]] = [tampered, truncated, longer, emptied, Path.unlink]
FILES = ("tables/topic.copy.gz", "tables/content.copy.gz", "tables/audit.copy.gz", "objects.tsv.gz", "object")


@pytest.fixture
async def backup(source: Stored, folder: BackupFolder) -> Path:
    await source.fill()
    return (await source.back_up(folder)).path


async def test_every_damage_is_found_and_names_the_file(backup: Path, folder: BackupFolder, target: Stored) -> None:
    assert verify(folder, Progress()).problems == []
    for name in FILES:
        path = next(folder.all_objects()) if name == "object" else backup / name
        whole = path.read_bytes()
        for damage in [*DAMAGES, *([packed_again] if name.endswith("gz") else [])]:
            damage(path)
            problems = verify(folder, Progress()).problems
            assert any(line.startswith(f"{path}: ") for line in problems), (name, damage.__name__, problems)
            path.write_bytes(whole)
    assert verify(folder, Progress()).problems == []


async def test_a_damaged_backup_is_not_restored_and_leaves_what_was_there(
    backup: Path, folder: BackupFolder, source: Stored, target: Stored
) -> None:
    await target.restore(folder)
    before = target.tables()
    for path in (backup / "tables" / "topic.copy.gz", next(folder.all_objects())):
        whole = path.read_bytes()
        tampered(path)
        with pytest.raises(BackupError, match=path.name):
            await target.restore(folder, replace=True)
        path.write_bytes(whole)
    assert target.tables() == before


async def test_an_altered_manifest_is_found(backup: Path, folder: BackupFolder) -> None:
    path = backup / "manifest.json"
    page = json.loads(path.read_text())
    page["backup"]["tables"][0]["rows"] += 1
    path.write_text(json.dumps(page))
    assert verify(folder, Progress()).problems == [f"{path}: is not as it was written."]
    path.write_text("[]")
    assert verify(folder, Progress()).problems == [f"{path}: cannot be read."]


async def test_an_object_that_a_row_names_and_nobody_kept_is_found(backup: Path, folder: BackupFolder) -> None:
    """A list that is whole in itself, with its checksum, and lacks what a row names."""
    listed = backup / "objects.tsv.gz"
    lines = gzip.decompress(listed.read_bytes()).splitlines(keepends=True)
    listed.write_bytes(gzip.compress(b"".join(lines[:-1])))
    page = json.loads((backup / "manifest.json").read_text())
    body = page["backup"]
    body["list"] |= {"bytes": listed.stat().st_size, "sha256": hashlib.sha256(listed.read_bytes()).hexdigest()}
    body["objects"] -= 1
    body["object_bytes"] -= int(lines[-1].split(b"\t")[1])
    page["sha256"] = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    (backup / "manifest.json").write_text(json.dumps(page))
    key = lines[-1].split(b"\t")[0].decode()
    assert verify(folder, Progress()).problems == [f"{listed}: {key} is named by a row and not in the list."]
