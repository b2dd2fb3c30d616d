"""`contextualise user add` on a real database."""

import asyncio
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from contextualise.cli.user import user
from contextualise.domain.accounts import authenticate
from contextualise.repository.database import Database

PASSWORD = "a quiet lighthouse keeper"


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "SECRET_KEY": "0123456789abcdef" * 3, "STORAGE": str(tmp_path)}


async def run(environment: dict[str, str], *arguments: str, given: bytes = b"") -> Result:
    runner = CliRunner(env={**environment, "DATABASE_PASSWORD": ""})
    return await asyncio.to_thread(runner.invoke, user, ["add", *arguments], input=given)


async def test_an_administrator_is_added_with_a_password_from_standard_input(emptied: Database, environment: dict[str, str]) -> None:
    result = await run(
        environment, "Maria@Example.org", "--admin", "--name", "Maria Callas", "--password-stdin", given=PASSWORD.encode() + b"\n"
    )
    assert (result.exit_code, result.output) == (0, "Maria@Example.org can sign in now, as an administrator.\n")
    assert await authenticate(emptied, "maria@example.org", PASSWORD)
    async with emptied.reading() as connection:
        row = (await connection.execute(text("SELECT name, is_admin, password_hash FROM app_user"))).one()
    assert (row.name, row.is_admin) == ("Maria Callas", True)
    assert PASSWORD not in row.password_hash


async def test_without_a_name_the_address_gives_one(emptied: Database, environment: dict[str, str]) -> None:
    assert (await run(environment, "ada@example.org", "--password-stdin", given=PASSWORD.encode())).exit_code == 0
    async with emptied.reading() as connection:
        row = (await connection.execute(text("SELECT name, is_admin FROM app_user"))).one()
    assert tuple(row) == ("ada", False)


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (("nobody", "--password-stdin"), PASSWORD.encode(), "not an e-mail address"),
        (("ada@example.org", "--password-stdin"), b"short\n", "at least 10 characters"),
        (("ada@example.org", "--password-stdin"), b"", "no password"),
        (("ada@example.org", "--password-stdin"), b"\xff\xfe not utf-8\n", "not UTF-8"),
        (("ada@example.org",), b"", "--password-stdin"),
    ],
)
async def test_what_is_refused_is_said_in_one_line(
    emptied: Database, environment: dict[str, str], arguments: tuple[str, ...], given: bytes, words: str
) -> None:
    result = await run(environment, *arguments, given=given)
    assert result.exit_code == 1
    assert words in result.stderr and result.stderr.count("\n") == 1
    assert "Traceback" not in result.output and result.exception.__class__ is SystemExit


async def test_a_taken_address_is_refused(emptied: Database, environment: dict[str, str]) -> None:
    await run(environment, "ada@example.org", "--password-stdin", given=PASSWORD.encode())
    again = await run(environment, "ADA@example.org", "--password-stdin", given=PASSWORD.encode())
    assert again.exit_code == 1 and "already an account" in again.stderr


async def test_on_a_terminal_the_password_is_asked_twice_and_never_shown(emptied: Database, environment: dict[str, str]) -> None:
    shown = await asyncio.to_thread(_on_terminal, environment, [PASSWORD, "something else entirely", PASSWORD, PASSWORD])
    assert PASSWORD not in shown
    assert "can sign in now" in shown
    assert await authenticate(emptied, "ada@example.org", PASSWORD)


def _on_terminal(environment: dict[str, str], answers: list[str]) -> str:
    """What a person sees who types each answer when asked."""
    leader, follower = pty.openpty()
    code = "from contextualise.cli.user import user; user()"
    source = Path(__file__).parents[3] / "src"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "add", "ada@example.org"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, **environment, "PYTHONPATH": str(source)},
        start_new_session=True,
    )
    os.close(follower)
    shown = ""
    asked = 0
    try:
        while select.select([leader], [], [], 30)[0]:
            try:
                shown += os.read(leader, 1000).decode()
            except OSError:
                break
            while shown.count("Password: ") + shown.count("The same again: ") > asked:
                os.write(leader, answers[asked].encode() + b"\n")
                asked += 1
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    return shown
