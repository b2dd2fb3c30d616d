"""Making a new cluster: complete or not there at all."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from contextualise.embedded.postgres.account import Account, Identity
from contextualise.embedded.postgres.binaries import Binaries
from contextualise.embedded.postgres.errors import PostgresError

SUPERUSER = "postgres"
ROLE = "contextualise"
DATABASE = "contextualise"
# The kernel resolves this to the working folder itself, so a server whose account may not walk down to its data
# folder (below the private home of root, say) can still be started inside it.
WORKING_FOLDER = "/proc/self/cwd"


def cluster_version(data: Path) -> int | None:
    """The major version of the cluster in this folder; None when there is no folder. PostgresError for anything else."""
    marker = data / "PG_VERSION"
    if marker.exists():
        return int(marker.read_text().strip())
    if data.exists():
        raise PostgresError(f"{data} exists but is not a PostgreSQL cluster; move it away to start with an empty one")
    return None


def create_cluster(data: Path, binaries: Binaries, account: Account | None, *, password: str, sync: bool) -> None:
    """Set up a cluster with a role and a database for the application; superuser rights stay with another role.

    It is made beside its place and renamed, so an interrupted set-up is never taken for a cluster. Raises PostgresError
    with initdb's own words.
    """
    for leftover in data.parent.glob("data.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix="data.new-", dir=data.parent))
    if account:
        account.take(fresh)
    directory = str(fresh) if account is None or account.can_enter(fresh) else WORKING_FOLDER
    try:
        initialise(fresh, directory, binaries, account, sync=sync)
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'",
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
        )
        run(
            [binaries.program("postgres"), "--single", "-F", "-D", directory, "postgres"],
            fresh,
            account,
            given="".join(f"{statement};\n" for statement in statements),
        )
        if sync:
            run([binaries.program("initdb"), "--sync-only", "-D", directory], fresh, account)
        fresh.rename(data)
        sync_folder(data.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def initialise(fresh: Path, directory: str, binaries: Binaries, account: Account | None, *, sync: bool) -> None:
    options = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=reject", "--no-instructions", "--no-sync", f"--username={SUPERUSER}"]
    # From version 18 on checksums are the default; before, a broken disk would go unnoticed.
    options += ["--data-checksums"] if sync else ["--no-data-checksums"] if binaries.version >= 18 else []
    run([binaries.program("initdb"), "-D", directory, *options], fresh, account)
    # The superuser has no password and no line here: nobody can sign in as it.
    rules = fresh / "pg_hba.conf"
    rules.write_text(f"local all {ROLE} scram-sha-256\nhost all {ROLE} 127.0.0.1/32 scram-sha-256\nhost all {ROLE} ::1/128 scram-sha-256\n")


def run(command: list[str], folder: Path, account: Account | None, *, given: str | None = None) -> None:
    identity = account.identity() if account else Identity()
    # In a session of its own it is not cut short by Ctrl-C in the terminal; whoever started it ends in order afterwards.
    done = subprocess.run(
        command,
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
        start_new_session=True,
        **identity,
    )
    # In single-user mode a failed statement is only printed.
    if done.returncode or "ERROR:" in done.stderr:
        said = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise PostgresError(f"{Path(command[0]).name} failed with status {done.returncode}: {' / '.join(said)}")


def environment() -> dict[str, str]:
    """An environment in which nothing of the person's own PostgreSQL settings (PGDATA, PGPORT …) counts."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    return {"PATH": "/usr/bin:/bin", **kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
