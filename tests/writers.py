"""People who write while the server is killed and started: each knows what must be there, and asks after every answer whether it is."""

import asyncio
import random
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import httpx
import psycopg

from tests.serving import Served, Visitor, ask, digest_of


@dataclass(frozen=True)
class State:
    """What one person's writing comes to: the text of their topic, its files by hash, and what else carries their mark in the map."""

    text: str = ""
    files: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()  # of new topics, and further names of the topic that all write to
    comments: frozenset[str] = frozenset()


@dataclass
class Writer:
    """One person. After each answer they know what must be there; after none, that it is as before or as they wanted."""

    visitor: Visitor
    served: Served
    database_url: str
    home: str
    topic: str
    common: str  # a topic of the same map to which all of them write
    number: int
    state: State = State()
    bytes_of: dict[str, bytes] = field(default_factory=dict)
    undoable: dict[int, str] = field(default_factory=dict)  # deletions by their change
    acknowledged: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)  # of those without an answer, what is there

    def __post_init__(self) -> None:
        self.dice = random.Random(self.number)
        self._mark = f"w{self.number}-{secrets.token_hex(3)}-"
        self._map_id = int(self.home.split("/")[2].partition("-")[0])

    async def work(self, over: asyncio.Event) -> None:
        """Write until it is over; raises `AssertionError` when something acknowledged is not there, or something else is."""
        deeds: list[Callable[[], Awaitable[None]]] = [
            *(self.write, self.write, self.upload, self.delete, self.undo),
            *(self.create, self.name, self.comment),
        ]
        while not over.is_set():
            await self.dice.choice(deeds)()

    async def write(self) -> None:
        text = f"# {secrets.token_hex(8)}\n\n{secrets.token_hex(200)}"
        self.bytes_of[digest_of(text).hex()] = text.encode()
        number = await self._one("sha256 IS NOT NULL AND file_name IS NULL", "o.id")
        path = f"{self.topic}/text/{f'{number}/edit' if number else 'new'}"
        await self._try("text", path, {"text": text, "expected": self.state.text}, replace(self.state, text=digest_of(text).hex()))

    async def upload(self) -> None:
        data = secrets.token_bytes(self.dice.choice([10, 10_000, 3_000_000]))
        digest = digest_of(data).hex()
        self.bytes_of[digest] = data
        more = {"files": {"file": ("some.bin", data)}, "headers": {"Accept": "application/json"}}
        await self._try("upload", f"{self.topic}/files/new", {}, replace(self.state, files=self.state.files | {digest}), **more)

    async def delete(self) -> None:
        if not self.state.files:
            return
        digest = self.dice.choice(sorted(self.state.files))
        number = await self._one(f"sha256 = '\\x{digest}'", "o.id")
        if await self._try("deletion", f"{self.topic}/files/{number}/removal", {}, replace(self.state, files=self.state.files - {digest})):
            latest = "SELECT max(id) FROM change WHERE map_id = %s AND construct_id = %s AND op LIKE '%%.delete'"
            self.undoable[await self._ask(latest, self._map_id, number)] = digest  # type: ignore[index]  # a number

    async def undo(self) -> None:
        if self.undoable:
            change, digest = self.undoable.popitem()
            await self._try("undo", f"{self.home}/changes/{change}/undoing", {}, replace(self.state, files=self.state.files | {digest}))

    async def create(self) -> None:
        name = self._mark + secrets.token_hex(6)
        await self._try("topic", f"{self.home}/topics/new", {"name": name, "anyway": name}, self._with_name(name))

    async def name(self) -> None:
        name = self._mark + secrets.token_hex(6)
        await self._try("name", f"{self.common}/names/new", {"value": name}, self._with_name(name))

    async def comment(self) -> None:
        words = self._mark + secrets.token_hex(6)
        about = await self._ask("SELECT id FROM topic WHERE map_id = %s AND slug = %s", self._map_id, self.common.rpartition("/")[2])
        wanted = replace(self.state, comments=self.state.comments | {words})
        await self._try("comment", f"{self.home}/comments/about/{about}", {"text": words}, wanted)

    async def look(self) -> State:
        """What the database has."""
        text = await self._one("file_name IS NULL", "encode(sha256, 'hex')")
        files = await self._one("file_name IS NOT NULL", "array_agg(encode(sha256, 'hex'))")
        marked = (self._map_id, self._mark + "%")
        names = await self._ask("SELECT array_agg(value) FROM name WHERE map_id = %s AND value LIKE %s", *marked)
        comments = await self._ask("SELECT array_agg(body) FROM comment WHERE map_id = %s AND body LIKE %s", *marked)
        return State(str(text or ""), *(frozenset(map(str, found or [])) for found in (files, names, comments)))  # type: ignore[call-overload]  # lists

    async def check_pages(self) -> None:
        """Raise `AssertionError` unless pages and files show what must be there."""
        page = (await self.visitor.get(self.topic)).text
        if self.state.text:
            assert self.bytes_of[self.state.text].decode().split("\n")[0].removeprefix("# ") in page
        for digest in self.state.files:
            assert (await self.visitor.get(f"{self.home}/files/{digest}/some.bin")).content == self.bytes_of[digest]

    def _with_name(self, name: str) -> State:
        return replace(self.state, names=self.state.names | {name})

    async def _try(self, kind: str, path: str, fields: dict[str, str], wanted: State, **more: object) -> bool:
        before = self.state
        try:
            answer = await self.visitor.client.post(path, data=fields, **more)  # type: ignore[arg-type]  # files and headers
        except httpx.HTTPError:
            answer = None
        if answer is not None and answer.status_code != 503:  # which says itself that nothing was saved
            assert answer.status_code in (200, 303), (answer.status_code, path, answer.text[:1000])
            self.acknowledged[kind] += 1
            self.state = wanted
            assert await self.look() == wanted, f"acknowledged and not there: {path}"
            return True
        self.unanswered[kind] += 1
        await self._wait()
        self.state = await self.look()
        assert self.state in (before, wanted), f"neither as before nor as wanted: {path}"
        self.done[kind] += self.state == wanted
        return False

    async def _wait(self) -> None:
        """Until the server answers again, and nothing that it had begun is still under way."""
        async with asyncio.timeout(120):
            while await asyncio.to_thread(self.served.get, "/readyz") != 200:
                await asyncio.sleep(0.2)

    async def _one(self, condition: str, what: str) -> object:
        place = "occurrence o JOIN topic t ON t.map_id = o.map_id AND t.id = o.topic_id"
        mine = "o.map_id = %s AND t.slug = %s AND o.sha256 IS NOT NULL"
        return await self._ask(f"SELECT {what} FROM {place} WHERE {mine} AND {condition}", self._map_id, self.topic.rpartition("/")[2])

    async def _ask(self, statement: str, *values: object) -> object:
        """The database's own answer; one that was killed with the server is waited for."""
        async with asyncio.timeout(120):
            while True:
                try:
                    return await asyncio.to_thread(ask, self.database_url, statement, *values)
                except psycopg.OperationalError:
                    await asyncio.sleep(0.2)


def table(writers: list[Writer]) -> str:
    """What was written, by kind: acknowledged, without an answer, and how many of those are there."""
    lines = [f"{'':<10}{'acknowledged':>14}{'no answer':>11}{'of these there':>16}"]
    totals = [sum((counts(writer) for writer in writers), Counter[str]()) for counts in (_acknowledged, _unanswered, _done)]
    for kind in sorted(totals[0] | totals[1]):
        lines.append(f"{kind:<10}{totals[0][kind]:>14,}{totals[1][kind]:>11,}{totals[2][kind]:>16,}")
    lines.append(f"{'all':<10}{totals[0].total():>14,}{totals[1].total():>11,}{totals[2].total():>16,}")
    return "\n".join(lines)


def _acknowledged(writer: Writer) -> Counter[str]:
    return writer.acknowledged


def _unanswered(writer: Writer) -> Counter[str]:
    return writer.unanswered


def _done(writer: Writer) -> Counter[str]:
    return writer.done
