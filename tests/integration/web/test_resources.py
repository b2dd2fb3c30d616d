"""Indexes over a map: what its topics have, by kind."""

import re

import pytest

from contextualise.domain.notes import add_note
from contextualise.lib.kinds import Kind
from tests.counting import counted
from tests.editing import words
from tests.opera import Opera


async def test_the_overview_counts_every_kind(opera: Opera) -> None:
    page = words((await opera.viewer.get(f"{opera.url}/resources")).text)
    for part in ("Texts 2", "Pictures 1", "Files 1", "Links 1", "Dates 1", "Places 1", "Facts 1", "Notes 0", "3D scenes 0"):
        assert part in page, part


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("texts", "Seen from the stage."),
        ("images", "The first page"),
        ("files", "notes.html 25 bytes"),
        ("links", "The autograph score https://www.example.org/tosca"),
        ("dates", "Première 14 January 1900"),
        ("places", "41.9009° N, 12.4833° E Rome"),
        ("attributes", "Acts 3"),
    ],
)
async def test_each_list_leads_to_the_topic_and_the_statement(opera: Opera, kind: str, shown: str) -> None:
    page = await opera.viewer.get(f"{opera.url}/resources/{kind}")
    assert page.status_code == 200
    assert shown in words(page.text)
    assert re.search(rf'href="{opera.url}/topics/tosca#(?:text|occurrence)-\d+"', page.text)
    assert "/removal" not in page.text and "Edit " not in page.text


async def test_what_is_said_about_a_statement_is_in_no_list(opera: Opera) -> None:
    assert "Full house" not in (await opera.viewer.get(f"{opera.url}/resources/attributes")).text


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_has_a_page_even_when_empty(opera: Opera, kind: Kind) -> None:
    for query in ("", "?q=nothing-like-this", "?sort=title&dir=back", "?last=1", "?after=x", "?after=1.%00&before=2.nan", "?type=opera"):
        page = await opera.viewer.get(f"{opera.url}/resources/{kind}{query}")
        assert page.status_code == 200, query
        if "q=" in query:
            assert "Nothing here is like that." in page.text


async def test_an_unknown_kind_is_not_there(opera: Opera) -> None:
    assert (await opera.viewer.get(f"{opera.url}/resources/everything")).status_code == 404


async def test_strangers_learn_nothing_of_a_private_map(opera: Opera) -> None:
    for path in ("", "/links", "/dates"):
        assert (await opera.stranger.get(f"{opera.url}/resources{path}")).status_code == 404
        assert (await opera.anonymous.get(f"{opera.url}/resources{path}")).status_code in (303, 404)


async def test_a_list_is_narrowed_down_by_words_types_and_contexts(opera: Opera) -> None:
    async def has(query: str, text: str = "Seen from the stage", kind: str = "texts") -> bool:
        return text in words((await opera.viewer.get(f"{opera.url}/resources/{kind}?{query}")).text)

    assert await has("q=stage")
    assert await has("q=TOSCA")
    assert not await has("q=ballet")
    assert await has("type=opera")
    assert not await has("type=composer")
    assert await has("scope=staging")
    assert await has("scope=staging&strict=1")
    assert not await has("scope=*")
    assert not await has("scope=ita")
    assert await has("q=autograph", "The autograph score", "links")
    assert await has("as=page", "The autograph score", "links")
    assert not await has("as=source", "The autograph score", "links")


async def test_a_page_takes_three_statements_and_is_kept(opera: Opera) -> None:
    with counted() as sent:
        page = await opera.viewer.get(f"{opera.url}/resources/dates?q=tosca&type=opera&scope=staging&sort=topic")
    assert page.status_code == 200
    assert len(sent) <= 3, sent
    again = await opera.viewer.get(
        f"{opera.url}/resources/dates?q=tosca&type=opera&scope=staging&sort=topic", headers={"If-None-Match": page.headers["etag"]}
    )
    assert again.status_code == 304
    with counted() as sent:
        overview = await opera.viewer.get(f"{opera.url}/resources")
    assert overview.status_code == 200 and len(sent) <= 2


async def test_an_editor_deletes_from_the_list_and_brings_it_back(own_opera: Opera) -> None:
    path = f"{own_opera.url}/resources/links"
    page = await own_opera.owner.get(f"{path}?q=autograph")
    removal = re.search(r'action="([^"]+/removal[^"]*)"', page.text)
    assert removal
    target = removal[1].replace("&amp;", "&")
    assert (await own_opera.viewer.post(target)).status_code == 403
    assert (await own_opera.stranger.post(target)).status_code == 404
    answer = await own_opera.owner.post(target)
    assert answer.headers["location"] == f"{path}?q=autograph"
    page = await own_opera.owner.follow(answer)
    assert "The autograph score</a>" not in page.text
    assert "Deleted “The autograph score” of Tosca." in words(page.text)
    undo = re.search(r'action="([^"]+/undoing)"', page.text)
    assert undo
    await own_opera.owner.post(undo[1])
    assert "The autograph score</a>" in (await own_opera.owner.get(path)).text


async def test_edit_links_lead_to_forms(own_opera: Opera) -> None:
    for kind in ("texts", "images", "files", "links", "dates", "places", "attributes"):
        page = await own_opera.owner.get(f"{own_opera.url}/resources/{kind}")
        edit = re.search(r'href="([^"]+/edit)"[^>]*aria-label="Edit ', page.text)
        assert edit, kind
        assert (await own_opera.owner.get(edit[1])).status_code == 200, edit[1]


async def test_the_inbox_is_for_those_who_may_edit(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        made = await add_note(session, own_opera.site.objects, own_opera.map_id, own_opera.owner.id, source="An idea for later")
    await own_opera.publish()
    for path in ("/resources/notes", "/resources/notes?q=idea"):
        assert "An idea for later" in (await own_opera.owner.get(own_opera.url + path)).text
        assert "An idea for later" not in (await own_opera.viewer.get(own_opera.url + path)).text
        assert "An idea for later" not in (await own_opera.anonymous.get(own_opera.url + path)).text
    assert "Notes 1" in words((await own_opera.owner.get(f"{own_opera.url}/resources")).text)
    assert "Notes 0" in words((await own_opera.viewer.get(f"{own_opera.url}/resources")).text)
    assert made.construct_id


async def test_htmx_gets_the_list_alone(opera: Opera) -> None:
    page = await opera.viewer.get(f"{opera.url}/resources/links", fragment=True, target="resource-list")
    assert page.text.lstrip().startswith('<div id="resource-list">')


async def test_hostile_words_are_only_words(opera: Opera) -> None:
    for text in ("%27%3A*+%26", "%22%5C", "a%00b", "!!", "%25_", "it%27s", "<script>alert(1)</script>", "ſﬁ"):
        page = await opera.viewer.get(f"{opera.url}/resources/links?q={text}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
