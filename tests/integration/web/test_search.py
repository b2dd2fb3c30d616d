import re
from html import unescape
from urllib.parse import quote

import pytest
from sqlalchemy import text

from contextualise.domain.maps import check_fields, create_map, publish_map, trash_map
from contextualise.domain.names import add_name
from contextualise.domain.notes import add_note
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.tags import add_tag
from contextualise.domain.texts import save_text
from contextualise.domain.topics import create_topic
from contextualise.repository.reading.raw import Statement
from contextualise.repository.search import statements
from contextualise.repository.search.statements import Shape
from tests.counting import counted
from tests.opera import XSD, Opera
from tests.web import Client

SECRET = "zanzibarian"


def plain(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))).strip()


def titles(html: str) -> list[str]:
    return [plain(found) for found in re.findall(r'<p class="hit__title"><a [^>]*>(.*?)</a>', html)]


def lines(html: str) -> list[str]:
    return [plain(found) for found in re.findall(r'<p class="hit__line">(.*?)</p>', html)]


def facets(html: str) -> dict[str, str]:
    found = re.findall(r'class="facets__text">(.*?)</span><span class="count">(.*?)</span>', html)
    return {unescape(name): count for name, count in found}


async def page_of(opera: Opera, query: str, client: Client | None = None) -> str:
    page = await (client or opera.viewer).get(f"{opera.url}/search?{query}")
    assert page.status_code == 200
    return page.text


async def found(opera: Opera, question: str, client: Client | None = None) -> list[str]:
    return titles(await page_of(opera, f"q={quote(question)}&patience=long", client))


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("tosca", "Tosca"),
        ("TOSC", "Tosca"),
        ("boheme", "La Bohème"),
        ("puccini giacomo", "Giacomo Puccini"),
        ("Pucinni", "Giacomo Puccini"),
        ("melodramma atti", "Tosca"),  # another name
        ("soprano", "Tosca"),  # in the text
        ("sopranos", "Tosca"),  # another form of a word of the text
        ("reviews", "Tosca"),
        ("autograph", "Tosca"),  # the title of a link
        ("score.png", "Tosca"),  # a file
        ("first page", "Tosca"),  # the caption of a picture
        ("example.org/tosca", "Tosca"),  # the address of a link
        ("1900", "Tosca"),  # a date
        ("house full", "First performance: Teatro Costanzi, Leopoldo Mugnone, Tosca"),  # what is said about an association
        ('"opera by giacomo"', "Tosca"),
        ("http://psi.topicmaps.org/iso13250/model/sort", "Sort order"),
    ],
)
async def test_everything_is_found_wherever_it_stands(opera: Opera, question: str, first: str) -> None:
    assert (await found(opera, question) or [""])[0] == first


async def test_names_come_before_what_is_said_and_that_before_texts(own_opera: Opera) -> None:
    place = (own_opera.map_id, own_opera.owner.id)
    async with own_opera.site.database.writing() as session:
        for name in ("Grand Norway tour", "Norway House", "Norway", "In a text", "In a title", "Norwey"):
            own_opera.ids[name] = (await create_topic(session, *place, name=name)).construct_id
        await save_text(session, own_opera.site.objects, *place, own_opera.ids["In a text"], source="Far Norway.", expected=None)
        ids = own_opera.ids
        await add_occurrence(
            session, *place, ids["In a title"], type_id=ids["url"], value="https://example.org/", datatype=XSD + "anyURI", title="On Norway"
        )
    assert await found(own_opera, "norway") == ["Norway", "Norway House", "Grand Norway tour", "In a title", "In a text"]
    assert (await found(own_opera, "norwaz"))[0] == "Norway"


async def test_all_words_must_be_there_but_for_excluded_ones(opera: Opera) -> None:
    assert await found(opera, "soprano xylophone") == []
    assert "Tosca" in await found(opera, "opera giacomo")
    assert "Tosca" not in await found(opera, "opera giacomo -rome")
    assert await found(opera, "-rome") == []
    assert await found(opera, '"giacomo by opera"') == []


async def test_words_may_stand_apart_in_statements_of_one_topic(own_opera: Opera) -> None:
    assert await found(own_opera, "tosca melodramma soprano") == ["Tosca"]  # a name, another name, the text
    assert "La Bohème" in await found(own_opera, "opera boheme")  # the type, the name
    assert await found(own_opera, "boheme soprano") == []
    page = await page_of(own_opera, "q=melodramma+soprano&patience=long")
    assert "<mark>melodramma</mark>" in page and "<mark>soprano</mark>" in page


async def test_words_around_are_shown_and_marked_and_nothing_of_it_is_markup(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        place = (session, own_opera.map_id, own_opera.owner.id)
        topic = (await create_topic(*place, name="Bad <b>words</b> & co")).construct_id
        await add_occurrence(
            *place, topic, type_id=own_opera.ids["Page"], value='<script>alert("kettledrum")</script>', datatype=XSD + "string"
        )
    page = await page_of(own_opera, "q=kettledrum")
    assert "<mark>kettledrum</mark>" in page and "<script>alert" not in page and "&lt;script&gt;" in page
    assert "Bad &lt;b&gt;words&lt;/b&gt;" in page
    text_page = await page_of(own_opera, "q=bohemé")
    assert "La <mark>Bohème</mark>" in text_page
    soprano = await page_of(own_opera, "q=sopran")
    assert re.search(r'href="[^"]*/topics/tosca#text-\d+">Text</a>', soprano)
    assert any("Floria Tosca" in line and "soprano" in line for line in lines(soprano))


async def test_the_name_that_was_found_is_told_beside_the_label(opera: Opera) -> None:
    page = await page_of(opera, "q=melodramma")
    assert 'class="hit__other"' in page and "<mark>melodramma</mark>" in page


async def test_facets_narrow_down(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        place = (session, own_opera.map_id, own_opera.owner.id)
        ids = own_opera.ids
        for name, kind in (("Costanzi quartet", "Work"), ("Costanzi opera", "Opera"), ("Costanzi again", "Opera")):
            ids[name] = (await create_topic(*place, name=name, type_ids=[ids[kind]])).construct_id
        await add_tag(*place, ids["Costanzi opera"], "verismo")
        await add_name(*place, ids["Costanzi again"], value="Costanzi ancora", scope_ids=[ids["ita"]])
    page = await page_of(own_opera, "q=costanzi")
    counts = facets(page)
    assert (counts["Opera"], counts["Theatre"], counts["Work"], counts["verismo"], counts["Italian"]) == ("3", "1", "1", "2", "1")
    assert (counts["Names"], counts["Texts"]) == ("4", "1")

    async def kept(query: str) -> set[str]:
        return set(titles(await page_of(own_opera, f"q=costanzi&{query}")))

    assert await kept("type=opera") == {"Costanzi opera", "Costanzi again", "Tosca"}
    assert await kept("tag=verismo") == {"Costanzi opera", "Tosca"}
    assert await kept("in=italian") == await kept("in=ita") == {"Costanzi again"} or await kept("in=ita") == {"Costanzi again"}
    assert await kept("kind=text") == {"Tosca"}
    assert await kept("kind=name&type=opera") == {"Costanzi opera", "Costanzi again"}
    assert await kept("type=nowhere") == set() == await kept("tag=nowhere") == await kept("in=nowhere")
    chosen = await page_of(own_opera, "q=costanzi&type=opera")
    assert f'href="{own_opera.url}/search?q=costanzi" aria-label="Opera: search everywhere again"' in chosen
    assert '<input type="hidden" name="type" value="opera">' in chosen


async def test_the_readers_context_is_kept_to(opera: Opera) -> None:
    assert "Tosca on stage" in titles(await page_of(opera, "q=stage&scope=staging"))
    assert titles(await page_of(opera, "q=melodramma&scope=staging")) == []
    assert "Tosca" not in titles(await page_of(opera, "q=stage&scope=*"))
    assert "/topics/tosca?scope=staging" in await page_of(opera, "q=tosca&scope=staging")


async def test_further_results_follow_by_a_link_and_by_htmx(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        for number in range(45):
            await create_topic(session, own_opera.map_id, own_opera.owner.id, name=f"Numbered thing {number:02}")
    seen: list[str] = []
    path = f"{own_opera.url}/search?q=numbered+thing&patience=long"
    for count in (20, 20, 5):
        page = (await own_opera.viewer.get(path)).text
        assert len(titles(page)) == count and "45 results" in page
        seen += titles(page)
        more = re.search(r'id="search-more"><a class="button" href="([^"]+)"', page)
        if more:
            path = unescape(more[1])
            fragment = (await own_opera.viewer.get(path, fragment=True, target="search-more")).text
            assert fragment.strip().startswith('<ol class="hits">') and "<form" not in fragment
    assert not more and len(set(seen)) == 45


async def test_form_gets_the_results_alone(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/search?q=tosca", fragment=True, target="search-results")
    assert page.text.strip().startswith('<div class="search__results" id="search-results">') and "<html" not in page.text
    assert titles(page.text)[0] == "Tosca"


async def test_nothing_found_says_what_to_do(opera: Opera) -> None:
    page = await page_of(opera, "q=xylophone", opera.owner)
    assert "Nothing found." in page and "another spelling" in page and f"{opera.url}/topics/new?name=xylophone" in page
    assert "Create “" not in await page_of(opera, "q=xylophone", opera.viewer)
    meant = await page_of(opera, "q=Pucinni")
    assert re.search(r'Did you mean <a href="[^"]*q=Giacomo\+Puccini">Giacomo Puccini</a>', meant)


async def test_slip_that_a_text_has_too_does_not_hide_what_was_meant(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        for name in ("Daguerreotype", "Dagger", "Salzburg"):
            await create_topic(session, own_opera.map_id, None, name=name)
        place = (session, own_opera.site.objects, own_opera.map_id, None)
        album = (await create_topic(session, own_opera.map_id, None, name="Album")).construct_id
        await save_text(*place, album, source="A dagerotype of Salzburg, unsigned.", expected=None)
    assert await found(own_opera, "dagerotype") == ["Album", "Daguerreotype"]
    assert await found(own_opera, "salzburg") == ["Salzburg", "Album"]
    assert await found(own_opera, "unsigned") == ["Album"]


async def test_empty_page_has_a_form_that_needs_no_scripts(opera: Opera) -> None:
    page = await page_of(opera, "")
    assert f'<form class="search__form" method="get" action="{opera.url}/search" role="search"' in page
    assert titles(page) == []


@pytest.mark.parametrize(
    "question",
    [
        *("\0", "%", "_", "\\", "'", '"', '""', "-", '-"', "'><script>", "x" * 5000, "🦄", "\ud7ff", "\U0010ffff", "a\u0301"),
        *(":*", "a:*", "a & b", "a | b", "!a", "(", "<->", "\\'", "a\\", "a " * 90, "'a':A", "$$", "–", "的", "İ", "1e309"),
        *("0x10", "a-b-c", "@", "x@y.z", "/etc/passwd"),
    ],
)
async def test_any_text_may_be_asked(opera: Opera, question: str) -> None:
    for path in (f"{opera.url}/search", "/search"):
        page = await opera.owner.get(f"{path}?q={quote(question)}")
        assert page.status_code == 200
        assert "'><script>" not in page.text.partition("<main")[2].partition("<script src")[0]


@pytest.mark.parametrize("query", ["after=x", "after=1~2~3~4~5", "after=0~nan~inf~1~1", "kind=x", "type=%00", "in=" + "y" * 999, "tag=%5C"])
async def test_addresses_changed_by_hand_are_pages_all_the_same(opera: Opera, query: str) -> None:
    assert (await opera.viewer.get(f"{opera.url}/search?q=tosca&{query}")).status_code == 200


async def test_a_private_map_gives_nothing_to_a_stranger(own_opera: Opera, public_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        place = (session, own_opera.map_id, own_opera.owner.id)
        topic = (await create_topic(*place, name=f"The {SECRET} plan")).construct_id
        await save_text(session, own_opera.site.objects, *place[1:], topic, source=f"Text of {SECRET}s.", expected=None)
        await add_occurrence(*place, topic, type_id=own_opera.ids["Page"], value=f"Fact of {SECRET}", datatype=XSD + "string")
    assert SECRET in (await own_opera.owner.get(f"/search?q={SECRET}&patience=long")).text.partition("<main")[2]
    for client in (own_opera.stranger, own_opera.anonymous):
        assert (await client.get(f"{own_opera.url}/search?q={SECRET}")).status_code == 404
        # Neither results nor counts, facets, maps or suggestions tell of it: the answer is that to a word which stands nowhere.
        for question in (SECRET, SECRET[:-1] + "m", SECRET[:6], f"{SECRET} plan", "plan"):
            page = (await client.get(f"/search?q={question}&patience=long")).text
            nowhere = (await client.get(f"/search?q={question[::-1]}qq&patience=long")).text
            assert plain(page).replace(question, "…") == plain(nowhere).replace(f"{question[::-1]}qq", "…")
        for kind in ("name", "text", "attribute"):
            assert titles((await client.get(f"/search?q={SECRET}&kind={kind}")).text) == []


async def test_trashed_and_unpublished_maps_are_not_searched(own_opera: Opera) -> None:
    await own_opera.publish()
    assert own_opera.tosca in (await own_opera.anonymous.get("/search?q=tosca")).text
    async with own_opera.site.database.writing() as session:
        await trash_map(session, own_opera.map_id, own_opera.owner.id)
    for client in (own_opera.owner, own_opera.anonymous):
        assert own_opera.tosca not in (await client.get("/search?q=tosca")).text
        assert (await client.get(f"{own_opera.url}/search?q=tosca")).status_code == 404


async def test_notes_of_the_inbox_are_for_those_who_may_edit(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await add_note(session, own_opera.site.objects, own_opera.map_id, own_opera.owner.id, source=f"Remember the {SECRET}")
    await own_opera.publish()
    for path in (f"{own_opera.url}/search?q={SECRET}", f"/search?q={SECRET}"):
        assert "Remember the" in (await own_opera.owner.get(path)).text
        for client in (own_opera.viewer, own_opera.stranger, own_opera.anonymous):
            page = (await client.get(path)).text
            assert "Remember the" not in page and titles(page) == []


async def test_over_all_maps_each_result_tells_its_map(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        other = await create_map(session, own_opera.owner.id, check_fields(title="Second map"))
        await create_topic(session, other, own_opera.owner.id, name="Tosca again")
        await publish_map(session, other, own_opera.owner.id)
    page = (await own_opera.owner.get("/search?q=tosca&patience=long")).text
    assert titles(page)[:2] == ["Tosca", "Tosca again"]
    assert facets(page)["Second map"] == "1"
    assert f'href="/maps/{other}-second-map/search?q=tosca"' in page
    assert "Second map" in page and "Italian opera" in page
    stranger = (await own_opera.stranger.get("/search?q=tosca&patience=long")).text
    assert titles(stranger) == ["Tosca again"] and "Italian opera" not in stranger


async def test_changed_and_deleted_words_are_found_and_lost_at_once(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        topic = (await create_topic(session, own_opera.map_id, own_opera.owner.id, name="Ephemeral")).construct_id
    assert await found(own_opera, "ephemeral") == ["Ephemeral"]
    slug = "ephemeral"
    answer = await own_opera.owner.post(f"{own_opera.url}/topics/{slug}/removal")
    assert answer.status_code == 303 and topic
    assert await found(own_opera, "ephemeral") == []


async def test_time_runs_out_politely(opera: Opera, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Statement("SELECT pg_sleep(30), %(map_id)s::bigint", planned_each_time=True)
    monkeypatch.setattr(statements, "texts", lambda shape: slow)
    page = await page_of(opera, "q=tosca")
    assert titles(page)[0] == "Tosca" and "there may be more" in page and "patience=long" in page
    async with opera.site.database.reading() as connection:
        for setting, value in (("statement_timeout", "0"), ("gin_fuzzy_search_limit", "0"), ("jit", None)):
            now = (await connection.execute(text(f"SELECT setting, reset_val FROM pg_settings WHERE name = '{setting}'"))).one()
            assert now[0] == now[1] and value in (None, now[0])


async def test_where_nothing_is_found_yet_it_is_looked_for_longer_at_once(opera: Opera, monkeypatch: pytest.MonkeyPatch) -> None:
    names = statements.names_resembling

    def slow(shape: Shape) -> Statement:
        text = names(shape).text.replace(" AS r JOIN topic", " AS r CROSS JOIN pg_sleep(0.25) JOIN topic")
        assert "pg_sleep" in text
        return Statement(text, planned_each_time=True)

    monkeypatch.setattr(statements, "names_resembling", slow)
    part = (await opera.viewer.get(f"{opera.url}/search?q=Pucynni", fragment=True, target="search-results")).text
    assert titles(part) == []
    longer = re.search(r'hx-get="([^"]+)" hx-trigger="load', part)
    assert longer
    whole = (await opera.viewer.get(unescape(longer[1]), fragment=True, target="search-results")).text
    assert titles(whole) == ["Giacomo Puccini"] and 'hx-trigger="load' not in whole


async def test_a_search_takes_a_handful_of_statements(opera: Opera) -> None:
    await page_of(opera, "q=tosca")
    with counted() as sent:
        await page_of(opera, "q=tosca")
    assert len(sent) <= 22
