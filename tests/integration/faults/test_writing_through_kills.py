"""Eight people write, upload, delete and undo while the server is killed and started five times: what was acknowledged is there."""

import asyncio
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest

from contextualise.objects import open_store
from tests import services
from tests.integration.faults.test_killed import Site, map_of, running
from tests.integration.objects.places import listed
from tests.serving import KEY, Served, Visitor, ask, digest_of, free_port, visiting

WRITERS, KILLS, SECONDS_BETWEEN = 8, 5, 4.0


@dataclass(frozen=True)
class State:
    """What a topic has: the SHA-256 of its text, and its files by the SHA-256 of their bytes."""

    text: str = ""
    files: frozenset[str] = frozenset()


@dataclass
class Writer:
    """One person at one topic. After each answer they know what must be there; after none, that it is as before or as they wanted."""

    visitor: Visitor
    site: Site
    home: str
    topic: str
    dice: random.Random
    state: State = State()
    bytes_of: dict[str, bytes] = field(default_factory=dict)
    undoable: dict[int, str] = field(default_factory=dict)  # deletions by their change
    acknowledged: int = 0
    unanswered: int = 0

    async def work(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await self.dice.choice([self.write, self.write, self.upload, self.delete, self.undo])()

    async def write(self) -> None:
        text = f"# {secrets.token_hex(8)}\n\n{secrets.token_hex(200)}"
        self.bytes_of[digest_of(text).hex()] = text.encode()
        fields = {"text": text, "expected": self.state.text}
        number = self._one("sha256 IS NOT NULL AND file_name IS NULL", "o.id")
        await self._try(
            f"{self.topic}/text/{f'{number}/edit' if number else 'new'}", fields, replace(self.state, text=digest_of(text).hex())
        )

    async def upload(self) -> None:
        data = secrets.token_bytes(self.dice.choice([10, 10_000, 3_000_000]))
        digest = digest_of(data).hex()
        self.bytes_of[digest] = data
        files = {"files": {"file": ("some.bin", data)}, "headers": {"Accept": "application/json"}}
        await self._try(f"{self.topic}/files/new", {}, replace(self.state, files=self.state.files | {digest}), **files)

    async def delete(self) -> None:
        if not self.state.files:
            return
        digest = self.dice.choice(sorted(self.state.files))
        number = self._one(f"sha256 = '\\x{digest}'", "o.id")
        if await self._try(f"{self.topic}/files/{number}/removal", {}, replace(self.state, files=self.state.files - {digest})):
            change = ask(self.site.database_url, "SELECT max(id) FROM change WHERE construct_id = %s AND op LIKE '%%.delete'", number)
            self.undoable[change] = digest

    async def undo(self) -> None:
        if self.undoable:
            change, digest = self.undoable.popitem()
            await self._try(f"{self.home}/changes/{change}/undoing", {}, replace(self.state, files=self.state.files | {digest}))

    def look(self) -> State:
        """What the database has."""
        text = self._one("file_name IS NULL", "encode(sha256, 'hex')")
        files = self._one("file_name IS NOT NULL", "array_agg(encode(sha256, 'hex'))")
        return State(text or "", frozenset(files or []))

    async def _try(self, path: str, fields: dict[str, str], wanted: State, **more: object) -> bool:
        before = self.state
        try:
            answer = await self.visitor.client.post(path, data=fields, **more)  # type: ignore[arg-type]  # files and headers
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code < 500:
            assert answer.status_code in (200, 303), (answer.status_code, path, answer.text[:1000])
            self.acknowledged += 1
            self.state = wanted
            assert self.look() == wanted, f"acknowledged and not there: {path}"
            return True
        self.unanswered += 1
        await self._wait()
        self.state = self.look()
        assert self.state in (before, wanted), f"neither as before nor as wanted: {path}"
        return False

    async def _wait(self) -> None:
        """Until the server answers again, and nothing that it had begun is still under way."""
        async with asyncio.timeout(120):
            while await asyncio.to_thread(self.site.served.get, "/readyz") != 200:
                await asyncio.sleep(0.2)

    def _one(self, condition: str, what: str) -> object:
        place = "occurrence o JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id"
        mine = "o.map_id = %s AND t.slug = %s AND o.sha256 IS NOT NULL"
        values = (map_of(self.home), self.topic.rpartition("/")[2])
        return ask(self.site.database_url, f"SELECT {what} FROM {place} WHERE {mine} AND {condition}", *values)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY, "WORKERS": "2"})
    with services.postgres_url() as server, services.database(server) as database_url:
        served.more["DATABASE_URL"] = database_url
        yield from running(Site(served, database_url, open_store(served.storage / "objects")))


async def test_what_was_acknowledged_is_there_after_five_kills(site: Site) -> None:
    over = asyncio.Event()
    async with visiting(site.served.address, site.database_url) as ada:
        home = await ada.new_map()
        topics = [await ada.new_topic(home, f"Topic {number}") for number in range(WRITERS)]
        writers = [Writer(ada, site, home, topic, random.Random(number)) for number, topic in enumerate(topics)]
        working = [asyncio.create_task(writer.work(over)) for writer in writers]
        for _ in range(KILLS):
            await asyncio.sleep(SECONDS_BETWEEN)
            await asyncio.to_thread(site.served.kill)
            await asyncio.to_thread(site.served.start)
        await asyncio.sleep(SECONDS_BETWEEN)
        over.set()
        await asyncio.gather(*working)

        for writer in writers:
            assert writer.look() == writer.state
            page = (await ada.get(writer.topic)).text
            if writer.state.text:
                assert writer.bytes_of[writer.state.text].decode().split("\n")[0].removeprefix("# ") in page
            for digest in writer.state.files:
                assert (await ada.get(f"{home}/files/{digest}/some.bin")).content == writer.bytes_of[digest]
        acknowledged = sum(writer.acknowledged for writer in writers)
        unanswered = sum(writer.unanswered for writer in writers)
        print(f"{KILLS} kills, {acknowledged} writes acknowledged and there, {unanswered} without an answer: as before or as wanted")
        assert acknowledged > WRITERS * KILLS
        assert unanswered > 0
    site.doctor()
    await site.collect()
    assert "no row names" not in site.doctor()
    assert [key for key, _ in await listed(site.objects) if not key.startswith("maps/")] == []
