"""The history of maps, topics, people and texts as pages show it."""

import re
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from httpx import Response
from sqlalchemy import insert, text

from contextualise.domain.associations import quick_association
from contextualise.domain.base_topics import base_ids
from contextualise.domain.maps import check_fields, edit_map, publish_map, unpublish_map
from contextualise.domain.notes import add_note
from contextualise.domain.texts import save_text
from contextualise.repository.tables import MapMember
from tests.editing import Desk, Made, fields_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


@pytest.fixture
async def reader(desk: Desk, site: Site) -> Person:
    """Somebody who may read the map, because it is published."""
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    return await site.person("reader@example.org")


async def rewrite(desk: Desk, topic: Made, *sources: str) -> int:
    """Write the text of a topic several times; returns the occurrence."""
    text_id, expected = 0, None
    for source in sources:
        async with desk.site.database.writing() as session:
            saved = await save_text(session, desk.site.objects, desk.map_id, desk.person.id, topic.id, source=source, expected=expected)
        text_id, expected = saved.construct_id, sha256(source.encode()).digest()
    return text_id


def changes_in(page: Response) -> list[str]:
    """The addresses of the changes on a page, in order."""
    return re.findall(r'class="change__what" href="([^"]+/changes/\d+)"', page.text)


async def last_change(desk: Desk, path: str = "/history") -> str:
    return changes_in(await desk.get(f"{desk.url}{path}"))[0]


async def test_the_map_tells_everything_that_was_done(desk: Desk, tosca: Made, site: Site) -> None:
    await desk.text(tosca, "Her text")
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    await desk.post(f"{tosca.url}/tags", {"tags": "verismo"})
    await desk.post(f"{desk.url}/edit", {"title": "Opera in Italy", "default_lang": "en", "accent": "teal"})
    page = await desk.get(f"{desk.url}/history")
    told = words(page.text)
    for sentence in ("made the map “Italian opera”", "made the topic “Tosca”", "wrote the text of “Tosca”", "added the name “Floria”"):
        assert sentence in told
    assert "changed the settings of the map “Opera in Italy”" in told
    assert "Tosca” 4 times" in told or "Tosca” 3 times" in told, "what was done to one thing at one sitting is one line"
    assert len(changes_in(page)) >= 6


async def test_each_change_has_a_page_with_before_and_after(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    names = re.findall(r"names/(\d+)/edit", (await desk.get(tosca.url)).text)
    await desk.post(f"{tosca.url}/names/{names[-1]}/edit", {"value": "Floria Tosca"})
    page = await desk.get(await last_change(desk))
    told = words(page.text)
    assert "Name changed" in told and "Before Floria" in told and "After Floria Tosca" in told
    assert "Undo this change" in told
    done = await desk.post((await last_change(desk)) + "/undoing")
    assert done.status_code == 303
    assert "Floria Tosca" not in (await desk.get(tosca.url)).text
    undone = await desk.get(page.url.path)
    assert "undone" in words(undone.text) and "See the change that took this back" in words(undone.text)
    taking_back = await desk.get(await last_change(desk))
    assert "See the change that this took back" in words(taking_back.text)


async def test_a_text_is_told_by_words(desk: Desk, tosca: Made) -> None:
    await rewrite(desk, tosca, "She sings in Rome.", "She sings well in Paris.")
    page = await desk.get(await last_change(desk))
    assert re.search(r"<del>.*Rome.*</del>", page.text) and re.search(r"<ins>.*Paris.*</ins>", page.text)
    assert "deleted: </span>Rome" in page.text


async def test_connections_are_told_in_words(desk: Desk, tosca: Made, site: Site) -> None:
    rome = await desk.topic("Rome")
    async with site.database.writing() as session:
        await quick_association(session, desk.map_id, desk.person.id, tosca.id, rome.id)
    told = words((await desk.get(await last_change(desk))).text)
    assert "Connection added" in told and "Tosca" in told and "Rome" in told


async def test_settings_are_told_and_taken_back(desk: Desk, tosca: Made, site: Site) -> None:
    async with site.database.writing() as session:
        await edit_map(session, desk.map_id, desk.person.id, check_fields(title="Opera", description="Of Italy"))
        await publish_map(session, desk.map_id, desk.person.id)
        await edit_map(session, desk.map_id, desk.person.id, check_fields(title="Opera", description="Of Italy", accent="teal"))
    page = await desk.get(f"{desk.url}/history?kind=map")
    accent, published, title = changes_in(page)[:3]
    told = words((await desk.get(title)).text)
    assert "Title changed Before Italian opera After Opera" in told
    told = words((await desk.get(published)).text)
    assert "Who may read it changed Before its owner and collaborators After everybody" in told
    assert (await site.anonymous.get(f"{desk.url}/topics")).status_code == 200
    # Later changes to other settings do not stand in the way.
    for address in (published, title):
        done = await desk.post(f"{address}/undoing")
        page = await desk.person.follow(done)
        page = await desk.person.follow(page) if page.status_code == 301 else page
        assert "Undone." in words(page.text)
    assert (await site.anonymous.get(f"{desk.url}/topics")).status_code == 404
    front = await desk.person.follow(await desk.get(desk.url))
    assert "Italian opera" in words(front.text) and 'data-accent="teal"' in front.text
    assert "teal" in words((await desk.get(accent)).text)


async def test_an_editor_does_not_publish_by_taking_something_back(desk: Desk, site: Site) -> None:
    editor = await site.person("editor@example.org")
    async with site.database.writing() as session:
        await session.execute(insert(MapMember).values(map_id=desk.map_id, user_id=editor.id, mode="edit"))
        await publish_map(session, desk.map_id, desk.person.id)
        change = await unpublish_map(session, desk.map_id, desk.person.id)
    page = await editor.get(f"{desk.url}/history")
    assert f"/changes/{change}/undoing" not in page.text
    refused = await editor.follow(await editor.post(f"{desk.url}/changes/{change}/undoing"))
    assert "Whoever manages the map can take it back." in words(refused.text)
    assert (await site.anonymous.get(f"{desk.url}/topics")).status_code == 404


async def test_the_beginning_of_a_map_is_not_taken_back(desk: Desk) -> None:
    page = await desk.get(f"{desk.url}/history?kind=map")
    (made,) = changes_in(page)
    assert f"{made}/undoing" not in page.text
    refused = await desk.person.follow(await desk.post(f"{made}/undoing"))
    assert "The map began with this." in words(refused.text)


async def test_history_is_narrowed_down(desk: Desk, tosca: Made, site: Site) -> None:
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    await desk.post(f"{tosca.url}/links/new", {"url": "https://example.org/"})
    for kind, yes, no in (
        ("names", "added the name", "made the topic"),
        ("topics", "made the topic", "added the name"),
        ("facts", "example.org", "made the topic"),
        ("map", "made the map", "made the topic"),
        ("texts", "Nothing like that was changed.", "made the"),
    ):
        told = words((await desk.get(f"{desk.url}/history?kind={kind}")).text)
        assert yes in told and no not in told, kind
    mine = await desk.get(f"{desk.url}/history?person={desk.person.id}")
    assert "made the topic" in words(mine.text)
    assert "Nothing like that" in words((await desk.get(f"{desk.url}/history?person=1{desk.person.id}")).text)
    assert "Nothing like that" in words((await desk.get(f"{desk.url}/history?until=2001-01-01")).text)
    assert "made the topic" in words((await desk.get(f"{desk.url}/history?since=2001-01-01")).text)


@pytest.mark.parametrize(
    "query",
    [
        "kind=nonsense",
        "person=%00",
        "person=99999999999999999999",
        "since=yesterday",
        "since=9999-12-31&until=0001-01-01",
        "before=x",
        "after=-1",
    ],
)
async def test_nonsense_in_the_address_is_borne(desk: Desk, query: str) -> None:
    for path in ("/history", "/topics/association/changes"):
        assert (await desk.get(f"{desk.url}{path}?{query}")).status_code == 200
    assert (await desk.get(f"/account/history?{query}")).status_code == 200


async def test_a_wrong_day_is_told_beside_its_field(desk: Desk) -> None:
    page = await desk.get(f"{desk.url}/history?{urlencode({'since': 'yesterday'})}")
    assert "Write a day as" in words(page.text) and 'value="yesterday"' in page.text


async def test_pages_turn_both_ways(desk: Desk) -> None:
    for number in range(120):
        await desk.topic(f"Topic {number}")
    seen: list[str] = []
    path: str | None = f"{desk.url}/history"
    pages = []
    while path:
        page = await desk.get(path)
        pages.append(changes_in(page))
        seen += pages[-1]
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = older[1].replace("&amp;", "&") if older else None
    assert len(seen) == len(set(seen)) == 121
    newer = re.search(r'rel="prev" href="([^"]+)"', page.text)
    assert newer and changes_in(await desk.get(newer[1].replace("&amp;", "&"))) == pages[-2]


async def test_a_topic_tells_only_its_own_changes(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    told = words((await desk.get(f"{tosca.url}/changes")).text)
    assert "made the topic “Tosca”" in told and "Rome" not in told


async def test_everybody_sees_what_they_did_themselves_in_all_maps(desk: Desk, tosca: Made, site: Site, owner: Person) -> None:
    other = await open_desk(site, owner, "French opera")
    await other.topic("Carmen")
    page = await owner.get("/account/history")
    told = words(page.text)
    assert "made the topic “Tosca”" in told and "made the topic “Carmen”" in told and "French opera" in told
    stranger = await site.person("stranger@example.org")
    assert "Tosca" not in (await stranger.get("/account/history")).text
    await other.post(f"{other.url}/trashing")
    assert "Carmen" not in (await owner.get("/account/history")).text


async def test_readers_are_not_told_of_the_inbox(desk: Desk, tosca: Made, reader: Person, site: Site) -> None:
    await desk.topic("Mario")  # what was done before the map was published is not told to readers either
    async with site.database.writing() as session:
        await add_note(session, site.objects, desk.map_id, desk.person.id, source="Ask the archive about the score")
    assert "Ask the archive" in (await desk.get(f"{desk.url}/history")).text
    number = (await last_change(desk)).rsplit("/", 1)[1]
    page = await reader.get(f"{desk.url}/history")
    assert "made the topic" in words(page.text) and "archive" not in page.text
    assert (await reader.get(f"{desk.url}/changes/{number}")).status_code == 404


async def test_readers_are_not_told_what_deleted_content_said(desk: Desk, tosca: Made, reader: Person) -> None:
    text_id = await rewrite(desk, tosca, "Her telephone number", "Her number")
    await desk.post(f"{tosca.url}/links/new", {"url": "https://example.org/secret"})
    pages = changes_in(await desk.get(f"{tosca.url}/changes"))
    for address in pages[:2]:
        assert "telephone" in (await reader.get(address)).text or "secret" in (await reader.get(address)).text
    assert (await reader.get(f"{desk.url}/texts/{text_id}/versions")).status_code == 200
    occurrence = re.search(r"occurrences/(\d+)/edit", (await desk.get(tosca.url)).text)
    assert occurrence
    await desk.post(f"{tosca.url}/text/{text_id}/removal")
    await desk.post(f"{tosca.url}/occurrences/{occurrence[1]}/removal")
    assert (await reader.get(f"{desk.url}/texts/{text_id}/versions")).status_code == 404
    assert "telephone" in (await desk.get(pages[1])).text
    *pages, made = pages
    assert (await reader.get(made)).status_code == 404, "the topic was made before the map was published"
    for address in (*pages, f"{tosca.url}/changes", f"{desk.url}/history", *changes_in(await reader.get(f"{tosca.url}/changes"))):
        page = await reader.get(address)
        assert page.status_code == 200
        assert "telephone" not in page.text and "/secret" not in page.text, address


async def test_nobodys_e_mail_address_is_told(desk: Desk, tosca: Made, reader: Person) -> None:
    for path in ("/history", "/topics/tosca/changes"):
        assert desk.person.email not in (await reader.get(f"{desk.url}{path}")).text


async def test_versions_of_a_text_are_listed_and_compared(desk: Desk, tosca: Made) -> None:
    text_id = await rewrite(desk, tosca, "One.", "One. Two.", "One. Two. Three.")
    path = f"{desk.url}/texts/{text_id}/versions"
    page = await desk.get(path)
    assert "0 words deleted, 1 added" in words(page.text)
    numbers = re.findall(r'name="old" value="(\d+)"', page.text)
    assert len(numbers) == 3
    for chosen in ({"old": numbers[2], "new": numbers[0]}, {"old": numbers[0], "new": numbers[2]}):
        page = await desk.get(f"{path}?{urlencode(chosen)}")
        assert "0 words deleted, 2 added" in words(page.text)
    same = await desk.get(f"{path}?{urlencode({'old': numbers[0], 'new': numbers[0]})}")
    assert "Choose two different versions." in words(same.text)
    assert (await desk.get(f"{path}?old=x&new=99")).status_code == 200


async def test_a_version_is_restored_as_a_new_change(desk: Desk, tosca: Made) -> None:
    text_id = await rewrite(desk, tosca, "The first words.", "The second words.")
    path = f"{desk.url}/texts/{text_id}/versions"
    page = await desk.get(path)
    restore = re.search(r'action="([^"]+/restoration)"', page.text)
    assert restore
    done = await desk.post(restore[1], fields_of(page.text, restore[1]))
    page = await desk.person.follow(done)
    assert "The first words." in page.text and "Restored the text." in words(page.text)
    assert len(re.findall(r'name="old" value', (await desk.get(path)).text)) == 3


async def test_a_version_is_not_restored_over_what_nobody_has_seen(desk: Desk, tosca: Made) -> None:
    text_id = await rewrite(desk, tosca, "The first words.", "The second words.")
    path = f"{desk.url}/texts/{text_id}/versions"
    page = await desk.get(path)
    restore = re.search(r'action="([^"]+/restoration)"', page.text)
    assert restore
    fields = fields_of(page.text, restore[1])
    await desk.post(f"{tosca.url}/text/{text_id}/edit", {"text": "Others wrote this.", "expected": fields["expected"][0]})
    page = await desk.person.follow(await desk.post(restore[1], fields))
    assert "Somebody has written this text since." in words(page.text)
    assert "Others wrote this." in (await desk.get(tosca.url)).text
    for nonsense in ("nonsense", "", "ab", "a" * 4000):
        assert "Somebody has written" in words((await desk.person.follow(await desk.post(restore[1], {"expected": nonsense}))).text)


async def test_what_is_no_text_has_no_versions(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/links/new", {"url": "https://example.org/"})
    occurrence = re.search(r"occurrences/(\d+)/edit", (await desk.get(tosca.url)).text)
    assert occurrence
    for number in (occurrence[1], tosca.id, 10**17):
        assert (await desk.get(f"{desk.url}/texts/{number}/versions")).status_code == 404


async def test_undo_stays_on_the_page_of_the_history(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    headers = {"Referer": f"http://testserver.local{desk.url}/history?kind=names"}
    done = await desk.post(f"{await last_change(desk)}/undoing", headers=headers)
    assert done.headers["location"] == f"{desk.url}/history?kind=names"


async def test_a_deleted_topic_is_told_with_all_it_had(desk: Desk, tosca: Made, site: Site) -> None:
    await desk.text(tosca, "Her text")
    async with site.database.reading() as connection:
        assert await base_ids(connection, desk.map_id, ["text"])
    await desk.post(f"{tosca.url}/removal")
    page = await desk.get(await last_change(desk))
    told = words(page.text)
    assert "Topic removed" in told and "Text removed" in told and "Her text" in told and "Restore" in told


async def version_of(desk: Desk) -> int:
    async with desk.site.database.reading() as connection:
        found: int = (await connection.execute(text("SELECT version FROM map WHERE id = :id"), {"id": desk.map_id})).scalar_one()
    return found


async def test_a_page_is_shown_as_it_was(desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    text_id = await rewrite(desk, tosca, "She sings in [[Rome]].")
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/text/{text_id}/removal")
    await desk.post(f"{rome.url}/names/new", {"value": "Roma"})
    await desk.post(f"{rome.url}/removal")
    assert "Rome" not in words((await desk.get(tosca.url)).text)
    page = await desk.get(f"{tosca.url}?at=v{then}")
    assert "She sings in" in page.text and "As it was on" in words(page.text)
    assert f"topics/rome?at=v{then}" in page.text, "links lead on at the same time"
    forms = re.findall(r'(?:action|href)="[^"]*/(edit|new|removal|tags)["?]', page.text.partition("<main")[2].partition("</main>")[0])
    assert forms == [], "nothing can be changed in the past"
    assert page.headers["x-robots-tag"] == "noindex" and "etag" not in page.headers
    gone = await desk.get(f"{rome.url}?at=v{then}")
    assert gone.status_code == 200 and "deleted since" in words(gone.text) and "Roma" not in words(gone.text)


async def test_a_topic_that_was_not_there_says_when_it_was_made(desk: Desk, tosca: Made) -> None:
    then = await version_of(desk)
    rome = await desk.topic("Rome")
    page = await desk.get(f"{rome.url}?at=v{then}")
    assert page.status_code == 404 and "There was no topic “Rome” then. It was made on" in words(page.text)
    assert (await desk.get(f"{desk.url}/topics/nowhere?at=v{then}")).status_code == 404


async def test_an_address_leads_to_the_one_that_the_topic_had_then(desk: Desk, tosca: Made) -> None:
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/address/edit", {"slug": "floria"})
    page = await desk.get(f"{desk.url}/topics/floria?at=v{then}&scope=eng")
    assert page.status_code == 301 and page.headers["location"].endswith(f"/topics/tosca?scope=eng&at=v{then}")
    assert (await desk.get(f"{tosca.url}?at=v{then}")).status_code == 200


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("v999999", "has never had such a version"),
        ("yesterday", "Write the time as"),
        ("2001-01-01", "The history of this map begins on"),
        ("", "Write the time"),
    ],
)
async def test_a_time_that_cannot_be_shown_says_why(desk: Desk, tosca: Made, at: str, said: str) -> None:
    page = await desk.get(f"{tosca.url}?{urlencode({'at': at})}")
    assert page.status_code == 404 and said in words(page.text)


async def test_a_day_means_its_end_and_a_moment_may_name_a_zone(desk: Desk, tosca: Made) -> None:
    for at in ("2099-01-01", "2099-01-01T12:00", "2099-01-01T12:00:00+02:00", "2099-01-01T12:00:00Z"):
        page = await desk.get(f"{tosca.url}?{urlencode({'at': at})}")
        assert page.status_code == 200 and "As it was on" in words(page.text), at


async def test_readers_do_not_find_in_the_past_what_was_taken_from_them(desk: Desk, tosca: Made, reader: Person) -> None:
    text_id = await rewrite(desk, tosca, "Her telephone number")
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/text/{text_id}/removal")
    assert "telephone" in (await desk.get(f"{tosca.url}?at=v{then}")).text
    page = await reader.get(f"{tosca.url}?at=v{then}")
    assert page.status_code == 200 and "telephone" not in page.text


async def test_the_inbox_of_the_past_is_not_shown_to_readers(desk: Desk, tosca: Made, reader: Person, site: Site) -> None:
    async with site.database.writing() as session:
        await add_note(session, site.objects, desk.map_id, desk.person.id, source="Ask the archive")
    page = await reader.get(f"{desk.url}/topics/notes?at=v{await version_of(desk)}")
    assert "archive" not in page.text


async def test_a_part_of_a_page_of_the_past_comes_alone(desk: Desk, tosca: Made) -> None:
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    part = await desk.get(f"{tosca.url}?at=v{then}", fragment=True, target="topic-head")
    assert 'id="topic-head"' in part.text and "Floria" not in part.text and "<html" not in part.text


async def test_a_topic_is_compared_between_two_times(desk: Desk, tosca: Made) -> None:
    await rewrite(desk, tosca, "She sings in Rome.")
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    names = re.findall(r"names/(\d+)/edit", (await desk.get(tosca.url)).text)
    await desk.post(f"{tosca.url}/names/{names[-1]}/edit", {"value": "Floria Tosca"})
    await desk.topic("Rome")
    for query in (f"from=v{then}", f"from=v{then}&to=2099-01-01", f"from=2099-01-01&to=v{then}"):
        told = words((await desk.get(f"{tosca.url}/changes?{query}")).text)
        assert "Name added" in told and "Floria Tosca" in told and "Name changed" not in told and "Topic added" not in told
    told = words((await desk.get(f"{tosca.url}/changes?from=v{then}&to=v{then}")).text)
    assert "Nothing about this topic is different" in told
    assert (await desk.get(f"{tosca.url}/changes?from=nonsense")).status_code == 404


async def test_a_topic_is_restored_to_a_time_and_that_is_undone(desk: Desk, tosca: Made) -> None:
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    await desk.post(f"{tosca.url}/address/edit", {"slug": "la-tosca"})
    past = await desk.get(f"{tosca.url}?at=v{then}")
    restore = re.search(r'action="([^"]+/restoration)"', past.text)
    assert restore
    page = await desk.person.follow(await desk.post(restore[1], fields_of(past.text, restore[1])))
    assert page.url.path.endswith("/topics/tosca") and "Floria" not in words(page.text.partition("<main")[2])
    assert "Restored." in words(page.text)
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    page = await desk.person.follow(await desk.post(undo[1]))
    assert "Floria" in (await desk.get(f"{desk.url}/topics/la-tosca")).text
    for fields in ({}, {"version": "999999"}, {"version": "nonsense"}):
        page = await desk.person.follow(await desk.post(f"{desk.url}/topics/la-tosca/restoration", fields))
        assert "never had such a version" in words(page.text)


async def test_tags_are_told_as_tags(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/tags", {"tags": "verismo"})
    told = words((await desk.get(await last_change(desk, "/history?kind=tags"))).text)
    assert "Tag added Tosca verismo" in told and "Connection" not in told


async def test_readers_do_not_learn_from_an_undo_what_was_deleted(desk: Desk, tosca: Made, reader: Person) -> None:
    await desk.post(f"{tosca.url}/links/new", {"url": "https://example.org/secret"})
    change = await last_change(desk)
    for _ in range(3):  # undone, done again, undone
        await desk.post(f"{change}/undoing")
        change = await last_change(desk)
    assert "secret" not in (await desk.get(tosca.url)).text
    assert "secret" in (await desk.get(f"{desk.url}/history")).text
    assert "secret" not in (await reader.get(f"{desk.url}/history")).text


async def test_versions_whose_bytes_are_missing_say_so(desk: Desk, tosca: Made) -> None:
    text_id = await rewrite(desk, tosca, "One.", "Two.")
    await desk.site.objects.delete(f"maps/{desk.map_id}/{sha256(b'One.').hexdigest()}")
    page = await desk.get(f"{desk.url}/texts/{text_id}/versions")
    assert page.status_code == 200 and "missing in the store of files" in words(page.text)
    page = await desk.get(await last_change(desk))
    assert page.status_code == 200 and "Text changed" in words(page.text)


async def test_a_page_of_the_past_says_who_had_changed_it_then(desk: Desk, tosca: Made, site: Site) -> None:
    editor = await site.person("grace@example.org")
    async with site.database.writing() as session:
        await session.execute(insert(MapMember).values(map_id=desk.map_id, user_id=editor.id, mode="edit"))
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    then = await version_of(desk)
    await editor.post(f"{tosca.url}/names/new", {"value": "La Tosca"})
    assert "by Grace" in words((await desk.get(tosca.url)).text)
    page = words((await desk.get(f"{tosca.url}?at=v{then}")).text)
    assert "by Owner" in page and "Grace" not in page


async def test_a_deleted_topic_leads_editors_to_the_trash(desk: Desk, tosca: Made, reader: Person) -> None:
    then = await version_of(desk)
    await desk.post(f"{tosca.url}/removal")
    assert "Look for it in the trash" in words((await desk.get(f"{tosca.url}?at=v{then}")).text)
    page = await reader.get(f"{tosca.url}?at=v{then}")
    assert page.status_code == 200 and "trash" not in words(page.text) and "restoration" not in page.text
