"""Streams of events to open pages: what they tell, to whom, and when they end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contextualise.domain.live import announce
from contextualise.domain.maps import publish_map, trash_map, unpublish_map
from contextualise.repository.database import Database
from contextualise.repository.tables import MapMember
from tests.editing import Desk, Made, open_desk
from tests.following import another_app, following, serving
from tests.web import Person, Site


@pytest.fixture
async def site(emptied: Database, database_url: str, tmp_path: Path) -> Site:
    """An application that a real server runs: the client of the other tests cannot read what has no end."""
    return Site(another_app(database_url, tmp_path), None)  # type: ignore[arg-type]  # nobody asks it but over the network


@pytest.fixture
async def address(site: Site) -> AsyncIterator[str]:
    async with serving(site.app) as address:
        yield address


@pytest.fixture
async def desk(site: Site) -> Desk:
    return await open_desk(site, await site.person("ada@example.org"))


async def let_in(desk: Desk, person: Person, mode: str) -> None:
    async with desk.site.database.writing() as session:
        session.add(MapMember(map_id=desk.map_id, user_id=person.id, mode=mode))
        await announce(session, desk.map_id, "access")


async def put_out(desk: Desk, person: Person) -> None:
    async with desk.site.database.writing() as session:
        member = await session.get_one(MapMember, (desk.map_id, person.id))
        await session.delete(member)
        await announce(session, desk.map_id, "access")


def stream_of(desk: Desk, topic: Made | None = None) -> str:
    return f"{desk.url}/live" + (f"?topic={topic.id}" if topic else "")


async def test_a_change_arrives_with_who_made_it_and_a_way_back(address: str, desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    async with following(address, stream_of(desk, tosca), desk.person.cookies) as page:
        hello = await page.next_event("hello")
        await desk.text(tosca, "An opera.")
        change = await page.next_event("change")
    assert change.told["version"] == hello.told["version"] + 1
    assert (change.told["by"], change.told["mine"]) == ("Ada", True)
    assert change.told["undo"].startswith(f"/maps/{desk.map_id}-italian-opera/changes/")
    assert page.response.headers["content-type"].startswith("text/event-stream")
    assert page.response.headers["x-accel-buffering"] == "no"
    assert page.response.headers["cache-control"] == "no-store"
    assert "content-encoding" not in page.response.headers
