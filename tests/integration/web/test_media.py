"""Pictures, recordings, scenes, files and links of a topic: the forms, the order, the pages that play one thing."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from tests.editing import Desk, Made, fields_of, open_desk, words
from tests.media_samples import film, glb, picture, sound
from tests.web import Person, Site

JSON = {"Accept": "application/json"}
MEDIA = "topic-media"


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


async def add(desk: Desk, topic: Made, name: str, data: bytes, **fields: Any) -> int:
    answer = await desk.post(f"{topic.url}/files/new", fields, files=[("file", (name, data))], headers=JSON)
    assert answer.status_code == 200, answer.text
    number: int = answer.json()["id"]
    return number


async def gallery(desk: Desk, topic: Made) -> list[int]:
    """The pictures in the order in which they are seen."""
    html = (await desk.get(topic.url)).text
    return [int(number) for number in re.findall(r'<li class="picture [^"]*" id="occurrence-(\d+)"', html)]


async def execute(desk: Desk, statement: str, **values: Any) -> None:
    async with desk.site.database.writing() as session:
        await session.execute(text(statement), {"map_id": desk.map_id, **values})


async def test_what_is_there_gives_the_part_of_the_page_its_name(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    assert 'id="topic-media"' in (await desk.get(topic.url)).text, "an empty part is there to be filled"
    await add(desk, topic, "stage.png", picture())
    assert ">Pictures</h2>" in (await desk.get(topic.url)).text
    await add(desk, topic, "aria.wav", sound())
    await add(desk, topic, "opera.mp4", film())
    await add(desk, topic, "castle.glb", glb())
    await add(desk, topic, "libretto.txt", b"Recondita armonia")
    html = (await desk.get(topic.url)).text
    assert ">Pictures, films, sound, 3D scenes and files</h2>" in html
    assert re.search(r'<audio [^>]*src="[^"]+/aria\.wav" controls', html)
    assert re.search(r'<video [^>]*src="[^"]+/opera\.mp4" controls', html)
    assert 'data-player="castle.glb"' in html
    assert re.search(r'<a href="[^"]+/libretto\.txt" download>', html)


async def test_a_picture_comes_in_the_size_that_fits(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    number = await add(desk, topic, "stage.png", picture())
    await execute(
        desk, "UPDATE content SET width = 2000, height = 1000, examined_at = now() WHERE map_id = :map_id AND media_type = 'image/png'"
    )
    await execute(desk, "DELETE FROM rendition WHERE map_id = :map_id")
    for width in (320, 640, 1280):
        await execute(
            desk,
            "INSERT INTO rendition SELECT map_id, sha256, :width, :width / 2, 'image/webp', 9 FROM content"
            " WHERE map_id = :map_id AND media_type = 'image/png'",
            width=width,
        )
    html = (await desk.get(topic.url)).text
    image = re.search(r"<img [^>]+>", html[html.index(f'id="occurrence-{number}"') :])
    assert image
    assert re.search(r'src="[^"]+\?width=640"', image[0])
    assert re.search(r'srcset="[^"]+\?width=320 320w, [^"]+\?width=640 640w, [^"]+\?width=1280 1280w"', image[0])
    assert 'width="2000" height="1000"' in image[0]
    assert "ratio-40" in html, "the shape is known before the picture comes"
    assert re.search(r'data-shown="[^"]+\?width=1280"', html)


async def test_what_is_wrong_with_a_picture_is_told_to_those_who_can_do_something(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    await add(desk, topic, "stage.png", picture())
    await execute(
        desk, "UPDATE content SET problem = 'It is cut off.', examined_at = now() WHERE map_id = :map_id AND media_type = 'image/png'"
    )
    await execute(desk, "DELETE FROM rendition WHERE map_id = :map_id")
    await execute(desk, "UPDATE map SET published_at = now() WHERE id = :map_id")
    html = (await desk.get(topic.url)).text
    assert "It is cut off." in html and "Download this picture" in html
    html = (await site.anonymous.get(topic.url)).text
    assert "It is cut off." not in html and "Download this picture" in html


async def test_a_form_says_what_a_picture_shows(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    number = await add(desk, topic, "stage.png", picture())
    action = f"/files/{number}/edit"
    form = (await desk.get(topic.url + action)).text
    url = re.search(rf'action="([^"]+{action})"', form)
    assert url
    fields = fields_of(form, url[1])
    answer = await desk.post(
        topic.url + action, {**fields, "alt": "A  church", "title": "Act I"}, fragment=True, target=f"occurrence-{number}"
    )
    assert answer.status_code == 200 and 'alt="A church"' in answer.text and "Act I" in answer.text
    assert "autofocus" in answer.text[answer.text.index(f'id="occurrence-{number}"') :]
    answer = await desk.post(topic.url + action, {"alt": "", "decorative": "1"})
    assert answer.status_code == 303
    html = (await desk.get(topic.url)).text
    assert 'alt=""' in html and "Act I" in html, "what was not sent stays"
    assert "Say what it shows" not in html
    await desk.post(topic.url + action, {"alt": ""})
    assert "Say what it shows" in (await desk.get(topic.url)).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"alt": "x" * 2001}, "2,000"),
        ({"title": "x" * 501}, "500"),
        ({"theme": "123456789"}, ""),
        ({"theme_text": "Nothing of that name"}, "Nothing of that name"),
    ],
)
async def test_a_form_about_a_file_is_refused_with_words(desk: Desk, fields: dict[str, str], told: str) -> None:
    topic = await desk.topic("Tosca")
    number = await add(desk, topic, "stage.png", picture())
    for fragment in (False, True):
        answer = await desk.post(f"{topic.url}/files/{number}/edit", fields, fragment=fragment, target=f"occurrence-{number}")
        assert answer.status_code == 422
        assert told.replace(",", "") in words(answer.text).replace(",", "").replace("\N{NARROW NO-BREAK SPACE}", "")


async def test_a_file_moves_among_its_like(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    one = await add(desk, topic, "1.png", picture(colour="red"))
    note = await add(desk, topic, "a.txt", b"between the pictures")
    two = await add(desk, topic, "2.png", picture(colour="green"))
    three = await add(desk, topic, "3.png", picture(colour="blue"))
    assert await gallery(desk, topic) == [one, two, three]
    order = f"{topic.url}/files/{{}}/order"
    answer = await desk.post(order.format(one), {"move": "later"})
    assert answer.status_code == 303 and answer.headers["location"].endswith(f"#occurrence-{one}")
    assert await gallery(desk, topic) == [two, one, three]
    answer = await desk.post(order.format(three), {"before": str(two)}, fragment=True, target=MEDIA)
    assert 'data-announce="Now 1 of 3."' in answer.text
    assert await gallery(desk, topic) == [three, two, one]
    answer = await desk.post(order.format(three), {"move": "earlier"}, fragment=True, target=MEDIA)
    assert 'data-announce="It is the first already."' in answer.text
    await desk.post(order.format(three), {"after": str(one)})
    assert await gallery(desk, topic) == [two, one, three]
    for fields in ({"before": str(note)}, {"after": "999999"}, {}):
        assert (await desk.post(order.format(one), fields)).status_code in (200, 303)
    assert sorted(await gallery(desk, topic)) == sorted((one, two, three))


async def test_a_deleted_file_comes_back(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    number = await add(desk, topic, "stage.png", picture(), title="Act I")
    answer = await desk.post(f"{topic.url}/files/{number}/removal", fragment=True, target=MEDIA)
    assert "Deleted the picture “Act I”." in answer.text and "topic__section--none" in answer.text
    undo = re.search(r'action="([^"]+/undoing)"', answer.text)
    assert undo
    await desk.post(undo[1])
    assert await gallery(desk, topic) == [number]


async def test_the_address_of_any_statement_leads_to_its_form(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    number = await add(desk, topic, "stage.png", picture())
    answer = await desk.get(f"{topic.url}/occurrences/{number}/edit")
    assert answer.status_code == 303 and answer.headers["location"].endswith(f"/files/{number}/edit")
    written = await desk.text(topic, "A text.")
    assert (await desk.get(f"{topic.url}/files/{written}/edit")).status_code == 409
    other = await desk.topic("Rome")
    assert (await desk.get(f"{other.url}/files/{number}/edit")).status_code == 404


async def test_a_link_has_a_description(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    fields = {"url": "https://example.org/score", "title": "Score", "description": "The full\n score"}
    answer = await desk.post(f"{topic.url}/links/new", fields, fragment=True, target="topic-links")
    assert "The full score" in answer.text
    number = re.search(r'id="occurrence-(\d+)"', answer.text)
    assert number
    edit = f"{topic.url}/occurrences/{number[1]}/edit"
    assert "The full score" in (await desk.get(edit)).text
    answer = await desk.post(edit, {**fields, "description": ""}, fragment=True, target="topic-links")
    assert "The full score" not in answer.text and "Score" in answer.text


async def test_a_link_to_a_film_is_a_card_and_back(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    answer = await desk.post(f"{topic.url}/links/new", {"url": "https://youtu.be/dQw4w9WgXcQ"}, fragment=True, target="topic-links")
    number = re.search(r'id="occurrence-(\d+)"', answer.text)
    assert number and ">Films</h2>" in answer.text
    assert f'data-player-url="/maps/{desk.map_id}-italian-opera/players/{number[1]}"' in answer.text
    assert "<iframe" not in answer.text and "<img" not in answer.text, "nothing comes from there before it is asked for"
    edit = f"{topic.url}/occurrences/{number[1]}/edit"
    answer = await desk.post(edit, {"url": "https://example.org/"}, fragment=True, target="topic-links")
    assert ">Links</h2>" in answer.text and "data-player" not in answer.text


def sources(policy: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in policy.split(";"))}


async def test_only_the_page_of_a_film_may_show_its_site(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    answer = await desk.post(f"{topic.url}/links/new", {"url": "https://youtu.be/dQw4w9WgXcQ", "title": "A film"}, fragment=True)
    number = re.search(r'id="occurrence-(\d+)"', answer.text)
    assert number
    page = await desk.get(f"{desk.url}/players/{number[1]}")
    policy = sources(page.headers["content-security-policy"])
    assert policy["frame-src"] == ["'self'", "https://www.youtube-nocookie.com"]
    assert policy["script-src"] == ["'self'"] and policy["frame-ancestors"] == ["'self'"]
    assert 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1&amp;rel=0"' in page.text
    assert sources((await desk.get(topic.url)).headers["content-security-policy"])["frame-src"] == ["'self'"]
    assert (await site.anonymous.get(f"{desk.url}/players/{number[1]}")).status_code == 404


async def test_only_the_page_of_a_scene_grants_what_its_script_needs(desk: Desk, site: Site) -> None:
    topic = await desk.topic("Tosca")
    number = await add(desk, topic, "castle.glb", glb(), alt="A castle")
    page = await desk.get(f"{desk.url}/players/{number}?poster=1")
    policy = sources(page.headers["content-security-policy"])
    assert "'wasm-unsafe-eval'" in policy["script-src"] and "'unsafe-eval'" not in policy["script-src"]
    assert "'unsafe-inline'" not in page.headers["content-security-policy"]
    assert policy["frame-src"] == policy["frame-ancestors"] == ["'self'"]
    assert not re.search(r"https?:", page.headers["content-security-policy"])
    assert f'data-poster-url="/maps/{desk.map_id}-italian-opera/topics/tosca/files/{number}/poster"' in page.text
    await execute(desk, "UPDATE map SET published_at = now() WHERE id = :map_id")
    reader = await site.anonymous.get(f"{desk.url}/players/{number}?poster=1")
    assert reader.status_code == 200 and "data-poster-url" not in reader.text


async def test_what_does_not_play_has_no_player(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    links = ("https://framatube.org/w/kkGMgK9ZtnKfYAgnEtQxbv", "https://example.org/")
    for link in links:
        await desk.post(f"{topic.url}/links/new", {"url": link})
    await add(desk, topic, "libretto.txt", b"Recondita armonia")
    await desk.text(topic, "A text.")
    html = (await desk.get(topic.url)).text
    numbers = re.findall(r'id="(?:occurrence|text)-(\d+)"', html)
    assert len(numbers) == 4
    for number in [*numbers, "99999999"]:
        assert (await desk.get(f"{desk.url}/players/{number}")).status_code == 404


async def test_links_move_among_their_like(desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for number in range(3):
        await desk.post(f"{topic.url}/links/new", {"url": f"https://example.org/{number}", "title": f"Page {number}"})

    async def shown() -> list[str]:
        return re.findall(r'<span class="resources__main"><a href="[^"]*"[^>]*>(Page \d)</a>', (await desk.get(topic.url)).text)

    assert await shown() == ["Page 0", "Page 1", "Page 2"]
    last = re.findall(r'action="([^"]*/links/\d+/order[^"]*)"', (await desk.get(topic.url)).text)[-1]
    assert (await desk.post(last, {"move": "earlier"})).status_code == 303
    assert await shown() == ["Page 0", "Page 2", "Page 1"]
    answer = await desk.post(last, {"move": "earlier"}, fragment=True, target="topic-links")
    assert "Now 1 of 3." in answer.text
    assert await shown() == ["Page 2", "Page 0", "Page 1"]
    history = (await desk.get(f"{topic.url}/changes")).text
    undo = re.search(r'action="([^"]+/undoing)"', history)
    assert undo
    await desk.post(undo[1], {})
    assert await shown() == ["Page 0", "Page 2", "Page 1"]
