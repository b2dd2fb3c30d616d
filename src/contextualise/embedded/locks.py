"""Advisory locks on files (flock): the kernel drops them with the process, so a crash leaves nothing stale."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """A lock on one file, exclusive or shared, held until released or until the process ends.

    The descriptor is not inherited by programs the process starts, so a child never keeps the lock alive.
    """

    def __init__(self, path: Path, *, owner: tuple[int, int] | None = None) -> None:
        self._path = path
        self._owner = owner
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def try_acquire(self, *, shared: bool = False) -> bool:
        """Take the lock if nobody else holds it and say whether it is held now."""
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            # A folder used by root once and by its owner later must not be locked out by its own lock files.
            if self._owner is not None and os.fstat(descriptor).st_uid != self._owner[0]:
                os.fchown(descriptor, *self._owner)
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def acquire(self, *, shared: bool = False, timeout: float = 60.0) -> None:
        """Wait for the lock; TimeoutError after so many seconds."""
        deadline = time.monotonic() + timeout
        while not self.try_acquire(shared=shared):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._path} is locked by another process")
            time.sleep(0.02)

    def write(self, text: str) -> None:
        """Replace the file's content, for whoever finds it locked and wants to know by whom."""
        if self._descriptor is None:
            raise RuntimeError("the lock is not held")
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()
