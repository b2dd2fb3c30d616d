"""The places of a map: what is drawn and listed, parts of the world, groups, files for other programs, and what strangers get."""

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from contextualise.domain.history import begin, finish
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.topics import create_topic
from contextualise.lib.values.datatypes import GEO
from contextualise.repository.occurrences import insert_occurrence
from tests.counting import counted
from tests.opera import Opera


async def settle(opera: Opera, name: str, value: str, title: str = "", scope: str = "") -> None:
    """A topic with a place."""
    async with opera.site.database.writing() as session:
        place = (session, opera.map_id, opera.owner.id)
        made = await create_topic(*place, name=name)
        given = {"type_id": opera.ids["location"], "value": value, "datatype": "geo", "title": title or None}
        await add_occurrence(*place, made.construct_id, **given, scope_ids=[opera.ids[scope]] if scope else [])


@pytest.fixture
async def world(own_opera: Opera) -> Opera:
    """Tosca in Rome, and four others."""
    await settle(own_opera, "Milan", "45.4642, 9.19", "La Scala")
    await settle(own_opera, "New York", "40.77, -73.98", scope="Staging")
    await settle(own_opera, "Fiji", "-17.7, 178.06")
    await settle(own_opera, "Wellington", "-41.29, 174.78")
    return own_opera


def listed(html: str) -> list[str]:
    part = html[html.index("The same as a list") :]
    return [unescape(name) for name in re.findall(r'<li>.*?<a href="[^"]*">([^<]*)</a>', part)]


def drawn(html: str) -> list[str]:
    return [unescape(label) for label in re.findall(r'class="places__pin[^"]*" href="[^"]*" aria-label="([^"]*)"', html)]


async def places(opera: Opera, query: str = "") -> str:
    answer = await opera.viewer.get(f"{opera.url}/places{query}")
    assert answer.status_code == 200
    return answer.text


EVERYWHERE = ["Rome: Tosca", "La Scala: Milan", "New York", "Fiji", "Wellington"]


async def test_every_place_is_drawn_and_listed(world: Opera) -> None:
    html = await places(world)
    assert listed(html) == EVERYWHERE
    assert "New York" in drawn(html)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?west=5&south=40&east=15&north=48", ["Rome: Tosca", "La Scala: Milan"]),
        ("?west=5&south=44&east=12&north=47", ["La Scala: Milan"]),
        ("?west=170&south=-50&east=180&north=-10", ["Fiji", "Wellington"]),
        ("?scope=*", [name for name in EVERYWHERE if name != "New York"]),
        ("?scope=staging", ["Rome: Tosca on stage", *EVERYWHERE[1:]]),
        ("?type=opera", ["Rome: Tosca"]),
        ("?west=x&south=&east=1&north=2", EVERYWHERE),
        ("?west=10&south=0&east=5&north=1", EVERYWHERE),
        ("?west=nan&south=0&east=inf&north=1", EVERYWHERE),
        ("?west=-900&south=-900&east=900&north=900", EVERYWHERE),
    ],
)
async def test_a_part_of_the_world(world: Opera, query: str, names: list[str]) -> None:
    assert listed(await places(world, query)) == names


async def test_a_group_leads_to_where_it_comes_apart(world: Opera) -> None:
    async with world.site.database.writing() as session:
        journal = await begin(session, world.map_id)
        given = {"topic_id": world.ids["Tosca"], "type_id": world.ids["location"], "scope_id": 0, "datatype": GEO}
        for number in range(300):
            lat, lon = 48 + number % 20 / 1000, 2 + number // 20 / 1000
            await insert_occurrence(journal, None, **given, value=f"geo:{lat},{lon}", title=f"n{number}", lat=lat, lon=lon)
        await finish(journal, user_id=None, op="occurrence.add", construct_id=world.ids["Tosca"], label="x")
    html = await places(world)
    steps = 0
    while closer := re.search(r'href="([^"]+)" aria-label="\d{2,} places: come closer"', html):
        html = (await world.viewer.get(unescape(closer[1]))).text
        steps += 1
        assert steps < 12, "it comes apart at last"
    assert any(re.fullmatch(r"n\d+: Tosca", label) for label in drawn(html))
    pages, names = [await places(world)], set()
    while found := re.search(r'rel="next" href="([^"]+)"', pages[-1]):
        pages.append((await world.viewer.get(unescape(found[1]))).text)
    for page in pages:
        names |= set(listed(page))
    assert len(names) == 305


async def test_places_that_came_broken_hide_nothing_else(world: Opera) -> None:
    async with world.site.database.writing() as session:
        journal = await begin(session, world.map_id)
        given = {"topic_id": world.ids["Tosca"], "type_id": world.ids["location"], "scope_id": 0, "datatype": GEO}
        await insert_occurrence(journal, None, **given, value="somewhere")
        await insert_occurrence(journal, None, **given, value="geo:500,900", lat=500.0, lon=900.0)
        await insert_occurrence(journal, None, **given, value="geo:nan,nan", lat=float("nan"), lon=float("nan"))
        await finish(journal, user_id=None, op="occurrence.add", construct_id=world.ids["Tosca"], label="x")
    assert listed(await places(world)) == EVERYWHERE
    assert len((await world.viewer.get(f"{world.url}/places.geojson")).json()["features"]) == 5


async def test_geojson_for_other_programs(world: Opera) -> None:
    answer = await world.viewer.get(f"{world.url}/places.geojson")
    assert answer.headers["content-type"].startswith("application/geo+json")
    collection = json.loads(answer.text)
    milan = next(feature for feature in collection["features"] if feature["properties"]["topic"] == "Milan")
    assert milan["geometry"] == {"type": "Point", "coordinates": [9.19, 45.4642]}
    assert milan["properties"]["name"] == "La Scala: Milan"
    assert milan["properties"]["url"].startswith("http://testserver.local/maps/")


async def test_points_are_the_signs_of_the_drawing(world: Opera) -> None:
    answer = await world.viewer.get(f"{world.url}/places/points?west=5&south=40&east=15&north=48")
    found = {feature["properties"]["label"] for feature in answer.json()["features"]}
    assert found == {"Rome: Tosca", "La Scala: Milan"}


async def test_a_map_without_places_says_so(own_opera: Opera) -> None:
    await own_opera.owner.post(f"{own_opera.tosca}/occurrences/{own_opera.ids['setting']}/removal", {})
    assert "Nothing in this map has a place on earth yet" in await places(own_opera)


async def test_statements_do_not_grow_with_the_places(world: Opera) -> None:
    await places(world)
    with counted() as sent:
        await places(world, "?scope=*")
    assert len(sent) <= 6


async def test_strangers_learn_nothing(world: Opera) -> None:
    for path in ("places", "places/points", "places.geojson"):
        for client in (world.anonymous, world.stranger):
            answer = await client.get(f"{world.url}/{path}")
            assert answer.status_code == 404
            assert "Milan" not in answer.text


async def test_tiles_of_another_site_are_let_in_by_the_page_alone_that_shows_them(world: Opera) -> None:
    url = f"{world.url}/places"
    plain = await world.viewer.get(url)
    assert "data-tiles" not in plain.text
    assert "tiles.example.org" not in plain.headers["content-security-policy"]
    parts = world.site.parts
    tiles = {"map_tiles_url": "https://tiles.example.org/{z}/{x}/{y}.png", "map_tiles_attribution": "© Some & body"}
    world.site.app.state.parts = replace(parts, settings=replace(parts.settings, **tiles))
    page, other = await world.viewer.get(f"{url}?scope=*"), await world.viewer.get(f"{world.url}/timeline")
    assert 'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in page.text
    assert "© Some &amp; body" in page.text
    assert "img-src 'self' data: https://tiles.example.org;" in page.headers["content-security-policy"]
    assert "tiles.example.org" not in other.headers["content-security-policy"]
