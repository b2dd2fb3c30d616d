"""The database a command works on: a server of one's own, or the embedded one, started for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contextualise.embedded.postgres import EmbeddedPostgres


@contextmanager
def running_database(url: str | None, folder: Path, binaries: Path | None = None) -> Iterator[str]:
    """The URL to use: the given one, else that of the embedded PostgreSQL in the folder.

    A command finds the server of a running `contextualise serve`, or has one of its own until the block ends.
    Raises PostgresError when it cannot be started.
    """
    if url is not None:
        yield url
        return
    with EmbeddedPostgres(folder, binaries=binaries) as server:
        yield server.url
