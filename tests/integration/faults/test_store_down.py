"""The object store is killed or stopped under a running server, or its folder taken away, and comes back."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contextualise.embedded.seaweedfs import SeaweedS3
from tests import services
from tests.serving import KEY, Served, ask, digest_of, eventually, expect, free_port, visiting


@dataclass
class Fallible:
    """A server, its database, and its object store that can be made to fail."""

    served: Served
    database_url: str
    fail: Callable[[], None]
    mend: Callable[[], object]


def folder_of(served: Served) -> tuple[Callable[[], None], Callable[[], object]]:
    """Permissions do not bind the administrator that tests may run as: a file stands where the folder was."""
    objects, aside = served.storage / "objects", served.storage / "objects-aside"

    def fail() -> None:
        objects.rename(aside)
        objects.write_bytes(b"")

    def mend() -> None:
        objects.unlink()
        aside.rename(objects)

    return fail, mend


@pytest.fixture(params=["folder", "s3"])
def fallible(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fallible]:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY})
    with services.postgres_url() as server, services.database(server) as database_url:
        served.more["DATABASE_URL"] = database_url
        if request.param == "s3":
            with SeaweedS3(tmp_path / "s3") as s3:
                place = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key}
                served.more |= {**place, "S3_BUCKET": "faults"}
                yield from running(Fallible(served, database_url, s3.stop, s3.start))
        else:
            yield from running(Fallible(served, database_url, *folder_of(served)))


def running(fallible: Fallible) -> Iterator[Fallible]:
    fallible.served.start()
    try:
        yield fallible
    finally:
        fallible.served.stop()


FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#topic-text"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


async def test_pages_are_read_on_and_nothing_is_half_saved(fallible: Fallible) -> None:
    async with visiting(fallible.served.address, fallible.database_url) as ada:
        home = await ada.new_map()
        tosca, norma = await ada.new_topic(home, "Tosca"), await ada.new_topic(home, "Norma")
        await ada.write(tosca, "Written before the *fault*.")
        fallible.fail()

        page = (await ada.get(tosca)).text
        assert "Written before the <em>fault</em>." in page
        for path in (home, f"{home}/topics", f"{tosca}/changes", f"{home}/history"):
            await ada.get(path)
        assert (await ada.client.get("/readyz")).status_code == 503

        refused = await ada.write(norma, "Words that took <long> & much care.", 503)
        assert "Words that took &lt;long&gt; &amp; much care." in refused.text, "the text is not in the page that refuses it"
        assert "not saved" in refused.text.lower()
        in_place = await ada.write(norma, "Words that took long.", 503, headers=FRAGMENT)
        assert "hx-partial" in in_place.text and "store" in in_place.text and "<html" not in in_place.text
        told = await ada.upload(norma, "one.png", PNG, 503)
        assert "problem" in told.json()
        assert not ask(fallible.database_url, "SELECT count(*) FROM content WHERE sha256 = %s", digest_of("Words that took long."))
        assert not ask(fallible.database_url, "SELECT count(*) FROM content WHERE sha256 = %s", digest_of(PNG))

        await ada.post(f"{norma}/names/new", {"value": "Norma (opera)"})
        await ada.post(f"{norma}/tags", {"tags": "bel canto"})
        await ada.post(f"{norma}/links/new", {"url": "https://example.org/norma", "title": "Norma"})
        page = (await ada.get(norma)).text
        assert "Norma (opera)" in page and "bel canto" in page and "https://example.org/norma" in page

        fallible.mend()
        eventually(lambda: fallible.served.get("/readyz") == 200)
        await ada.write(norma, "Words that took long.")
        kept = expect(200, await ada.upload(norma, "one.txt", b"kept after the fault")).json()
        file = await ada.get(f"{home}/files/{kept['digest']}/one.txt")
        assert file.content == b"kept after the fault"
        assert "Words that took long." in (await ada.get(norma)).text
    done = fallible.served.run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr


async def test_a_store_that_hangs_holds_nobody_else_up(tmp_path: Path) -> None:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY})
    with services.postgres_url() as server, services.database(server) as url, SeaweedS3(tmp_path / "s3") as s3:
        keys = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key, "S3_BUCKET": "faults"}
        served.more |= {**keys, "DATABASE_URL": url}
        served.start()
        async with visiting(served.address, url) as ada:
            home = await ada.new_map()
            topics = [await ada.new_topic(home, name) for name in ("Tosca", "Norma", "Aida", "Carmen")]
            assert s3.pid is not None
            os.kill(s3.pid, signal.SIGSTOP)
            try:
                saving = [asyncio.create_task(ada.client.post(f"{topic}/text/new", data={"text": "Words."})) for topic in topics]
                await asyncio.sleep(1)
                began = time.monotonic()
                await ada.get(topics[0])
                await ada.post(f"{topics[0]}/names/new", {"value": "Floria Tosca"})
                assert "Floria Tosca" in (await ada.get(topics[0])).text
                assert time.monotonic() - began < 8, "what needs no content waited for the store"
                assert not any(task.done() for task in saving)
                answers = await asyncio.wait_for(asyncio.gather(*saving), 60)
                assert [answer.status_code for answer in answers] == [503] * 4
            finally:
                os.kill(s3.pid, signal.SIGCONT)
            for topic in topics:
                await ada.write(topic, "Words.")
        served.stop()
        done = served.run("doctor")
        assert done.returncode == 0, done.stdout + done.stderr
