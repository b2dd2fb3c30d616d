"""Texts that mention a topic: linked or only named, read by everybody, connected by those who may edit."""

import re
from html import unescape

import pytest

from contextualise.domain.maps import publish_map
from tests.editing import Desk, Made, fields_of, ids_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


def urls(html: str, kind: str) -> list[str]:
    return [unescape(each) for each in re.findall(rf'action="([^"]+/mentions/\d+/{kind}[^"]*)"', html)]


async def test_a_link_is_shown_in_its_sentence(desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    number = await desk.text(rome, "A city. In it [[Tosca|she]] sings *of* art. More.")
    page = await desk.get(f"{tosca.url}/mentions")
    assert f"/topics/rome#text-{number}" in page.text
    assert "In it <mark>she</mark> sings of art." in page.text
    assert "A city." not in page.text
    assert "No other text names it." in page.text


async def test_linking_texts_are_turned_by_key_each_once(desk: Desk, tosca: Made) -> None:
    for number in range(45):
        await desk.text(await desk.topic(f"Topic {number:02}"), f"[[Tosca]] and [[Tosca]], {number}")
    seen: list[str] = []
    url: str | None = f"{tosca.url}/mentions"
    while url:
        page = await desk.get(url)
        seen += re.findall(r'<a class="links__topic"[^>]*>([^<]+)', page.text)
        following = re.search(r'rel="next" href="([^"]+/mentions\?after=[^"]+)"', page.text)
        url = unescape(following[1]) if following else None
    assert seen == [f"Topic {number:02}" for number in range(45)]
    for broken in ("after=x", "after=1", "after=9.%7f", "unlinked=x", "after=99999999999999999999.a"):
        assert (await desk.get(f"{tosca.url}/mentions?{broken}")).status_code == 200


async def test_a_name_without_a_link_is_found_as_a_whole_word(desk: Desk, tosca: Made) -> None:
    rome, wine = await desk.topic("Rome"), await desk.topic("Wine")
    await desk.text(rome, "Then TOSCA jumps.")
    await desk.text(wine, "From Toscana, and toscas")
    await desk.text(tosca, "Tosca herself")
    linked = await desk.topic("Linked")
    await desk.text(linked, "Tosca, that is [[Tosca]]")
    part = await desk.get(f"{tosca.url}/mentions", fragment=True, target="topic-unlinked")
    assert ids_of(part.text)[0] == "topic-unlinked"
    assert re.findall(r'<a class="links__topic"[^>]*>([^<]+)', part.text) == ["Rome"]
    assert "Then <mark>TOSCA</mark> jumps." in part.text


async def test_every_name_is_looked_for_but_none_of_two_letters(desk: Desk) -> None:
    io = await desk.topic("Io")
    await desk.post(f"{io.url}/names/new", {"value": "The cow maiden"})
    await desk.text(await desk.topic("Jove"), "Io is seen.")
    await desk.text(await desk.topic("Juno"), "Of the Cow  Maiden, it is said.")
    page = await desk.get(f"{io.url}/mentions")
    assert re.findall(r'<a class="links__topic"[^>]*>([^<]+)', page.text) == ["Juno"]


async def test_what_was_written_before_is_not_found(desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    number = await desk.text(rome, "About Tosca")
    path = f"/maps/{desk.map_id}-italian-opera/topics/rome/text/{number}/edit"
    await desk.post(path, {**fields_of((await desk.get(path)).text, path), "text": "About nobody"})
    assert "links__topic" not in (await desk.get(f"{tosca.url}/mentions")).text


async def test_unlinked_mentions_are_turned_by_key(desk: Desk, tosca: Made) -> None:
    for number in range(23):
        await desk.text(await desk.topic(f"Topic {number:02}"), f"Tosca {number}")
    seen: list[str] = []
    url: str | None = f"{tosca.url}/mentions"
    while url:
        page = await desk.get(url, fragment=True, target="topic-unlinked")
        seen += re.findall(r'<a class="links__topic"[^>]*>([^<]+)', page.text)
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        url = unescape(following[1]) if following else None
    assert seen == [f"Topic {number:02}" for number in range(23)]


@pytest.mark.parametrize("fragment", [False, True])
async def test_one_click_connects_the_two_topics(desk: Desk, tosca: Made, fragment: bool) -> None:
    await desk.text(await desk.topic("Rome"), "About Tosca")
    (url,) = urls((await desk.get(f"{tosca.url}/mentions")).text, "association")
    done = await desk.post(url, fragment=fragment, target="topic-unlinked")
    if fragment:
        assert ids_of(done.text)[0] == "topic-unlinked"
        assert '<hx-partial hx-target="#topic-associations"' in done.text
        page = done
    else:
        page = await desk.person.follow(done)
    assert "Connected the two topics." in page.text
    assert urls(page.text, "association") == []
    assert ">connected<" in page.text
    assert ">Rome</a>" in (await desk.get(tosca.url)).text.partition('id="topic-associations"')[2]
    again = await desk.person.follow(await desk.post(url))
    assert "This association is there already." in again.text
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert len(urls((await desk.get(f"{tosca.url}/mentions")).text, "association")) == 1


@pytest.mark.parametrize("fragment", [False, True])
async def test_one_click_links_in_the_text(desk: Desk, tosca: Made, fragment: bool) -> None:
    rome = await desk.topic("Rome")
    await desk.text(rome, "`Tosca` and then TOSCA jumps.")
    page = await desk.get(f"{tosca.url}/mentions")
    (url,) = urls(page.text, "link")
    sent = fields_of(page.text, url)
    done = await desk.post(url, sent, fragment=fragment, target="topic-unlinked")
    page = done if fragment else await desk.person.follow(done)
    assert "The text links to “Tosca” now." in page.text
    assert urls(page.text, "link") == []
    assert re.search(
        r'<code>Tosca</code> and then <a class="wikilink" href="[^"]+/topics/tosca">TOSCA</a>', (await desk.get(rome.url)).text
    )
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert 'class="wikilink"' not in (await desk.get(rome.url)).text


async def test_a_text_that_changed_meanwhile_is_left_alone(desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    number = await desk.text(rome, "About Tosca")
    page = await desk.get(f"{tosca.url}/mentions")
    (url,) = urls(page.text, "link")
    sent = fields_of(page.text, url)
    path = f"/maps/{desk.map_id}-italian-opera/topics/rome/text/{number}/edit"
    await desk.post(path, {**fields_of((await desk.get(path)).text, path), "text": "More about Tosca"})
    for each in (sent, {"expected": "zz"}, {}):
        told = await desk.person.follow(await desk.post(url, each))
        assert "Somebody has changed this text" in told.text
    assert 'class="wikilink"' not in (await desk.get(rome.url)).text


async def test_where_no_link_can_stand_that_is_said(desk: Desk, tosca: Made) -> None:
    await desk.text(await desk.topic("Rome"), "Only `Tosca` in code")
    page = await desk.get(f"{tosca.url}/mentions")
    (url,) = urls(page.text, "link")
    told = await desk.person.follow(await desk.post(url, fields_of(page.text, url)))
    assert "write the link yourself" in told.text


async def test_notes_are_searched_too_and_those_of_the_inbox_are_attached(desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    await desk.post(f"{rome.url}/notes/new", {"text": "A note on Tosca"})
    await desk.post(f"{desk.url}/notes", {"text": "A thought of Tosca"})
    page = await desk.get(f"{tosca.url}/mentions")
    assert "in a note" in page.text and "A note in the inbox" in page.text
    for url in urls(page.text, "link")[:1]:
        await desk.post(url, fields_of(page.text, url))
    assert "A note on <mark>Tosca</mark>" in (await desk.get(f"{tosca.url}/mentions")).text
    attached = await desk.person.follow(await desk.post(urls(page.text, "association")[-1]))
    assert "Attached the note to “Tosca”." in attached.text
    assert "A thought of" in (await desk.get(tosca.url)).text


async def test_readers_see_mentions_without_tools(desk: Desk, tosca: Made, site: Site) -> None:
    await desk.text(await desk.topic("Rome"), "About Tosca")
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    page = await site.anonymous.get(f"{tosca.url}/mentions")
    assert "About <mark>Tosca</mark>" in page.text
    assert urls(page.text, "link") == urls(page.text, "association") == []
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]


async def test_the_topic_page_asks_for_them_when_the_reader_comes_there(desk: Desk, tosca: Made) -> None:
    page = await desk.get(tosca.url)
    assert re.search(r'id="topic-unlinked" hx-get="[^"]+/topics/tosca/mentions" hx-trigger="revealed"', page.text)
    assert 'id="topic-unlinked"' not in (await desk.get(f"{desk.url}/topics/notes")).text
    assert "Texts that name it" in words(page.text)


async def test_a_topic_that_is_not_there_has_no_mentions(desk: Desk) -> None:
    for path in ("nowhere/mentions", "%00/mentions"):
        assert (await desk.get(f"{desk.url}/topics/{path}")).status_code == 404
    assert (await desk.post(f"{desk.url}/topics/nowhere/mentions/1/link")).status_code == 404


async def test_what_is_no_text_has_no_link(desk: Desk, tosca: Made) -> None:
    for number in (tosca.id, 999_999_999):
        assert (await desk.post(f"{tosca.url}/mentions/{number}/link", {"expected": "0" * 64})).status_code == 404
        assert (await desk.post(f"{tosca.url}/mentions/{number}/association")).status_code == 404
