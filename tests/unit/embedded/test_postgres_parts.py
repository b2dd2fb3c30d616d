"""The parts of the embedded PostgreSQL that need no server: programs, accounts, sockets, options."""

import os
from pathlib import Path

import pytest

from contextualise.embedded.postgres import PostgresError, find_binaries
from contextualise.embedded.postgres.account import account_for
from contextualise.embedded.postgres.options import server_options
from contextualise.embedded.postgres.processes import running_in
from contextualise.embedded.postgres.sockets import LONGEST_SOCKET_PATH, fits, forget_socket_folder, socket_folder


def make_programs(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_a_setting_comes_first(tmp_path: Path) -> None:
    found = find_binaries(make_programs(tmp_path / "bin", "17.2 (Debian 17.2-1)"))
    assert (found.folder, found.version) == (tmp_path / "bin", 17)
    assert found.program("initdb") == str(tmp_path / "bin" / "initdb")


def test_a_setting_that_does_not_match_the_cluster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostgresError, match="PostgreSQL 17, the data folder is of version 16"):
        find_binaries(make_programs(tmp_path / "bin", "17.2"), 16)


def test_an_old_system_server_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(make_programs(tmp_path / "bin", "15.8")))
    assert find_binaries().folder != tmp_path / "bin"
    assert find_binaries(cluster_version=15).folder == tmp_path / "bin", "an old cluster needs its old programs"


def test_a_new_system_server_is_used_when_it_has_the_extensions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_programs(tmp_path / "pg" / "bin", "99.1")
    monkeypatch.setenv("PATH", str(folder))
    assert find_binaries().folder != folder
    (tmp_path / "pg" / "share" / "extension").mkdir(parents=True)
    (tmp_path / "pg" / "share" / "extension" / "pg_trgm.control").write_text("")
    assert find_binaries().folder == folder


def test_programs_that_fail_are_none(tmp_path: Path) -> None:
    folder = make_programs(tmp_path / "bin", "17")
    (folder / "postgres").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(PostgresError, match="no working postgres"):
        find_binaries(folder)


def test_the_longest_path_that_fits(tmp_path: Path) -> None:
    room = LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432")
    assert fits(Path("/" + "x" * (room - 1)))
    assert not fits(Path("/" + "x" * room))
    assert not fits(Path("/" + "ä" * (room // 2 + 1))), "bytes count, not letters"


def test_a_socket_folder_outside_is_kept_until_forgotten(tmp_path: Path) -> None:
    account = account_for(tmp_path)
    first = socket_folder(tmp_path, account, reachable=False)
    (first / ".s.PGSQL.5432").write_text("")
    assert socket_folder(tmp_path, account, reachable=False) == first
    assert not list(first.iterdir())
    forget_socket_folder(tmp_path, account)
    assert not first.exists()
    assert not (tmp_path / "socket-folder").exists()


def test_a_folder_that_is_not_ours_is_neither_used_nor_removed(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (tmp_path / "socket-folder").write_text(str(theirs))
    mine = socket_folder(tmp_path, account_for(tmp_path), reachable=False)
    assert mine != theirs
    assert theirs.exists()
    forget_socket_folder(tmp_path, account_for(tmp_path))


def test_options_never_open_a_port_unasked() -> None:
    options = server_options(Path("/a b"), 5432, tcp=False, fast=False, version=18)
    assert "listen_addresses=" in options
    assert 'unix_socket_directories="/a b"' in options
    assert not any("fsync" in option for option in options)
    assert "io_method=sync" not in server_options(Path("/a"), 5432, tcp=False, fast=False, version=17)


def test_nothing_runs_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert running_in(tmp_path / "none") == []
    here = os.getcwd()  # noqa: PTH109 - the kernel's own answer
    assert os.getpid() not in running_in(Path(here)), "only PostgreSQL counts"
