"""The database a command works on: a server of one's own, or the embedded one, started for as long as it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contextualise.embedded.postgres import EmbeddedPostgres

# Of commands that run side by side the one that started the server stops it last.
LONGEST_COMMAND = 24 * 3600.0


@contextmanager
def running_database(url: str | None, folder: Path, binaries: Path | None = None) -> Iterator[str]:
    """The URL to use: the given one, else that of the embedded PostgreSQL in the folder.

    A command finds the server of a running `contextualise serve`, or has one of its own until the block ends.
    Raises PostgresError when it cannot be started.
    """
    if url is not None:
        yield url
        return
    server = EmbeddedPostgres(folder, binaries=binaries).start()
    try:
        yield server.url
    finally:
        server.stop(wait_for_others=LONGEST_COMMAND)
