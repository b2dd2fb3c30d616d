"""Uploads against a real server process: memory that stays flat, limits that are told, senders that go away, many at once."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import pytest
from playwright.async_api import Browser, Page
from playwright.async_api import Error as PlaywrightError

from contextualise.repository.migrate import upgrade
from tests import services
from tests.media_samples import picture, sound
from tests.serving import KEY, Served, Visitor, ask, eventually, free_port, visiting

MEGABYTE = 1_000_000
LARGE_MB = 1_000
MOST_RESIDENT = 250 * MEGABYTE


@dataclass
class Place:
    """A running site of one process with a map and a topic."""

    served: Served
    database_url: str
    visitor: Visitor
    topic: str

    @property
    def store(self) -> Path:
        return self.served.storage / "objects"

    def objects(self) -> list[Path]:
        """Every object that is kept or about to be."""
        return [path for path in self.store.rglob("*") if path.is_file()]

    def count(self, table: str) -> int:
        return int(ask(self.database_url, f"SELECT count(*) FROM {table}"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    folder = tmp_path_factory.mktemp("uploads")
    with services.postgres_url() as server, services.database(server) as url:
        upgrade(url)
        served = Served(folder / "storage", free_port(), {"DATABASE_URL": url, "SECRET_KEY": KEY, "MAX_UPLOAD_MB": str(LARGE_MB + 1)})
        served.start()
        try:
            yield served, url
        finally:
            served.stop()


@pytest.fixture
async def place(running: tuple[Served, str], request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    served, url = running
    async with visiting(served.address, url, f"{abs(hash(request.node.name))}@example.org") as visitor:
        yield Place(served, url, visitor, await visitor.new_topic(await visitor.new_map()))


@dataclass
class Watch:
    """The largest resident memory of each of the server's processes while the block runs, in bytes."""

    served: Served
    most: dict[int, int] = field(default_factory=dict)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        assert self._thread is not None
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            for pid in self.served.processes():
                try:
                    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                except OSError:
                    continue
                resident = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)
                self.most[pid] = max(self.most.get(pid, 0), resident)


def head_of(place: Place, length: int | None, boundary: str = "x") -> bytes:
    """The head of a request that sends a file; without a length it comes in chunks."""
    cookies = "; ".join(f"{name}={value}" for name, value in place.visitor.client.cookies.items())
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    lines = (
        f"POST {place.topic}/files/new HTTP/1.1",
        f"Host: 127.0.0.1:{place.served.port}",
        f"Cookie: {cookies}",
        "Sec-Fetch-Site: same-origin",
        "Accept: application/json",
        f"Content-Type: multipart/form-data; boundary={boundary}",
        size,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


BEFORE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
AFTER = b"\r\n--x--\r\n"


async def answered(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and JSON of an answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length"))
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


async def stream_large(place: Place, megabytes: int) -> tuple[str, int]:
    """Send so much from one socket; returns the digest that it is kept under and its size."""
    piece = bytes(range(256)) * 4096
    count = megabytes * MEGABYTE // len(piece)
    size = count * len(piece)
    reader, writer = await asyncio.open_connection("127.0.0.1", place.served.port)
    writer.write(head_of(place, len(BEFORE) + size + len(AFTER)) + BEFORE)
    for _ in range(count):
        writer.write(piece)
        await writer.drain()
    writer.write(AFTER)
    status, told = await answered(reader)
    writer.close()
    assert (status, told.get("bytes")) == (200, size), told
    return told["digest"], size


async def read_large(place: Place, digest: str, size: int) -> None:
    url = f"{place.topic.partition('/topics/')[0]}/files/{digest}/large.bin"
    read = 0
    async with place.visitor.client.stream("GET", url) as answer:
        assert answer.status_code == 200 and int(answer.headers["content-length"]) == size
        async for chunk in answer.aiter_raw():
            read += len(chunk)
    assert read == size


async def test_a_gigabyte_streams_in_and_out_with_little_memory(place: Place) -> None:
    with Watch(place.served) as watch:
        began = time.monotonic()
        digest, size = await stream_large(place, LARGE_MB)
        came_in = time.monotonic() - began
        await read_large(place, digest, size)
        went_out = time.monotonic() - began - came_in
    total = sum(watch.most.values())
    print(f"{size / 1e6:.0f} MB in {came_in:.1f} s, out in {went_out:.1f} s; at most {total / 1e6:.0f} MB resident in all processes")
    assert max(watch.most.values()) < MOST_RESIDENT
    assert place.count("content WHERE bytes > 900000000") == 1


async def test_files_go_straight_to_an_s3_server(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with services.postgres_url() as server, services.database(server) as url, services.s3_server() as s3:
        upgrade(url)
        settings = {"DATABASE_URL": url, "SECRET_KEY": KEY, "MAX_UPLOAD_MB": "400", "TMPDIR": str(temporary)}
        own = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key, "S3_BUCKET": "uploads"}
        served = Served(tmp_path / "storage", free_port(), settings | own).start()
        try:
            async with visiting(served.address, url) as visitor:
                place = Place(served, url, visitor, await visitor.new_topic(await visitor.new_map()))
                with Watch(served) as watch:
                    began = time.monotonic()
                    digest, size = await stream_large(place, 300)
                    came_in = time.monotonic() - began
                    await read_large(place, digest, size)
                    went_out = time.monotonic() - began - came_in
                    told = (await visitor.upload(place.topic, "stage.jpg", picture(700, 500, "JPEG"))).json()
                    waits = "content WHERE examined_at IS NULL AND media_type = 'image/jpeg'"
                    await asyncio.to_thread(eventually, lambda: place.count(waits) == 0)
                address = f"{place.topic.partition('/topics/')[0]}/files/{told['digest']}/stage.jpg?width=320"
                assert (await visitor.get(address)).headers["content-type"] == "image/webp"
                print(f"300 MB to S3 in {came_in:.1f} s, back in {went_out:.1f} s; {sum(watch.most.values()) / 1e6:.0f} MB resident")
                assert max(watch.most.values()) < MOST_RESIDENT
                assert place.objects() == [] and list(temporary.iterdir()) == []
        finally:
            served.stop()


async def test_a_sender_that_tells_too_large_a_length_is_answered_without_being_read(place: Place) -> None:
    size = 3_000 * MEGABYTE
    reader, writer = await asyncio.open_connection("127.0.0.1", place.served.port)
    writer.write(head_of(place, size) + BEFORE)
    status, told = await asyncio.wait_for(answered(reader), 10)
    writer.close()
    assert status == 413 and "1.0 GB" in told["problem"] and "3.0 GB" in told["problem"]


async def test_a_browser_that_sends_on_gets_to_read_the_answer(place: Place) -> None:
    """What is a little too large is let in and forgotten: a connection that is shut before would hide the answer."""
    size = (LARGE_MB + 20) * MEGABYTE
    reader, writer = await asyncio.open_connection("127.0.0.1", place.served.port)
    writer.write(head_of(place, size + 200_000) + BEFORE)
    for _ in range(60):
        writer.write(bytes(MEGABYTE))
        await writer.drain()
    status, _ = await asyncio.wait_for(answered(reader), 10)
    assert status == 413
    writer.close()


async def test_chunks_without_a_length_are_cut_off_at_the_limit(place: Place, tmp_path: Path) -> None:
    with services.postgres_url() as server, services.database(server) as url:
        upgrade(url)
        served = Served(tmp_path / "storage", free_port(), {"DATABASE_URL": url, "SECRET_KEY": KEY, "MAX_UPLOAD_MB": "2"}).start()
        try:
            async with visiting(served.address, url) as visitor:
                small = Place(served, url, visitor, await visitor.new_topic(await visitor.new_map()))
                reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
                writer.write(head_of(small, None))
                for content in (BEFORE, *[bytes(500_000)] * 8, AFTER):
                    writer.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
                status, told = await asyncio.wait_for(answered(reader), 10)
                writer.close()
                assert status == 413 and "It has 4.0 MB; at most 2.0 MB" in told["problem"] and told["name"] == "large.bin"
                assert small.objects() == [] and small.count("occurrence") == 0
        finally:
            served.stop()


async def test_a_sender_that_goes_away_leaves_nothing(place: Place) -> None:
    before = len(place.objects())
    _, writer = await asyncio.open_connection("127.0.0.1", place.served.port)
    writer.write(head_of(place, 100 * MEGABYTE) + BEFORE + bytes(5 * MEGABYTE))
    await writer.drain()
    await asyncio.to_thread(eventually, lambda: len(place.objects()) > before)
    writer.close()
    await asyncio.to_thread(eventually, lambda: len(place.objects()) == before)
    assert (await place.visitor.get("/healthz")).status_code == 200


async def test_two_hundred_pictures_at_once_are_all_there(place: Place) -> None:
    names = [f"{number:03}.jpg" for number in range(200)]
    waiting = iter(names)

    async def send() -> None:
        for name in waiting:
            number = int(name[:3])
            data = picture(700 + number, 500, "JPEG", f"#{number:02x}8040", quality=85)
            told = (await place.visitor.upload(place.topic, name, data)).json()
            assert told["kind"] == "image"

    with Watch(place.served) as watch:
        began = time.monotonic()
        await asyncio.gather(send(), send(), send())
        sent = time.monotonic() - began
        waits = "content WHERE media_type = 'image/jpeg' AND examined_at IS NULL"
        await asyncio.to_thread(eventually, lambda: place.count(waits) == 0, seconds=120)
        made = time.monotonic() - began
    total = sum(watch.most.values())
    print(f"200 pictures kept in {sent:.1f} s, all copies after {made:.1f} s; at most {total / 1e6:.0f} MB resident in all processes")
    found = ask(
        place.database_url,
        "SELECT array_agg(file_name ORDER BY position, id) FROM occurrence WHERE file_name LIKE '%%.jpg'",
    )
    assert sorted(found) == names
    # Three go at once: each may overtake its neighbours, no more.
    assert all(abs(found.index(name) - place_in_order) <= 6 for place_in_order, name in enumerate(names))
    copies = "rendition r JOIN content c USING (map_id, sha256) WHERE c.media_type = 'image/jpeg'"
    assert place.count(copies) == 400
    assert max(watch.most.values()) < MOST_RESIDENT
    page = await place.visitor.get(place.topic)
    assert page.text.count("?width=320") >= 200


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """A site that takes 2 MB at most."""
    folder = tmp_path_factory.mktemp("narrow")
    with services.postgres_url() as server, services.database(server) as url:
        upgrade(url)
        served = Served(folder / "storage", free_port(), {"DATABASE_URL": url, "SECRET_KEY": KEY, "MAX_UPLOAD_MB": "2"}).start()
        try:
            yield served, url
        finally:
            served.stop()


@asynccontextmanager
async def signed_in(browser: Browser, visitor: Visitor, address: str, *, scripts: bool) -> AsyncIterator[Page]:
    context = await browser.new_context(java_script_enabled=scripts, base_url=address)
    await context.add_cookies([{"name": "session", "value": visitor.client.cookies["session"], "url": address}])
    try:
        yield await context.new_page()
    finally:
        await context.close()


@pytest.mark.parametrize("megabytes", [3, 30])
async def test_browser_without_scripts_shows_why_a_file_is_too_large(
    narrow: tuple[Served, str], browser: Browser, tmp_path: Path, megabytes: int
) -> None:
    """Whether the form was read to its end or answered while it was still being sent."""
    served, url = narrow
    large = tmp_path / "film.bin"
    large.write_bytes(bytes(megabytes * MEGABYTE))
    async with visiting(served.address, url, f"large{megabytes}@example.org") as visitor:
        topic = await visitor.new_topic(await visitor.new_map())
        async with signed_in(browser, visitor, served.address, scripts=False) as page:
            await page.goto(f"{topic}/files/new")
            await page.set_input_files("input[type=file]", large)
            await page.locator("form[enctype] button[type=submit]").first.click()
            main = page.locator("main")
            await main.get_by_text("at most 2.0 MB are taken for one file").wait_for()
            assert f"{megabytes}.0 MB" in await main.inner_text() or f"{megabytes} MB" in await main.inner_text()
        assert ask(url, "SELECT count(*) FROM occurrence WHERE file_name = 'film.bin'") == 0


async def test_files_that_are_opened_by_themselves_show_and_run_nothing(narrow: tuple[Served, str], browser: Browser) -> None:
    served, url = narrow
    async with visiting(served.address, url, "opened@example.org") as visitor:
        map_path = await visitor.new_map()
        topic = await visitor.new_topic(map_path)
        async with signed_in(browser, visitor, served.address, scripts=True) as page:
            for name, data, shown in (("a.wav", sound(1), "duration"), ("a.png", picture(400, 300), "naturalWidth")):
                told = (await visitor.upload(topic, name, data)).json()
                await page.goto(f"{map_path}/files/{told['digest']}/{name}")
                await page.wait_for_function(f"(document.querySelector('video, audio, img') || {{}}).{shown} > 0")
            html = b"<!doctype html><script>document.title = 'ran'</script>"
            for name, data in (("a.html", html), ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")):
                told = (await visitor.upload(topic, name, data)).json()
                async with page.expect_download() as download:
                    with suppress(PlaywrightError):  # a download ends the way to the page
                        await page.goto(f"{map_path}/files/{told['digest']}/{name}")
                assert (await download.value).suggested_filename == name
                assert await page.title() != "ran"
