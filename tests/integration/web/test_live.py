"""Streams of events to open pages: what they tell, to whom, and when they end."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from contextualise.domain.accounts import close_all
from contextualise.domain.live import announce
from contextualise.domain.maps import publish_map, trash_map, unpublish_map
from contextualise.domain.names import add_name
from contextualise.domain.notices import notify_all
from contextualise.domain.topics import delete_topic
from contextualise.repository.database import Database
from contextualise.repository.tables import MapMember
from contextualise.web.live import streaming
from tests.editing import Desk, Made, open_desk, words
from tests.following import Following, another_app, following, serving
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


@pytest.fixture
async def bo(site: Site, desk: Desk) -> Person:
    """Somebody who may edit the map too."""
    person = await site.person("bo@example.org")
    await let_in(desk, person, "edit")
    return person


async def let_in(desk: Desk, person: Person, mode: str) -> None:
    async with desk.site.database.writing() as session:
        session.add(MapMember(map_id=desk.map_id, user_id=person.id, mode=mode))
        await announce(session, desk.map_id, "access")


async def put_out(desk: Desk, person: Person) -> None:
    async with desk.site.database.writing() as session:
        await session.delete(await session.get_one(MapMember, (desk.map_id, person.id)))
        await announce(session, desk.map_id, "access")


def stream_of(desk: Desk, topic: Made | None = None, **more: object) -> str:
    asked = {"topic": topic.id, **more} if topic else more
    return f"{desk.url}/live?" + "&".join(f"{name}={value}" for name, value in asked.items())


async def heard(page: Following) -> Following:
    await page.next_event("hello")
    return page


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


async def test_changes_come_in_the_order_in_which_they_were_made(address: str, desk: Desk) -> None:
    async with following(address, stream_of(desk), desk.person.cookies) as page:
        first = (await page.next_event("hello")).told["version"]
        await asyncio.gather(*(desk.topic(f"Topic {number}") for number in range(10)))
        versions = [(await page.next_event("change")).told["version"] for _ in range(10)]
    assert versions == list(range(first + 1, first + 11))


async def test_a_page_hears_only_what_may_show_on_it(address: str, desk: Desk) -> None:
    tosca, aida = await desk.topic("Tosca"), await desk.topic("Aida")
    async with following(address, stream_of(desk, tosca), desk.person.cookies) as page:
        await heard(page)
        await desk.text(aida, "Not about Tosca.")
        await desk.text(tosca, "About Tosca.")
        change = await page.next_event("change")
        async with desk.site.database.reading() as connection:
            version = await connection.scalar(text("SELECT version FROM map WHERE id = :id"), {"id": desk.map_id})
        assert change.told["version"] == version, "the change of another topic was told"


async def test_another_name_of_a_topic_may_show_on_every_page(address: str, desk: Desk) -> None:
    tosca, aida = await desk.topic("Tosca"), await desk.topic("Aida")
    async with following(address, stream_of(desk, tosca), desk.person.cookies) as page:
        await heard(page)
        async with desk.site.database.writing() as session:
            await add_name(session, desk.map_id, desk.person.id, aida.id, value="Aïda")
        await page.next_event("change")


async def test_a_page_from_before_is_told_to_catch_up(address: str, desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    async with following(address, stream_of(desk, tosca, since=1), desk.person.cookies) as page:
        version = (await page.next_event("hello")).told["version"]
        await page.next_event("catch-up")
    async with following(address, stream_of(desk, tosca, since=version), desk.person.cookies) as page:
        await heard(page)
        await desk.text(tosca, "An opera.")
        assert (await page.next_event()).name == "change"


async def test_a_reader_of_a_published_map_is_told_neither_who_nor_how_to_undo(address: str, desk: Desk, bo: Person) -> None:
    tosca = await desk.topic("Tosca")
    async with desk.site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    async with (
        following(address, stream_of(desk, tosca)) as reader,
        following(address, stream_of(desk, tosca), desk.person.cookies) as owner,
        following(address, stream_of(desk, tosca), bo.cookies),
    ):
        await heard(reader)
        assert "Bo" in (await owner.next_event("presence")).data
        await desk.text(tosca, "An opera.")
        change = await reader.next_event("change")
    assert "undo" not in change.told
    assert not change.told["mine"]
    assert "presence" not in [event.name for event in reader.seen]


@pytest.mark.parametrize("who", ["nobody", "stranger"])
async def test_nobody_follows_a_private_map_from_outside(address: str, site: Site, desk: Desk, who: str) -> None:
    cookies = (await site.person("stranger@example.org")).cookies if who == "stranger" else {}
    async with following(address, stream_of(desk), cookies) as page:
        assert page.response.status_code == 404


async def test_withdrawn_access_ends_the_stream_at_once(address: str, desk: Desk, bo: Person) -> None:
    async with following(address, stream_of(desk), bo.cookies) as page, following(address, stream_of(desk), desk.person.cookies) as owner:
        await heard(page)
        await heard(owner)
        await put_out(desk, bo)
        assert [(event.name, event.data) for event in await page.ended() if event.name != "presence"] == [("closed", "access")]
        await desk.topic("Tosca")
        await owner.next_event("change")


async def test_access_that_ends_without_a_word_is_noticed_all_the_same(address: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_PING_SECONDS", 0.05)
    monkeypatch.setattr(streaming, "_CHECK_SECONDS", 0.1)
    async with following(address, stream_of(desk), desk.person.cookies) as page:
        await heard(page)
        async with desk.site.database.writing() as session:
            await session.execute(text("UPDATE user_session SET expires_at = now()"))
        assert [(event.name, event.data) for event in await page.ended()] == [("closed", "session")]


async def test_a_map_made_private_or_put_in_the_trash_is_followed_no_more(address: str, desk: Desk) -> None:
    async with desk.site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    async with following(address, stream_of(desk)) as reader, following(address, stream_of(desk), desk.person.cookies) as owner:
        await heard(reader)
        await heard(owner)
        async with desk.site.database.writing() as session:
            await unpublish_map(session, desk.map_id, desk.person.id)
        assert (await reader.ended())[-1].data == "access"
        async with desk.site.database.writing() as session:
            await trash_map(session, desk.map_id, desk.person.id)
        assert (await owner.ended())[-1].data == "access"


async def test_a_closed_session_ends_its_streams(address: str, desk: Desk) -> None:
    async with following(address, stream_of(desk), desk.person.cookies) as page:
        await heard(page)
        async with desk.site.database.writing() as session:
            await close_all(session, desk.person.id)
        assert [(event.name, event.data) for event in await page.ended()] == [("closed", "session")]


async def test_what_was_changed_while_the_database_was_away_is_caught_up_with(address: str, desk: Desk, emptied: Database) -> None:
    tosca = await desk.topic("Tosca")
    async with following(address, stream_of(desk, tosca), desk.person.cookies) as page:
        await heard(page)
        listener = desk.site.parts.hub.listener
        async with emptied.writing() as session:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            await session.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
        await page.next_event("catch-up")
        assert desk.site.parts.hub.listener != listener
        await desk.text(tosca, "An opera.")
        await page.next_event("change")


async def test_comments_are_told_to_those_who_see_them_alone(address: str, desk: Desk) -> None:
    tosca, aida = await desk.topic("Tosca"), await desk.topic("Aida")
    async with desk.site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    at = stream_of(desk, tosca)
    async with following(address, at, desk.person.cookies) as page, following(address, at) as reader:
        await heard(page)
        await heard(reader)
        for topic in (aida, tosca):
            async with desk.site.database.writing() as session:
                await announce(session, desk.map_id, "comments", topic_ids=[topic.id], user_id=desk.person.id)
        assert (await page.next_event("news")).told == {"kind": "comments", "version": None, "mine": True, "by": "Ada"}
        await desk.text(tosca, "An opera.")
        await reader.next_event("change")
    assert len([event for event in page.seen if event.name == "news"]) == 1
    assert [event.name for event in reader.seen] == ["hello", "change"]


async def test_the_bell_moves_for_those_who_are_told(address: str, desk: Desk, bo: Person) -> None:
    tosca = await desk.topic("Tosca")
    async with desk.site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    at = stream_of(desk, tosca)
    async with (
        following(address, at, bo.cookies) as page,
        following(address, at, desk.person.cookies) as owner,
        following(address, at) as reader,
    ):
        assert (await page.next_event("hello")).told["unread"] == ""
        await heard(owner)
        assert (await reader.next_event("hello")).told["unread"] is None
        for number in range(2):
            async with desk.site.database.writing() as session:
                await notify_all(session, user_ids=[bo.id, desk.person.id], kind="mention", map_id=desk.map_id, by_user_id=desk.person.id)
            assert (await page.next_event("notices")).data == str(number + 1)
        async with following(address, at, bo.cookies) as later:
            assert (await later.next_event("hello")).told["unread"] == "2"
            await post(address, bo, "/notices/reading", {"until": "1000"}, 303)
            assert (await later.next_event("notices")).data == ""
            assert (await page.next_event("notices")).data == ""
        await desk.text(tosca, "An opera.")
        for each in (owner, reader):
            await each.next_event("change")
            assert {event.name for event in each.seen} <= {"hello", "presence", "change"}


async def test_what_is_told_to_very_many_is_heard_by_each(address: str, desk: Desk) -> None:
    many = "INSERT INTO app_user (email, email_key, name) SELECT n || '@example.com', n, 'Many' FROM generate_series(1, 2000) AS n"
    async with desk.site.database.writing() as session:
        await session.execute(text(many))
        people = [row.id for row in await session.execute(text("SELECT id FROM app_user"))]
    last = await desk.site.person("last@example.org")
    await let_in(desk, last, "view")
    async with following(address, stream_of(desk), desk.person.cookies) as first, following(address, stream_of(desk), last.cookies) as page:
        await heard(first)
        await heard(page)
        async with desk.site.database.writing() as session:
            await notify_all(session, user_ids=[*people, last.id], kind="outcome")
        assert (await first.next_event("notices")).data == (await page.next_event("notices")).data == "1"


async def test_members_see_each_other_and_what_they_write(address: str, desk: Desk, bo: Person) -> None:
    tosca = await desk.topic("Tosca")
    async with following(address, stream_of(desk, tosca), desk.person.cookies) as page:
        await heard(page)
        async with following(address, stream_of(desk, tosca), bo.cookies) as other:
            stream = (await other.next_event("hello")).told["stream"]
            assert "Ada" in (await other.next_event("presence")).data
            shown = (await page.next_event("presence")).data
            assert "Here now: Bo<" in shown
            await say_editing(address, desk, bo, stream, "topic-text")
            assert "Bo is writing this text" in (await page.next_event("presence")).data
            await say_editing(address, desk, bo, stream, "")
            assert "is writing" not in (await page.next_event("presence")).data
        assert "Bo" not in (await page.next_event("presence")).data


async def test_what_somebody_writes_cannot_be_said_for_somebody_else(address: str, desk: Desk, bo: Person) -> None:
    tosca = await desk.topic("Tosca")
    viewer = await desk.site.person("cy@example.org")
    await let_in(desk, viewer, "view")
    async with following(address, stream_of(desk, tosca), desk.person.cookies) as page:
        stream = (await page.next_event("hello")).told["stream"]
        await written(desk, stream)
        await say_editing(address, desk, bo, stream, "topic-text")
        await say_editing(address, desk, viewer, stream, "topic-text", status=403)
        assert await written(desk, stream) == ""
        await say_editing(address, desk, desk.person, stream, "<b>")
        assert await written(desk, stream) == ""
        await say_editing(address, desk, desk.person, stream, "topic-text")
        assert await written(desk, stream) == "topic-text"


async def test_who_does_not_want_to_be_seen_is_not(address: str, desk: Desk, bo: Person) -> None:
    async with following(address, stream_of(desk), desk.person.cookies) as page:
        await heard(page)
        async with following(address, stream_of(desk), bo.cookies) as other:
            await heard(other)
            assert "Bo" in (await page.next_event("presence")).data
            await post(address, bo, "/account/presence", {"seen": "no"}, 303)
            assert "Bo" not in (await page.next_event("presence")).data
            assert "Ada" in (await other.next_event("presence")).data
        async with httpx.AsyncClient(base_url=address, cookies=desk.person.cookies) as client:
            page_here = words((await client.get(f"{desk.url}/live")).text.partition('id="here-now">')[2].partition("</section>")[0])
            assert page_here.startswith("Ada Members of this map see it too")


async def test_a_server_that_stops_ends_its_streams(site: Site, desk: Desk) -> None:
    async with serving(site.app) as address:
        async with following(address, stream_of(desk), desk.person.cookies) as page:
            await heard(page)
            began = asyncio.get_running_loop().time()
            site.parts.hub.end_streams()
            assert [event.name for event in await page.ended() if event.name != "presence"] == []
            assert asyncio.get_running_loop().time() - began < 2
        async with following(address, stream_of(desk), desk.person.cookies) as page:
            assert await page.ended() == []


async def test_deleting_a_topic_is_told_with_a_way_back(address: str, desk: Desk, bo: Person) -> None:
    tosca = await desk.topic("Tosca")
    async with following(address, stream_of(desk, tosca), bo.cookies) as page:
        await heard(page)
        async with desk.site.database.writing() as session:
            await delete_topic(session, desk.map_id, desk.person.id, tosca.id)
        change = await page.next_event("change")
        assert change.told["by"] == "Ada"
        await post(address, bo, change.told["undo"], {}, 303)
        assert (await page.next_event("change")).told["mine"]


async def say_editing(address: str, desk: Desk, person: Person, stream: str, part: str, status: int = 204) -> None:
    await post(address, person, f"{desk.url}/live/editing", {"stream": stream, "part": part}, status)


async def post(address: str, person: Person, path: str, fields: dict[str, str], status: int) -> None:
    async with httpx.AsyncClient(base_url=address, cookies=person.cookies, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        answer = await client.post(path, data=fields)
    assert answer.status_code == status, answer.text[:500]


async def written(desk: Desk, stream: str) -> str:
    """What the person of this stream is said to write, once the stream is known at all."""
    async with asyncio.timeout(10):
        while True:
            async with desk.site.database.reading() as connection:
                asked = text("SELECT editing FROM presence WHERE stream_id = CAST(:id AS uuid)")
                row = (await connection.execute(asked, {"id": stream})).first()
            if row is not None:
                return str(row[0])
