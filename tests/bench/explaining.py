"""What each page asks of the database: its statements, run again under EXPLAIN (ANALYZE, BUFFERS), with pages of memory, rows and time."""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from litestar.testing import AsyncTestClient

from contextualise.app import create_app
from contextualise.settings import load_settings
from tests.bench.search import QUESTIONS, questions
from tests.bench.seeding import Seeded

TOLD = 3  # statements of a page that are printed, the dearest first


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as it left for the database, and the function that sent it."""

    query: Any
    values: Any
    is_raw: bool
    sender: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a statement took; `hit` and `read` are blocks of 8 kB found in memory and fetched."""

    sender: str
    hit: int
    read: int
    rows: int
    ms: float


@dataclass(frozen=True, slots=True)
class PageCost:
    """A page with its statements."""

    topics: int
    page: str
    statements: list[Cost] = field(default_factory=list)


def explain(url: str, seeded: Seeded) -> list[dict[str, object]]:
    """Print and return what the measured pages ask of the database."""
    path = seeded.path
    pages = {
        "topic": f"{path}/topics/topic-7",
        "hub": f"{path}/topics/hub",
        "index": f"{path}/topics",
        "index, last page": f"{path}/topics?last=1",
        "graph of a leaf, two steps": f"{path}/topics/topic-7/graph?depth=2",
        "graph of a hub of 10,000, two steps": f"{path}/topics/crossroads/graph?depth=2",
        "timeline": f"{path}/timeline",
        "places": f"{path}/places",
        "tags": f"{path}/tags",
    }
    pages |= {f"search: {kind}": f"{path}/search?q={quote(next(iter(questions(kind, seeded.size))))}" for kind in QUESTIONS}
    costs = [PageCost(seeded.size, page, _costs(url, sent)) for page, sent in asyncio.run(_ask(url, pages)).items()]
    for cost in costs:
        _print(cost)
    return [asdict(cost) for cost in costs]


async def _ask(url: str, pages: dict[str, str]) -> dict[str, list[Sent]]:
    """The statements of each page, asked for once by a stranger from an application of this process."""
    found: dict[str, list[Sent]] = {}
    with tempfile.TemporaryDirectory() as storage, _noted() as sent:
        settings = load_settings({"DATABASE_URL": url, "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": storage, "LOG_LEVEL": "warning"})
        async with AsyncTestClient(create_app(settings, with_jobs=False), base_url="http://testserver.local") as client:
            for page, path in pages.items():
                sent.clear()
                answer = await client.get(path)
                if answer.status_code != 200:
                    sys.exit(f"{path} answered {answer.status_code}")
                found[page] = list(sent)
    return found


@contextmanager
def _noted() -> Iterator[list[Sent]]:
    sent: list[Sent] = []
    execute = psycopg.AsyncCursor.execute

    async def noting(self: Any, query: Any, values: Any = None, **others: Any) -> Any:
        sent.append(Sent(query, values, isinstance(self, psycopg.AsyncRawCursor), _sender()))
        return await execute(self, query, values, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.AsyncCursor, "execute", noting)
        yield sent


def _sender() -> str:
    """The function of the repository that asks, as `search.finding._look`."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        _, _, file = frame.f_code.co_filename.rpartition("/contextualise/repository/")
        if file and Path(file).name not in ("raw.py", "database.py") and frame.f_code.co_name != "_rows":
            return f"{file.removesuffix('.py').removeprefix('reading/').replace('/', '.')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return "the session"


def _costs(url: str, sent: list[Sent]) -> list[Cost]:
    costs = []
    with psycopg.connect(url, autocommit=True) as connection:
        raw, plain = psycopg.RawCursor(connection), connection.cursor()
        for each in sent:
            cursor = raw if each.is_raw else plain
            text = each.query if isinstance(each.query, bytes) else str(each.query).encode()
            if b"set_config" in text:  # limits of what follows
                cursor.execute(text, each.values)
            elif text.lstrip()[:6].upper() in (b"SELECT", b"WITH R") or text.lstrip()[:4].upper() == b"WITH":
                cursor.execute(b"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + text, each.values)
                found = cursor.fetchone()
                assert found is not None
                told = found[0][0]
                plan = told["Plan"]
                blocks = (plan["Shared Hit Blocks"], plan["Shared Read Blocks"])
                costs.append(Cost(each.sender, *blocks, round(plan["Actual Rows"]), told["Execution Time"]))
    return costs


def _print(cost: PageCost) -> None:
    totals = (len(cost.statements), *(sum(getattr(each, name) for each in cost.statements) for name in ("hit", "read", "rows", "ms")))
    print("{:>9} {:<37} {:>3} statements {:>7} hit {:>6} read {:>6} rows {:>7.1f} ms".format(cost.topics, cost.page, *totals), flush=True)
    for each in sorted(cost.statements, key=lambda each: -each.ms)[:TOLD]:
        print(f"{'':>11} {each.sender:<49} {each.hit:>7} hit {each.read:>6} read {each.rows:>6} rows {each.ms:>7.1f} ms", flush=True)
