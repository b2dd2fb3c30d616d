"""Deleting topics, taking changes back, the history."""

import re

import pytest

from tests.editing import Desk, Made, fields_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


def undo_in(html: str) -> str:
    found = re.search(r'action="(/maps/[^"]*/undoing)"', html)
    assert found
    return found[1]


async def test_a_topic_goes_at_once_and_comes_back_by_undo(desk: Desk, tosca: Made) -> None:
    await desk.text(tosca, "Her text")
    answer = await desk.post(f"{tosca.url}/removal")
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/topics")
    page = await desk.person.follow(answer)
    assert "Deleted “Tosca”." in words(page.text)
    assert (await desk.get(tosca.url)).status_code == 404
    back = await desk.post(undo_in(page.text))
    assert back.headers["location"].endswith("/topics/tosca")
    page = await desk.person.follow(back)
    assert "Her text" in page.text
    assert "Do it again" in page.text


async def test_undoing_the_undo_does_it_again(desk: Desk, tosca: Made) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/removal"))
    page = await desk.person.follow(await desk.post(undo_in(page.text)))
    await desk.post(undo_in(page.text))
    assert (await desk.get(tosca.url)).status_code == 404


async def test_what_was_undone_cannot_be_undone_twice(desk: Desk, tosca: Made) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/removal"))
    undo = undo_in(page.text)
    await desk.post(undo)
    page = await desk.person.follow(await desk.post(undo))
    assert "This has been undone already." in words(page.text)


async def test_a_topic_in_use_asks_for_a_replacement(desk: Desk) -> None:
    opera, melodramma = await desk.topic("Opera"), await desk.topic("Melodramma")
    tosca = await desk.topic("Tosca", opera.id)
    path = f"/maps/{desk.map_id}-italian-opera/topics/opera/removal"
    asked = await desk.post(path)
    assert asked.status_code == 409
    assert "type of 1 topic" in words(asked.text)
    refused = await desk.post(path, {"asked": "1", "replacement": ""})
    assert refused.status_code == 422
    sent = fields_of(asked.text, path)
    done = await desk.post(path, {**sent, "replacement": "Melodramma", "replacement_id": str(melodramma.id)})
    assert done.status_code == 303
    page = await desk.get(tosca.url)
    assert ">Melodramma</a>" in page.text
    assert (await desk.get(opera.url)).status_code == 404


async def test_base_topics_stay(desk: Desk) -> None:
    answer = await desk.post(f"{desk.url}/topics/association/removal")
    assert answer.status_code in (409, 422)
    assert (await desk.get(f"{desk.url}/topics/association")).status_code == 200


async def test_the_history_tells_who_did_what_and_undoes(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    page = await desk.get(f"{tosca.url}/changes")
    assert "added the name “Floria”" in words(page.text)
    assert "made the topic “Tosca”" in words(page.text)
    headers = {"Referer": f"http://testserver.local{tosca.url}/changes"}
    answer = await desk.post(undo_in(page.text), headers=headers)
    assert answer.headers["location"].endswith("/topics/tosca")
    assert "Floria" not in (await desk.get(tosca.url)).text


async def test_undo_for_htmx_goes_to_what_came_back(desk: Desk, tosca: Made) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/removal"))
    answer = await desk.post(undo_in(page.text), fragment=True)
    assert answer.headers["hx-redirect"].endswith("/topics/tosca")


async def test_a_change_of_another_map_is_not_found(desk: Desk, tosca: Made, site: Site, owner: Person) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/removal"))
    other = await open_desk(site, owner, "Other")
    number = re.search(r"/changes/(\d+)/", undo_in(page.text))
    assert number
    assert (await desk.post(f"{other.url}/changes/{number[1]}/undoing")).status_code == 404
