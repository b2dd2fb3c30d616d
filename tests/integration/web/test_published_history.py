"""Publishing a map shows what it says from then on, and not what was written in private before."""

import re
from hashlib import sha256

import pytest

from contextualise.domain.history.undoing import undo
from contextualise.domain.maps import publish_map, unpublish_map
from contextualise.domain.names import add_name
from contextualise.domain.notes import add_note
from contextualise.domain.texts import save_text
from tests.editing import Desk, Made, open_desk
from tests.web import Person, Site

SECRET, SAID, LATER = "The secret source is Mario", "A source told us", "A source told us twice"


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


async def write(desk: Desk, topic: Made, source: str, before: str = "") -> int:
    async with desk.site.database.writing() as session:
        expected = sha256(before.encode()).digest() if before else None
        saved = await save_text(session, desk.site.objects, desk.map_id, desk.person.id, topic.id, source=source, expected=expected)
    return saved.construct_id


async def version_of(desk: Desk) -> int:
    async with desk.site.database.reading() as connection:
        return int((await connection.exec_driver_sql("SELECT version FROM map WHERE id = %s", (desk.map_id,))).scalar_one())


async def pages_of(desk: Desk, topic: Made, text_id: int, versions: list[int]) -> list[str]:
    """Every address under which something of the past may be read."""
    changes: set[str] = set()
    for page in (f"{desk.url}/history", f"{topic.url}/changes"):
        changes.update(re.findall(r'href="([^"]+/changes/\d+)"', (await desk.get(page)).text))
    times = [f"v{version}" for version in versions]
    return [
        *(f"{desk.url}/history", f"{topic.url}/changes", f"{desk.url}/texts/{text_id}/versions"),
        *changes,
        *(f"{topic.url}?at={time}" for time in times),
        *(f"{topic.url}/changes?from={time}" for time in times),
        f"{topic.url}?at=2026-01-01T00:00:00Z",
    ]


async def test_readers_do_not_see_what_was_written_before_publishing(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    text_id = await write(desk, topic, SECRET)
    private = await version_of(desk)
    await write(desk, topic, SAID, SECRET)
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    public = await version_of(desk)
    await write(desk, topic, LATER, SAID)
    reader = await site.person("reader@example.org")
    pages = await pages_of(desk, topic, text_id, [private, public])
    assert "secret" in "".join([(await desk.get(page)).text for page in pages]), "its owner sees all of it"
    for page in pages:
        for who in (reader, site.anonymous):
            answer = await who.get(page)
            assert "secret" not in answer.text, page
    assert (await reader.get(f"{topic.url}?at=v{private}")).status_code == 404
    assert (await reader.get(f"{topic.url}/changes?from=v{private}")).status_code == 404
    # From then on they follow it: the text as it was published, what became of it, and the version between.
    assert SAID in (await reader.get(f"{topic.url}?at=v{public}")).text
    versions = await reader.get(f"{desk.url}/texts/{text_id}/versions")
    assert versions.status_code == 200 and "twice" in versions.text
    assert len(re.findall(r"/changes/\d+", (await reader.get(f"{desk.url}/history")).text)) >= 2


async def test_who_wrote_before_publishing_is_not_named_to_readers(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    source = await site.person("cavaradossi@example.org")
    async with site.database.writing() as session:
        await add_name(session, desk.map_id, source.id, topic.id, value="Floria")
        await publish_map(session, desk.map_id, desk.person.id)
    reader = await site.person("reader@example.org")
    for page in (f"{desk.url}/history", f"{topic.url}/changes"):
        assert "Cavaradossi" in (await desk.get(page)).text, page
        assert "Cavaradossi" not in (await reader.get(page)).text, page


async def test_a_map_that_was_private_for_a_while_keeps_that_while_to_itself(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    text_id = await write(desk, topic, "First words")
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    async with site.database.writing() as session:
        hidden = await unpublish_map(session, desk.map_id, desk.person.id)
    assert hidden is not None
    await write(desk, topic, SECRET, "First words")
    private = await version_of(desk)
    await write(desk, topic, SAID, SECRET)
    async with site.database.writing() as session:
        await undo(session, desk.map_id, desk.person.id, hidden, may_manage=True)
    reader = await site.person("reader@example.org")
    assert SAID in (await reader.get(topic.url)).text
    for page in await pages_of(desk, topic, text_id, [private]):
        assert "secret" not in (await reader.get(page)).text, page


async def test_members_follow_all_of_it(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    text_id = await write(desk, topic, SECRET)
    private = await version_of(desk)
    await write(desk, topic, SAID, SECRET)
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
        member = await site.person("viewer@example.org")
    async with site.database.writer.begin() as connection:
        await connection.exec_driver_sql("INSERT INTO map_member (map_id, user_id, mode) VALUES (%s, %s, 'view')", (desk.map_id, member.id))
    assert "secret" in (await member.get(f"{topic.url}?at=v{private}")).text
    assert "secret" in (await member.get(f"{desk.url}/texts/{text_id}/versions")).text


async def test_the_inbox_is_in_no_file_that_readers_get(desk: Desk, site: Site) -> None:
    await desk.topic("Tosca")
    async with site.database.writing() as session:
        await add_note(session, site.objects, desk.map_id, desk.person.id, source=SECRET)
        await publish_map(session, desk.map_id, desk.person.id)
    path = f"{desk.url}/export.xtm"
    assert "secret" in (await desk.get(path)).text
    for who in (site.anonymous, await site.person("reader@example.org"), await site.person("admin@example.org", admin=True)):
        exported = await who.get(path)
        assert exported.status_code == 200 and "Tosca" in exported.text
        assert "secret" not in exported.text
