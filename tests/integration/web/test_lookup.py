"""Topics by what their facts say."""

import re

import pytest

from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.topics import create_topic
from contextualise.repository.reading import lookup
from tests.counting import counted
from tests.editing import words
from tests.opera import Opera


@pytest.fixture(params=["few", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to a page."""
    if request.param == "many":
        pages = {(few, placed): lookup._PAGES[False, placed] for few, placed in lookup._PAGES}
        monkeypatch.setattr(lookup, "_PAGES", pages)


async def found(opera: Opera, query: str) -> list[str]:
    page = await opera.viewer.get(f"{opera.url}/lookup?{query}")
    assert page.status_code == 200
    return re.findall(r'<th scope="row"[^>]*>.*?<a href="[^"]*">([^<]*)</a>', page.text)


@pytest.fixture
async def facts(own_opera: Opera) -> Opera:
    """Four topics with a year, a number, a word and an answer."""
    async with own_opera.site.database.writing() as session:
        place = (session, own_opera.map_id, own_opera.owner.id)
        for kind in ("Born", "Height", "Colour", "Alive"):
            own_opera.ids[kind] = (await create_topic(*place, name=kind)).construct_id
        for name, born, height, colour, alive in (
            ("Ada", "1815-12-10", "1.65", "Blue", "no"),
            ("Boudica", "c. 30", "1.7", "blue", "no"),
            ("Caesar", "100 BCE", "1.68", "Red", "no"),
            ("Dan", "until 1900", "1900", "Green", "yes"),
        ):
            topic = (await create_topic(*place, name=name)).construct_id
            for kind, value, datatype in (
                ("Born", born, "edtf"),
                ("Height", height, "decimal"),
                ("Colour", colour, "string"),
                ("Alive", alive, "boolean"),
            ):
                await add_occurrence(*place, topic, type_id=own_opera.ids[kind], value=value, datatype=datatype)
    return own_opera


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("type=born", ["Ada", "Boudica", "Caesar", "Dan"]),
        ("type=colour&value=Blue", ["Ada"]),
        ("type=alive&value=yes", ["Dan"]),
        ("type=born&value=10+December+1815", ["Ada"]),
        ("type=height&low=1.66&high=1.7", ["Boudica", "Caesar"]),
        ("type=height&low=1.7", ["Boudica", "Dan"]),
        ("type=height&high=1.66", ["Ada"]),
        ("type=height&low=1900&high=1900", ["Dan"]),
        ("type=born&low=1800", ["Ada"]),
        ("type=born&high=1+BCE", ["Caesar"]),
        ("type=born&low=44+BCE&high=c.+100", ["Boudica"]),
        ("type=born&high=1900", ["Ada", "Boudica", "Caesar"]),
        ("type=nothing", []),
        ("", []),
    ],
)
async def test_finds_by_value_number_and_time(facts: Opera, query: str, names: list[str]) -> None:
    assert await found(facts, query) == names


async def test_shows_what_the_facts_say(facts: Opera) -> None:
    page = await facts.viewer.get(f"{facts.url}/lookup?type=born")
    assert "Caesar 100 BCE" in words(page.text)
    assert '<option value="born" selected>Born</option>' in page.text


async def test_a_bound_that_is_neither_number_nor_date_is_told(facts: Opera) -> None:
    page = await facts.viewer.get(f"{facts.url}/lookup?type=born&low=somewhen")
    assert page.status_code == 422
    assert 'id="low-error"' in page.text and 'value="somewhen"' in page.text


async def test_what_is_said_about_statements_finds_no_topic(opera: Opera) -> None:
    assert await found(opera, "type=source") == []
    assert "Source</option>" not in (await opera.viewer.get(f"{opera.url}/lookup")).text


@pytest.mark.usefixtures("way")
async def test_pages_join(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(
            """
            WITH made AS (
              INSERT INTO topic (map_id, slug, label, sort_key)
              SELECT %(map)s, 'n-' || n, 'N ' || n / 2, 'n ' || lpad((n / 2)::text, 4, '0')
              FROM generate_series(1, 120) AS n RETURNING id
            ) INSERT INTO occurrence (map_id, topic_id, type_id, value) SELECT %(map)s, id, %(type)s, 'x' FROM made
            """,
            {"map": own_opera.map_id, "type": own_opera.ids["Setting"]},
        )
    path, hrefs = f"{own_opera.url}/lookup?type=setting&value=x", []
    for _ in range(4):
        page = await own_opera.viewer.get(path)
        hrefs += re.findall(r'<th scope="row"[^>]*>.*?<a href="([^"]*)">', page.text)
        further = re.search(r'rel="next" href="([^"]+)"', page.text)
        if not further:
            break
        path = further[1].replace("&amp;", "&")
    assert len(hrefs) == len(set(hrefs)) == 120


async def test_takes_three_statements_and_is_kept(opera: Opera) -> None:
    with counted() as sent:
        page = await opera.viewer.get(f"{opera.url}/lookup?type=acts&low=1")
    assert len(sent) <= 3
    again = await opera.viewer.get(f"{opera.url}/lookup?type=acts&low=1", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304


async def test_a_private_map_answers_strangers_nothing(opera: Opera) -> None:
    assert (await opera.stranger.get(f"{opera.url}/lookup?type=acts")).status_code == 404


async def test_the_page_of_a_type_leads_to_the_topics_that_have_it(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/topics/acts")
    link = re.search(r'href="([^"]+/lookup[^"]+)"', page.text)
    assert link
    assert "Tosca" in (await opera.viewer.get(link[1])).text
    assert "/lookup" not in (await opera.viewer.get(opera.tosca)).text
