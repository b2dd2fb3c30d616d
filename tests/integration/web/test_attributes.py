"""Links and facts of a topic, and facts about its connections."""

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


async def occurrence_id(desk: Desk, topic: Made) -> int:
    found = re.search(r'id="occurrence-(\d+)"', (await desk.get(topic.url)).text)
    assert found
    return int(found[1])


async def test_a_link_is_added_edited_and_deleted(desk: Desk, tosca: Made) -> None:
    fields = {"url": "https://example.org/tosca", "title": "The score"}
    page = await desk.person.follow(await desk.post(f"{tosca.url}/links/new", fields))
    assert 'href="https://example.org/tosca"' in page.text
    number = await occurrence_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/occurrences/{number}/edit"
    sent = fields_of((await desk.get(path)).text, path)
    assert sent["url"] == ["https://example.org/tosca"]
    page = await desk.person.follow(await desk.post(path, {**sent, "title": "The autograph"}))
    assert "The autograph</a>" in page.text
    page = await desk.person.follow(await desk.post(path.replace("/edit", "/removal")))
    assert "The autograph</a>" not in page.text
    assert "Undo" in page.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " java\tscript:alert(1)", "vbscript:x", ""])
async def test_addresses_that_run_code_are_refused_beside_the_field(desk: Desk, tosca: Made, url: str) -> None:
    refused = await desk.post(f"{tosca.url}/links/new", {"url": url, "title": "Kept title"})
    assert refused.status_code == 422
    assert 'id="link-new-url-error"' in refused.text
    assert "Kept title" in refused.text


async def test_a_value_that_does_not_fit_is_told_and_kept(desk: Desk, tosca: Made) -> None:
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/attributes/new"
    refused = await desk.post(path, {"type": "Acts", "type_create": "Acts", "datatype": "integer", "value": "three"})
    assert refused.status_code == 422
    assert 'id="attribute-new-value-error"' in refused.text
    sent = fields_of(refused.text, path)
    assert sent["value"] == ["three"]
    assert sent["datatype"] == ["integer"]
    assert (await desk.get(f"{desk.url}/topics/acts")).status_code == 404
    offer = await desk.post(path, {**sent, "value": "3"})
    page = await desk.person.follow(await desk.post(path, fields_of(offer.text, path)) if offer.status_code == 422 else offer)
    assert "Acts" in words(page.text)
    assert (await desk.get(f"{desk.url}/topics/acts")).status_code == 200


async def test_htmx_gets_the_facts_with_the_new_one(desk: Desk, tosca: Made) -> None:
    fields = {"type": "Première", "type_create": "Première", "datatype": "edtf", "value": "14 January 1900"}
    answer = await desk.post(f"{tosca.url}/attributes/new", fields, fragment=True, target="topic-attributes")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "topic-attributes"
    assert "Première" in answer.text


async def test_the_form_of_a_fact_is_a_row_of_the_facts(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/attributes/new", {"type": "Acts", "type_create": "Acts", "datatype": "integer", "value": "3"})
    number = await occurrence_id(desk, tosca)
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#occurrence-{number}"}
    form = await desk.get(f"{tosca.url}/occurrences/{number}/edit", headers=headers)
    assert form.text.lstrip().startswith(f'<div class="editing" id="occurrence-{number}"><dt')
    refused = await desk.post(
        f"{tosca.url}/occurrences/{number}/edit?in=fact",
        {"type": "Acts", "datatype": "integer", "value": "many"},
        fragment=True,
        target="topic-attributes",
    )
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith(f'<div class="editing" id="occurrence-{number}"><dt')


async def test_a_fact_about_a_connection(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    found = re.search(r'id="association-(\d+)"', (await desk.get(tosca.url)).text)
    assert found
    path = f"/maps/{desk.map_id}-italian-opera/associations/{found[1]}/attributes/new"
    assert (await desk.get(path)).status_code == 200
    saved = await desk.post(path, {"type": "Since", "type_create": "Since", "datatype": "edtf", "value": "1900"})
    assert saved.status_code == 303
    assert "Since: 1900" in words((await desk.get(tosca.url)).text)
    form = await desk.get(f"{desk.url}/associations/{found[1]}/edit?topic=tosca")
    edit = re.search(r'href="([^"]*/details/\d+/edit[^"]*)"', form.text)
    assert edit
    sent = fields_of((await desk.get(edit[1])).text, edit[1])
    assert (await desk.post(edit[1], {**sent, "value": "1901"})).status_code == 303
    assert "Since: 1901" in words((await desk.get(tosca.url)).text)
    assert (await desk.post(edit[1].replace("/edit", "/removal"))).status_code == 303
    assert "Since: 1901" not in words((await desk.get(tosca.url)).text.replace("Undo", ""))


async def test_a_fact_about_a_fact(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/attributes/new", {"type": "Acts", "type_create": "Acts", "datatype": "integer", "value": "3"})
    number = await occurrence_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/occurrences/{number}/attributes/new"
    saved = await desk.post(path, {"type": "Source", "type_create": "Source", "datatype": "string", "value": "Burton 2004"})
    assert saved.status_code == 303
    assert "Source: Burton 2004" in words((await desk.get(tosca.url)).text)


async def test_a_fact_about_a_name(desk: Desk, tosca: Made) -> None:
    form = await desk.get(tosca.url)
    found = re.search(r'id="name-(\d+)"', form.text)
    assert found
    path = f"/maps/{desk.map_id}-italian-opera/names/{found[1]}/attributes/new"
    assert path in (await desk.get(f"{tosca.url}/names/{found[1]}/edit")).text
    assert (await desk.get(path)).status_code == 200
    refused = await desk.post(path, {"type": "Since", "type_create": "Since", "datatype": "integer", "value": "long ago"})
    assert refused.status_code == 422
    page = await desk.person.follow(await desk.post(path, {"type": "Since", "type_create": "Since", "datatype": "edtf", "value": "1900"}))
    assert "Since: 1900" in words(page.text)
    edit = re.search(r'href="([^"]*/details/\d+/edit[^"]*)"', page.text)
    assert edit
    action = edit[1].partition("?")[0]
    sent = fields_of((await desk.get(edit[1])).text, action)
    page = await desk.person.follow(await desk.post(action, {**sent, "datatype": "string", "value": "the première"}))
    assert "Since: the première" in words(page.text)
    page = await desk.person.follow(await desk.post(action.replace("/edit", "/removal")))
    assert "Since: the première" not in words(page.text)
    undo = re.search(r'action="([^"]+/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert "Since: the première" in words((await desk.get(tosca.url)).text)


async def test_no_fact_about_a_name_that_is_not_there(desk: Desk, tosca: Made) -> None:
    for number in (tosca.id, 999_999_999):
        assert (await desk.get(f"{desk.url}/names/{number}/attributes/new")).status_code == 404


@pytest.mark.parametrize("folder", ["text", "notes"])
async def test_a_fact_about_a_text_or_note(desk: Desk, tosca: Made, folder: str) -> None:
    if folder == "text":
        number = await desk.text(tosca, "An opera.")
    else:
        page = await desk.person.follow(await desk.post(f"{tosca.url}/notes/new", {"text": "A note."}))
        number = int(re.findall(r'id="text-(\d+)"', page.text)[0])
    path = f"/maps/{desk.map_id}-italian-opera/occurrences/{number}/attributes/new"
    saved = await desk.post(path, {"type": "Source", "type_create": "Source", "datatype": "string", "value": "Burton"})
    assert "Source: Burton" in words((await desk.person.follow(saved)).text)


async def test_a_fact_changes_its_kind_of_value(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/attributes/new", {"type": "Acts", "type_create": "Acts", "datatype": "integer", "value": "3"})
    number = await occurrence_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/occurrences/{number}/edit"
    sent = fields_of((await desk.get(path)).text, path)
    refused = await desk.post(path, {**sent, "datatype": "boolean"})
    assert refused.status_code == 422
    answer = await desk.post(path, {**sent, "datatype": "edtf", "value": "1900"}, fragment=True, target="topic-attributes")
    assert ids_of(answer.text)[0] == "topic-attributes"
    assert 'hx-target="#topic-dates"' in answer.text and "1900" in answer.text
    assert "1900" in words((await desk.get(tosca.url, fragment=True, target="topic-dates")).text)


async def test_texts_and_notes_lead_to_facts_about_them(desk: Desk, tosca: Made) -> None:
    text_id = await desk.text(tosca, "An opera in three acts.")
    form = (await desk.get(f"{tosca.url}/text/{text_id}/edit")).text
    assert f"/occurrences/{text_id}/attributes/new" in form
    await desk.post(f"{tosca.url}/notes/new", {"text": "Look for the score."})
    found = re.search(r'href="([^"]*/notes/(\d+)/edit[^"]*)"', (await desk.get(tosca.url)).text)
    assert found
    assert f"/occurrences/{found[2]}/attributes/new" in (await desk.get(found[1])).text
