"""Places of a topic."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import update

from contextualise.repository.tables import Occurrence
from tests.editing import Desk, Made, fields_of, ids_of, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


async def block(desk: Desk, topic: Made) -> str:
    """The part of the page with dates and places."""
    return (await desk.get(topic.url, fragment=True, target="topic-dates")).text


@pytest.mark.parametrize(
    "fields",
    [
        {"latitude": "41.9009", "longitude": "12.4833"},
        {"latitude": "41,9009", "longitude": "12,4833"},
        {"latitude": "41.9009, 12.4833"},
        {"latitude": "geo:41.9009,12.4833"},
        {"latitude": "41°54'3.24\"N", "longitude": "12°28'59.88\"E"},
    ],
)
async def test_a_place_is_added_however_it_is_written(desk: Desk, tosca: Made, fields: dict[str, str]) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/places/new", {"name": "Rome", **fields}))
    assert "Location Rome 41.9009° N, 12.4833° E" in words(page.text)
    assert 'href="geo:41.9009,12.4833"' in page.text
    around = re.search(r'class="when__map" href="([^"]+)"', page.text)
    assert around
    assert "Rome" in (await desk.get(around[1].replace("&amp;", "&"))).text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "latitude"),
        ({"latitude": "91", "longitude": "12"}, "latitude"),
        ({"latitude": "north", "longitude": "12"}, "latitude"),
        ({"latitude": "41", "longitude": "181"}, "longitude"),
        ({"latitude": "41"}, "longitude"),
        ({"latitude": "41, 500"}, "latitude"),
        ({"latitude": "1e400", "longitude": "nan"}, "latitude"),
    ],
)
async def test_a_bad_value_is_refused_beside_its_field(desk: Desk, tosca: Made, fields: dict[str, str], field: str) -> None:
    refused = await desk.post(f"{tosca.url}/places/new", {"name": "Kept name", **fields})
    assert refused.status_code == 422
    assert f'id="place-new-{field}-error"' in refused.text
    assert "Kept name" in refused.text


async def test_several_places_are_edited_deleted_and_brought_back(desk: Desk, tosca: Made) -> None:
    for name, latitude, longitude in (("Rome", "41.9", "12.5"), ("Milan", "45.467", "9.183")):
        await desk.post(f"{tosca.url}/places/new", {"name": name, "latitude": latitude, "longitude": longitude})
    numbers = re.findall(r'id="occurrence-(\d+)"', await block(desk, tosca))
    assert len(numbers) == 2
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/places/{numbers[0]}/edit"
    sent = fields_of((await desk.get(path)).text, path)
    assert (sent["name"], sent["latitude"], sent["longitude"]) == (["Rome"], ["41.9"], ["12.5"])
    changed = {**sent, "latitude": "41.8", "type": "Setting", "type_create": "Setting"}
    page = await desk.person.follow(await desk.post(path, changed))
    assert "Setting Rome 41.8° N, 12.5° E" in words(page.text)
    page = await desk.person.follow(await desk.post(path.replace("/edit", "/removal")))
    assert "41.8° N" not in await block(desk, tosca)
    assert "Milan" in await block(desk, tosca)
    undo = re.search(r'action="([^"]+/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert "41.8° N" in await block(desk, tosca)


async def test_what_an_address_tells_beside_the_coordinates_is_kept(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/places/new", {"latitude": "geo:41.9,12.5,30;u=20"})
    found = re.search(r'id="occurrence-(\d+)"', await block(desk, tosca))
    assert found
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/places/{found[1]}/edit"
    await desk.post(path, {**fields_of((await desk.get(path)).text, path), "name": "Rome"})
    assert 'href="geo:41.9,12.5,30;u=20"' in await block(desk, tosca)


async def test_tiles_of_another_site_are_let_in_by_the_forms_own_page_alone(desk: Desk, tosca: Made) -> None:
    plain = await desk.get(f"{tosca.url}/places/new")
    assert "data-tiles" not in plain.text
    parts = desk.site.parts
    url = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings = replace(parts.settings, map_tiles_url=url, map_tiles_attribution="© Some & body")
    desk.site.app.state.parts = replace(parts, settings=settings)
    page = await desk.get(f"{tosca.url}/places/new")
    assert f'data-tiles="{url}"' in page.text and "© Some &amp; body" in page.text
    assert "img-src 'self' data: https://tiles.example.org;" in page.headers["content-security-policy"]
    inline = await desk.get(f"{tosca.url}/places/new", fragment=True, target="topic-dates")
    assert "data-tiles" not in inline.text
    for other in (await desk.get(tosca.url), await desk.get(f"{tosca.url}/dates/new")):
        assert "tiles.example.org" not in other.headers["content-security-policy"]
        assert "tiles.example.org" not in other.text


async def test_htmx_gets_the_places_with_the_new_one(desk: Desk, tosca: Made) -> None:
    answer = await desk.post(f"{tosca.url}/places/new", {"latitude": "1", "longitude": "2"}, fragment=True, target="topic-dates")
    assert ids_of(answer.text)[0] == "topic-dates"
    assert "1° N, 2° E" in answer.text


async def test_a_bad_place_of_an_imported_map_breaks_no_page(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/places/new", {"latitude": "1", "longitude": "2"})
    async with desk.site.database.writing() as session:
        await session.execute(
            update(Occurrence)
            .where(Occurrence.map_id == desk.map_id, Occurrence.lat.is_not(None))
            .values(value="geo:x,y", lat=None, lon=None)
        )
    await desk.post(f"{tosca.url}/places/new", {"name": "Rome", "latitude": "41.9", "longitude": "12.5"})
    shown = await block(desk, tosca)
    assert "geo:x,y" in shown and "Rome" in shown
    assert shown.count("<svg viewBox=") == 1
    number = re.findall(r'id="occurrence-(\d+)"', shown)[0]
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/places/{number}/edit"
    sent = fields_of((await desk.get(path)).text, path)
    assert sent["latitude"] == ["geo:x,y"]
    assert (await desk.post(path, sent)).status_code == 422
    assert (await desk.post(path, {**sent, "latitude": "3", "longitude": "4"})).status_code == 303
