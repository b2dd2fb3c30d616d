"""Drives wrk against a server, and reads what the operating system and PostgreSQL counted meanwhile."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

SCRIPT = """
local paths = {%s}
local top = %d
math.randomseed(%d)
request = function()
  local path = paths[math.random(#paths)]
  path = path:gsub("{n}", function() return tostring(math.random(top)) end)
  return wrk.format("GET", path, {%s})
end
done = function(summary, latency, requests)
  io.write(string.format('{"requests":%%d,"microseconds":%%d,"p50":%%d,"p99":%%d,"bytes":%%d,"errors":%%d}\\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.bytes,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured; times in milliseconds."""

    rate: float
    p50: float
    p99: float
    bytes: float
    statements: float
    errors: int


def find_wrk() -> str:
    """The load generator; installed where that is a matter of one command, else asked for."""
    if shutil.which("wrk") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = shutil.which("wrk")
    if found is None:
        sys.exit("The measurements need wrk: install it with your system's package manager (apt install wrk, brew install wrk).")
    return found


def drive(origin: str, paths: list[str], *, top: int, seconds: float, database_url: str, headers: dict[str, str] | None = None) -> Figures:
    """Ask for random ones of the paths, `{n}` replaced by a number up to `top`, over 16 connections."""
    listed = ", ".join(json.dumps(path) for path in paths)
    sent = ", ".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in (headers or {}).items())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (listed, top, 20260101, sent))
        script.flush()
        before = statements(database_url)
        command = [find_wrk(), "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", script.name, origin]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = statements(database_url)
    figures = json.loads(printed.strip().splitlines()[-1])
    count = max(1, figures["requests"])
    return Figures(
        rate=count / (figures["microseconds"] / 1e6),
        p50=figures["p50"] / 1000,
        p99=figures["p99"] / 1000,
        bytes=figures["bytes"] / count,
        statements=(after - before) / count,
        errors=figures["errors"],
    )


def statements(database_url: str) -> int:
    """Transactions committed in the database so far: reads run in autocommit, so each statement is one."""
    time.sleep(1.2)  # sessions hand their counts in once a second
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()").fetchone()
    assert row is not None
    return int(row[0])


def resident_megabytes(pid: int) -> float:
    """Memory of a process and all its children, shared pages counted in proportion; 0 where the system does not tell."""
    total = 0
    for process in [pid, *descendants(pid)]:
        rollup = Path(f"/proc/{process}/smaps_rollup")
        if rollup.exists():
            total += sum(int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
    return total / 1024


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return found + [grandchild for child in found for grandchild in descendants(child)]
