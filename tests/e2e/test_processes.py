"""`contextualise serve` as a newcomer starts it, and everything that can happen to its processes."""

import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import services
from tests.serving import SOURCE, Served, eventually, free_port


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "storage", free_port())
    yield served
    if served.process is not None:
        served.process.terminate()
        served.process.wait(10)
    assert served.processes() == []


@pytest.fixture
def running(site: Served) -> Served:
    return site.start()


def add_person(site: Served) -> None:
    done = site.run("user", "add", "ada@example.org", "--admin", "--password-stdin", given="a long and private phrase\n")
    assert done.returncode == 0, done.stderr


def test_the_first_start_shows_a_link_that_works_and_no_password(running: Served) -> None:
    links = re.findall(rf"{running.address}(/setup\?token=\S+)", running.said)
    assert len(links) == 1
    assert running.get(links[0]) == 200
    assert running.get("/setup?token=guess") in (403, 404, 410)
    assert "password" not in running.said.lower()
    assert running.get("/") == 200
    assert running.get("/healthz") == 200
    assert running.get("/readyz") == 200


def test_a_second_start_is_quick_and_shows_no_link_once_there_is_an_account(running: Served) -> None:
    add_person(running)
    running.signal(signal.SIGTERM)
    assert running.wait(6) == 0
    running.start()
    assert running.get("/") == 200
    assert "setup?token" not in running.said
    # Three seconds is the promise on a machine that does nothing else. Tests run beside other tests: what the
    # processes themselves have worked is what it takes there, for they start one after the other.
    took = sum(processor_seconds(pid) for pid in running.processes())
    assert took < 3, f"{took:.1f} s of work to the first page"


def test_two_at_once_is_refused_with_one_clear_line(running: Served) -> None:
    other = Served(running.storage, free_port())
    done = other.run("serve")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "already runs" in done.stderr
    assert running.process is not None
    assert f"process {running.process.pid}" in done.stderr
    assert running.address in done.stderr
    assert running.get("/") == 200


def test_a_port_in_use_is_said_before_anything_is_started(site: Served) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        done = site.run("serve")
    assert done.returncode == 1
    assert done.stderr.startswith(f"PORT: {site.port} on 127.0.0.1 is in use")
    assert done.stderr.count("\n") == 1
    assert not (site.storage / "postgres").exists()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"SIGN_UP": "everyone"}, "SIGN_UP: "),
        ({"DATABASE_URL": "postgresql://ctx:x@127.0.0.1:1/ctx"}, "SECRET_KEY: "),
        ({"S3_ENDPOINT": "http://127.0.0.1:1"}, "S3_ACCESS_KEY: "),
        ({"HOST": "no.such.host.invalid"}, "HOST: "),
    ],
)
def test_a_bad_setting_ends_it_with_its_name_and_status_two(site: Served, more: dict[str, str], named: str) -> None:
    site.more = more
    done = site.run("serve")
    assert done.returncode == 2
    assert done.stderr.startswith(named)
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_database_that_does_not_answer_is_named(site: Served) -> None:
    site.more = {"DATABASE_URL": "postgresql://ctx:x@127.0.0.1:1/ctx", "SECRET_KEY": "k8Zq" * 10 + "abcdefgh"}
    done = site.run("serve")
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_told_to_stop_it_ends_everything_in_order(running: Served, number: signal.Signals) -> None:
    began = time.monotonic()
    running.signal(number, group=number is signal.SIGINT)
    assert running.wait(10) == 0
    assert time.monotonic() - began < 5
    assert running.processes() == []
    assert "Traceback" not in running.said
    assert not (running.storage / "postgres" / "data" / "postmaster.pid").exists(), "PostgreSQL was not shut down"


def test_killing_it_leaves_no_orphan_and_loses_nothing(running: Served) -> None:
    add_person(running)
    running.signal(signal.SIGKILL)
    running.wait(5)
    eventually(lambda: not running.processes(), lambda: f"left behind: {running.processes()}", 6)
    running.start()
    assert running.get("/") == 200
    assert "setup?token" not in running.said, "the account is gone"


def test_a_start_at_once_after_a_kill(running: Served) -> None:
    running.signal(signal.SIGKILL)
    running.wait(5)
    running.start()
    assert running.get("/") == 200


def test_a_killed_worker_is_replaced(site: Served) -> None:
    site.more = {"WORKERS": "2"}
    site.start()
    eventually(lambda: len(site.processes("cli.worker")) == 2)
    before = set(site.processes("cli.worker"))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: len(set(site.processes("cli.worker")) - before) == 2)
    assert site.get("/") == 200
    assert site.said.count("starting another") == 2


def test_a_server_process_that_cannot_start_ends_it(site: Served, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "uvloop.py").write_text("raise ImportError('a broken installation')")
    site.more = {"PYTHONPATH": f"{tmp_path / 'broken'}{os.pathsep}{SOURCE}"}
    done = site.run("serve")
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith("The server process ends at once (status 1); what it said is above.")
    assert "a broken installation" in done.stderr


def test_logs_for_machines_are_one_object_a_line(site: Served) -> None:
    site.more = {"LOG_FORMAT": "json"}
    site.start()
    site.get("/")
    site.signal(signal.SIGTERM)
    assert site.wait(6) == 0
    entries = [json.loads(line) for line in site.said.splitlines()]
    assert any("/setup?token=" in entry["event"] for entry in entries)
    assert all("timestamp" in entry for entry in entries)


def test_stopping_does_not_wait_for_a_slow_reader(running: Served) -> None:
    with socket.create_connection(("127.0.0.1", running.port)) as idle, socket.create_connection(("127.0.0.1", running.port)) as halfway:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(15).startswith(b"HTTP/1.1 200")
        halfway.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nemail=")
        began = time.monotonic()
        running.signal(signal.SIGTERM)
        assert running.wait(10) == 0
        assert time.monotonic() - began < 5


def test_a_killed_database_comes_back(running: Served) -> None:
    add_person(running)
    pid = int((running.storage / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: "it is running again" in running.said)
    eventually(lambda: running.get("/readyz") == 200)
    eventually(lambda: running.get("/") == 200)


def test_the_same_storage_after_being_moved(running: Served) -> None:
    add_person(running)
    running.signal(signal.SIGTERM)
    running.wait(6)
    moved = running.storage.with_name("elsewhere")
    running.storage.rename(moved)
    running.storage = moved
    running.start()
    assert "setup?token" not in running.said


def test_a_server_of_one_s_own_needs_nothing_here(site: Served) -> None:
    with services.postgres_url() as server, services.database(server) as url:
        site.more = {"DATABASE_URL": url, "SECRET_KEY": "k8Zq" * 10 + "abcdefgh"}
        site.start()
        assert site.get("/") == 200
        assert not (site.storage / "postgres").exists()
        site.signal(signal.SIGTERM)
        assert site.wait(6) == 0
