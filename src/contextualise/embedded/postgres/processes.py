"""What really runs in a data folder; a PID file outlives a crash and may name another process since."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def running_in(data: Path) -> list[int]:
    """The process ids of every live PostgreSQL process whose working folder is this one."""
    if not data.exists():
        return []
    if sys.platform != "linux":
        return listed_by_ps(data)
    here = data.stat()
    found: list[int] = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            there = (entry / "cwd").stat()
            program = (entry / "exe").readlink().name
        except OSError:
            # Gone meanwhile, or somebody else's: nobody else can be in a folder only its owner may enter.
            continue
        if (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino) and program.startswith("postgres"):
            found.append(int(entry.name))
    return sorted(found)


def listed_by_ps(data: Path) -> list[int]:
    """The same from ps(1), which sees the server itself, named by its -D, but not its children."""
    listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, timeout=20, check=True).stdout
    rows = (line.strip().partition(" ") for line in listing.splitlines())
    return sorted(int(pid) for pid, _, command in rows if "postgres" in command and f"-D {data} " in f"{command} ")


def end_all(data: Path, *, patience: float = 5.0) -> None:
    """End every server process left in the folder: fast shutdown first, then immediate, then by force."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        for pid in running_in(data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until_empty(data, patience):
            return


def wait_until_empty(data: Path, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while running_in(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
