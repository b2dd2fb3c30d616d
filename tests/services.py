"""Real servers for the tests: PostgreSQL (one for all workers of a run, a database for each) and S3."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from contextualise.embedded.postgres import EmbeddedPostgres
from contextualise.embedded.seaweedfs import SeaweedS3

# The first worker to need the server owns it and waits this long for the others to finish with it.
LONGEST_RUN = 3600.0


@contextmanager
def postgres_url() -> Iterator[str]:
    """The URL of a server on which databases may be made: TEST_DATABASE_URL if set, else one started for this run."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = run_folder()
    server = EmbeddedPostgres(folder / "postgres", fast=True).start()
    try:
        yield server.url
    finally:
        owned = server.owned
        server.stop(wait_for_others=LONGEST_RUN)
        if owned:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """The URL of a new database on that server, dropped at the end; `template` is the URL of one to copy."""
    name = f"test_{secrets.token_hex(6)}"
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(urlsplit(template).path[1:]))
    execute(server_url, statement)
    try:
        yield with_database(server_url, name)
    finally:
        execute(server_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def s3_server() -> Iterator[SeaweedS3]:
    """A running S3 server without buckets: `.endpoint` (a URL), `.access_key`, `.secret_key`."""
    folder = Path(tempfile.mkdtemp(prefix="contextualise-s3-"))
    try:
        with SeaweedS3(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_folder() -> Path:
    """A folder that all pytest-xdist workers of one run know, and nobody else's run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    folder = Path(tempfile.gettempdir()) / f"contextualise-tests-{os.geteuid()}-{run[:16]}"
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def execute(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
