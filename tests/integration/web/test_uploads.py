"""Files come in streamed, each kept or refused by itself, whoever sends them and however."""

import io
from dataclasses import replace
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from PIL import Image
from sqlalchemy import text

from contextualise.domain.content import content_key
from contextualise.domain.history import undo
from contextualise.objects import StoreFull, StoreUnavailable
from contextualise.settings import Settings
from tests.editing import Desk, Made, open_desk
from tests.web import Person, Site

JSON = {"Accept": "application/json"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, max_upload_mb=1)


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


def png(width: int = 4, height: int = 3, colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


async def send(desk: Desk, topic: Made, *files: tuple[str, bytes], fields: dict[str, Any] | None = None, **more: Any) -> Response:
    return await desk.post(f"{topic.url}/files/new", fields, files=[("file", file) for file in files], **more)


async def rows_of(desk: Desk) -> list[Any]:
    statement = text(
        "SELECT o.file_name, o.title, o.alt, o.position, o.datatype, encode(o.sha256, 'hex') AS digest, c.media_type, t.slug AS type"
        " FROM occurrence o JOIN content c USING (map_id, sha256) JOIN topic t ON t.map_id = o.map_id AND t.id = o.type_id"
        " WHERE o.map_id = :map_id ORDER BY o.position, o.id"
    )
    async with desk.site.database.reading() as connection:
        return list(await connection.execute(statement, {"map_id": desk.map_id}))


async def objects_of(desk: Desk) -> list[str]:
    return [found.key async for found in desk.site.objects.keys("")]


async def test_browser_without_scripts_sends_several_files(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    answer = await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"), ("stage.png", png()))
    assert (
        answer.status_code == 303 and answer.headers["location"] == f"{topic.url.replace('/maps/1', '/maps/1-italian-opera')}#topic-media"
    )
    rows = await rows_of(desk)
    assert [(row.file_name, row.media_type, row.type) for row in rows] == [
        ("score.pdf", "application/pdf", "file"),
        ("stage.png", "image/png", "image"),
    ]
    assert rows[0].position < rows[1].position
    assert rows[1].datatype == "https://www.iana.org/assignments/media-types/image/png"
    assert sorted(await objects_of(desk)) == sorted(content_key(desk.map_id, bytes.fromhex(row.digest)) for row in rows)
    page = await desk.person.follow(answer)
    assert "Added 2 files." in page.text and "stage.png" in page.text


async def test_script_is_told_in_json(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    answer = await send(desk, topic, ("stage.png", png()), headers=JSON)
    told = answer.json()
    assert answer.status_code == 200
    assert (told["name"], told["kind"], told["needs_alt"], told["media_type"]) == ("stage.png", "image", True, "image/png")
    told = (await send(desk, topic, ("other.png", png(5)), fields={"alt": "The stage", "title": "Act 2"}, headers=JSON)).json()
    assert not told["needs_alt"]
    told = (await send(desk, topic, ("rule.png", png(6)), fields={"decorative": "1"}, headers=JSON)).json()
    assert not told["needs_alt"]
    assert [(row.title, row.alt) for row in await rows_of(desk)] == [(None, None), ("Act 2", "The stage"), (None, "")]


async def test_htmx_gets_the_part_of_the_page_that_shows_files(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    answer = await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"), fragment=True, target="topic-media")
    assert answer.status_code == 200 and 'id="topic-media"' in answer.text and "<html" not in answer.text
    assert "Added “score.pdf”." in answer.text and "/undoing" in answer.text


async def test_the_same_bytes_twice_are_refused_in_words(desk: Desk) -> None:
    topic, other = await desk.topic("Tosca"), await desk.topic("Turandot")
    await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"))
    answer = await send(desk, topic, ("again.pdf", b"%PDF-1.7 score"), headers=JSON)
    assert answer.status_code == 422 and "on this topic already" in answer.json()["problem"] and answer.json()["name"] == "again.pdf"
    assert (await send(desk, other, ("score.pdf", b"%PDF-1.7 score"), headers=JSON)).status_code == 200
    answer = await send(desk, topic, ("new.pdf", b"%PDF-1.7 new"), ("again.pdf", b"%PDF-1.7 score"))
    page = (await desk.person.follow(answer)).text
    assert "Added “new.pdf”." in page and "“again.pdf” was not kept." in page
    assert len(await rows_of(desk)) == 3
    assert not [key for key in await objects_of(desk) if key.startswith("incoming/")]


async def test_the_same_bytes_stand_in_another_context(desk: Desk) -> None:
    topic, act = await desk.topic("Tosca"), await desk.topic("Act 2")
    await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"))
    answer = await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"), fields={"theme": str(act.id)}, headers=JSON)
    assert answer.status_code == 200
    assert len(await rows_of(desk)) == 2


async def test_file_over_the_limit_is_refused_at_once_with_limit_and_size(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    big = ("film.bin", b"\0" * 2_400_000)
    for more in ({"headers": JSON}, {"fragment": True, "target": "topic-media"}, {}):
        answer = await send(desk, topic, big, **more)  # type: ignore[arg-type]  # keywords of a request
        assert answer.status_code == 413, more
        assert "1.0 MB" in answer.text and "2.4 MB" in answer.text
    assert (await send(desk, topic, big, headers=JSON)).json().keys() == {"name", "problem"}
    assert await rows_of(desk) == [] and await objects_of(desk) == []


async def test_stream_with_a_lying_length_is_cut_off_at_the_limit(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="endless"\r\n\r\n' + b"a" * 15_000_000 + b"\r\n--x--\r\n"
    headers = {**JSON, "Content-Type": "multipart/form-data; boundary=x", "Content-Length": "100"}
    answer = await desk.person.request("POST", f"{topic.url}/files/new", headers=headers, content=body)
    assert answer.status_code == 413 and "1.0 MB" in answer.json()["problem"] and answer.json()["name"] == "endless"
    assert await rows_of(desk) == [] and await objects_of(desk) == []


async def test_one_file_too_large_does_not_keep_others_out(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    answer = await send(desk, topic, ("one.txt", b"one"), ("big.bin", b"\0" * 1_200_000), ("two.txt", b"two"))
    page = (await desk.person.follow(answer)).text
    assert "Added 2 files." in page and "“big.bin” was not kept." in page and "1.2 MB" in page
    assert [row.file_name for row in await rows_of(desk)] == ["one.txt", "two.txt"]


async def test_form_without_a_file_says_so(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for more in ({"files": [("file", ("", b""))]}, {"files": [("other", ("x", b"x"))]}):
        answer = await desk.post(f"{topic.url}/files/new", {"title": "x"}, headers=JSON, **more)
        assert answer.status_code == 422 and answer.json()["problem"] == "Choose a file."
    assert await objects_of(desk) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nbroken off'),
        ("multipart/form-data; boundary=x", b"no form at all"),
        ("multipart/form-data", b"--x--"),
        ("application/x-www-form-urlencoded", b"file=x"),
        ("text/plain", b""),
    ],
)
async def test_damaged_form_leaves_nothing(desk: Desk, kind: str, body: bytes) -> None:
    topic = await desk.topic("Tosca")
    answer = await desk.person.request("POST", f"{topic.url}/files/new", headers={"Content-Type": kind}, content=body)
    assert answer.status_code == 400
    assert await rows_of(desk) == [] and await objects_of(desk) == []


@pytest.mark.parametrize(("error", "status", "words"), [(StoreUnavailable, 503, "does not answer"), (StoreFull, 507, "full")])
@pytest.mark.parametrize("step", ["receive", "move"])
async def test_store_that_fails_is_told_and_nothing_half_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int, words: str, step: str
) -> None:
    topic = await desk.topic("Tosca")

    async def refuse(*_: object, **__: object) -> None:
        raise error("no")

    monkeypatch.setattr(type(desk.site.objects), step, refuse)
    answer = await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"), headers=JSON)
    assert answer.status_code == status and words in answer.json()["problem"]
    page = await desk.person.follow(await send(desk, topic, ("score.pdf", b"%PDF-1.7 score")))
    assert "“score.pdf” was not kept." in page.text and words in page.text
    monkeypatch.undo()
    assert await rows_of(desk) == [] and await objects_of(desk) == []
    assert (await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"), headers=JSON)).status_code == 200


async def test_added_file_can_be_undone_and_done_again(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await send(desk, topic, ("score.pdf", b"%PDF-1.7 score"), fields={"title": "The score"})
    async with desk.site.database.writing() as session:
        change_id = (await session.execute(text("SELECT max(id) FROM change"))).scalar_one()
        undone = await undo(session, desk.map_id, desk.person.id, change_id)
    assert await rows_of(desk) == []
    async with desk.site.database.writing() as session:
        await undo(session, desk.map_id, desk.person.id, undone.change_id or 0)
    assert [row.title for row in await rows_of(desk)] == ["The score"]


async def test_stranger_learns_nothing_and_reader_may_not(desk: Desk, app: Litestar) -> None:
    topic = await desk.topic("Tosca")
    stranger = await desk.site.person("stranger@example.org")
    for client, status in ((stranger, 404), (desk.site.anonymous, 404)):
        answer = await client.post(f"{topic.url}/files/new", files=[("file", ("a.txt", b"a"))])
        assert answer.status_code == status
    assert await objects_of(desk) == []


async def test_many_refusals_fit_into_what_a_browser_keeps(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    files = [(f"{number}{'漢' * 80}.pdf", f"%PDF-1.7 {number}".encode()) for number in range(40)]
    await send(desk, topic, *files)
    answer = await send(desk, topic, *files, ("new.pdf", b"%PDF-1.7 new"))
    assert len(answer.headers["set-cookie"]) < 4000
    page = (await desk.person.follow(answer)).text
    assert "Added “new.pdf”." in page and "36 more files were not kept" in page
