"""Pictures get their size and smaller copies after they were kept, whatever is wrong with them."""

import asyncio
import io
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import text

from contextualise.domain.content import examine_forgotten, rendition_key
from contextualise.jobs import Stores, examining, run_next
from contextualise.lib import picture_process
from contextualise.objects import StoreUnavailable
from tests.editing import Desk, Made, open_desk
from tests.media_samples import film, glb, picture
from tests.web import Person, Site

JSON = {"Accept": "application/json"}


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


async def send(desk: Desk, topic: Made, name: str, data: bytes) -> str:
    answer = await desk.post(f"{topic.url}/files/new", files=[("file", (name, data))], headers=JSON)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["digest"])


async def work(desk: Desk) -> int:
    """Run the jobs that wait; returns how many there were."""
    settings, done = desk.site.parts.settings, 0
    assert settings.database_url
    stores = Stores(settings.database_url, str(settings.objects_folder), settings.s3)
    while await run_next(desk.site.database, desk.site.objects, stores):
        done += 1
    return done


async def all_rows(desk: Desk, statement: str) -> list[Any]:
    async with desk.site.database.reading() as connection:
        return list(await connection.execute(text(statement)))


async def found(desk: Desk, digest: str) -> tuple[int | None, int | None, str | None, list[tuple[int, int]]]:
    (content,) = await all_rows(desk, f"SELECT width, height, problem, examined_at FROM content WHERE encode(sha256, 'hex') = '{digest}'")
    assert content.examined_at is not None
    copies = await all_rows(desk, f"SELECT width, height, bytes FROM rendition WHERE encode(sha256, 'hex') = '{digest}' ORDER BY width")
    for copy in copies:
        stored = await desk.site.objects.stat(rendition_key(desk.map_id, bytes.fromhex(digest), copy.width))
        assert stored.size == copy.bytes
    return content.width, content.height, content.problem, [(copy.width, copy.height) for copy in copies]


async def test_picture_gets_its_size_and_copies(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    digest = await send(desk, topic, "stage.png", picture(1500, 1000))
    assert await work(desk) == 1
    assert await found(desk, digest) == (1500, 1000, None, [(320, 213), (640, 427), (1280, 853)])


async def test_copies_are_served_by_width(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    digest = await send(desk, topic, "stage.png", picture(1500, 1000))
    url = f"{desk.url}/files/{digest}/stage.png"
    assert (await desk.get(f"{url}?width=640")).headers["content-type"] == "image/png", "until there are copies, the picture itself"
    await work(desk)
    for asked, width in ((1, 320), (320, 320), (321, 640), (640, 640), (5000, 1280)):
        answer = await desk.get(f"{url}?width={asked}")
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/webp"
        assert Image.open(io.BytesIO(answer.content)).width == width
        assert answer.headers["content-disposition"] == 'inline; filename="stage.webp"'
        again = await desk.get(f"{url}?width={asked}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    assert (await desk.get(url)).headers["content-type"] == "image/png"
    for nonsense in ("x", "-1", "0", "1e3", "9" * 40):
        assert (await desk.get(f"{url}?width={nonsense}")).headers["content-type"] == "image/png"
    part = await desk.get(f"{url}?width=640", headers={"Range": "bytes=0-3"})
    assert part.status_code == 206 and part.content == b"RIFF"


async def test_pages_are_read_anew_when_copies_are_there(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    digest = await send(desk, topic, "stage.png", picture(1500, 1000))
    await desk.get(topic.url)
    page = await desk.get(topic.url)
    kept = {"If-None-Match": page.headers["etag"]}
    assert (await desk.get(topic.url, headers=kept)).status_code == 304
    before = await all_rows(desk, "SELECT version FROM map")
    await work(desk)
    assert await all_rows(desk, "SELECT version FROM map") == before, "versions count changes that people made"
    page = await desk.get(topic.url, headers=kept)
    assert page.status_code == 200 and f"{digest}/stage.png?width=640" in page.text


async def test_orientation_is_applied(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (900, 600), "blue")
    image.paste("red", (0, 0, 450, 600))  # stands at the top once turned
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    digest = await send(desk, await desk.topic("Tosca"), "turned.jpg", file.getvalue())
    await work(desk)
    assert await found(desk, digest) == (600, 900, None, [(320, 480)])
    answer = await desk.get(f"{desk.url}/files/{digest}/turned.jpg?width=320")
    copy = Image.open(io.BytesIO(answer.content)).convert("RGB")
    upper, lower = copy.getpixel((160, 60)), copy.getpixel((160, 420))
    assert isinstance(upper, tuple) and isinstance(lower, tuple)
    assert upper[0] > 200 > 60 > upper[2] and lower[2] > 200 > 60 > lower[0]
    assert not copy.getexif()


@pytest.mark.parametrize(
    ("name", "data", "size", "problem"),
    [
        ("bomb.png", picture(20_000, 20_000), (20_000, 20_000), "400 megapixels"),
        ("cut.jpg", picture(2000, 2000, "JPEG", quality=95)[:6000], (2000, 2000), "damaged or incomplete"),
        ("cut.png", picture(2000, 2000)[:1000], (2000, 2000), "damaged or incomplete"),
        ("cut.webp", picture(2000, 2000, "WEBP", lossless=True)[:40], (None, None), "no picture that can be read"),
        ("small.gif", picture(30, 20, "GIF"), (30, 20), None),
    ],
)
async def test_what_is_wrong_with_a_picture_is_told(desk: Desk, name: str, data: bytes, size: tuple[int, int], problem: str | None) -> None:
    topic = await desk.topic("Tosca")
    digest = await send(desk, topic, name, data)
    await work(desk)
    width, height, told, copies = await found(desk, digest)
    assert (width, height) == size and copies == []
    assert (problem in (told or "")) if problem else told is None
    assert (await desk.get(topic.url)).status_code == 200
    assert (await desk.get(f"{desk.url}/files/{digest}/{name}")).content == data


async def test_many_pictures_are_one_job(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    digests = [await send(desk, topic, f"{number}.png", picture(400 + number, 300)) for number in range(12)]
    assert await work(desk) == 1
    for number, digest in enumerate(digests):
        assert (await found(desk, digest))[0] == 400 + number


async def test_pictures_that_nobody_asked_to_look_at_are_found(desk: Desk) -> None:
    digest = await send(desk, await desk.topic("Tosca"), "stage.png", picture(400, 300))
    async with desk.site.database.writing() as session:
        await session.execute(text("DELETE FROM job"))
        assert await examine_forgotten(session) == 1
        assert await examine_forgotten(session) == 0
    assert await work(desk) == 1
    assert (await found(desk, digest))[0] == 400


async def test_picture_that_kills_its_process_is_told_and_the_next_one_is_read(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    first = await send(desk, topic, "first.png", picture(9000, 9000))  # takes more than a second to read
    second = await send(desk, topic, "second.png", picture(400, 300))
    task = asyncio.create_task(work(desk))
    while not (children := _picture_processes()):
        assert not task.done()
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    for child in children:
        os.kill(child, signal.SIGKILL)
    assert await task == 1
    assert (await found(desk, first))[2] == examining.TOO_MUCH
    assert (await found(desk, second))[:3] == (400, 300, None)


async def test_store_that_is_down_puts_the_job_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = await send(desk, await desk.topic("Tosca"), "stage.png", picture(400, 300))

    async def refuse(*_: object) -> None:
        raise StoreUnavailable("no")

    monkeypatch.setattr(type(desk.site.objects), "open", refuse)
    assert await work(desk) == 1
    monkeypatch.undo()
    (job,) = await all_rows(desk, "SELECT state, attempts, run_after > now() AS waits FROM job")
    assert (job.state, job.attempts, job.waits) == ("queued", 0, True)
    async with desk.site.database.writing() as session:
        await session.execute(text("UPDATE job SET run_after = now()"))
    assert await work(desk) == 1
    assert (await found(desk, digest))[0] == 400


async def test_object_that_was_lost_is_told_and_does_not_stop_the_rest(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    first = await send(desk, topic, "first.png", picture(500, 300))
    second = await send(desk, topic, "second.png", picture(400, 300))
    await desk.site.objects.delete(f"maps/{desk.map_id}/{first}")
    assert await work(desk) == 1
    assert (await found(desk, first))[2] == examining.LOST
    assert (await found(desk, second))[0] == 400


def test_memory_that_does_not_suffice_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(picture_process, "examine_picture", none_left)
    (tmp_path / "picture").write_bytes(b"")
    assert picture_process.examine(tmp_path / "picture", tmp_path)["problem"] == picture_process.NO_MEMORY


async def test_film_gets_its_poster_from_the_browser(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for name, data in (("film.mp4", film()), ("scene.glb", glb())):
        answer = await desk.post(f"{topic.url}/files/new", files=[("file", (name, data))], headers=JSON)
        told = answer.json()
        url = f"{desk.url}/files/{told['digest']}/{name}"
        assert (await desk.get(f"{url}?width=640")).status_code == 404
        poster = await desk.post(f"{topic.url}/files/{told['id']}/poster", files=[("file", ("p.png", picture(800, 450)))], headers=JSON)
        assert poster.status_code == 200 and poster.json() == {"width": 800, "height": 450, "widths": [320, 640, 800]}
        assert (await desk.get(f"{url}?width=640")).headers["content-type"] == "image/webp"
        poster = await desk.post(f"{topic.url}/files/{told['id']}/poster", files=[("file", ("p.png", picture(300, 200)))])
        assert poster.status_code == 303
        assert (await found_copies(desk, told["digest"])) == [(300, 200)]


async def found_copies(desk: Desk, digest: str) -> list[tuple[int, int]]:
    rows = await all_rows(desk, f"SELECT width, height FROM rendition WHERE encode(sha256, 'hex') = '{digest}' ORDER BY width")
    return [tuple(row) for row in rows]


async def test_poster_of_anything_else_is_refused(desk: Desk) -> None:
    topic, other = await desk.topic("Tosca"), await desk.topic("Turandot")
    still = (await desk.post(f"{topic.url}/files/new", files=[("file", ("a.png", picture(30, 20)))], headers=JSON)).json()["id"]
    moving = (await desk.post(f"{topic.url}/files/new", files=[("file", ("a.mp4", film()))], headers=JSON)).json()["id"]
    sound = [("file", ("p.png", picture(300, 200)))]
    for url, files, status in (
        (f"{topic.url}/files/{still}/poster", sound, 422),
        (f"{topic.url}/files/{moving}/poster", [("file", ("p.png", b"no picture"))], 422),
        (f"{topic.url}/files/{moving}/poster", [("other", ("p.png", b""))], 422),
        (f"{topic.url}/files/{moving}/poster", [("file", ("p.png", picture(20_000, 20_000)))], 422),
        (f"{topic.url}/files/{moving}/poster", [("file", ("p.png", b"x" * 8_500_000))], 422),
        (f"{other.url}/files/{moving}/poster", sound, 404),
        (f"{topic.url}/files/99999999/poster", sound, 404),
        (f"{topic.url}/files/{'9' * 30}/poster", sound, 404),
    ):
        assert (await desk.post(url, files=files)).status_code == status, (url, status)
    assert await found_copies(desk, "") == []


def _picture_processes() -> list[int]:
    """The children of this process that look at pictures."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"picture_process" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except (OSError, IndexError):
            continue
    return found
