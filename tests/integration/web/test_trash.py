"""The trash of a map."""

import re

import pytest

from tests.editing import Desk, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


async def test_an_empty_trash_says_what_it_is_for(desk: Desk) -> None:
    assert "Nothing has been deleted here." in words((await desk.get(f"{desk.url}/trash")).text)


async def test_what_was_deleted_is_listed_and_comes_back(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.post(f"{tosca.url}/removal")
    page = await desk.get(f"{desk.url}/trash")
    assert "Tosca" in words(page.text)
    assert "by Owner" in words(page.text)
    restore = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert restore
    back = await desk.person.follow(await desk.post(restore[1]))
    assert "<h1>Tosca</h1>" in back.text
    assert "Nothing has been deleted here." in words((await desk.get(f"{desk.url}/trash")).text)


async def test_the_trash_is_paged_by_key(desk: Desk) -> None:
    for number in range(52):
        topic = await desk.topic(f"Topic {number}")
        await desk.post(f"{topic.url}/removal")
    first = await desk.get(f"{desk.url}/trash")
    further = re.search(r'href="(/maps/[^"]*\?before=\d+)"', first.text)
    assert further
    second = await desk.get(further[1])
    assert first.text.count("Bring back") == 2 * 50
    assert second.text.count("Bring back") == 2 * 2
    assert "Topic 0" in words(second.text)


async def test_an_odd_page_is_the_first(desk: Desk) -> None:
    for before in ("x", "-1", "9" * 40, "\x00"):
        assert (await desk.person.request("GET", f"{desk.url}/trash", params={"before": before})).status_code == 200


async def test_readers_do_not_see_the_trash(desk: Desk, site: Site) -> None:
    from contextualise.domain.maps import publish_map

    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    reader = await site.person("reader@example.org")
    assert (await reader.get(f"{desk.url}/trash")).status_code == 403
    assert (await site.anonymous.get(f"{desk.url}/trash")).status_code == 303


async def test_the_trash_tells_what_comes_back_and_when_it_goes(desk: Desk) -> None:
    tosca, rome = await desk.topic("Tosca"), await desk.topic("Rome")
    await desk.text(tosca, "Her text")
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    await desk.post(f"{tosca.url}/removal")
    told = words((await desk.get(f"{desk.url}/trash")).text)
    assert "2 names, 1 text, file or fact, 1 connection, 8 bytes" in told
    assert "by Owner" in told and "goes for good on" in told
    assert rome


async def test_the_owner_empties_the_trash_by_typing_the_title(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.text(tosca, "Her text")
    await desk.post(f"{tosca.url}/removal")
    path = f"{desk.url}/trash/emptying"
    asked = words((await desk.get(path)).text)
    assert "1 deletion with 8 bytes will be gone for good." in asked
    for wrong in ("", "Opera", "Tosca"):
        refused = await desk.post(path, {"title": wrong})
        assert refused.status_code == 422 and "Type the title of the map as it is written" in words(refused.text)
    assert "Tosca" in words((await desk.get(f"{desk.url}/trash")).text)
    page = await desk.person.follow(await desk.post(path, {"title": " italian  Opera "}))
    assert "The trash is empty: 1 deletion is gone for good." in words(page.text)
    assert "Nothing has been deleted here" in words(page.text)
    history = await desk.get(f"{desk.url}/history")
    assert "emptied the trash" in words(history.text) and "gone for good" in words(history.text)
    again = await desk.person.follow(await desk.post(path, {"title": "Italian opera"}))
    assert "The trash is empty." in words(again.text)
    async with desk.site.database.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT count(*) FROM content")
        assert rows.scalar_one() == 0


async def test_an_editor_does_not_empty_the_trash(desk: Desk, site: Site) -> None:
    from sqlalchemy import insert

    from contextualise.repository.tables import MapMember

    editor = await site.person("editor@example.org")
    async with site.database.writing() as session:
        await session.execute(insert(MapMember).values(map_id=desk.map_id, user_id=editor.id, mode="edit"))
    tosca = await desk.topic("Tosca")
    await desk.post(f"{tosca.url}/removal")
    page = await editor.get(f"{desk.url}/trash")
    assert "Tosca" in words(page.text) and "emptying" not in page.text
    path = f"{desk.url}/trash/emptying"
    for answer in (await editor.get(path), await editor.post(path, {"title": "Italian opera"})):
        assert answer.status_code == 403
