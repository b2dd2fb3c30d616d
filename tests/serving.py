"""Real processes of `contextualise`, to be started, watched and killed, and a browser without a screen to ask them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psycopg

from contextualise.domain.accounts import Browser, create_user, open_session
from contextualise.repository.database import Database

COMMAND = Path(sys.executable).parent / "contextualise"
SOURCE = Path(__file__).parents[1] / "src"
PATIENCE = 40.0


@dataclass
class Served:
    """One run of `contextualise serve` and what it said."""

    storage: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.storage.with_suffix(".log")

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(SOURCE),
            "STORAGE": str(self.storage),
            "PORT": str(self.port),
            **self.more,
        }

    def start(self) -> "Served":
        self.log.write_bytes(b"")
        with self.log.open("ab") as output:
            # A session of its own, as a terminal would give it: Ctrl-C goes to the whole group.
            self.process = subprocess.Popen(
                [COMMAND, "serve"], env=self.environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        eventually(lambda: "is ready" in self.said or self.ended(), lambda: f"it never was ready:\n{self.said}")
        assert not self.ended(), self.said
        return self

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal(self, number: signal.Signals, *, group: bool = False) -> None:
        assert self.process is not None
        (os.killpg if group else os.kill)(self.process.pid, number)

    def wait(self, seconds: float) -> int:
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self) -> None:
        """End it in order, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def kill(self, containing: str = "") -> list[int]:
        """End all of it, or the processes of which the command says so, at once as a power cut would; returns which."""
        killed = self.processes(containing)
        for pid in killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not containing:
            self.wait(10)
            eventually(lambda: not self.processes(), lambda: f"left behind: {self.processes()}")
        return killed

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Another command on the same storage, to its end."""
        return subprocess.run(
            [COMMAND, *arguments], env=self.environment(), input=given, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    def get(self, path: str = "/") -> int:
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def processes(self, containing: str = "") -> list[int]:
        """Every live process that was started with this storage or runs inside it."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                environ = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                inside = str((entry / "cwd").readlink()).startswith(str(self.storage))
            except OSError:
                continue
            if command and containing in command and (f"STORAGE={self.storage}".encode() in environ.split(b"\0") or inside):
                found.append(int(entry.name))
        return found


def eventually(
    holds: Callable[[], object], otherwise: Callable[[], str] = lambda: "it never came to hold", seconds: float = PATIENCE
) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


KEY = "k8Zq" * 10 + "abcdefgh"


@dataclass
class Visitor:
    """Somebody signed in at a running server, without a screen; every answer is asked to be what the test expects."""

    client: httpx.AsyncClient

    async def get(self, path: str, status: int = 200) -> httpx.Response:
        return expect(status, await self.client.get(path))

    async def post(self, path: str, fields: dict[str, Any] | None = None, status: int = 303, **more: Any) -> httpx.Response:
        return expect(status, await self.client.post(path, data=fields or {}, **more))

    async def new_map(self, title: str = "Italian opera") -> str:
        """The path of a new map."""
        return (await self.post("/maps/new", {"title": title})).headers["location"]

    async def new_topic(self, path: str, name: str = "Tosca") -> str:
        """The path of a new topic of that map."""
        return (await self.post(f"{path}/topics/new", {"name": name, "anyway": name})).headers["location"].partition("#")[0]

    async def write(self, topic: str, source: str, status: int = 303, **more: Any) -> httpx.Response:
        """Write the first text of a topic."""
        return await self.post(f"{topic}/text/new", {"text": source}, status, **more)

    async def upload(self, topic: str, name: str, data: bytes, status: int = 200) -> httpx.Response:
        """Send a file as a script does."""
        more = {"files": {"file": (name, data)}, "headers": {"Accept": "application/json"}}
        return await self.post(f"{topic}/files/new", None, status, **more)


def expect(status: int, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == status, (answer.status_code, answer.url, answer.text[:2000])
    return answer


@asynccontextmanager
async def visiting(address: str, database_url: str, email: str = "ada@example.org") -> AsyncIterator[Visitor]:
    """A new person of the site, signed in; a server that is being killed is not waited for longer than a person would."""
    database = Database(database_url, pool_size=1)
    try:
        async with database.writing() as session:
            user_id = await create_user(session, email=email, name="Ada", password="correct horse battery", is_admin=False)
            token = await open_session(session, user_id, Browser("127.0.0.1", "Test"), days=1)
    finally:
        await database.close()
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    async with httpx.AsyncClient(base_url=address, headers=headers, cookies={"session": token}, timeout=60) as client:
        yield Visitor(client)


@contextmanager
def map_locked(database_url: str, map_id: int) -> Iterator[psycopg.Connection]:
    """Hold the map as a writer does: every save waits after it has put its object and before it writes its row."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT FROM map WHERE id = %s FOR UPDATE", [map_id])
        yield connection


def somebody_waits(database_url: str) -> bool:
    """Whether a transaction of this database waits for a lock."""
    return bool(ask(database_url, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"))


def ask(database_url: str, statement: str, *values: Any) -> Any:
    """The first column of the first row."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute(statement, values).fetchone()  # type: ignore[call-overload]  # statements of tests are constants
    return row[0] if row else None


def digest_of(source: str | bytes) -> bytes:
    return sha256(source.encode() if isinstance(source, str) else source).digest()
