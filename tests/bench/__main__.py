"""`make bench`: seeds maps of growing size and prints how fast their pages are, beside a handler that asks the database once.

BENCH_SIZES (default 1000,10000,100000,1000000) and BENCH_SECONDS (default 6) make it shorter or longer.
"""

import asyncio
import http.client
import json
import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from contextualise.domain.accounts import Browser, create_user, open_session
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from tests.bench.content import measure_content
from tests.bench.explaining import explain
from tests.bench.live import measure_live
from tests.bench.load import Figures, drive, find_wrk, resident_megabytes
from tests.bench.search import search
from tests.bench.seeding import WORDS, Seeded, seed
from tests.bench.servers import Server, application, baseline
from tests.bench.weight import weigh
from tests.services import database as new_database
from tests.services import postgres_url

SIZES = [int(size) for size in os.environ.get("BENCH_SIZES", "1000,10000,100000,1000000").split(",")]
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
RESULTS = Path("bench-results")
CREATED = 100


def main() -> None:
    find_wrk()
    RESULTS.mkdir(exist_ok=True)
    rows: list[dict[str, object]] = []
    explained: list[dict[str, object]] = []
    print(f"{'topics':>9} {'page':<16} {'req/s':>7} {'p50 ms':>7} {'p99 ms':>7} {'stmts':>6} {'bytes':>7} {'MB':>5} {'of base':>8}")
    with postgres_url() as postgres:
        for size in SIZES:
            with new_database(postgres) as url:
                upgrade(url)
                started = time.perf_counter()
                token, seeded = asyncio.run(prepare(url, size))
                print(f"{size:>9} seeded in {time.perf_counter() - started:.0f} s", flush=True)
                rows += measure(url, seeded, token)
                explained += explain(url, seeded)
        (RESULTS / "live.json").write_text(json.dumps(measure_live(postgres), indent=1))
        (RESULTS / "content.json").write_text(json.dumps(measure_content(postgres), indent=1))
    (RESULTS / "statements.json").write_text(json.dumps(explained, indent=1))
    (RESULTS / "pages.json").write_text(json.dumps(rows, indent=1))


async def prepare(url: str, size: int) -> tuple[str, Seeded]:
    """A person who is signed in, and that person's published map."""
    database = Database(url, pool_size=2)
    try:
        async with database.writing() as session:
            user_id = await create_user(session, email="bench@example.org", name="Bench", password=os.urandom(12).hex())
            token = await open_session(session, user_id, Browser("127.0.0.1", "bench"), days=1)
        return token, await seed(database, user_id, size)
    finally:
        await database.close()


def measure(url: str, seeded: Seeded, token: str) -> list[dict[str, object]]:
    rows = []
    with baseline(url) as server:
        base = run(server, url, ["/"], seeded)
    rows.append(row(seeded, "one query", base, base, server))
    with application(url) as server:
        size, files = weigh(server, f"{seeded.path}/topics/topic-7")
        print(f"{seeded.size:>9} first visit of a topic loads {size / 1000:.1f} kB of script and style in {files} files", flush=True)
        path, etag = seeded.path, etag_of(server, f"{seeded.path}/topics/topic-7")
        pages: list[tuple[str, list[str], dict[str, str]]] = [
            ("topic", [f"{path}/topics/topic-{{n}}"], {}),
            ("hub", [f"{path}/topics/hub"], {}),
            ("index", [f"{path}/topics"], {}),
            ("index, last page", [f"{path}/topics?last=1"], {}),
            ("graph of a leaf", [f"{path}/topics/topic-{{n}}/graph?depth=2"], {}),
            ("graph of a hub", [f"{path}/topics/crossroads/graph?depth=2"], {}),
            ("hub, not kept", [f"{path}/topics/crossroads/graph?depth=2&hide={{n}}"], {}),
            ("timeline", [f"{path}/timeline?from=-{{n}}&to=3000"], {}),
            ("places", [f"{path}/places?west=-100&south=-60&east=100.{{n}}&north=70"], {}),
            ("go to", [f"{path}/go-to?q={word[:4]}" for word in WORDS], {}),
            ("topic, 304", [f"{path}/topics/topic-7"], {"If-None-Match": etag}),
            ("topic, signed in", [f"{path}/topics/topic-{{n}}"], {"Cookie": f"session={token}"}),
            ("home", ["/"], {}),
        ]
        for name, paths, headers in pages:
            rows.append(row(seeded, name, run(server, url, paths, seeded, headers), base, server))
        rows.append(creation(server, seeded, token))
        rows += search(server, seeded)
    return rows


def run(server: Server, url: str, paths: list[str], seeded: Seeded, headers: dict[str, str] | None = None) -> Figures:
    drive(server.origin, paths, top=seeded.size, seconds=1, database_url=url, headers=headers)
    return drive(server.origin, paths, top=seeded.size, seconds=SECONDS, database_url=url, headers=headers)


def row(seeded: Seeded, page: str, figures: Figures, base: Figures, server: Server) -> dict[str, object]:
    alive = Path(f"/proc/{server.pid}").exists()
    memory = resident_megabytes(server.pid) if alive else 0.0
    share = figures.rate / base.rate
    wrong = f"  {figures.errors} errors" if figures.errors else ""
    print(
        f"{seeded.size:>9} {page:<16} {figures.rate:>7.0f} {figures.p50:>7.1f} {figures.p99:>7.1f} {figures.statements:>6.2f}"
        f" {figures.bytes:>7.0f} {memory:>5.0f} {share:>8.2f}{wrong}",
        flush=True,
    )
    return {"topics": seeded.size, "page": page, "ratio": share, "megabytes": memory, **{n: getattr(figures, n) for n in Figures.__slots__}}


def etag_of(server: Server, path: str) -> str:
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    if response.status != 200:
        sys.exit(f"{path} answered {response.status}")
    return response.getheader("ETag") or ""


def creation(server: Server, seeded: Seeded, token: str) -> dict[str, object]:
    """How long a person waits for a new topic: one request after the other, the whole POST."""
    connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=30)
    headers = {"Cookie": f"session={token}", "Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    times = []
    for number in range(CREATED):
        started = time.perf_counter()
        connection.request("POST", f"{seeded.path}/topics/new", urlencode({"name": f"New {seeded.size} {number}"}), headers)
        response = connection.getresponse()
        response.read()
        if response.status != 303:
            sys.exit(f"creating a topic answered {response.status}")
        times.append((time.perf_counter() - started) * 1000)
    p50, p99 = statistics.median(times), sorted(times)[int(len(times) * 0.99) - 1]
    print(f"{seeded.size:>9} {'create a topic':<16} {1000 / p50:>7.0f} {p50:>7.1f} {p99:>7.1f}", flush=True)
    return {"topics": seeded.size, "page": "create a topic", "p50": p50, "p99": p99}


if __name__ == "__main__":
    main()
