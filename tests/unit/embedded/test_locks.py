"""Locks on files: one holder or several readers, gone with the process."""

import subprocess
import sys
from pathlib import Path

import pytest

from contextualise.embedded.locks import FileLock

HOLD = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"


def test_a_second_holder_is_refused(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.try_acquire()
    assert first.try_acquire(), "asking again for one's own lock is fine"
    assert not second.try_acquire()
    first.release()
    assert second.try_acquire()
    second.release()


def test_readers_share_and_keep_a_writer_out(tmp_path: Path) -> None:
    one, two, writer = (FileLock(tmp_path / "lock") for _ in range(3))
    assert one.try_acquire(shared=True)
    assert two.try_acquire(shared=True)
    assert not writer.try_acquire()
    one.release()
    two.release()
    with writer:
        assert writer.held
    assert not writer.held


def test_waiting_ends(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"), pytest.raises(TimeoutError, match="lock is locked"):
        FileLock(tmp_path / "lock").acquire(timeout=0.05)


def test_the_content_is_for_whoever_finds_it_held(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock") as lock:
        lock.write("a long first line")
        lock.write("short")
        assert (tmp_path / "lock").read_text() == "short"
    with pytest.raises(RuntimeError):
        lock.write("too late")


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert not FileLock(path).try_acquire()
        holder.kill()
        holder.wait()
        FileLock(path).acquire(timeout=5)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        FileLock(tmp_path / "lock").try_acquire()
    assert not (tmp_path / "elsewhere").exists()
