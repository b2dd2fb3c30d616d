"""The timeline of a map: what is drawn and listed, windows of time, too many dates, calendars, and what strangers get."""

import re
from html import unescape

import pytest

from contextualise.domain.history import begin, finish
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.topics import create_topic
from contextualise.repository.occurrences import insert_occurrence
from tests.counting import counted
from tests.opera import Opera

EVERYTHING = ["Alone: Old World", "Ides of March: Caesar", "Empire: Rome", "Crowned: Napoleon", "Tosca: Première", "Union: Europe"]
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"


async def say(opera: Opera, name: str, value: str, title: str = "", *, kind: str = "temporal-event", scope: str = "") -> None:
    """A topic with one date."""
    async with opera.site.database.writing() as session:
        place = (session, opera.map_id, opera.owner.id)
        if name not in opera.ids:
            opera.ids[name] = (await create_topic(*place, name=name)).construct_id
        given = {"type_id": opera.ids[kind], "value": value, "datatype": "edtf", "title": title or None}
        await add_occurrence(*place, opera.ids[name], **given, scope_ids=[opera.ids[scope]] if scope else [])


@pytest.fixture
async def ages(own_opera: Opera) -> Opera:
    await say(own_opera, "Caesar", "44 BCE", "Ides of March")
    await say(own_opera, "Rome", "27 BCE – 476", "Empire", kind="temporal-era")
    await say(own_opera, "Europe", "since 1993", "Union", kind="temporal-era")
    await say(own_opera, "Old World", "until 1492", "Alone", kind="temporal-era")
    await say(own_opera, "Napoleon", "c. 1804-12-02", "Crowned", scope="Staging")
    return own_opera


def listed(html: str) -> list[tuple[str, str]]:
    rows = re.findall(r'<span class="timeline__when">([^<]*)</span>.*?<a href="[^"]*">([^<]*)</a>', html)
    return [(unescape(when), unescape(name)) for when, name in rows]


def drawn(html: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'class="timeline__item[^>]*><title>([^<]*)</title>', html)]


async def timeline(opera: Opera, query: str = "") -> str:
    answer = await opera.viewer.get(f"{opera.url}/timeline{query}")
    assert answer.status_code == 200
    return answer.text


async def test_all_dates_are_drawn_and_listed_in_order(ages: Opera) -> None:
    html = await timeline(ages)
    names = [name for _, name in listed(html)]
    assert names == EVERYTHING
    assert sorted(drawn(html)) == sorted(names)
    assert {name: when for when, name in listed(html)}["Ides of March: Caesar"] == "44 BCE"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?from=-50&to=-40", ["Alone: Old World", "Ides of March: Caesar"]),
        ("?from=100&to=200", ["Alone: Old World", "Empire: Rome"]),
        ("?from=2000&to=2010", ["Union: Europe"]),
        ("?from=1800&to=1901", ["Crowned: Napoleon", "Tosca: Première"]),
        ("?from=500&to=600", ["Alone: Old World"]),
        ("?from=1800&to=1901&scope=*", []),
        ("?from=1800&to=1901&type=opera", ["Tosca: Première"]),
        ("?from=1800&to=1901&scope=staging", ["Crowned: Napoleon", "Tosca on stage: Première"]),
        (
            "?from=5&to=1",
            ["Alone: Old World", "Ides of March: Caesar", "Empire: Rome", "Crowned: Napoleon", "Tosca: Première", "Union: Europe"],
        ),
    ],
)
async def test_a_window_of_time(ages: Opera, query: str, names: list[str]) -> None:
    assert [name for _, name in listed(await timeline(ages, query))] == names


@pytest.mark.parametrize(
    "query", ["?from=x&to=y", "?from=nan&to=inf", "?from=1e300&to=1e301", "?from=1900&to=1900", "?after=x_y", "?after=1_1"]
)
async def test_nonsense_does_no_harm(ages: Opera, query: str) -> None:
    assert "Timeline" in await timeline(ages, query)


async def test_values_that_came_broken_hide_nothing_else(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        journal = await begin(session, own_opera.map_id)
        given = {"topic_id": own_opera.ids["Tosca"], "type_id": own_opera.ids["temporal-event"], "scope_id": 0, "datatype": EDTF}
        await insert_occurrence(journal, None, **given, value="the day after", t_from=None, t_to=None)
        await insert_occurrence(journal, None, **given, value="9/9/9", t_from=1e308, t_to=1e308)
        await finish(journal, user_id=None, op="occurrence.add", construct_id=own_opera.ids["Tosca"], label="x")
    assert drawn(await timeline(own_opera)) == ["Tosca: Première"]


async def test_too_many_dates_are_counted_where_they_lie(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        journal = await begin(session, own_opera.map_id)
        given = {"topic_id": own_opera.ids["Tosca"], "type_id": own_opera.ids["temporal-event"], "scope_id": 0}
        for number in range(400):
            year = 1500 + number % 100
            # Equal dates of one topic would be one and the same: each has a datatype of its own.
            more = {"datatype": f"{EDTF}#{number}", "value": str(year), "title": f"n{number}", "t_from": year, "t_to": year + 1}
            await insert_occurrence(journal, None, **given, **more)
        await finish(journal, user_id=None, op="occurrence.add", construct_id=own_opera.ids["Tosca"], label="x")
    html = await timeline(own_opera, "?from=1500&to=1600")
    bars = re.findall(r'class="timeline__count" href="([^"]+)" aria-label="(\d+) from (\d+): come closer"', html)
    assert sum(int(count) for _, count, _ in bars) + int(re.findall(r'aria-label="(\d+) before', html)[0]) == 400
    closer = await own_opera.viewer.get(unescape(bars[0][0]))
    assert 1 <= len(drawn(closer.text)) <= 36
    pages = [html]
    while found := re.search(r'rel="next" href="([^"]+)"', pages[-1]):
        pages.append((await own_opera.viewer.get(unescape(found[1]))).text)
    assert len({name for page in pages for name in listed(page)}) == 400


async def test_a_map_without_dates_says_so(own_opera: Opera) -> None:
    await own_opera.owner.post(f"{own_opera.tosca}/occurrences/{own_opera.ids['première']}/removal", {})
    assert "Nothing in this map is dated yet" in await timeline(own_opera)


async def test_the_calendar_has_what_a_calendar_can_have(ages: Opera) -> None:
    answer = await ages.viewer.get(f"{ages.url}/timeline.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", answer.text.replace("\r\n ", ""), re.DOTALL)
    found = {re.findall(r"SUMMARY:(.*?)\r\n", event)[0]: re.findall(r"VALUE=DATE:(\d+)", event) for event in events}
    assert found["Tosca: Première (14 January 1900)"] == ["19000114", "19000115"]
    assert not any("Ides" in summary for summary in found), "it lies before the year 1"
    assert (await ages.anonymous.get(f"{ages.url}/timeline.ics")).status_code == 404


async def test_statements_do_not_grow_with_the_dates(ages: Opera) -> None:
    await timeline(ages)
    with counted() as sent:
        await timeline(ages, "?from=0&to=2000")
    assert len(sent) <= 5


async def test_strangers_learn_nothing(ages: Opera) -> None:
    for client in (ages.anonymous, ages.stranger):
        answer = await client.get(f"{ages.url}/timeline")
        assert answer.status_code == 404
        assert "Caesar" not in answer.text
