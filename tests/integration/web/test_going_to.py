import re
from html import unescape
from urllib.parse import quote

import pytest

from contextualise.domain.names import add_name
from contextualise.domain.topics import create_topic, rename_topic
from contextualise.domain.topics.identifying import Kind, add_identifier
from contextualise.repository.reading import search
from contextualise.repository.reading.raw import Statement
from tests.opera import Opera


def results(html: str) -> list[str]:
    names = re.findall(r'<span class="result__name">(.*?)</span><span class="result__note">', html, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<span.*|<[^>]*>", "", name)).strip() for name in names]


async def found(opera: Opera, text: str) -> list[str]:
    page = await opera.viewer.get(f"{opera.url}/go-to?q={quote(text)}")
    assert page.status_code == 200
    return results(page.text)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Tosca", "Tosca"),
        ("TOSCA", "Tosca"),
        ("  tosca  ", "Tosca"),
        ("to", "Tosca"),
        ("melodramma", "Tosca"),
        ("tre atti", "Tosca"),
        ("giacomo-puccini", "Giacomo Puccini"),
        ("puccini", "Giacomo Puccini"),
        ("Pucini", "Giacomo Puccini"),
        ("giacommo puccini", "Giacomo Puccini"),
        ("boheme", "La Bohème"),
        ("la-boheme", "La Bohème"),
        ("http://psi.topicmaps.org/iso13250/model/sort", "Sort order"),
        ("puccini giacomo", "Giacomo Puccini"),
        ("Giaocmo", "Giacomo Puccini"),
    ],
)
async def test_finds_by_names_addresses_and_identifiers_with_slips(opera: Opera, text: str, first: str) -> None:
    assert (await found(opera, text) or [""])[0] == first


async def test_one_letter_is_enough(opera: Opera) -> None:
    assert "Tosca" in await found(opera, "t")


async def test_likeliest_comes_first(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        for name in ("Grand Norway tour", "Norway House", "Norway", "Anorway", "Norwey"):
            await create_topic(session, own_opera.map_id, None, name=name)
    assert (await found(own_opera, "norway"))[:4] == ["Norway", "Norway House", "Grand Norway tour", "Anorway"]
    assert "Norway" in await found(own_opera, "norwy")


async def test_earlier_address_is_known(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await rename_topic(session, own_opera.map_id, None, own_opera.ids["Tosca"], slug="the-shabby-little-shocker")
        await add_identifier(
            session, own_opera.map_id, None, own_opera.ids["Tosca"], kind=Kind.SUBJECT_IDENTIFIER, iri="https://example.org/id/Tosca"
        )
    for text in ("the-shabby-little-shocker", "https://example.org/id/Tosca"):
        assert (await found(own_opera, text))[0] == "Tosca"


async def test_at_most_ten_are_shown(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        for number in range(30):
            await create_topic(session, own_opera.map_id, None, name=f"Numbered {number}")
    assert len(await found(own_opera, "numbered")) == 10
    assert len(await found(own_opera, "umbere")) == 10


@pytest.mark.parametrize(
    "text", ["", "   ", "\0", "%", "_", "\\", "'", '"><script>', "x" * 5000, "🦄", "\ud7ff", "\U0010ffff", "a\u0301", "%%%", "[[", "(", "*"]
)
async def test_any_text_may_be_typed(opera: Opera, text: str) -> None:
    page = await opera.owner.get(f"{opera.url}/go-to?q={quote(text)}")
    assert page.status_code == 200
    assert '"><script>' not in page.text.partition("<main")[2].partition("<script src")[0]
    assert (await opera.owner.get(f"{opera.url}/references?q={quote(text)}")).status_code == 200


async def test_editor_is_offered_to_create_what_is_not_there(opera: Opera) -> None:
    for text, offered in (("Turandot", True), ("tosc", True), ("tosca", False), ("La Tosca, melodramma in tre atti", False)):
        page = await opera.owner.get(f"{opera.url}/go-to?q={quote(text)}")
        assert ("Create “" in page.text) is offered, text
        assert "Create “" not in (await opera.viewer.get(f"{opera.url}/go-to?q={quote(text)}")).text


async def test_dialog_gets_the_results_alone(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/go-to?q=tosca", fragment=True, target="go-to-results")
    assert page.text.strip().startswith("<a ") and results(page.text)[0] == "Tosca"
    assert f'href="{opera.tosca}"' in page.text


@pytest.fixture
def slow_to_resemble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that resemble what was typed take longer than the dialog waits at first."""
    slow = search._RESEMBLING.text.replace("AS n ORDER BY 3", "AS n, pg_sleep(0.5) ORDER BY 3")
    assert "pg_sleep" in slow
    monkeypatch.setattr(search, "_RESEMBLING", Statement(slow, planned_each_time=True))


@pytest.mark.usefixtures("slow_to_resemble")
async def test_dialog_asks_for_the_rest_of_what_takes_longer(opera: Opera) -> None:
    async def ask(path: str) -> str:
        return (await opera.viewer.get(path, fragment=True, target="go-to-results")).text

    first = await ask(f"{opera.url}/go-to?q=Pucini")
    assert results(first) == [] and "Looking further" in first and "Nothing is called" not in first
    further = await ask(unescape(re.findall(r'hx-get="([^"]+)"', first)[0]))
    assert results(further)[0] == "Giacomo Puccini" and "Looking further" not in further and "<form" not in further
    assert "Nothing is called anything like" in await ask(f"{opera.url}/go-to?q=zzzzzz&beyond=0")
    for odd in ("-1", "x", "9" * 30, ""):
        assert results(await ask(f"{opera.url}/go-to?q=Pucini&beyond={odd}"))[0] == "Giacomo Puccini"
    assert results(await ask(f"{opera.url}/go-to?q=Pucini&beyond={'9' * 18}")) == []


@pytest.mark.usefixtures("slow_to_resemble")
async def test_what_was_shown_is_not_shown_again(opera: Opera) -> None:
    first = (await opera.viewer.get(f"{opera.url}/go-to?q=giacomo", fragment=True, target="go-to-results")).text
    further = (await opera.viewer.get(unescape(re.findall(r'hx-get="([^"]+)"', first)[0]), fragment=True)).text
    assert "Giacomo Puccini" in results(first) and "Giacomo Puccini" not in results(further)
    assert "Nothing is called" not in further


@pytest.mark.usefixtures("slow_to_resemble")
async def test_page_waits_for_what_takes_longer(opera: Opera, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await found(opera, "Pucini") == ["Giacomo Puccini"]
    monkeypatch.setattr("contextualise.web.going_to.PATIENT", 50)
    page = (await opera.viewer.get(f"{opera.url}/go-to?q=Pucini")).text
    assert "There was no time to look at every name" in page and "Nothing is called" not in page and "Looking further" not in page


@pytest.mark.usefixtures("slow_to_resemble")
async def test_reference_field_gets_a_part_and_then_the_whole(opera: Opera) -> None:
    part = await opera.viewer.get(f"{opera.url}/references?q=Pucini", fragment=True)
    assert '<ul role="listbox" data-part>' in part.text and "Puccini" not in part.text
    whole = await opera.viewer.get(f"{opera.url}/references?q=Pucini&whole=1", fragment=True)
    assert "data-part" not in whole.text and "Giacomo Puccini" in whole.text


async def test_page_has_a_form_without_scripts(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/go-to")
    assert f'<form class="go-to-page__form" method="get" action="{opera.url}/go-to"' in page.text


async def test_private_map_is_not_searched_by_others(opera: Opera) -> None:
    for client in (opera.stranger, opera.anonymous):
        for path in ("go-to?q=tosca", "references?q=tosca"):
            assert (await client.get(f"{opera.url}/{path}")).status_code == 404


async def test_over_all_maps_only_what_may_be_seen_is_found(opera: Opera, public_opera: Opera) -> None:
    def links(html: str) -> set[str]:
        return set(re.findall(r'class="result" href="([^"]+)"', html))

    everybody = links((await opera.anonymous.get("/go-to?q=tosca")).text)
    assert everybody == {public_opera.tosca}
    assert {opera.tosca, public_opera.tosca} <= links((await opera.viewer.get("/go-to?q=tosca")).text)
    assert opera.tosca not in links((await opera.stranger.get("/go-to?q=tosca")).text)
    assert links((await opera.anonymous.get("/go-to?q=italian%20op")).text) == {public_opera.url}
    fragment = await opera.anonymous.get("/go-to?q=tosca", fragment=True, target="go-to-results")
    assert links(fragment.text) == everybody and "<html" not in fragment.text


async def test_trashed_map_is_not_searched(own_opera: Opera) -> None:
    await own_opera.publish()
    assert own_opera.tosca in (await own_opera.owner.get("/go-to?q=tosca")).text
    async with own_opera.site.database.writing() as session:
        await (await session.connection()).exec_driver_sql("UPDATE map SET trashed_at = now()")
    assert own_opera.tosca not in (await own_opera.owner.get("/go-to?q=tosca")).text


async def test_name_that_matched_is_shown_beside_the_label(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        await add_name(session, own_opera.map_id, None, own_opera.ids["Tosca"], value="Floria")
    page = await own_opera.viewer.get(f"{own_opera.url}/go-to?q=flor")
    assert "Tosca" in page.text and "<mark>Flor</mark>ia" in page.text


def actions(html: str) -> list[str]:
    found = re.findall(r'class="result result--action"[^>]*>.*?<span class="result__name">(.*?)</span>', html, re.DOTALL)
    return [name for name in found if not name.startswith("Search texts")]


async def asked(opera: Opera, text: str, who: str = "owner") -> str:
    client = getattr(opera, who)
    return (await client.get(f"{opera.url}/go-to?q={quote(text)}", fragment=True, target="go-to-results")).text


async def test_actions_are_found_by_their_words(opera: Opera) -> None:
    for typed, action in (
        ("new topic", "New topic"),
        ("trash", "Trash"),
        ("dark", "Appearance: dark"),
        ("night", "Appearance: dark"),
        ("sign out", "Sign out"),
        ("log", "Sign out"),
        ("impo", "Import a map"),
        ("time", "Timeline"),
        ("publish", "Published maps"),
    ):
        assert action in actions(await asked(opera, typed)), typed


async def test_actions_are_those_the_reader_may_do(opera: Opera, public_opera: Opera) -> None:
    for typed in ("new topic", "trash", "notes", "settings"):
        assert not {"New topic", "Trash", "Notes", "Settings of the map"} & set(actions(await asked(opera, typed, "viewer"))), typed
    anonymous = actions(await asked(public_opera, "sign", "anonymous"))
    assert anonymous == ["Sign in"]
    assert "People" not in actions(await asked(opera, "people"))


async def test_before_anything_is_typed_there_is_what_was_seen_last_and_what_can_be_done(opera: Opera) -> None:
    empty = await asked(opera, "", "viewer")
    assert "Seen or changed last" in empty and "Search this map" in actions(empty)
    client = opera.viewer
    await client.get(f"{opera.url}/topics/giacomo-puccini")
    await client.get(opera.tosca)
    seen = await asked(opera, "", "viewer")
    assert results(seen)[:2] == ["Tosca", "Giacomo Puccini"]
    assert "New topic" in actions(await asked(opera, ""))


async def test_appearance_comes_back_to_the_page_it_was_asked_from(opera: Opera) -> None:
    page = await opera.viewer.get(
        f"{opera.url}/go-to?q=dark", fragment=True, headers={"Referer": f"http://testserver.local{opera.tosca}?scope=staging"}
    )
    assert f'name="next" value="{opera.tosca}?scope=staging"' in page.text
    odd = await opera.viewer.get(f"{opera.url}/go-to?q=dark", fragment=True, headers={"Referer": "http://["})
    assert 'name="next" value="/"' in odd.text


async def test_everything_else_is_a_search_away(opera: Opera) -> None:
    assert f'href="{opera.url}/search?q=soprano"' in await asked(opera, "soprano", "viewer")
    assert 'href="/search?q=soprano"' in (await opera.viewer.get("/go-to?q=soprano")).text


async def test_own_maps_come_before_anything_is_typed(opera: Opera) -> None:
    page = (await opera.owner.get("/go-to", fragment=True, target="go-to-results")).text
    assert f'class="result" href="{opera.url}"' in page
    stranger = (await opera.anonymous.get("/go-to", fragment=True, target="go-to-results")).text
    assert "Italian opera" not in stranger and "Sign in" not in results(stranger)
