"""The server is killed with SIGKILL at the worst moments, as a power cut would; what is there afterwards is whole."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import psycopg
import pytest
from PIL import Image
from sqlalchemy import text

from contextualise.domain.collecting import Collected, collect
from contextualise.embedded.seaweedfs import SeaweedS3
from contextualise.objects import ObjectStore, open_store
from contextualise.repository.database import Database
from tests import services
from tests.integration.objects.places import Place, listed
from tests.serving import KEY, Served, ask, digest_of, expect, free_port, map_locked, somebody_waits, visiting

NOW = timedelta(seconds=-5)
ONE_STORE = pytest.mark.parametrize("site", ["folder"], indirect=True)  # where what is tested is not about the store
TEXT = "Put into the store, and then the server died."


@dataclass
class Site:
    """A server on a database and a store of its own, both seen from outside as well."""

    served: Served
    database_url: str
    objects: ObjectStore

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.database_url, pool_size=2)
        try:
            yield database
        finally:
            await database.close()

    async def collect(self) -> Collected:
        """What the housekeeping of the server does a few times a day, as if a day had gone by."""
        async with self.database() as database:
            async with database.writing() as session:
                await session.execute(text("UPDATE map SET created_at = created_at - interval '1 day'"))
            return await collect(database, self.objects, older_than=NOW)

    def doctor(self) -> str:
        """What the doctor says; that nothing is wrong is asked for."""
        done = self.served.run("doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(params=["folder", "s3"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY, "WORKERS": "1"})
    with services.postgres_url() as server, services.database(server) as database_url:
        served.more["DATABASE_URL"] = database_url
        if request.param == "s3":
            with SeaweedS3(tmp_path / "s3") as s3:
                place = Place(s3.endpoint.removeprefix("http://"), s3.access_key, s3.secret_key, "faults")
                keys = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key}
                served.more |= {**keys, "S3_BUCKET": place.bucket}
                yield from running(Site(served, database_url, open_store(tmp_path, place)))
        else:
            yield from running(Site(served, database_url, open_store(served.storage / "objects")))


def running(site: Site) -> Iterator[Site]:
    site.served.start()
    try:
        yield site
    finally:
        site.served.stop()


def map_of(path: str) -> int:
    return int(path.split("/")[2].partition("-")[0])


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(120):
        while not holds():
            await asyncio.sleep(0.02)


async def test_killed_between_object_and_row(site: Site) -> None:
    async with visiting(site.served.address, site.database_url) as ada:
        home = await ada.new_map()
        tosca = await ada.new_topic(home)
        with map_locked(site.database_url, map_of(home)):
            saving = asyncio.create_task(ada.write(tosca, TEXT))
            await until(lambda: somebody_waits(site.database_url))
            assert f"maps/{map_of(home)}/{digest_of(TEXT).hex()}" in dict(await listed(site.objects)), "the object is put first"
            site.served.kill()
            with pytest.raises(httpx.HTTPError):
                await saving
        assert ask(site.database_url, "SELECT count(*) FROM content") == 0
        site.served.start()
        assert TEXT not in (await ada.get(tosca)).text
        assert "1 objects in the store that no row names" in site.doctor()
        assert await site.collect() == Collected(1, len(TEXT))
        assert "no row names" not in site.doctor()
        await ada.write(tosca, TEXT)
        assert TEXT in (await ada.get(tosca)).text
    site.doctor()


async def test_killed_in_the_middle_of_an_upload(site: Site) -> None:
    boundary = secrets.token_hex(8)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'.encode()
    sent, killed = asyncio.Event(), asyncio.Event()

    async def film() -> AsyncIterator[bytes]:
        yield head
        for number in range(48):
            yield secrets.token_bytes(1 << 20)
            if number == 23:
                sent.set()
                await killed.wait()

    length = len(head) + (48 << 20)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(length), "Accept": "application/json"}
    async with visiting(site.served.address, site.database_url) as ada:
        home = await ada.new_map()
        tosca = await ada.new_topic(home)
        uploading = asyncio.create_task(ada.client.post(f"{tosca}/files/new", content=film(), headers=headers))
        await asyncio.wait_for(sent.wait(), 60)
        site.served.kill()
        killed.set()
        with pytest.raises(httpx.HTTPError):
            await uploading
        site.served.start()
        assert ask(site.database_url, "SELECT count(*) FROM content") == 0
        assert "film.mp4" not in (await ada.get(tosca)).text
        assert [key for key, _ in await listed(site.objects) if key.startswith("maps/")] == []
        kept = expect(200, await ada.upload(tosca, "note.txt", b"a file in the same place")).json()
        assert (await ada.get(f"{home}/files/{kept['digest']}/note.txt")).content == b"a file in the same place"
        for left in (site.served.storage / "objects" / ".incoming").glob("*"):
            os.utime(left, (0, 0))
        await site.collect()
    assert not list((site.served.storage / "objects" / ".incoming").glob("*"))
    assert "no row names" not in site.doctor()


def many_topics(count: int) -> bytes:
    """A map as another program writes it, large enough to be caught at its import."""
    topics = "".join(f'<topic id="t{number}"><name><value>Topic {number}</value></name></topic>' for number in range(count))
    return f'<topicMap xmlns="http://www.topicmaps.org/xtm/" version="2.0">{topics}</topicMap>'.encode()


def expire_claims(site: Site) -> None:
    """Let the minute go by after which another worker takes over what a dead one held."""
    with psycopg.connect(site.database_url, autocommit=True) as connection:
        connection.execute("UPDATE job SET locked_until = now() - interval '1 second' WHERE state = 'running'")


@ONE_STORE
async def test_killed_while_importing(site: Site) -> None:
    async with visiting(site.served.address, site.database_url) as ada:
        files = {"file": ("large.xtm", many_topics(8_000))}
        started = await ada.post("/maps/importing", {"title": "Large"}, files=files)
        await until(lambda: ask(site.database_url, "SELECT done > 0 FROM job WHERE state = 'running'"))
        killed = site.served.kill()
        assert len(killed) >= 3, "the process that imports was not among them"
        assert ask(site.database_url, "SELECT count(*) FROM map") == 0
        site.served.start()
        expire_claims(site)
        await until(lambda: ask(site.database_url, "SELECT state FROM job") == "done")
        assert ask(site.database_url, "SELECT attempts FROM job") == 2
        assert ask(site.database_url, "SELECT count(*) FROM map") == 1
        assert ask(site.database_url, "SELECT topic_count FROM map") == 8_000
        assert "8,000 topics" in (await ada.get(started.headers["location"])).text
    await site.collect()
    assert await listed(site.objects, "imports/") == []
    site.doctor()


@ONE_STORE
async def test_killed_while_examining_pictures(site: Site) -> None:
    async with visiting(site.served.address, site.database_url) as ada:
        home = await ada.new_map()
        tosca = await ada.new_topic(home)
        for number in range(6):
            await ada.upload(tosca, f"{number}.png", picture(number))
        await until(lambda: ask(site.database_url, "SELECT count(*) > 0 FROM content WHERE examined_at IS NOT NULL"))
        site.served.kill()
        unexamined = ask(site.database_url, "SELECT count(*) FROM content WHERE examined_at IS NULL")
        assert unexamined > 0, "all were done before the kill"
        site.served.start()
        expire_claims(site)
        await until(lambda: not ask(site.database_url, "SELECT count(*) FROM content WHERE examined_at IS NULL OR problem IS NOT NULL"))
        assert ask(site.database_url, "SELECT count(DISTINCT sha256) FROM rendition") == 6
        await until(lambda: not ask(site.database_url, "SELECT count(*) FROM job WHERE state IN ('queued', 'running')"))
        assert (await ada.get(tosca)).text.count("<img") >= 6
    await site.collect()
    assert "no row names" not in site.doctor()


def picture(number: int) -> bytes:
    """A picture that takes a while to be looked at."""
    image = Image.effect_noise((2400, 1800), 40 + number).convert("RGB")
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
