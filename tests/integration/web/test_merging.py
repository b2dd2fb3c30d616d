"""Merging topics, types, addresses and identifiers."""

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


async def test_two_topics_are_merged_after_a_look_and_taken_apart_again(desk: Desk, tosca: Made) -> None:
    other = await desk.topic("La Tosca")
    await desk.text(other, "The text of the other")
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/merging"
    look = await desk.get(f"{path}?other=La+Tosca")
    assert "What comes together" in look.text
    sent = fields_of(look.text, path)
    page = await desk.person.follow(await desk.post(path, sent))
    assert "The text of the other" in page.text
    assert (await desk.get(other.url)).headers["location"].endswith("/topics/tosca")
    undo = re.search(r'action="(/maps/[^"]*/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert "The text of the other" in (await desk.get(other.url)).text


async def test_a_topic_is_not_merged_with_itself_or_nobody(desk: Desk, tosca: Made) -> None:
    assert "Choose another topic than this one." in words((await desk.get(f"{tosca.url}/merging?other=Tosca")).text)
    assert "There is no topic “Nobody”." in words((await desk.get(f"{tosca.url}/merging?other=Nobody")).text)
    assert (await desk.post(f"{tosca.url}/merging", {"other": "Tosca"})).status_code == 422
    assert (await desk.post(f"{tosca.url}/merging", {})).status_code == 422


async def test_types_are_set_and_made_in_place(desk: Desk, tosca: Made) -> None:
    opera = await desk.topic("Opera")
    path = f"{tosca.url}/types/edit"
    page = await desk.person.follow(await desk.post(path, {"type": [str(opera.id), "new:Melodramma"]}))
    assert ">Opera</a>" in page.text
    assert ">Melodramma</a>" in page.text
    page = await desk.person.follow(await desk.post(path, {"type_text": ""}))
    assert "Melodramma" not in words(page.text)


async def test_the_form_of_types_keeps_the_name_on_the_page(desk: Desk, tosca: Made) -> None:
    form = await desk.get(f"{tosca.url}/types/edit", fragment=True, target="topic-head")
    assert ids_of(form.text)[0] == "topic-head"
    assert "<h1>Tosca</h1>" in form.text


async def test_the_old_address_leads_to_the_new_one(desk: Desk, tosca: Made) -> None:
    answer = await desk.post(f"{tosca.url}/address/edit", {"slug": "La Tosca!"})
    assert answer.headers["location"].endswith("/topics/la-tosca")
    old = await desk.get(tosca.url)
    assert old.status_code == 301
    assert old.headers["location"].endswith("/topics/la-tosca")
    assert (await desk.get(f"{tosca.url}/names/new")).status_code == 200


@pytest.mark.parametrize("slug", ["", "///", "norma"])
async def test_an_address_that_will_not_do_is_refused_in_place(desk: Desk, tosca: Made, slug: str) -> None:
    await desk.topic("Norma")
    refused = await desk.post(f"{tosca.url}/address/edit", {"slug": slug})
    assert refused.status_code == 422
    assert 'id="topic-address-slug-error"' in refused.text


async def test_identifiers_are_added_and_removed(desk: Desk, tosca: Made) -> None:
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/identifiers/new"
    page = await desk.person.follow(await desk.post(path, {"iri": "https://www.wikidata.org/entity/Q7251", "kind": "1"}))
    assert "https://www.wikidata.org/entity/Q7251" in page.text
    form = await desk.get(path)
    removal = path.replace("/new", "/removal")
    sent = fields_of(form.text, removal)
    page = await desk.person.follow(await desk.post(removal, sent))
    assert "https://www.wikidata.org/entity/Q7251" not in page.text


async def test_an_identifier_of_another_topic_offers_to_merge(desk: Desk, tosca: Made) -> None:
    other = await desk.topic("La Tosca")
    fields = {"iri": "https://www.wikidata.org/entity/Q7251", "kind": "1"}
    await desk.post(f"{other.url}/identifiers/new", fields)
    refused = await desk.post(f"{tosca.url}/identifiers/new", fields)
    assert refused.status_code == 422
    offer = re.search(r'href="([^"]*/merging\?with=la-tosca)"', refused.text)
    assert offer
    assert "What comes together" in (await desk.get(offer[1])).text


async def test_what_is_no_identifier_is_refused_beside_the_field(desk: Desk, tosca: Made) -> None:
    for iri in ("", "not an address", "javascript:alert(1)", "x" * 5000):
        refused = await desk.post(f"{tosca.url}/identifiers/new", {"iri": iri})
        assert refused.status_code == 422
        assert 'id="identifier-new-iri-error"' in refused.text
