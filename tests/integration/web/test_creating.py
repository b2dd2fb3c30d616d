"""Making topics: a name is enough, with scripts or without."""

import pytest

from tests.editing import Desk, fields_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


async def test_a_name_alone_makes_a_topic(desk: Desk) -> None:
    answer = await desk.post(f"{desk.url}/topics/new", {"name": "La Bohème"})
    page = await desk.person.follow(answer)
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/topics/la-boheme")
    assert "<h1>La Bohème</h1>" in page.text
    assert "Created “La Bohème”." in words(page.text)


async def test_htmx_is_sent_to_the_new_topic(desk: Desk) -> None:
    answer = await desk.post(f"{desk.url}/topics/new", {"name": "Tosca"}, fragment=True, target="new-topic")
    assert answer.status_code == 200
    assert answer.headers["hx-redirect"].endswith("/topics/tosca")


async def test_the_form_takes_name_and_type_from_the_address(desk: Desk) -> None:
    opera = await desk.topic("Opera")
    page = await desk.get(f"{desk.url}/topics/new?name=Turandot&type=opera")
    action = f"/maps/{desk.map_id}-italian-opera/topics/new"
    sent = fields_of(page.text, action)
    assert sent["name"] == ["Turandot"]
    assert sent["type"] == [str(opera.id)]


async def test_a_name_that_exists_is_told_and_then_allowed(desk: Desk) -> None:
    await desk.topic("Tosca")
    refused = await desk.post(f"{desk.url}/topics/new", {"name": "tosca"})
    assert refused.status_code == 422
    assert "There is a topic called “Tosca” already." in words(refused.text)
    assert "Open Tosca" in words(refused.text)
    made = await desk.post(f"{desk.url}/topics/new", {"name": "tosca", "anyway": "tosca"})
    assert made.headers["location"].endswith("/topics/tosca-2")


async def test_a_taken_address_is_refused_with_a_free_one(desk: Desk) -> None:
    await desk.topic("Tosca")
    refused = await desk.post(f"{desk.url}/topics/new", {"name": "The opera", "slug": "Tosca"})
    assert refused.status_code == 422
    assert "“tosca-2” is free" in words(refused.text)
    assert 'value="The opera"' in refused.text


async def test_a_new_type_is_offered_and_made_with_the_topic(desk: Desk) -> None:
    refused = await desk.post(f"{desk.url}/topics/new", {"name": "Tosca", "type_text": "Opera"})
    assert refused.status_code == 422
    assert "There is no topic “Opera” yet." in words(refused.text)
    sent = fields_of(refused.text, f"/maps/{desk.map_id}-italian-opera/topics/new")
    assert sent["type"] == ["new:Opera"]
    page = await desk.person.follow(await desk.post(f"{desk.url}/topics/new", sent))
    assert ">Opera</a>" in page.text
    assert (await desk.get(f"{desk.url}/topics/opera")).status_code == 200


async def test_a_text_is_saved_with_the_topic(desk: Desk) -> None:
    page = await desk.person.follow(await desk.post(f"{desk.url}/topics/new", {"name": "Tosca", "text": "An *opera* by [[Puccini]]."}))
    assert "<em>opera</em>" in page.text
    assert f"/maps/{desk.map_id}-italian-opera/topics/new?name=Puccini" in page.text


async def test_a_missing_name_is_told_beside_the_field(desk: Desk) -> None:
    refused = await desk.post(f"{desk.url}/topics/new", {"text": "Only a text"})
    assert refused.status_code == 422
    assert 'aria-describedby="new-topic-name-error"' in refused.text
    assert "Only a text" in refused.text
    assert 'data-focus="always"' in refused.text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "a\x00b"},
        {"name": "x" * 200_000},
        {"name": ["one", "two"], "type": ["7", "7", "no number", "9" * 30]},
        {"name": "ok", "type": "999999999999"},
        {"name": "\u202e", "slug": "///"},
        {"name": "ok", "text": "y" * 1_200_000},
        {"name": " \t "},
    ],
)
async def test_odd_input_is_never_a_failure(desk: Desk, fields: dict[str, object]) -> None:
    answer = await desk.post(f"{desk.url}/topics/new", fields)
    assert answer.status_code in (303, 422)


async def test_bytes_that_are_no_text_are_never_a_failure(desk: Desk) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await desk.person.request("POST", f"{desk.url}/topics/new", headers=headers, content=b"name=%ff%fe%ed%a0%80%00&=x&&;")
    assert answer.status_code in (303, 422)


async def test_only_people_who_may_edit_make_topics(desk: Desk, site: Site) -> None:
    stranger = await site.person("stranger@example.org")
    assert (await stranger.get(f"{desk.url}/topics/new")).status_code == 404
    assert (await stranger.post(f"{desk.url}/topics/new", {"name": "Mine"})).status_code == 404
    assert (await site.anonymous.post(f"{desk.url}/topics/new", {"name": "Mine"})).status_code in (303, 404)
