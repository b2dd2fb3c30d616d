"""Tags of a topic."""

import re

import pytest

from tests.editing import Desk, Made, ids_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


async def test_tags_come_as_a_list_and_count_once(desk: Desk, tosca: Made) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/tags", {"tags": "verismo,  Rome , verismo,,"}))
    assert "Added 2 tags." in words(page.text)
    again = await desk.person.follow(await desk.post(f"{tosca.url}/tags", {"tags": "verismo"}))
    assert "The topic has the tag “verismo” already." in words(again.text)
    assert again.text.count("/removal") == page.text.count("/removal")


async def test_htmx_gets_the_line_of_tags(desk: Desk, tosca: Made) -> None:
    answer = await desk.post(f"{tosca.url}/tags", {"tags": "1900"}, fragment=True, target="topic-tags")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "topic-tags"
    assert ">1900</a>" in answer.text


async def test_a_tag_is_taken_away_and_comes_back(desk: Desk, tosca: Made) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/tags", {"tags": "verismo"}))
    removal = re.search(r'action="([^"]*/tags/\d+/removal)"', page.text)
    assert removal
    page = await desk.person.follow(await desk.post(removal[1]))
    assert removal[1] not in page.text
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert ">verismo</a>" in (await desk.get(tosca.url)).text


@pytest.mark.parametrize("tags", ["", " , ,", "x" * 1000, "Tosca"])
async def test_what_is_no_tag_is_told(desk: Desk, tosca: Made, tags: str) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/tags", {"tags": tags}))
    assert "flash--error" in page.text
    refused = await desk.post(f"{tosca.url}/tags", {"tags": tags}, fragment=True, target="topic-tags")
    assert refused.status_code == 422
    assert ids_of(refused.text)[0] == "topic-tags"


async def test_a_connection_is_no_tag(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    found = re.search(r'id="association-(\d+)"', (await desk.get(tosca.url)).text)
    assert found
    assert (await desk.post(f"{tosca.url}/tags/{found[1]}/removal")).status_code == 404
