"""What an open page asks for when something has changed: itself, without the traces that a visit leaves."""

import pytest

from contextualise.web.shared import flash
from tests.editing import Desk, open_desk
from tests.web import Site

REFRESH = {"X-Refresh": "1"}


@pytest.fixture
async def desk(site: Site) -> Desk:
    return await open_desk(site, await site.person("ada@example.org"))


async def test_it_is_the_page_that_a_visitor_gets(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.get(tosca.url)
    visited = await desk.get(tosca.url)
    refreshed = await desk.get(tosca.url, headers=REFRESH)
    assert refreshed.text == visited.text
    assert refreshed.headers["etag"] == visited.headers["etag"]


async def test_it_is_no_step_of_the_way(desk: Desk) -> None:
    tosca, aida = await desk.topic("Tosca"), await desk.topic("Aida")
    await desk.get(tosca.url)
    before = desk.person.cookies["trail"]
    assert "set-cookie" not in (await desk.get(aida.url, headers=REFRESH)).headers
    assert desk.person.cookies["trail"] == before


async def test_it_leaves_messages_to_the_page_that_comes_next(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.post(f"{tosca.url}/names/new", {"value": "La Tosca"})
    assert flash.COOKIE in desk.person.cookies
    assert "<flash-message>" not in (await desk.get(tosca.url, headers=REFRESH)).text
    assert flash.COOKIE in desk.person.cookies
    assert "<flash-message>" in (await desk.get(tosca.url)).text


async def test_the_page_says_what_it_follows_and_a_page_of_the_past_does_not(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    page = (await desk.get(tosca.url)).text
    assert f'data-follows="/maps/{desk.map_id}-italian-opera/live?topic={tosca.id}"' in page
    assert "data-follows" not in (await desk.get(f"{tosca.url}?at=v3")).text
