"""One server per folder, however many processes ask for it, and none left when its owner is gone."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from contextualise.embedded.children import Leash, die_with_parent, quiet_fork
from contextualise.embedded.locks import FileLock
from contextualise.embedded.postgres.account import Account, Identity, account_for
from contextualise.embedded.postgres.binaries import find_binaries, readable_by
from contextualise.embedded.postgres.cluster import DATABASE, ROLE, WORKING_FOLDER, cluster_version, create_cluster, environment
from contextualise.embedded.postgres.errors import PostgresError
from contextualise.embedded.postgres.options import PORT, server_options
from contextualise.embedded.postgres.processes import end_all, running_in, wait_until_empty
from contextualise.embedded.postgres.sockets import forget_socket_folder, socket_folder

# Replaying the log after a crash may take long on a slow disk; a server that is alive is waited for.
START_PATIENCE = 300.0
STOP_PATIENCE = 2.0
LARGEST_LOG = 5_000_000


class EmbeddedPostgres:
    """A PostgreSQL server in a folder: `with EmbeddedPostgres(folder) as server: connect(server.url)`.

    The first process to start it owns it: the server is its child, stops with it and dies with it. Others that ask
    meanwhile use the same server; stopping theirs only lets go of it. With `tcp` it also listens on a free port of
    127.0.0.1. With `fast` nothing is synced to disk: for tests, whose data may be lost. An owner that waits for others
    does not wait for one that is not `waited_for`: one that would rather take the server over. Errors are PostgresError.
    """

    def __init__(
        self, folder: Path, *, tcp: bool = False, fast: bool = False, binaries: Path | None = None, waited_for: bool = True
    ) -> None:
        self._folder = folder.absolute()
        self._tcp = tcp
        self._fast = fast
        self._binaries = binaries
        self._waited_for = waited_for
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None
        self._url: str | None = None
        self._account: Account | None = None
        self._port: int | None = None
        self._prepared = False

    @property
    def url(self) -> str:
        """`postgresql://…` for psycopg, libpq and SQLAlchemy; it holds the password. PostgresError before start."""
        if self._url is None:
            raise PostgresError("the embedded PostgreSQL is not started")
        return self._url

    @property
    def owned(self) -> bool:
        """Whether the server is this object's own child rather than another process's."""
        return self._prepared and self._owner.held

    @property
    def alive(self) -> bool:
        """Whether the server runs; for one that belongs to another process, whether it answers."""
        if self.owned:
            return self._process is not None and self._process.poll() is None
        return self._url is not None and answers(self._url)

    def start(self) -> Self:
        """Start the server, or find the one another process has started here, and wait until it answers."""
        with told_as_ours(self._folder):
            self._begin()
        return self

    def revive(self) -> bool:
        """Start the server again if it died, or take it over if its owner left; says whether that was needed."""
        if self.alive:
            return False
        self._users.release()
        if not self.owned:
            self.start()
            return True
        with told_as_ours(self._folder), self._starting:
            self._end_own()
            self._start_own()
        return True

    def stop(self, *, wait_for_others: float = 0.0) -> None:
        """Stop the server (fast shutdown) if it is ours, after waiting so many seconds for others who use it."""
        if not self._prepared:
            return
        self._users.release()
        if not self._owner.held:
            self._url = None
            return
        deadline = time.monotonic() + wait_for_others
        while not self._users.try_acquire() and time.monotonic() < deadline:
            time.sleep(0.05)
        with self._starting:
            self._users.release()
            self._end_own()
            forget_socket_folder(self._folder, self._account)
            self._owner.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _prepare(self) -> None:
        if self._prepared:
            return
        self._account = account_for(self._folder)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owner = None
        if self._account:
            self._account.take(self._folder)
            owner = (self._account.uid, self._account.gid)
        self._starting, self._owner, self._users = (
            FileLock(self._folder / f"{name}.lock", owner=owner) for name in ("start", "owner", "users")
        )
        self._prepared = True

    def _begin(self) -> None:
        self._prepare()
        deadline = time.monotonic() + START_PATIENCE
        while True:
            with self._starting:
                if self._owner.try_acquire():
                    try:
                        self._start_own()
                    except BaseException:
                        self._end_own()
                        self._owner.release()
                        raise
                    return
                if self._waited_for:
                    self._users.acquire(shared=True)
            if self._attach():
                return
            # Its owner is just stopping, restarting or still setting up.
            self._users.release()
            if time.monotonic() > deadline:
                raise PostgresError(f"the process that owns the PostgreSQL in {self._folder} does not bring it up")
            time.sleep(0.05)

    def _attach(self) -> bool:
        try:
            url = (self._folder / "url").read_text()
        except FileNotFoundError:
            return False
        if not answers(url):
            return False
        self._url = url
        return True

    def _start_own(self) -> None:
        """Under both locks: nobody else starts or owns a server here, so what still runs is an orphan on its way out."""
        end_all(self._data)
        version = cluster_version(self._data)
        binaries = find_binaries(self._binaries, version)
        if self._account:
            binaries = readable_by(self._account, binaries)
        if version is None:
            password = secrets.token_urlsafe(24)
            self._write_private("password", password)
            create_cluster(self._data, binaries, self._account, password=password, sync=not self._fast)
        # Whatever process it names, nothing runs here any more; PostgreSQL itself would refuse if that number is in use again.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        reachable = self._account is None or self._account.can_enter(self._data)
        sockets = socket_folder(self._folder, self._account, reachable=reachable)
        # After a crash those who use the server must find it where it was.
        port = self._port = self._port or (free_port() if self._tcp else PORT)
        options = server_options(sockets, port, tcp=self._tcp, fast=self._fast, version=binaries.version)
        command = [binaries.program("postgres"), "-D", str(self._data) if reachable else WORKING_FOLDER, *options]
        self._launch(command)
        url = self._make_url(sockets, port)
        self._wait_until_ready(url)
        self._write_private("url", url)
        self._url = url

    def _launch(self, command: list[str]) -> None:
        log = self._folder / "postgres.log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        in_child = die_with_parent(signal.SIGINT)
        with log.open("ab") as output, quiet_fork():
            if self._account:
                self._account.take(log)
            # A session of its own: Ctrl-C in the terminal must not stop the database before those who use it.
            self._process = subprocess.Popen(
                command,
                cwd=self._data,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env=environment(),
                preexec_fn=in_child,
                **(self._account.identity() if self._account else Identity()),
            )
        if in_child is None:
            self._leash = Leash(self._process.pid, signal.SIGINT)

    def _wait_until_ready(self, url: str) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not answers(url):
            if self._process is None or self._process.poll() is not None:
                raise PostgresError(f"PostgreSQL did not start: {self._last_words()} (see {self._folder / 'postgres.log'})")
            if time.monotonic() > deadline:
                raise PostgresError(f"PostgreSQL did not answer within {START_PATIENCE:.0f} s (see {self._folder / 'postgres.log'})")
            time.sleep(0.02)

    def _last_words(self) -> str:
        lines = (self._folder / "postgres.log").read_text(errors="replace").splitlines()
        fatal = [line for line in lines[-20:] if "FATAL" in line]
        return (fatal or lines or ["it said nothing"])[-1]

    def _end_own(self) -> None:
        self._url = None
        (self._folder / "url").unlink(missing_ok=True)
        if self._leash:
            self._leash.cut()
            self._leash = None
        if self._process:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                self._process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(STOP_PATIENCE)
                    break
            self._process = None
        if running_in(self._data) and not wait_until_empty(self._data, 1.0):
            end_all(self._data, patience=1.0)

    def _make_url(self, sockets: Path, port: int) -> str:
        password = (self._folder / "password").read_text().strip()
        if self._tcp:
            return f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(sockets), safe='')}&port={port}"

    def _write_private(self, name: str, text: str) -> None:
        path = self._folder / name
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if self._account:
            self._account.take(fresh)
        fresh.replace(path)


@contextlib.contextmanager
def told_as_ours(folder: Path) -> Iterator[None]:
    """Errors of the system (a folder that may not be written, a disk that is full, a lock nobody gives up) as PostgresError."""
    try:
        yield
    except OSError as error:
        raise PostgresError(f"The embedded PostgreSQL cannot use {error.filename or folder} ({error.strerror or error})") from error
    except subprocess.SubprocessError as error:
        raise PostgresError(f"The embedded PostgreSQL in {folder} could not be set up: {error}") from error


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3, autocommit=True) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
