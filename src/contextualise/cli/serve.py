"""`contextualise serve`: everything a server needs, in order, and its end in the opposite order."""

import errno
import json
import os
import select
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import rich_click as click
from click.exceptions import Exit

from contextualise.cli.signals import Signals, Stopped, caught
from contextualise.cli.workers import Workers, WorkersFailed
from contextualise.embedded.locks import FileLock
from contextualise.embedded.postgres import EmbeddedPostgres, PostgresError
from contextualise.settings import Settings, SettingsError, load_settings

# How often the database is looked at; a dead worker is noticed at once, by its signal.
LOOK_EVERY = 1.0
# For so long what is sent may stay unanswered.
GONE_AFTER_MS = 60_000


class Teller:
    """What `serve` itself says, on standard output: lines for people, or one JSON object each where logs are read by machines."""

    def __init__(self, settings: Settings) -> None:
        self._json = settings.log_format == "json"

    def __call__(self, text: str) -> None:
        click.echo(self._as_json(text) if self._json else text)
        sys.stdout.flush()

    def framed(self, *lines: str) -> None:
        """The lines in a frame; the link in them stays unbroken so that a terminal lets it be clicked."""
        self(" ".join(lines) if self._json else boxed(*lines))

    def _as_json(self, text: str) -> str:
        return json.dumps({"event": text, "level": "info", "timestamp": datetime.now(UTC).isoformat()}, ensure_ascii=False)


def boxed(*lines: str) -> str:
    width = max(len(line) for line in lines)
    middle = [f"│ {line.ljust(width)} │" for line in lines]
    return "\n".join([f"┌{'─' * (width + 2)}┐", *middle, f"└{'─' * (width + 2)}┘"])


@click.command()
def serve() -> None:
    """Run the server, with a database of its own unless DATABASE_URL names one.

    All settings come from the environment. Ctrl-C stops it.
    """
    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        raise stop_with(str(error), 2) from error
    try:
        run(settings)
    except (PostgresError, WorkersFailed) as error:
        raise stop_with(str(error), 1) from error


def run(settings: Settings) -> None:
    """Serve until told to stop. PostgresError and WorkersFailed when that cannot go on."""
    say = Teller(settings)
    with ExitStack() as stack:
        signals = stack.enter_context(caught())
        if settings.database_url is None:
            stack.enter_context(storage_lock(settings))
        listening = stack.enter_context(listening_socket(settings.host, settings.port))
        with suppress(Stopped):
            with signals.interrupting():
                postgres, url = open_database(settings, stack)
            workers = Workers(listening, settings.workers, worker_environment(settings, url))
            stack.callback(workers.stop)
            watch(workers, postgres, signals, say, ready=lambda: announce(settings, workers.token, say))
        say("Stopping …")


def open_database(settings: Settings, stack: ExitStack) -> tuple[EmbeddedPostgres | None, str]:
    """The embedded PostgreSQL, if that is what is used, and the URL; the stack stops it."""
    if settings.database_url is not None:
        return None, settings.database_url
    # If a command has it running just now, that need not wait for us: it ends and we start our own.
    postgres = EmbeddedPostgres(settings.postgres_folder, binaries=settings.postgres_bin, waited_for=False)
    stack.callback(postgres.stop)
    return postgres, postgres.start().url


def watch(workers: Workers, postgres: EmbeddedPostgres | None, signals: Signals, say: Teller, *, ready: Callable[[], None]) -> None:
    """Keep everything running until a signal asks to stop; `ready` is called once a worker answers. May raise Stopped."""
    announced = False
    while not signals.stop_asked:
        if postgres is not None:
            with signals.interrupting():
                revived = postgres.revive()
            if revived:
                say("PostgreSQL had ended; it is running again.")
        for note in workers.check():
            say(note)
        if not announced and workers.prepared:
            announced = True
            ready()
        readable, _, _ = select.select([signals.descriptor, *workers.watched], [], [], LOOK_EVERY)
        if signals.descriptor in readable:
            signals.drain()


def announce(settings: Settings, token: str, say: Teller) -> None:
    address = settings.public_url or settings.address
    say(f"Contextualise is ready: {address}   (Ctrl-C stops it)")
    if token:
        say.framed("Nobody has an account yet. Make the first one here, once:", f"{address}/setup?token={token}")


def worker_environment(settings: Settings, url: str) -> dict[str, str]:
    """What workers start with: the same, with the database and the secret key settled for all of them."""
    dropped = ("DATABASE_URL_FILE", "DATABASE_PASSWORD", "DATABASE_PASSWORD_FILE", "SECRET_KEY_FILE")
    environ = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**environ, "DATABASE_URL": url, "SECRET_KEY": settings.secret_key, "STORAGE": str(settings.storage)}


@contextmanager
def storage_lock(settings: Settings) -> Iterator[None]:
    """Hold the storage folder; a second server on it ends with a line saying which process has it."""
    path = settings.storage / "serve.lock"
    try:
        settings.storage.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        got = lock.try_acquire()
    except OSError as error:
        raise stop_with(f"STORAGE: {settings.storage} cannot be used ({error.strerror})", 2) from error
    if not got:
        raise stop_with(
            f"Contextualise already runs on {settings.storage}: {holder(path)}. Stop it first, or set STORAGE to another folder.", 1
        )
    lock.write(f"process {os.getpid()}, {settings.address}\n")
    try:
        yield
    finally:
        lock.release()


def holder(path: Path) -> str:
    return path.read_text(errors="replace").strip() or "a process that is just starting"


@contextmanager
def listening_socket(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens before anything else is started: a port in use is said at once, not after a migration."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as error:
        raise stop_with(f"HOST: {host!r} is not an address of this machine ({error.strerror})", 2) from error
    with socket.socket(family, kind, protocol) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # A laptop that was closed says nothing: its open page is gone after a minute, and not after a quarter of an hour.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_AFTER_MS)
        try:
            listening.bind(address)
            listening.listen(2048)
        except OSError as error:
            raise stop_with(cannot_listen(host, port, error), 1) from error
        yield listening


def cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"PORT: {port} on {host} is in use by another program; choose another, for example PORT={port + 1}."
    if error.errno == errno.EACCES:
        return f"PORT: {port} may not be used by this account; choose one above 1023."
    return f"HOST: {host} port {port} cannot be listened on ({error.strerror})"


def stop_with(message: str, status: int) -> Exit:
    """Say one line on standard error; the caller raises what comes back to end with that status."""
    click.echo(message, err=True)
    return Exit(status)
