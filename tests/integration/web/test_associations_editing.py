"""Connections: in one field, or with type, parts and contexts; edited and deleted."""

import re

import pytest

from tests.editing import Desk, Made, fields_of, ids_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


async def association_id(desk: Desk, topic: Made) -> int:
    found = re.search(r'id="association-(\d+)"', (await desk.get(topic.url)).text)
    assert found
    return int(found[1])


async def test_a_known_name_is_linked_at_once(desk: Desk, tosca: Made) -> None:
    await desk.topic("Giacomo Puccini")
    page = await desk.person.follow(await desk.post(f"{tosca.url}/quick-association", {"topic": "giacomo puccini"}))
    assert "Linked to “giacomo puccini”." in words(page.text)
    assert "Giacomo Puccini</a>" in page.text


async def test_htmx_gets_the_connections_back(desk: Desk, tosca: Made) -> None:
    other = await desk.topic("Rome")
    fields = {"topic": "Rome", "topic_id": str(other.id)}
    answer = await desk.post(f"{tosca.url}/quick-association", fields, fragment=True, target="topic-associations")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "topic-associations"
    assert "Rome</a>" in answer.text


async def test_an_unknown_name_is_offered_to_be_created(desk: Desk, tosca: Made) -> None:
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/quick-association"
    offer = await desk.post(path, {"topic": "Sardou"})
    assert offer.status_code == 422
    assert "There is no topic “Sardou” yet." in words(offer.text)
    assert "Create it and link" in offer.text
    page = await desk.person.follow(await desk.post(path, fields_of(offer.text, path)))
    assert "Sardou</a>" in page.text


async def test_the_offer_for_htmx_takes_the_place_of_the_field(desk: Desk, tosca: Made) -> None:
    offer = await desk.post(f"{tosca.url}/quick-association", {"topic": "Sardou"}, fragment=True, target="topic-associations")
    assert offer.status_code == 422
    assert '<hx-partial hx-target="#topic-associations > form" hx-swap="outerHTML">' in offer.text


async def test_create_chosen_in_the_list_makes_and_links_at_once(desk: Desk, tosca: Made) -> None:
    answer = await desk.post(f"{tosca.url}/quick-association", {"topic": "Sardou", "topic_id": "", "create": "1"})
    assert answer.status_code == 303
    assert (await desk.get(f"{desk.url}/topics/sardou")).status_code == 200


async def test_several_topics_of_a_name_are_asked_about(desk: Desk, tosca: Made) -> None:
    first, second = await desk.topic("Rome"), await desk.topic("Rome")
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/quick-association"
    asked = await desk.post(path, {"topic": "Rome"})
    assert asked.status_code == 422
    assert "Several topics are called “Rome”." in words(asked.text)
    assert f'value="{first.id}"' in asked.text
    page = await desk.person.follow(await desk.post(path, {"topic": "Rome", "topic_id": ["", str(second.id)]}))
    assert f"/topics/{second.slug}" in page.text


async def test_when_none_of_the_name_is_meant_another_is_made(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    await desk.topic("Rome")
    answer = await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome", "topic_id": "", "topic_create": ["", "Rome"]})
    assert answer.status_code == 303
    assert "/topics/rome-3" in (await desk.person.follow(answer)).text


async def test_a_chosen_topic_counts_only_while_the_text_names_it(desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    answer = await desk.post(f"{tosca.url}/quick-association", {"topic": "Paris", "topic_id": str(rome.id)})
    assert answer.status_code == 422
    assert "There is no topic “Paris” yet." in words(answer.text)


async def test_linking_a_topic_to_itself_or_twice_is_refused(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    path = f"{tosca.url}/quick-association"
    assert "Choose another topic." in words((await desk.post(path, {"topic": "Tosca"})).text)
    await desk.post(path, {"topic": "Rome"})
    again = await desk.post(path, {"topic": "Rome"})
    assert again.status_code == 422
    assert "there already" in words(again.text)


async def test_a_connection_of_three_with_new_topics_in_every_field(desk: Desk, tosca: Made) -> None:
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/associations/new"
    form = await desk.get(path)
    sent = fields_of(form.text, path)
    assert sent["player-0"] == ["Tosca"]
    more = await desk.post(path, {**sent, "more": "1"})
    assert more.status_code == 200
    sent = fields_of(more.text, path)
    assert "player-2" in sent
    filled = {
        "type": "First performance",
        "role-0": "work",
        "role-1": "theatre",
        "player-1": "Teatro Costanzi",
        "role-2": "conductor",
        "player-2": "Leopoldo Mugnone",
        "theme_text": "History",
    }
    offer = await desk.post(path, {**sent, **filled})
    assert offer.status_code == 422
    assert offer.text.count("Create the topic “") == 6
    page = await desk.person.follow(await desk.post(path, fields_of(offer.text, path)))
    shown = words(page.text)
    assert "First performance" in shown
    assert "Teatro Costanzi" in shown
    assert "Leopoldo Mugnone" in shown
    assert "History" in shown


async def test_a_row_is_taken_out_and_the_rest_stays(desk: Desk, tosca: Made) -> None:
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/associations/new"
    fields = {"type": "Kept", "role-0": "a", "player-0": "A", "role-1": "b", "player-1": "B", "remove": "0"}
    answer = await desk.post(path, fields)
    sent = fields_of(answer.text, path)
    assert sent["type"] == ["Kept"]
    assert "player-0" not in sent
    assert sent["player-1"] == ["B"]


async def test_a_missing_part_is_told_beside_its_field(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    path = f"{tosca.url}/associations/new"
    fields = {"type": "inclusion", "role-0": "part", "player-0": "Tosca", "role-1": "", "player-1": "Rome", "role-0_create": "part"}
    answer = await desk.post(path, fields)
    assert answer.status_code == 422
    assert 'id="association-new-role-1-error"' in answer.text
    assert "Say which part Rome plays." in words(answer.text)
    assert (await desk.get(f"{desk.url}/topics/part")).status_code == 404, "nothing is made by a form that is refused"


async def test_types_that_tags_use_are_refused_with_a_reason(desk: Desk, tosca: Made) -> None:
    fields = {"type": "categorization", "role-0": "member", "player-0": "Tosca"}
    answer = await desk.post(f"{tosca.url}/associations/new", fields)
    assert answer.status_code == 422
    assert "use this type for themselves" in words(answer.text)


async def test_a_connection_of_one_is_allowed(desk: Desk, tosca: Made) -> None:
    fields = {"type": "action", "role-0": "member", "player-0": "Tosca", "role-1": "", "player-1": ""}
    assert (await desk.post(f"{tosca.url}/associations/new", fields)).status_code == 303


async def test_a_connection_is_edited_from_the_topic_and_deleted_with_undo(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    number = await association_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/associations/{number}/edit?topic=tosca"
    form = await desk.get(path)
    sent = fields_of(form.text, path)
    answer = await desk.post(path, {**sent, "type": "Setting", "type_id": "", "type_create": "Setting"})
    assert answer.headers["location"].endswith(f"/topics/tosca#association-{number}")
    assert "Setting" in words((await desk.person.follow(answer)).text)
    page = await desk.person.follow(await desk.post(path.replace("/edit", "/removal")))
    assert f'id="association-{number}"' not in page.text
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert f'id="association-{number}"' in (await desk.get(tosca.url)).text


async def test_the_form_in_the_page_is_an_item_of_its_list(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    number = await association_id(desk, tosca)
    headers = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Target": f"li#association-{number}",
        "Referer": f"http://testserver.local{tosca.url}",
    }
    form = await desk.get(f"{desk.url}/associations/{number}/edit", headers=headers)
    assert form.text.lstrip().startswith(f'<li class="editing" id="association-{number}">')
    assert 'hx-target="#topic-associations"' in form.text


async def test_odd_rows_are_never_a_failure(desk: Desk, tosca: Made) -> None:
    for fields in (
        {"role-99999": "x", "player--1": "y", "role-٣": "z"},
        {f"role-{index}": "r" for index in range(900)},
        {"type": "a\x00", "role-0": "\x00", "player-0_id": "9" * 40},
        {"remove": "zzz", "more": ["1", "1"]},
    ):
        assert (await desk.post(f"{tosca.url}/associations/new", fields)).status_code in (200, 422)
