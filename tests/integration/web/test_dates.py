"""Dates of a topic: events and eras, typed in words."""

import re

import pytest

from contextualise.domain.occurrences import add_occurrence
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


async def only_id(desk: Desk, topic: Made) -> int:
    found = re.findall(r'id="occurrence-(\d+)"', await block(desk, topic))
    assert len(found) == 1
    return int(found[0])


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"title": "First performance", "when": "14 January 1900"}, "Event 14 January 1900 First performance"),
        ({"when": "c. 44 BCE"}, "Event c. 44 BCE"),
        ({"when": "1900-01-14"}, "Event 14 January 1900"),
        ({"when": "1900-01-14 20:30"}, "Event 14 January 1900, 20:30"),
        ({"when": "1914", "until": "1918", "kind": "era", "title": "Great War"}, "Era 1914 – 1918 Great War"),
        ({"when": "1990", "until": "now", "kind": "era"}, "Era since 1990"),
        ({"when": "1858", "kind": "other", "type": "Born", "type_create": "Born"}, "Born 1858"),
    ],
)
async def test_a_date_is_added_in_words(desk: Desk, tosca: Made, fields: dict[str, str], shown: str) -> None:
    page = await desk.person.follow(await desk.post(f"{tosca.url}/dates/new", fields))
    assert shown in words(page.text)
    assert "Undo" in page.text


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"when": ""}, "when", "Say when"),
        ({"when": "the day before"}, "when", "Write a date such as"),
        ({"when": "31 February 1900"}, "when", "28 days"),
        ({"when": "1918", "until": "1914"}, "until", "before the beginning"),
        ({"when": "1918", "until": "later"}, "until", "Write a date such as"),
        ({"when": "1918", "kind": "other"}, "type", "what kind of date"),
        ({"when": "1" * 300}, "when", "too long"),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field(desk: Desk, tosca: Made, fields: dict[str, str], field: str, reason: str) -> None:
    refused = await desk.post(f"{tosca.url}/dates/new", {"title": "Kept title", **fields})
    assert refused.status_code == 422
    told = re.search(rf'id="date-new-{field}-error">(.*?)</p>', refused.text, re.DOTALL)
    assert told and reason in told[1]
    assert "Kept title" in refused.text
    assert "occurrence-" not in await block(desk, tosca)


async def test_a_date_is_edited_deleted_and_brought_back(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/dates/new", {"title": "First performance", "when": "14 January 1900"})
    number = await only_id(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/dates/{number}/edit"
    assert path in await block(desk, tosca)
    sent = fields_of((await desk.get(path)).text, path)
    assert (sent["when"], sent["until"], sent["kind"]) == (["14 January 1900"], [""], ["event"])
    page = await desk.person.follow(await desk.post(path, {**sent, "until": "20 January 1900", "kind": "era"}))
    assert "Era 14 January 1900 – 20 January 1900 First performance" in words(page.text)
    again = fields_of((await desk.get(path)).text, path)
    assert (again["when"], again["until"], again["kind"]) == (["14 January 1900"], ["20 January 1900"], ["era"])
    page = await desk.person.follow(await desk.post(path.replace("/edit", "/removal")))
    assert "occurrence-" not in await block(desk, tosca)
    undo = re.search(r'action="([^"]+/undoing)"', page.text)
    assert undo
    await desk.post(undo[1])
    assert "First performance" in await block(desk, tosca)


async def test_htmx_gets_the_dates_with_the_new_one(desk: Desk, tosca: Made) -> None:
    form = await desk.get(f"{tosca.url}/dates/new", fragment=True, target="topic-dates")
    assert ids_of(form.text)[0] == "date-new"
    answer = await desk.post(f"{tosca.url}/dates/new", {"when": "1900"}, fragment=True, target="topic-dates")
    assert answer.status_code == 200
    assert ids_of(answer.text)[0] == "topic-dates"
    assert '<time class="when__time" datetime="1900">1900</time>' in answer.text


async def test_dates_stand_in_the_order_of_time(desk: Desk, tosca: Made) -> None:
    for when in ("1900", "44 BCE", "until 1200", "since 1990", "500 BCE"):
        await desk.post(f"{tosca.url}/dates/new", {"when": when})
    shown = words(await block(desk, tosca))
    places = [shown.index(text) for text in ("500 BCE", "44 BCE", "until 1200", "1900", "since 1990")]
    assert places == sorted(places)


async def test_what_is_understood_is_told_while_one_types(desk: Desk) -> None:
    told = await desk.get(f"{desk.url}/dates/reading?when=c.+44+BCE", fragment=True, target="date-new-reading")
    assert "c. 44 BCE" in told.text and "-0043~" in told.text and "<html" not in told.text
    wrong = await desk.get(f"{desk.url}/dates/reading?when=1918&until=1914", fragment=True, target="date-new-reading")
    assert wrong.status_code == 200
    assert "The end lies before the beginning." in wrong.text
    assert (await desk.get(f"{desk.url}/dates/reading", fragment=True, target="x")).text.strip() == ""


async def test_the_guide_reads_all_its_examples(desk: Desk) -> None:
    page = await desk.get(f"{desk.url}/dates/reading?when=%00%ff&until=" + "9" * 500)
    assert page.status_code == 200
    assert page.text.count("<td><code></code></td>") == 0


async def test_a_bad_date_of_an_imported_map_breaks_no_page(desk: Desk, tosca: Made) -> None:
    from sqlalchemy import update

    from contextualise.repository.tables import Occurrence

    async with desk.site.database.writing() as session:
        made = await add_occurrence(
            session, desk.map_id, None, tosca.id, type_id=await desk.base("temporal-event"), value="1900", datatype="edtf"
        )
        await session.execute(update(Occurrence).where(Occurrence.id == made.construct_id).values(value="some <b>day</b>/9999-99"))
    assert "some &lt;b&gt;day&lt;/b&gt;/9999-99" in await block(desk, tosca)
    path = f"/maps/{desk.map_id}-italian-opera/topics/tosca/dates/{made.construct_id}/edit"
    form = await desk.get(path)
    sent = fields_of(form.text, path)
    assert sent["when"] == ["some <b>day</b>/9999-99"]
    assert (await desk.post(path, sent)).status_code == 422
    assert (await desk.post(path, {**sent, "when": "1900"})).status_code == 303


async def test_only_dates_are_edited_as_dates(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/links/new", {"url": "https://example.org/"})
    found = re.search(r'id="occurrence-(\d+)"', (await desk.get(tosca.url)).text)
    assert found
    for folder in ("dates", "places"):
        assert (await desk.get(f"{tosca.url}/{folder}/{found[1]}/edit")).status_code == 404
        assert (await desk.post(f"{tosca.url}/{folder}/{found[1]}/removal")).status_code == 404
    assert "https://example.org/" in (await desk.get(tosca.url)).text
