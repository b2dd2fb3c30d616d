"""What holds for the folder alone: nothing half written, nothing outside."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contextualise.objects import FolderStore, StoreUnavailable, open_store
from tests.integration.objects.places import listed


async def test_objects_fan_out_into_folders(tmp_path: Path) -> None:
    await FolderStore(tmp_path).put("maps/7/abcdef", b"x", "text/plain")
    assert (tmp_path / "maps/7/ab/abcdef").read_bytes() == b"x"


async def test_link_cannot_be_planted_through_a_key(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await FolderStore(tmp_path / "objects").put("maps/../../escaped", b"x", "text/plain")
    assert not (tmp_path / "escaped").exists()


async def test_left_overs_of_a_crash_are_swept_when_old(tmp_path: Path) -> None:
    incoming = tmp_path / ".incoming"
    incoming.mkdir()
    (incoming / "old").write_bytes(b"half")
    (incoming / "new").write_bytes(b"half")
    two_days_ago = time.time() - 2 * 86_400
    os.utime(incoming / "old", (two_days_ago, two_days_ago))
    store = FolderStore(tmp_path)
    assert await listed(store) == []
    await store.forget_unfinished(datetime.now(UTC) - timedelta(days=1))
    assert [left.name for left in incoming.iterdir()] == ["new"]


async def test_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = FolderStore(tmp_path / "file")
    for act in (store.check(), store.put("maps/1/a", b"x", "text/plain")):
        with pytest.raises(StoreUnavailable, match="folder of objects"):
            await act


async def test_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path)

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(StoreUnavailable, match="No space left"):
        await store.put("maps/1/a", b"x", "text/plain")
    monkeypatch.undo()
    assert list((tmp_path / ".incoming").iterdir()) == []
    assert await listed(store) == []


def test_without_a_server_the_folder_is_used(tmp_path: Path) -> None:
    assert isinstance(open_store(tmp_path), FolderStore)
