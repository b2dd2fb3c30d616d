"""Children that end with their parent, however the parent ends."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What to run in a new child so that the kernel sends it the signal when its parent dies (prctl(2)).

    None where the kernel has no such thing, and outside the main thread: Linux counts the death of the *thread*
    that forked. A Leash does the same there.
    """
    if sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return None
    parent = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def in_child() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        # The parent may have died between fork and prctl; then nobody would send the signal any more.
        if os.getppid() != parent:
            os._exit(1)

    return in_child


@contextmanager
def quiet_fork() -> Iterator[None]:
    """Around a Popen with `die_with_parent`: from Python 3.12 on, code between fork and exec is warned of wherever there are threads.

    What runs there takes no lock and allocates next to nothing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


class Leash:
    """A tiny shell that waits for this process to end and then signals a child, for systems without prctl."""

    def __init__(self, pid: int, number: signal.Signals) -> None:
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -"$1" "$2"', "sh", str(int(number)), str(pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def cut(self) -> None:
        """Let go of the child without a signal; needed before its process id can be given to another process."""
        self._shell.kill()
        self._shell.wait()
        if self._shell.stdin is not None:
            self._shell.stdin.close()
