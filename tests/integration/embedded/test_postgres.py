"""The embedded PostgreSQL: one server per folder, nothing acknowledged lost, nothing left behind."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from contextualise.embedded.database import running_database
from contextualise.embedded.postgres import EmbeddedPostgres, PostgresError, find_binaries
from contextualise.embedded.postgres.account import Account
from contextualise.embedded.postgres.binaries import readable_by
from contextualise.embedded.postgres.processes import running_in
from contextualise.repository.database import sqlalchemy_url

SOURCE = Path(__file__).parents[3] / "src"
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")

# Starts the server in the folder given, says when it was started, and keeps it until its input ends.
HOLD = """
import sys
from pathlib import Path
import psycopg
from contextualise.embedded.postgres import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])) as server:
    with psycopg.connect(server.url) as connection:
        began = connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0]
    print(began, server.owned, flush=True)
    sys.stdin.read()
"""

# The same as a command does it.
COMMAND = """
import sys
from pathlib import Path
from contextualise.embedded.database import running_database
with running_database(None, Path(sys.argv[1])):
    print("begun", flush=True)
    sys.stdin.readline()
    print("done", flush=True)
"""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every account can walk down to; tmp_path is below a private one."""
    parent = Path(tempfile.mkdtemp(prefix="ctx-test-"))
    parent.chmod(0o755)
    yield parent / "postgres"
    assert not running_in(parent / "postgres" / "data"), "a server was left behind"
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_folder() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def shared(shared_folder: Path) -> Iterator[EmbeddedPostgres]:
    """One server for the tests that only look at it."""
    with EmbeddedPostgres(shared_folder) as server:
        yield server


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(folder) as running:
        yield running


def hold(folder: Path, script: str = HOLD) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def first_line(holder: subprocess.Popen[str]) -> str:
    assert holder.stdout is not None
    return holder.stdout.readline().strip()


def let_go(holder: subprocess.Popen[str]) -> None:
    holder.communicate(timeout=20)
    assert holder.returncode == 0


def one(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]  # fixed texts of this module
    return row[0] if row else None


def wait_until_gone(data: Path, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while running_in(data) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not running_in(data)


def test_its_address_works_for_both_libraries(shared: EmbeddedPostgres) -> None:
    assert one(shared.url, "SELECT current_database()") == "contextualise"
    engine = create_engine(sqlalchemy_url(shared.url))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 6 * 7")).scalar() == 42
    engine.dispose()


def test_extensions_the_schema_needs_can_be_made(shared: EmbeddedPostgres) -> None:
    with psycopg.connect(shared.url) as connection:
        for name in ("pg_trgm", "unaccent", "btree_gin"):
            connection.execute(f"CREATE EXTENSION {name}")  # type: ignore[arg-type]  # fixed names


def test_text_is_unicode(shared: EmbeddedPostgres) -> None:
    assert one(shared.url, "SELECT lower('ÅÄÖ ΣΟΦΙΑ')") == "åäö σοφια"
    assert one(shared.url, "SHOW server_encoding") == "UTF8"


def test_the_application_is_no_superuser(shared: EmbeddedPostgres) -> None:
    assert one(shared.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with psycopg.connect(shared.url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("COPY pg_class TO PROGRAM 'cat'")


def test_nobody_enters_without_the_password(shared: EmbeddedPostgres) -> None:
    password = shared.url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(shared.url.replace(password, "guess"))
    with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
        psycopg.connect(shared.url.replace("contextualise:", "postgres:"))


def test_it_listens_on_no_port(shared: EmbeddedPostgres) -> None:
    assert one(shared.url, "SHOW listen_addresses") == ""


def test_tcp_when_asked(folder: Path) -> None:
    with EmbeddedPostgres(folder, tcp=True, fast=True) as server:
        assert "@127.0.0.1:" in server.url
        assert one(server.url, "SHOW fsync") == "off"


def test_it_is_durable_unless_told_otherwise(shared: EmbeddedPostgres) -> None:
    assert [one(shared.url, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")] == ["on"] * 4


def test_stopping_leaves_nothing_running_and_keeps_the_data(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        connection.commit()
    assert not running_in(folder / "data")
    assert not (folder / "data" / "postmaster.pid").exists()
    with pytest.raises(PostgresError):
        _ = server.url
    with running_database(None, folder) as url:
        assert one(url, "SELECT n FROM kept") == 1


def test_files_are_private(shared: EmbeddedPostgres, shared_folder: Path) -> None:
    for path in (shared_folder / "data", shared_folder / "run", shared_folder):
        assert path.stat().st_mode & 0o077 == 0, path
    for name in ("password", "url"):
        assert (shared_folder / name).stat().st_mode & 0o077 == 0, name


def test_several_starts_at_once_make_one_server(folder: Path) -> None:
    holders = [hold(folder) for _ in range(5)]
    answers = [first_line(holder).rsplit(" ", 1) for holder in holders]
    assert len({began for began, _ in answers}) == 1
    assert sorted(owned for _, owned in answers) == ["False"] * 4 + ["True"]
    for holder, (_, owned) in sorted(zip(holders, answers, strict=True), key=lambda pair: pair[1][1]):
        let_go(holder)
        assert bool(running_in(folder / "data")) is (owned == "False")


def test_a_server_that_is_another_process_s_is_taken_over_when_that_ends(folder: Path) -> None:
    holder = hold(folder)
    assert first_line(holder).endswith("True")
    with EmbeddedPostgres(folder, fast=True) as server:
        assert not server.owned
        assert not server.revive()
        let_go(holder)
        assert server.revive()
        assert server.owned
        assert one(server.url, "SELECT 1") == 1


def test_the_owner_can_wait_for_others(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True) as server:
        holder = hold(folder)
        assert first_line(holder).endswith("False")
        began = time.monotonic()
        threading.Timer(0.5, lambda: let_go(holder)).start()
        server.stop(wait_for_others=20)
        assert 0.4 < time.monotonic() - began < 10
        holder.wait(10)


def test_of_two_commands_the_one_that_started_it_stops_it_last(folder: Path) -> None:
    first = hold(folder, COMMAND)
    assert first_line(first) == "begun"
    second = hold(folder, COMMAND)
    assert first_line(second) == "begun"
    assert first.stdin is not None
    first.stdin.write("\n")
    first.stdin.flush()
    assert first_line(first) == "done"
    time.sleep(0.3)
    assert first.poll() is None
    assert running_in(folder / "data")
    let_go(second)
    let_go(first)


def test_a_command_does_not_wait_for_one_that_takes_over(folder: Path) -> None:
    command = hold(folder, COMMAND)
    assert first_line(command) == "begun"
    server = EmbeddedPostgres(folder, waited_for=False).start()
    assert not server.owned
    let_go(command)
    assert server.revive()
    assert one(server.url, "SELECT 1") == 1
    server.stop()


def test_killing_the_owner_ends_the_server_and_loses_nothing(folder: Path) -> None:
    holder = hold(folder)
    first_line(holder)
    with EmbeddedPostgres(folder) as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        holder.kill()
        holder.communicate()
        wait_until_gone(folder / "data")
        assert server.revive()
        assert one(server.url, "SELECT n FROM kept") == 1


def test_a_start_while_the_orphan_is_still_ending(folder: Path) -> None:
    holder = hold(folder)
    first_line(holder)
    holder.kill()
    holder.communicate()
    with EmbeddedPostgres(folder) as server:
        assert server.owned
        assert one(server.url, "SELECT 1") == 1


def test_kills_under_writes_lose_no_acknowledged_row(server: EmbeddedPostgres, folder: Path) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE written (n int PRIMARY KEY)")
    acknowledged: list[int] = []
    stopping = threading.Event()

    def write() -> None:
        number = 0
        while not stopping.is_set():
            try:
                with psycopg.connect(server.url, autocommit=True) as connection:
                    while not stopping.is_set():
                        number += 1
                        connection.execute("INSERT INTO written VALUES (%s)", [number])
                        acknowledged.append(number)
            except (psycopg.Error, PostgresError):
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        before = len(acknowledged)
        while len(acknowledged) < before + 100:
            time.sleep(0.01)
        os.kill(main_process(folder), signal.SIGKILL)
        while not server.revive():
            time.sleep(0.01)
    stopping.set()
    writer.join()
    with psycopg.connect(server.url) as connection:
        found = {row[0] for row in connection.execute("SELECT n FROM written")}
    assert len(acknowledged) >= 300
    assert not set(acknowledged) - found


def main_process(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def test_a_stale_pid_file_that_names_a_live_process_is_not_believed(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True):
        account = pwd.getpwuid((folder / "data").stat().st_uid)
        content = (folder / "data" / "postmaster.pid").read_text().split("\n")
    identity = {"user": account.pw_uid, "group": account.pw_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "60"], **identity) as innocent:  # type: ignore[call-overload]  # a plain mapping of ids
        (folder / "data" / "postmaster.pid").write_text("\n".join([str(innocent.pid), *content[1:]]))
        with EmbeddedPostgres(folder, fast=True) as server:
            assert one(server.url, "SELECT 1") == 1
        assert innocent.poll() is None, "a process that had nothing to do with it was ended"
        innocent.kill()


def test_an_interrupted_set_up_is_started_over(folder: Path) -> None:
    (folder / "data.new-abc").mkdir(parents=True)
    (folder / "data.new-abc" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(folder, fast=True) as server:
        assert one(server.url, "SELECT 1") == 1
    assert not list(folder.glob("data.new-*"))


def test_a_folder_that_is_no_cluster_is_left_alone(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "letters.txt").write_text("mine")
    with pytest.raises(PostgresError, match="not a PostgreSQL cluster"):
        EmbeddedPostgres(folder).start()
    assert (folder / "data" / "letters.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PostgresError, match=r"cannot use .*file.* \(Not a directory\)"):
        EmbeddedPostgres(tmp_path / "file" / "postgres").start()


def test_a_cluster_of_another_version_is_not_opened(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True):
        pass
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match="version 9, which the data folder needs"):
        EmbeddedPostgres(folder, fast=True).start()


def test_what_went_wrong_is_said(folder: Path) -> None:
    with EmbeddedPostgres(folder, fast=True):
        pass
    (folder / "data" / "global" / "pg_control").unlink()
    with pytest.raises(PostgresError, match="did not start"):
        EmbeddedPostgres(folder, fast=True).start()


def test_binaries_that_are_none_are_named(folder: Path) -> None:
    with pytest.raises(PostgresError, match="POSTGRES_BIN"):
        EmbeddedPostgres(folder, binaries=folder).start()


def test_a_path_too_long_for_a_socket(folder: Path) -> None:
    deep = folder.parent / ("d" * 60) / ("e" * 60) / "postgres"
    with EmbeddedPostgres(deep, fast=True) as server:
        assert one(server.url, "SELECT 1") == 1
        sockets = Path((deep / "socket-folder").read_text())
        assert sockets.stat().st_mode & 0o077 == 0
        before = server.url
        os.kill(main_process(deep), signal.SIGKILL)
        while not server.revive():
            time.sleep(0.01)
        assert server.url == before, "those who use it would look for it in the old place"
    assert not sockets.exists()


def test_below_a_private_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with EmbeddedPostgres(tmp_path / "postgres", fast=True) as server:
        assert one(server.url, "SELECT 1") == 1
    with EmbeddedPostgres(tmp_path / "postgres", fast=True) as server:
        assert one(server.url, "SELECT 1") == 1
    assert not running_in(tmp_path / "postgres" / "data")


def test_started_from_a_thread_it_outlives_the_thread(folder: Path) -> None:
    server = EmbeddedPostgres(folder, fast=True)
    thread = threading.Thread(target=server.start)
    thread.start()
    thread.join()
    time.sleep(0.3)
    try:
        assert one(server.url, "SELECT 1") == 1
    finally:
        server.stop()


@only_root
def test_root_hands_it_to_an_account_without_rights(shared: EmbeddedPostgres, shared_folder: Path) -> None:
    owners = {Path(f"/proc/{pid}").stat().st_uid for pid in running_in(shared_folder / "data")}
    assert 0 not in owners
    assert owners == {(shared_folder / "data").stat().st_uid}


@only_root
def test_an_ordinary_account_starts_its_own_and_root_may_follow(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    account = Account("nobody", nobody.pw_uid, nobody.pw_gid)
    binaries = readable_by(account, find_binaries()).folder
    os.chown(folder.parent, nobody.pw_uid, nobody.pw_gid)

    def start_and_write() -> None:
        with EmbeddedPostgres(folder, binaries=binaries) as server, psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS n")

    assert as_account(account, start_and_write) == ""
    with EmbeddedPostgres(folder) as server:
        assert one(server.url, "SELECT n FROM kept") == 1
        owners = set()
        for pid in running_in(folder / "data"):
            with contextlib.suppress(FileNotFoundError):  # a short-lived worker of the server
                owners.add(Path(f"/proc/{pid}").stat().st_uid)
        assert owners == {nobody.pw_uid}
    assert as_account(account, start_and_write) == ""


def as_account(account: Account, work: Callable[[], None]) -> str:
    """Run it in a child under that account; what comes back is the traceback, if there was one."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        said = ""
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            work()
        except BaseException:
            said = traceback.format_exc()
        finally:
            os.write(writing, said.encode()[:60_000])
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said
