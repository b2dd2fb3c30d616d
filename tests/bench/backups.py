"""`python -m tests.bench.backups`: how long a backup, its proof and its restoring take, in how much memory.

BENCH_TOPICS (default 1000000) and BENCH_OBJECTS (default 100000) say how large the site is.
"""

import asyncio
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from contextualise.domain.content import content_key
from contextualise.repository.copying import copy_rows
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from tests import services
from tests.bench.seeding import TEXTS, make_text, seed
from tests.factories import make_user
from tests.serving import KEY

TOPICS = int(os.environ.get("BENCH_TOPICS", "1000000"))
OBJECTS = int(os.environ.get("BENCH_OBJECTS", "100000"))
RESULTS = Path("bench-results")
BATCH = 10_000


def main() -> None:
    """Make the site, then run the commands as somebody who hosts it does, and print what each took."""
    RESULTS.mkdir(exist_ok=True)
    rows = []
    with (
        services.postgres_url() as postgres,
        tempfile.TemporaryDirectory(prefix="contextualise-bench-") as folder,
        services.database(postgres) as url,
        services.database(postgres) as target,
    ):
        root = Path(folder)
        upgrade(url)
        started = time.monotonic()
        asyncio.run(_make(url, root / "site" / "objects"))
        print(f"{TOPICS:,} topics and {OBJECTS:,} files made in {time.monotonic() - started:.0f} s", flush=True)
        rows.append(_run("backup", url, root / "site", "backup", root / "backups"))
        rows.append(_run("backup again", url, root / "site", "backup", root / "backups"))
        size = sum(path.stat().st_size for path in (root / "backups" / "backups").rglob("*") if path.is_file()) / 2
        print(f"tables take {size / 1e6:,.0f} MB in a backup", flush=True)
        rows.append(_run("verify", url, root / "site", "verify", root / "backups"))
        rows.append(_run("restore", target, root / "restored", "restore", root / "backups"))
    (RESULTS / "backups.json").write_text(json.dumps(rows, indent=1))


async def _make(url: str, objects: Path) -> None:
    database = Database(url, pool_size=2)
    try:
        async with database.writing() as session:
            owner = await make_user(session)
        seeded = await seed(database, owner, TOPICS)
        for number in range(TEXTS):
            _put(objects, seeded.map_id, make_text(number, TOPICS).encode())
        columns = ("map_id", "sha256", "media_type", "bytes")
        for start in range(0, OBJECTS, BATCH):
            async with database.writing() as session:
                await copy_rows(session, "content", columns, _files(objects, seeded.map_id, range(start, min(start + BATCH, OBJECTS))))
        async with database.reading() as connection:
            await connection.execute(text("ANALYZE content"))
    finally:
        await database.close()


def _files(objects: Path, map_id: int, numbers: range) -> Iterator[tuple[object, ...]]:
    """Files of 1 to 40 kB, as a site of small pictures has them."""
    for number in numbers:
        data = random.Random(number).randbytes(1_000 + number * 7919 % 39_000)
        yield map_id, _put(objects, map_id, data), "application/octet-stream", len(data)


def _put(objects: Path, map_id: int, data: bytes) -> bytes:
    digest = hashlib.sha256(data).digest()
    folder, _, name = content_key(map_id, digest).rpartition("/")
    path = objects / folder / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return digest


_COMMAND = """
import resource
from contextualise.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _run(what: str, url: str, storage: Path, *arguments: str | Path) -> dict[str, object]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "src", "DATABASE_URL": url, "SECRET_KEY": KEY, "STORAGE": str(storage)}
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", _COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False)
    took, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    *said, kilobytes = done.stdout.strip().splitlines()
    # The rows of a bench are right for pages, and not in every way that the doctor looks at.
    if done.returncode and not done.stdout.startswith("Restored from"):
        sys.exit(f"{what} failed: {done.stdout}{done.stderr}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    megabytes = int(kilobytes) / 1000
    print(f"{what:<14}{took:>8.0f} s {processor:>7.0f} s of processor {megabytes:>7.0f} MB   {said[0]}", flush=True)
    return {"what": what, "seconds": took, "processor": processor, "megabytes": megabytes}


if __name__ == "__main__":
    main()
