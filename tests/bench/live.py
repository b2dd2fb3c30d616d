"""What pages that follow cost: open streams that hear nothing, many readers of one page, and what writers pay for announcing."""

import asyncio
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contextualise.domain.accounts import Browser, create_user, open_session
from contextualise.domain.live import announce
from contextualise.domain.maps import check_fields, create_map
from contextualise.domain.names import add_name
from contextualise.domain.topics import create_topic
from contextualise.repository import changes
from contextualise.repository.database import Database
from contextualise.repository.migrate import upgrade
from contextualise.repository.tables import MapMember
from tests.bench.load import resident_megabytes
from tests.services import database as new_database
from tests.serving import KEY, Served, free_port

STREAMS, READERS, PEOPLE, WRITERS = 500, 100, 20, 16
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
IDLE_SECONDS = SECONDS * 10  # with the usual 6, every stream looks once whether its reader may still read
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Page:
    """The topic that everybody reads."""

    map_id: int
    topic_id: int
    tokens: tuple[str, ...]

    def request(self, path: str, number: int, *headers: str) -> bytes:
        lines = (f"GET {path} HTTP/1.1", "Host: localhost", f"Cookie: session={self.tokens[number % len(self.tokens)]}", *headers)
        return "\r\n".join((*lines, "", "")).encode()


def measure_live(postgres: str) -> dict[str, float]:
    """Print and return the figures; `postgres` is the URL of a server."""
    with new_database(postgres) as url, tempfile.TemporaryDirectory() as folder:
        upgrade(url)
        served = Served(Path(folder) / "one", free_port(), {"DATABASE_URL": url, "SECRET_KEY": KEY, "WORKERS": "1", "LOG_LEVEL": "warning"})
        served.start()
        try:
            told = asyncio.run(_measure(url, served))
        finally:
            served.stop()
    print(
        f"{STREAMS} open streams that hear nothing: {told['idle_percent']:.1f} % of a core, {told['statements']:.1f} statements a second,"
        f" {told['kilobytes']:.0f} kB each; access withdrawn ends {STREAMS - STREAMS // PEOPLE} of them in {told['closed_ms']:.0f} ms"
    )
    print(f"{READERS} readers of a page that changes: {told['change_ms']:.0f} ms until all have it, {told['change_cpu_ms']:.0f} ms of work")
    print(
        f"{WRITERS} writers at once: {told['silent']:.0f} changes a second without announcements, {told['announced']:.0f} with them",
        flush=True,
    )
    return told


async def _measure(url: str, served: Served) -> dict[str, float]:
    database = Database(url, pool_size=WRITERS)
    try:
        page = await _people(database)
        told = await _idle(database, served, page)
        return told | await _writers(database)
    finally:
        await database.close()


async def _people(database: Database) -> Page:
    async with database.writing() as session:
        users = [
            await create_user(session, email=f"{number}@example.org", name=f"Ada {number}", password=os.urandom(9).hex())
            for number in range(PEOPLE)
        ]
        tokens = [await open_session(session, user, Browser("127.0.0.1", "bench"), days=1) for user in users]
        map_id = await create_map(session, users[0], check_fields(title="Italian opera"))
        session.add_all(MapMember(map_id=map_id, user_id=user, mode="edit") for user in users[1:])
        saved = await create_topic(session, map_id, users[0], name="Tosca")
    return Page(map_id, saved.construct_id, tuple(tokens))


async def _idle(database: Database, served: Served, page: Page) -> dict[str, float]:
    (worker,) = served.processes("cli.worker")
    first = await _open(served, page, 0)  # what runs for all streams is started by the first
    await _get(served, page, 0)
    before = resident_megabytes(worker)
    streams = [first, *[await _open(served, page, number) for number in range(1, STREAMS)]]
    await asyncio.sleep(6)  # everybody has been told of everybody
    memory = resident_megabytes(worker) - before
    counted, spent, began = await _statements(database), _processor_seconds(worker), time.monotonic()
    await asyncio.sleep(IDLE_SECONDS)
    took = time.monotonic() - began
    told = {
        "idle_percent": 100 * (_processor_seconds(worker) - spent) / took,
        "statements": (await _statements(database) - counted) / took,
        "kilobytes": 1000 * memory / STREAMS,
    }
    told |= await _change(database, served, worker, page, streams[:READERS])
    began = time.monotonic()
    async with database.writing() as session:
        await session.execute(text("DELETE FROM map_member"))
        await announce(session, page.map_id, "access")
    await asyncio.gather(*(_until(reader, b"event: closed") for number, (reader, _) in enumerate(streams) if number % PEOPLE))
    told["closed_ms"] = 1000 * (time.monotonic() - began)
    for _, writer in streams:
        writer.close()
    return told


async def _open(served: Served, page: Page, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(page.request(f"/maps/{page.map_id}/live?topic={page.topic_id}", number, "Accept: text/event-stream"))
    await _until(reader, b"event: hello")
    return reader, writer


async def _get(served: Served, page: Page, number: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(page.request(f"/maps/{page.map_id}/topics/tosca", number, "X-Refresh: 1", "Accept-Encoding: gzip", "Connection: close"))
    assert (await reader.readline()).split()[1] == b"200"
    await reader.read()
    writer.close()


async def _change(
    database: Database, served: Served, worker: int, page: Page, streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
) -> dict[str, float]:
    """One change, and its readers each asking for the page anew, as their browsers do, but all at the same moment."""

    async def follow(number: int) -> None:
        await _until(streams[number][0], b"event: change")
        await _get(served, page, number)

    spent, began = _processor_seconds(worker), time.monotonic()
    async with database.writing() as session:
        await add_name(session, page.map_id, None, page.topic_id, value="Tosca, another name")
    await asyncio.gather(*(follow(number) for number in range(READERS)))
    return {"change_ms": 1000 * (time.monotonic() - began), "change_cpu_ms": 1000 * (_processor_seconds(worker) - spent)}


async def _writers(database: Database) -> dict[str, float]:
    """Changes a second of so many writers, each to a map of its own, with and without announcements; the better of two runs each."""
    maps = []
    async with database.writing() as session:
        user = await create_user(session, email="writer@example.org", name="Writer", password=os.urandom(9).hex())
        for number in range(WRITERS):
            map_id = await create_map(session, user, check_fields(title=f"Map {number}"))
            maps.append((map_id, (await create_topic(session, map_id, user, name="Tosca")).construct_id))
    announced, silent = [], []
    for turn in range(2):
        announced.append(await _write(database, maps, f"a{turn}"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(changes, "_RECORD", _without_announcement(changes._RECORD))
            silent.append(await _write(database, maps, f"s{turn}"))
    return {"announced": max(announced), "silent": max(silent)}


def _without_announcement(statement: Any) -> Any:
    plain = text(statement.text.replace("pg_notify('live', ", "concat('live', "))
    return plain.bindparams(*statement._bindparams.values())


async def _write(database: Database, maps: list[tuple[int, int]], turn: str) -> float:
    count, end = 0, time.monotonic() + SECONDS

    async def write(map_id: int, topic_id: int) -> None:
        nonlocal count
        number = 0
        while time.monotonic() < end:
            async with database.writing() as session:
                await add_name(session, map_id, None, topic_id, value=f"{turn} {number}")
            number += 1
            count += 1

    await asyncio.gather(*(write(*one) for one in maps))
    return count / SECONDS


async def _until(reader: asyncio.StreamReader, wanted: bytes) -> None:
    async with asyncio.timeout(60):
        while wanted not in await reader.readline():
            assert not reader.at_eof(), f"the stream ended before {wanted!r}"


async def _statements(database: Database) -> int:
    await asyncio.sleep(1.2)  # connections hand their counts in once a second
    async with database.reading() as connection:
        return int(await connection.scalar(text("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")))


def _processor_seconds(pid: int) -> float:
    with suppress(FileNotFoundError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(ticks) for ticks in fields[11:13]) / TICK
    return 0.0
