"""How fast contents go in and out, beside the store alone; how many pictures a second get their copies; how long a saved text takes."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

from contextualise.objects import FolderStore, ObjectStore
from contextualise.objects.s3 import S3Store
from contextualise.repository.migrate import upgrade
from tests import services
from tests.bench.load import drive
from tests.integration.objects.places import place_on
from tests.media_samples import picture
from tests.serving import KEY, Served, Visitor, ask, eventually, free_port, visiting

PIECE = bytes(range(256)) * 4096
MEGABYTES = 200
PICTURES = 24
TEXTS = 150
WORDS = "Vissi d'arte, vissi d'amore, non feci mai male ad anima viva! [[Tosca]] *sings*.\n\n" * 60
SOURCE = WORDS.strip()


def measure_content(postgres: str) -> list[dict[str, object]]:
    """Print and return the figures for both stores."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, services.s3_server() as s3:
        place = place_on(s3, bucket="bench")
        own = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key, "S3_BUCKET": "bench-site"}
        stores: list[tuple[str, ObjectStore, dict[str, str]]] = [
            ("folder", FolderStore(Path(folder) / "alone"), {}),
            ("S3", S3Store(place), own),
        ]
        for name, store, settings in stores:
            with services.database(postgres) as url:
                upgrade(url)
                served = Served(
                    Path(folder) / name, free_port(), {"DATABASE_URL": url, "SECRET_KEY": KEY, "MAX_UPLOAD_MB": "1000"} | settings
                )
                served.start()
                try:
                    rows += asyncio.run(_measure(name, store, served, url))
                finally:
                    served.stop()
    return rows


async def _measure(name: str, store: ObjectStore, served: Served, url: str) -> list[dict[str, object]]:
    alone_in, alone_out = await _store_alone(store)
    rows = []
    async with visiting(served.address, url) as visitor:
        map_path = await visitor.new_map()
        topic = await visitor.new_topic(map_path)
        sent, fetched = await _through(visitor, map_path, topic)
        rows.append(_told(f"upload, {name}", "MB/s", MEGABYTES / sent, MEGABYTES / alone_in))
        rows.append(_told(f"download, {name}", "MB/s", MEGABYTES / fetched, MEGABYTES / alone_out))
        rate = await _pictures(visitor, url, await visitor.new_topic(map_path, "Cavaradossi"))
        rows.append(_told(f"pictures, {name}", "pictures of 12 megapixels/s", rate))
        rows += await _texts(name, visitor, await visitor.new_topic(map_path, "Scarpia"))
        if name == "folder":
            rows.append(await _page(visitor, served, url, map_path))
    return rows


async def _store_alone(store: ObjectStore) -> tuple[float, float]:
    began = time.perf_counter()
    await store.put("bench/alone", _large(), "application/octet-stream")
    kept = time.perf_counter()
    async for _ in (await store.open("bench/alone")).chunks:
        pass
    return kept - began, time.perf_counter() - kept


async def _through(visitor: Visitor, map_path: str, topic: str) -> tuple[float, float]:
    before = b'--x\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "application/json"}

    async def form() -> AsyncIterator[bytes]:
        yield before
        async for piece in _large():
            yield piece
        yield b"\r\n--x--\r\n"

    began = time.perf_counter()
    answer = await visitor.client.post(f"{topic}/files/new", content=form(), headers=headers)
    kept = time.perf_counter()
    async with visitor.client.stream("GET", f"{map_path}/files/{answer.json()['digest']}/large.bin") as response:
        async for _ in response.aiter_raw():
            pass
    return kept - began, time.perf_counter() - kept


async def _pictures(visitor: Visitor, url: str, topic: str) -> float:
    for number in range(PICTURES):
        await visitor.upload(topic, f"{number}.jpg", picture(4000, 3000, "JPEG", f"#{number * 5:02x}8040", quality=90))
    waiting = "SELECT count(*) FROM content WHERE examined_at IS NULL AND media_type = 'image/jpeg'"
    left, began = ask(url, waiting), time.perf_counter()
    await asyncio.to_thread(eventually, lambda: ask(url, waiting) == 0, seconds=300)
    return float(left / (time.perf_counter() - began)) if left else float("inf")


async def _texts(name: str, visitor: Visitor, topic: str) -> list[dict[str, object]]:
    page = (await visitor.write(topic, SOURCE)).headers["location"]
    number, took = page.rpartition("-")[2], []
    expected = _digest(SOURCE)
    for version in range(TEXTS):
        source = f"{SOURCE} Version {version}."
        began = time.perf_counter()
        await visitor.post(f"{topic}/text/{number}/edit", {"text": source, "expected": expected})
        took.append((time.perf_counter() - began) * 1000)
        expected = _digest(source)
    p50, p99 = statistics.median(took), sorted(took)[int(len(took) * 0.99) - 1]
    print(f"{'save a text of 5 kB, ' + name:<28} p50 {p50:.1f} ms, p99 {p99:.1f} ms", flush=True)
    return [{"content": f"save a text, {name}", "p50": p50, "p99": p99}]


async def _page(visitor: Visitor, served: Served, url: str, map_path: str) -> dict[str, object]:
    """The topic page with ten files beside the same without: requests a second."""
    plain = await visitor.new_topic(map_path, "Angelotti")
    full = await visitor.new_topic(map_path, "Spoletta")
    for topic in (plain, full):
        await visitor.write(topic, SOURCE)
    for number in range(10):
        await visitor.upload(full, f"{number}.png", picture(600 + number, 400))
    cookies = "; ".join(f"{key}={value}" for key, value in visitor.client.cookies.items())
    rates = []
    for topic in (plain, full):
        drive(served.address, [topic], top=1, seconds=1, database_url=url, headers={"Cookie": cookies})
        rates.append(drive(served.address, [topic], top=1, seconds=4, database_url=url, headers={"Cookie": cookies}).rate)
    return _told("topic page with 10 files", "req/s", rates[1], rates[0])


def _told(what: str, unit: str, figure: float, beside: float | None = None) -> dict[str, object]:
    compared = "" if beside is None else f"  ({beside:.0f} {'without' if unit == 'req/s' else 'for the store alone'})"
    print(f"{what:<28} {figure:.1f} {unit}{compared}", flush=True)
    return {"content": what, "unit": unit, "figure": figure, "beside": beside}


async def _large() -> AsyncIterator[bytes]:
    for _ in range(MEGABYTES * 1_000_000 // len(PIECE)):
        yield PIECE


def _digest(source: str) -> str:
    return sha256(source.encode()).hexdigest()


if __name__ == "__main__":
    with services.postgres_url() as server_url:
        measure_content(server_url)
