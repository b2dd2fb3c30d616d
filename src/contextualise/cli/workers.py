"""The server processes of `serve`: started with one listening socket between them, watched, ended in order."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from contextualise.embedded.children import Leash, die_with_parent, quiet_fork

# A worker finishes what it has begun within two seconds of being asked to end.
STOP_PATIENCE = 2.5
# A worker that never answered is started again a few times, for what it waits for may be starting too.
LONGEST_PAUSE = 5.0
MOST_FAILURES = 3
# What a worker says first on its pipe, before a line of text.
ANSWERS = b"1"
CANNOT_GO_ON = b"0"


class WorkersFailed(RuntimeError):
    """The server processes cannot go on, or end before they answer, again and again; the message is one line."""


@dataclass
class Process:
    """One worker: its process, the pipe on which it says how it fares, and what keeps it from being orphaned."""

    child: subprocess.Popen[bytes]
    pipe: int
    answered: bool = False
    leash: Leash | None = None

    def forget(self) -> None:
        if self.leash:
            self.leash.cut()
        os.close(self.pipe)


class Workers:
    """So many server processes; `check` starts dead ones again.

    The first goes ahead and prepares the database; the others follow once it answers. `token` is then the one of the
    set-up link, or empty.
    """

    def __init__(self, listening: socket.socket, count: int, environ: Mapping[str, str]) -> None:
        self._listening = listening
        self._count = count
        self._environ = dict(environ)
        self._processes: list[Process] = []
        self._failures = 0
        self.prepared = False
        self.token = ""
        self._not_before = 0.0

    @property
    def watched(self) -> list[int]:
        """Descriptors that become readable when something happened to a worker that has not answered yet."""
        return [process.pipe for process in self._processes if not process.answered]

    def check(self) -> list[str]:
        """Notice who answers and who died, and start what is missing; returns a line on each one that died.

        Raises WorkersFailed when they end without ever answering.
        """
        notes: list[str] = []
        for process in list(self._processes):
            self._notice(process)
            status = process.child.poll()
            if status is None:
                continue
            self._processes.remove(process)
            process.forget()
            notes.append(f"Server process {process.child.pid} ended ({ending(status)}); starting another.")
            self._failures = 0 if process.answered else self._failures + 1
            if self._failures >= MOST_FAILURES:
                raise WorkersFailed(f"The server process ends at once ({ending(status)}); what it said is above.")
            self._not_before = time.monotonic() + min(LONGEST_PAUSE, 0.5 * 2**self._failures if self._failures else 0.0)
        while len(self._processes) < (self._count if self.prepared else 1) and time.monotonic() >= self._not_before:
            self._processes.append(self._start())
        return notes

    def stop(self) -> None:
        """End all workers: politely, and after some seconds by force."""
        for process in self._processes:
            process.child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.child.wait(max(0.0, deadline - time.monotonic()))
        for process in self._processes:
            process.child.kill()
            process.child.wait()
            process.forget()
        self._processes.clear()

    def _notice(self, process: Process) -> None:
        if process.answered:
            return
        try:
            said = os.read(process.pipe, 4096)
        except BlockingIOError:
            return
        if said.startswith(CANNOT_GO_ON):
            raise WorkersFailed(said[1:].decode(errors="replace"))
        if said.startswith(ANSWERS):
            process.answered = True
            if not self.prepared:
                self.prepared, self.token = True, said[1:].decode()

    def _start(self) -> Process:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        part = "another" if self.prepared else "first"
        in_child = die_with_parent(signal.SIGKILL)
        try:
            with quiet_fork():
                child = subprocess.Popen(
                    [sys.executable, "-m", "contextualise.cli.worker", str(self._listening.fileno()), str(writing), part],
                    stdin=subprocess.DEVNULL,
                    env=self._environ,
                    pass_fds=(self._listening.fileno(), writing),
                    # Ctrl-C in the terminal is for the parent, which ends its workers before the database.
                    start_new_session=True,
                    preexec_fn=in_child,
                )
        finally:
            os.close(writing)
        return Process(child, reading, leash=None if in_child else Leash(child.pid, signal.SIGKILL))


def ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
