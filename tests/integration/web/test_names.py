"""Names of a topic: added, edited, deleted, with contexts, language, kind and variants."""

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


async def name_id(desk: Desk, topic: Made, number: int = 0) -> int:
    page = await desk.get(topic.url)
    return int(re.findall(r'id="name-(\d+)"', page.text)[number])


async def test_the_form_stands_in_the_place_of_the_heading(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    form = await desk.get(
        f"{tosca.url}/names/{number}/edit", headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#name-{number}"}
    )
    assert form.status_code == 200
    assert "<html" not in form.text
    assert ids_of(form.text)[0] == f"name-{number}"
    assert 'value="Tosca"' in form.text
    assert "input--h1" in form.text


async def test_the_form_is_a_page_of_its_own(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    page = await desk.get(f"{tosca.url}/names/{number}/edit")
    assert "<html" in page.text
    assert "hx-post" not in page.text.split("<main")[1].split("</main>")[0]


async def test_saving_goes_back_to_the_name(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    answer = await desk.post(f"{tosca.url}/names/{number}/edit", {"value": "La Tosca"})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith(f"/topics/tosca#name-{number}")
    page = await desk.person.follow(answer)
    assert "<h1>La Tosca</h1>" in page.text
    assert "Saved the name “La Tosca”." in words(page.text)


async def test_htmx_gets_the_head_with_the_focus_on_the_name(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    answer = await desk.post(f"{tosca.url}/names/{number}/edit", {"value": "La Tosca"}, fragment=True, target="topic-head")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "topic-head"
    assert answer.text.startswith("<title>La Tosca · Italian opera</title>")
    assert "autofocus data-focus" in answer.text
    assert "Saved the name" in answer.text


async def test_an_empty_name_is_refused_in_place(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    answer = await desk.post(f"{tosca.url}/names/{number}/edit?in=title", {"value": " "}, fragment=True, target="topic-head")
    assert answer.status_code == 422
    assert ids_of(answer.text)[0] == f"name-{number}"
    assert f'aria-describedby="name-{number}-value-error"' in answer.text


async def test_a_name_in_a_context_and_a_language(desk: Desk, tosca: Made) -> None:
    libretto = await desk.topic("Libretto")
    german = await desk.base("deu")
    fields = {"value": "Die Tosca", "theme": str(libretto.id), "language": str(german)}
    page = await desk.person.follow(await desk.post(f"{tosca.url}/names/new", fields))
    shown = words(page.text)
    assert "Die Tosca" in shown
    number = await name_id(desk, tosca, 1)
    form = await desk.get(f"{tosca.url}/names/{number}/edit")
    sent = fields_of(form.text, f"/maps/{desk.map_id}-italian-opera/topics/tosca/names/{number}/edit")
    assert sent["theme"] == [str(libretto.id)]
    assert sent["language"] == [str(german)]


async def test_an_unknown_context_is_offered_and_then_made(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/names/{number}/edit"
    refused = await desk.post(path, {"value": "Tosca", "theme_text": "Full title"})
    assert refused.status_code == 422
    sent = fields_of(refused.text, path)
    assert sent["theme"] == ["new:Full title"]
    assert (await desk.post(path, sent)).status_code == 303
    assert (await desk.get(f"{desk.url}/topics/full-title")).status_code == 200


async def test_the_same_name_twice_is_refused(desk: Desk, tosca: Made) -> None:
    refused = await desk.post(f"{tosca.url}/names/new", {"value": "Tosca"})
    assert refused.status_code == 422
    assert "is a name of this topic in this context already" in words(refused.text)


async def test_the_last_name_stays(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    refused = await desk.post(f"{tosca.url}/names/{number}/removal")
    assert refused.status_code == 422
    assert "This is the only name of the topic." in words(refused.text)


async def test_a_deleted_name_comes_back_by_undo(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    number = await name_id(desk, tosca, 1)
    page = await desk.person.follow(await desk.post(f"{tosca.url}/names/{number}/removal"))
    assert f'id="name-{number}"' not in page.text
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    page = await desk.person.follow(await desk.post(undo[1]))
    assert f'id="name-{number}"' in page.text
    assert "Do it again" in page.text


async def test_a_variant_is_added_and_removed(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/names/{number}/edit"
    saved = await desk.post(path, {"value": "Tosca", "variant": "tosca, la", "variant_theme": "Sort order"})
    assert saved.status_code == 303
    assert "tosca, la" in (await desk.get(path)).text
    variant = re.search(r'name="remove_variant" value="(\d+)"|value="(\d+)" name="remove_variant"', (await desk.get(path)).text)
    assert variant
    gone = await desk.post(path, {"value": "Tosca", "remove_variant": variant[1] or variant[2]})
    assert gone.status_code == 303
    assert "tosca, la" not in (await desk.person.follow(gone)).text


async def test_a_variant_needs_a_purpose(desk: Desk, tosca: Made) -> None:
    number = await name_id(desk, tosca)
    refused = await desk.post(f"{tosca.url}/names/{number}/edit", {"value": "Tosca", "variant": "x"})
    assert refused.status_code == 422
    assert "Say what this form is for" in words(refused.text)


async def test_a_name_of_another_topic_is_not_found_here(desk: Desk, tosca: Made) -> None:
    other = await desk.topic("Norma")
    number = await name_id(desk, other)
    assert (await desk.get(f"{tosca.url}/names/{number}/edit")).status_code == 404
    assert (await desk.post(f"{tosca.url}/names/{number}/edit", {"value": "x"})).status_code == 404
