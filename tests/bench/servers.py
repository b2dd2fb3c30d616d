"""Real servers to measure: the application as people run it, and the baseline."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    origin: str
    pid: int


@contextmanager
def application(database_url: str) -> Iterator[Server]:
    """`contextualise serve` with two workers on the given database."""
    with tempfile.TemporaryDirectory() as storage:
        settings = {"STORAGE": storage, "WORKERS": str(WORKERS), "SECRET_KEY": secrets.token_urlsafe(32), "LOG_LEVEL": "warning"}
        with _running([str(Path(sys.executable).with_name("contextualise")), "serve"], database_url, settings, "/healthz") as server:
            yield server


@contextmanager
def baseline(database_url: str) -> Iterator[Server]:
    """The one-query handler under the same server with two workers."""
    command = [sys.executable, "-m", "uvicorn", "--factory", "tests.bench.baseline:create_app", "--workers", str(WORKERS)]
    command += ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    with _running(command, database_url, {}, "/", port_option=True) as server:
        yield server


@contextmanager
def _running(command: list[str], database_url: str, settings: dict[str, str], path: str, *, port_option: bool = False) -> Iterator[Server]:
    port = free_port()
    environment = {**os.environ, **settings, "DATABASE_URL": database_url, "PORT": str(port), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    if port_option:
        command = [*command, "--port", str(port)]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    origin = f"http://127.0.0.1:{port}"
    try:
        wait_until_answered(origin + path, process)
        yield Server(origin, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until_answered(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with status {process.returncode}") from None
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer")
