"""Uploading a map: form, queue, progress, refusals."""

import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from contextualise.jobs import Stores, run_next
from tests.web import Person, Site

XTM = """<?xml version="1.0"?>
<topicMap xmlns="http://www.topicmaps.org/xtm/" version="2.1">
  <topic id="rome"><name><value>Rome</value></name><instanceOf><topicRef href="#city"/></instanceOf></topic>
  <topic id="city"><name><value>City</value></name></topic>
  <topic id="tosca"><name><value>Tosca</value></name>
    <occurrence><type><topicRef href="#premiere"/></type><resourceData>1900</resourceData></occurrence></topic>
  <topic id="premiere"><name><value>Premiere</value></name></topic>
  <association><type><topicRef href="#takes-place-in"/></type>
    <role><type><topicRef href="#opera"/></type><topicRef href="#tosca"/></role>
    <role><type><topicRef href="#place"/></type><topicRef href="#rome"/></role></association>
</topicMap>"""


async def upload(person: Person, name: str, content: bytes, title: str = "") -> str:
    """Post the form; the address of the progress page."""
    response = await person.post("/maps/importing", {"title": title}, files={"file": (name, content)})
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def work(site: Site) -> bool:
    settings = site.parts.settings
    assert settings.database_url
    return await run_next(site.database, site.objects, Stores(settings.database_url, str(settings.objects_folder), settings.s3))


async def count(site: Site, table: str) -> int:
    async with site.database.reading() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def kept(site: Site) -> list[str]:
    return [item.key async for item in site.objects.keys("imports/")]


async def test_an_upload_becomes_a_map_in_the_background(site: Site, owner: Person) -> None:
    page = await upload(owner, "opera.xtm", XTM.encode(), "Opera in Rome")
    waiting = await owner.get(page)
    assert waiting.status_code == 200 and "Waiting for its turn" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text, "without scripts the page must ask again by itself"
    assert await work(site)
    done = await owner.get(page, fragment=True, target="import_progress")
    assert "Opera in Rome" in done.text and "<html" not in done.text
    assert "every 1s" not in done.text and "7 topics and 1 association." in done.text
    async with site.database.reading() as connection:
        row = (await connection.execute(text("SELECT id, title, topic_count, version FROM map"))).one()
        labels = set((await connection.execute(text("SELECT label FROM topic WHERE NOT is_base"))).scalars())
    assert (row.title, row.topic_count) == ("Opera in Rome", 7) and row.version > 0
    assert {"Rome", "Tosca", "City", "Premiere", "takes-place-in"} <= labels
    assert await kept(site) == []


async def test_types_become_rows_and_not_associations(site: Site, owner: Person) -> None:
    await upload(owner, "opera.xtm", XTM.encode())
    await work(site)
    assert await count(site, "association") == 1
    async with site.database.reading() as connection:
        typed = await connection.execute(
            text("SELECT count(*) FROM topic_type tt JOIN topic t ON t.map_id = tt.map_id AND t.id = tt.topic_id WHERE t.label = 'Rome'")
        )
        assert typed.scalar_one() == 1


async def test_a_bad_file_is_refused_by_line_and_leaves_nothing(site: Site, owner: Person) -> None:
    before = {table: await count(site, table) for table in ("map", "topic", "identifier", "scope")}
    page = await upload(owner, "bad.xtm", XTM.replace("</value></name></topic>\n  <association>", "</name>").encode())
    await work(site)
    response = await owner.get(page)
    assert "bad.xtm:" in response.text and "Nothing was imported" in response.text
    assert {table: await count(site, table) for table in before} == before
    assert await kept(site) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("entity.xtm", b'<!DOCTYPE x [<!ENTITY a "b">]><topicMap/>', "entit"),
        ("page.html", b"<html><body>no</body></html>", "Nothing was imported"),
        ("noise.bin", bytes(range(256)) * 50, "Nothing was imported"),
        ("cut.xtm.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 30, "Nothing was imported"),
        ("empty.zip", b"PK\x05\x06" + b"\x00" * 18, "Nothing was imported"),
    ],
)
async def test_what_is_no_topic_map_is_told_in_words(site: Site, owner: Person, name: str, content: bytes, words: str) -> None:
    page = await upload(owner, name, content)
    await work(site)
    response = await owner.get(page)
    assert words in response.text and "Traceback" not in response.text and "on our side" not in response.text
    assert await count(site, "map") == 0


async def test_a_bundle_may_merge_its_own_files_only(site: Site, owner: Person) -> None:
    merging = XTM.replace("<topic id=", '<mergeMap href="other.xtm"/><mergeMap href="../secret.xtm"/><topic id=', 1)
    other = XTM.replace("Rome", "Roma").replace('id="rome"', 'id="roma"').replace("#rome", "#roma")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr("main.xtm", merging)
        bundle.writestr("other.xtm", other)
    page = await upload(owner, "bundle.zip", packed.getvalue(), "Bundle")
    await work(site)
    response = await owner.get(page)
    assert "secret.xtm" in response.text, "what could not be merged is reported"
    async with site.database.reading() as connection:
        labels = set((await connection.execute(text("SELECT label FROM topic WHERE NOT is_base"))).scalars())
    assert {"Rome", "Roma"} <= labels


async def test_the_form_keeps_the_title_and_says_what_is_missing(owner: Person) -> None:
    response = await owner.post("/maps/importing", {"title": "My title"}, files={"other": ("x", b"y")})
    assert response.status_code == 422 and "Choose a file" in response.text and "My title" in response.text


async def test_an_empty_and_a_plain_form_are_no_fault_of_ours(owner: Person) -> None:
    assert (await owner.post("/maps/importing", {}, files={"file": ("a.xtm", b"")})).status_code == 422
    assert (await owner.post("/maps/importing", {"title": "x"})).status_code == 400


async def test_only_the_uploader_sees_the_progress(site: Site, owner: Person) -> None:
    page = await upload(owner, "opera.xtm", XTM.encode())
    stranger = await site.person("stranger@example.org")
    assert (await stranger.get(page)).status_code == 404
    assert (await site.anonymous.get(page)).headers["location"].startswith("/sign-in")
    assert (await owner.get("/maps/importing/999999999999999999999999")).status_code == 404


async def test_anonymous_people_cannot_upload(site: Site) -> None:
    response = await site.anonymous.post("/maps/importing", {}, files={"file": ("a.xtm", XTM.encode())})
    assert response.status_code == 303 and response.headers["location"].startswith("/sign-in")
    assert await count(site, "job") == 0 and await kept(site) == []


async def test_a_job_whose_server_died_imports_once(site: Site, owner: Person) -> None:
    page = await upload(owner, "opera.xtm", XTM.encode())
    async with site.database.writing() as session:
        await session.execute(text("UPDATE job SET state = 'running', attempts = 1, locked_until = now() - interval '1 second'"))
    assert await work(site)
    assert not await work(site)
    assert await count(site, "map") == 1
    assert "is there" in (await owner.get(page)).text


async def test_a_job_that_never_ends_is_given_up(site: Site, owner: Person) -> None:
    page = await upload(owner, "opera.xtm", XTM.encode())
    async with site.database.writing() as session:
        await session.execute(text("UPDATE job SET state = 'running', attempts = 3, locked_until = now() - interval '1 second'"))
    assert await work(site)
    assert "tried 3 times" in (await owner.get(page)).text
    assert await count(site, "map") == 0


async def test_a_real_map_arrives_whole(site: Site, owner: Person, corpora: Path) -> None:
    await upload(owner, "mondial.xtm.gz", (corpora / "maps" / "mondial.xtm.gz").read_bytes(), "Mondial")
    await work(site)
    async with site.database.reading() as connection:
        row = (await connection.execute(text("SELECT topic_count FROM map WHERE title = 'Mondial'"))).one()
        types = (
            await connection.execute(
                text("SELECT count(*) FROM topic_type tt JOIN topic t USING (map_id) WHERE t.id = topic_id AND NOT t.is_base")
            )
        ).scalar_one()
        norway = (await connection.execute(text("SELECT count(*) FROM name WHERE value = 'Norway'"))).scalar_one()
    associations = await count(site, "association")
    # The file's 5,976 topics without those that are base topics here; its 21,927 associations, plain types counted among them.
    assert 5_960 <= row.topic_count <= 5_976
    assert associations + types == 21_927
    assert norway >= 1
