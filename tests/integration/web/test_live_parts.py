"""What readers hear to whom a share link opens one topic or one path: of that, and nothing at all of the rest."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from contextualise.domain.associations import quick_association
from contextualise.domain.live import announce
from contextualise.domain.maps import check_fields, edit_map
from contextualise.domain.names import add_name
from contextualise.domain.paths import save_path
from contextualise.domain.topics import delete_topic
from contextualise.domain.topics.editing import rename_topic
from contextualise.repository.database import Database
from contextualise.web.live import streaming
from tests.editing import Desk, Made, open_desk
from tests.following import Following, another_app, following, serving
from tests.web import Site


@pytest.fixture
async def site(emptied: Database, database_url: str, tmp_path: Path) -> Site:
    return Site(another_app(database_url, tmp_path), None)  # type: ignore[arg-type]  # nobody asks it but over the network


@pytest.fixture
async def address(site: Site) -> AsyncIterator[str]:
    async with serving(site.app) as address:
        yield address


@pytest.fixture
async def desk(site: Site) -> Desk:
    return await open_desk(site, await site.person("ada@example.org"))


class Guest:
    """A browser that has opened a share link."""

    def __init__(self, address: str, cookies: dict[str, str], page: str, owner_page: str) -> None:
        self.address, self.cookies, self.page, self.link = address, cookies, page, owner_page

    @property
    def follows(self) -> str:
        """The address of the stream that the page names."""
        return unescape(re.findall(r'data-follows="([^"]+)"', self.page)[0])

    async def get(self, path: str, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.address, cookies=self.cookies, headers=headers) as client:
            return await client.get(path)


async def guest(address: str, desk: Desk, what: str, slug: str) -> Guest:
    own = {"Sec-Fetch-Site": "same-origin"}
    async with httpx.AsyncClient(base_url=address, cookies=desk.person.cookies, headers=own, follow_redirects=True) as client:
        made = await client.post(f"{desk.url}/share-links", data={"what": what, "topic": slug, "ends": "never"})
        path = re.findall(r'data-text="https?://[^/"]+(/s/[^"]+)"', made.text)[0]
        link = f"{desk.url}/share-links/{str(made.url).rpartition('=')[2]}"
    async with httpx.AsyncClient(base_url=address, follow_redirects=True) as client:
        page = await client.get(path)
        assert page.status_code == 200
        return Guest(address, dict(client.cookies), page.text, link)


async def begun(page: Following) -> Following:
    """The page after what every stream of a part begins with."""
    hello = await page.next_event("hello")
    assert (hello.told["version"], hello.told["unread"]) == (0, None)
    await page.next_event("catch-up")
    return page


@pytest.fixture
async def opera(desk: Desk) -> dict[str, Made]:
    return {name: await desk.topic(name) for name in ("Tosca", "Aida", "Norma")}


async def elsewhere(desk: Desk, opera: dict[str, Made]) -> None:
    """Changes of every kind that do not show on the page of Tosca."""
    person, aida = desk.person.id, opera["Aida"]
    await desk.text(aida, "Not about the other one.")
    await desk.topic("Turandot")
    async with desk.site.database.writing() as session:
        await add_name(session, desk.map_id, person, aida.id, value="Aïda")
    async with desk.site.database.writing() as session:
        await quick_association(session, desk.map_id, person, aida.id, opera["Norma"].id)
    async with desk.site.database.writing() as session:
        await announce(session, desk.map_id, "comments", topic_ids=[opera["Tosca"].id], user_id=person)
    async with desk.site.database.writing() as session:
        await announce(session, desk.map_id, "access")
    async with desk.site.database.writing() as session:
        await edit_map(session, desk.map_id, person, check_fields(title="Italian opera", description="Of all times"))


async def test_a_guest_of_a_topic_hears_of_the_topic_alone(address: str, desk: Desk, opera: dict[str, Made]) -> None:
    tosca = opera["Tosca"]
    reader = await guest(address, desk, "topic", tosca.slug)
    assert reader.follows == f"{desk.url}-italian-opera/live?topic={tosca.id}"
    assert 'data-version="0"' in reader.page
    async with following(address, reader.follows, reader.cookies) as page:
        await begun(page)
        await elsewhere(desk, opera)
        await desk.text(tosca, "An opera.")
        change = await page.next_event()
        assert (change.name, change.told) == ("change", {"version": 0, "mine": False})
        async with desk.site.database.writing() as session:
            await add_name(session, desk.map_id, desk.person.id, tosca.id, value="La Tosca")
        assert (await page.next_event()).name == "change"
    assert [event.name for event in page.seen] == ["hello", "catch-up", "change", "change"]


async def test_a_guest_of_a_path_hears_of_its_topics_alone(address: str, desk: Desk, opera: dict[str, Made]) -> None:
    steps = [opera["Tosca"].id, opera["Norma"].id]

    async def save(*topics: int) -> None:
        async with desk.site.database.writing() as session:
            await save_path(session, desk.map_id, desk.person.id, name="Evenings", step_ids=topics, slug=slug)

    slug = ""
    await save(*steps)
    slug = "evenings"
    reader = await guest(address, desk, "path", slug)
    assert re.fullmatch(rf"{desk.url}-italian-opera/live\?path=\d+", reader.follows)
    at_norma = f"{desk.url}/live?topic={opera['Norma'].id}"
    async with (
        following(address, reader.follows, reader.cookies) as page,
        following(address, at_norma, reader.cookies) as step,
    ):
        await begun(page)
        await begun(step)
        turandot = await desk.topic("Turandot")
        await desk.text(opera["Aida"], "Not on the way.")
        await desk.text(opera["Tosca"], "On the way, though nothing that the path shows.")
        await desk.text(opera["Norma"], "An opera.")
        assert (await step.next_event()).name == "change"
        async with desk.site.database.writing() as session:
            await rename_topic(session, desk.map_id, desk.person.id, opera["Tosca"].id, slug="floria")
        assert (await page.next_event()).name == "change", "a link leads elsewhere"
        await save(*steps, turandot.id)
        assert (await page.next_event()).name == "change"
        await desk.text(turandot, "On the way now.")
        async with desk.site.database.writing() as session:
            await add_name(session, desk.map_id, desk.person.id, turandot.id, value="Turandot, principessa")
        await save(opera["Tosca"].id, turandot.id)
        assert [(event.name, event.data) for event in (await step.ended())[-1:]] == [("closed", "access")], "it left the path"
    assert {event.name for event in page.seen} <= {"hello", "catch-up", "change"}


async def test_nothing_else_is_followed_with_such_a_link(address: str, desk: Desk, opera: dict[str, Made]) -> None:
    reader = await guest(address, desk, "topic", "tosca")
    beyond = [f"topic={opera['Aida'].id}", f"about={opera['Tosca'].id}", f"path={opera['Tosca'].id}", "topic=0", "since=1", ""]
    for asked in (*beyond, f"topic={opera['Aida'].id}&about={opera['Tosca'].id}"):
        for accept in ("text/event-stream", "text/html"):
            answer = await reader.get(f"{desk.url}/live?{asked}", accept=accept)
            assert answer.status_code == 404, asked
            assert "Italian opera" not in answer.text


async def test_a_link_that_is_taken_back_ends_the_stream_at_once(address: str, desk: Desk, opera: dict[str, Made]) -> None:
    reader, other = await guest(address, desk, "topic", "tosca"), await guest(address, desk, "topic", "aida")
    async with following(address, reader.follows, reader.cookies) as page, following(address, other.follows, other.cookies) as stays:
        await begun(page)
        await begun(stays)
        async with httpx.AsyncClient(base_url=address, cookies=desk.person.cookies, headers={"Sec-Fetch-Site": "same-origin"}) as client:
            assert (await client.post(f"{reader.link}/revocation")).status_code == 303
        assert [(event.name, event.data) for event in await page.ended()] == [("closed", "access")]
        await desk.text(opera["Aida"], "An opera.")
        assert (await stays.next_event()).name == "change"
    assert (await reader.get(reader.follows)).status_code == 404


async def test_a_topic_that_is_deleted_is_closed(address: str, desk: Desk, opera: dict[str, Made]) -> None:
    reader = await guest(address, desk, "topic", "tosca")
    async with following(address, reader.follows, reader.cookies) as page:
        await begun(page)
        async with desk.site.database.writing() as session:
            await delete_topic(session, desk.map_id, desk.person.id, opera["Tosca"].id)
        assert [(event.name, event.data) for event in await page.ended()] == [("closed", "access")]


async def test_signs_of_life_come_as_ever_whatever_is_kept_from_the_reader(
    address: str, desk: Desk, opera: dict[str, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await guest(address, desk, "topic", "tosca")
    monkeypatch.setattr(streaming, "_PING_SECONDS", 0.3)
    async with following(address, reader.follows, reader.cookies) as page:
        await begun(page)
        for number in range(4):
            await desk.text(await desk.topic(f"Topic {number}"), "Elsewhere.")
        lines = [await anext(page.lines) for _ in range(4)]
    assert [line for line in lines if line] == [":", ":"]


async def test_no_page_of_a_part_is_known_again_by_what_changes_elsewhere(address: str, desk: Desk, opera: dict[str, Made]) -> None:
    reader = await guest(address, desk, "topic", "tosca")
    first = await reader.get(opera["Tosca"].url)
    await elsewhere(desk, opera)
    again = await reader.get(opera["Tosca"].url)
    changing = {"date", "x-request-id", "server-timing"}
    assert {key: value for key, value in first.headers.items() if key not in changing} == {
        key: value for key, value in again.headers.items() if key not in changing
    }
    assert "etag" not in again.headers
    assert first.text == again.text
