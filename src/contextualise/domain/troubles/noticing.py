"""Reads along with the log: whatever is logged with an exception is trouble, wherever it comes from.

What is kept is where in the program it happened and of which kind it was. The words of an exception are not: they quote forms, addresses,
the parameters of statements. Whoever needs them finds them in the log, under the request's id.
"""

import hashlib
import sys
import threading
import traceback
from collections import OrderedDict
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

PACKAGE = "contextualise"
_ROOT = Path(__file__).parents[3]
_MOST_KINDS = 200  # kept until they are written down; there are not more places than that to fail at once
_MOST_FRAMES = 40
# Words that the program itself puts into its log; anything else may have come from outside.
_OWN_WORDS = ("event", "kind", "job", "method", "route", "request_id")


@dataclass(slots=True)
class Trouble:
    """One kind of error, as often as it came since it was last written down."""

    fingerprint: str
    summary: str
    sample: str
    first_at: datetime
    last_at: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Noticed:
    """What an event of the log tells of an error."""

    fingerprint: str
    summary: str
    sample: str


@dataclass(slots=True)
class Noticing:
    """A processor of the log that remembers errors until somebody takes them; it never fails and never waits."""

    _kinds: OrderedDict[str, Trouble] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Look at an event on its way to the log; it goes on as it is."""
        if method in ("error", "exception", "critical") and event.get("exc_info"):
            try:
                noticed = look_at(event)
                if noticed is not None:
                    self._add(noticed)
            except Exception:  # noqa: S110 - the log is the last place that may fail, and it tells of the error itself
                pass
        return event

    def take(self) -> list[Trouble]:
        """What has been noticed since; whoever cannot keep it gives it back."""
        with self._lock:
            taken = list(self._kinds.values())
            self._kinds.clear()
        return taken

    def give_back(self, troubles: list[Trouble]) -> None:
        """Remember again what could not be kept."""
        with self._lock:
            for trouble in troubles:
                known = self._kinds.get(trouble.fingerprint)
                if known is not None:
                    known.count += trouble.count
                    known.first_at = min(known.first_at, trouble.first_at)
                elif len(self._kinds) < _MOST_KINDS:
                    self._kinds[trouble.fingerprint] = trouble

    def _add(self, noticed: Noticed) -> None:
        now = datetime.now(UTC)
        self.give_back([Trouble(noticed.fingerprint, noticed.summary, noticed.sample, now, now)])
        with self._lock:
            known = self._kinds.get(noticed.fingerprint)
            if known is not None:
                known.last_at, known.sample = now, noticed.sample


def look_at(event: MutableMapping[str, Any]) -> Noticed | None:
    """What an event with an exception tells; None where there is none after all."""
    error = _exception(event["exc_info"])
    if error is None:
        return None
    place = _place(error.__traceback__)
    kind = _kind(error)
    own = {name: str(event[name])[:200] for name in _OWN_WORDS if event.get(name) not in (None, "")}
    # The words of another library's log may quote anything.
    what = own.get("event", "") if event.get("_record") is None else "outside of a request"
    parts = (kind, place, what, own.get("kind", ""))
    fingerprint = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    of = f" of {own['kind']}" if "kind" in own else ""
    summary = f"{kind} in {place} ({what}{of})"
    told = [f"{name}: {own[name]}" for name in ("method", "route", "job", "request_id") if name in own]
    return Noticed(fingerprint, summary, "\n".join([*told, *_frames(error)]))


def _exception(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1]


def _kind(error: BaseException) -> str:
    """The class of the error; of what the database says, since SQLAlchemy's own words for that are few."""
    cause = getattr(error, "orig", None)
    of = type(cause if isinstance(cause, BaseException) else error)
    return of.__name__ if of.__module__ == "builtins" else f"{of.__module__}.{of.__name__}"


def _place(trace: TracebackType | None) -> str:
    """The innermost function of ours, which is where to look first; the innermost of all where none is."""
    found = [(frame.f_globals.get("__name__", "?"), frame.f_code.co_qualname) for frame, _ in traceback.walk_tb(trace)]
    ours = [place for place in found if place[0].split(".")[0] == PACKAGE]
    return ".".join((ours or found or [("?", "?")])[-1])


def _frames(error: BaseException) -> list[str]:
    """Where each error of the chain went through, without the words of any."""
    lines: list[str] = []
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen and len(lines) < _MOST_FRAMES:
        seen.add(id(step))
        lines.append(type(step).__name__ if step is error else f"because of {type(step).__name__}")
        for frame, line in list(traceback.walk_tb(step.__traceback__))[-_MOST_FRAMES:]:
            lines.append(f"  {_file(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}")
        step = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
    return lines[: 2 * _MOST_FRAMES]


def _file(path: str) -> str:
    """A file of the program by its module's path, one of a library by its last parts: where it is installed is nobody's business."""
    parts = Path(path).parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    return Path(path).relative_to(_ROOT).as_posix() if Path(path).is_relative_to(_ROOT) else "/".join(parts[-2:])
