"""Children that end with their parent, whichever way they were tied to it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contextualise.embedded.children import Leash

SOURCE = Path(__file__).parents[3] / "src"

BY_KERNEL = """
import signal, subprocess, sys
from contextualise.embedded.children import die_with_parent
child = subprocess.Popen(["/bin/sleep", "60"], preexec_fn=die_with_parent(signal.SIGTERM))
print(child.pid, flush=True)
sys.stdin.read()
"""
BY_LEASH = """
import signal, subprocess, sys
from contextualise.embedded.children import Leash
child = subprocess.Popen(["/bin/sleep", "60"])
leash = Leash(child.pid, signal.SIGTERM)
print(child.pid, flush=True)
sys.stdin.read()
"""


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text() if sys.platform == "linux" else not os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize("script", [BY_KERNEL, BY_LEASH], ids=["kernel", "leash"])
def test_a_child_dies_with_its_killed_parent(script: str) -> None:
    env = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 5
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(child)


def test_a_leash_that_is_cut_signals_nobody() -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        Leash(child.pid, signal.SIGTERM).cut()
        time.sleep(0.1)
        assert child.poll() is None
        child.kill()
