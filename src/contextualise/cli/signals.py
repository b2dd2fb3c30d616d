"""Being told to stop, at any time: a flag and a descriptor to wait on, or an exception where something long is under way."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked the server to stop while it was starting."""


class Signals:
    """What has been asked for by signals since `caught` was entered.

    `descriptor` becomes readable with each signal, the end of a child included. Asking again while stopping changes
    nothing: the end is quick and in order anyway.
    """

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.stop_asked = False
        self._interrupts = False

    def drain(self) -> None:
        """Forget the signals seen so far; `stop_asked` keeps what matters."""
        os.read(self.descriptor, 4096)

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Inside, a request to stop raises Stopped at once instead of waiting to be looked at."""
        if self.stop_asked:
            raise Stopped
        self._interrupts = True
        try:
            yield
        finally:
            self._interrupts = False

    def handle(self, number: int, frame: FrameType | None) -> None:
        if number not in STOPPING:
            return
        self.stop_asked = True
        if self._interrupts:
            # Once only: what cleans up must not be interrupted itself.
            self._interrupts = False
            raise Stopped


@contextmanager
def caught() -> Iterator[Signals]:
    """Catch the signals that end a server and the one that tells of a child's end, until the block is left."""
    reading, writing = os.pipe()
    for descriptor in (reading, writing):
        os.set_blocking(descriptor, False)
    signals = Signals(reading)
    before = {number: signal.signal(number, signals.handle) for number in (*STOPPING, signal.SIGCHLD)}
    previous = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield signals
    finally:
        signal.set_wakeup_fd(previous)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)
