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
