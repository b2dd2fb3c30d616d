"""Every view over a whole map is read in a context that the reader chooses: what is offered, what things are called, and whose it is."""

import re
from html import unescape

import pytest

from contextualise.domain.names import add_name
from contextualise.domain.occurrences import add_occurrence
from contextualise.domain.topics import create_topic
from contextualise.repository.reading.choosing import OFFERED, find_chosen
from contextualise.repository.reading.topic import Context
from tests.opera import Opera

VIEWS = ["topics", "timeline", "places", "topics/tosca/graph", "search?q=tosca"]


def offered(html: str) -> dict[str, str]:
    """Contexts of the chooser and where they lead."""
    panel = re.search(r'<div class="menu__panel chooser__panel">(.*?)</div></details>', html, re.DOTALL)
    assert panel
    return {text: unescape(href) for href, text in re.findall(r'<a class="menu__item" href="([^"]+)"[^>]*><span>([^<]+)</span>', panel[1])}


def chips(html: str) -> dict[str, str]:
    found = re.findall(r'<a class="chip" href="([^"]+)" aria-label="([^"]+): leave this context"', html)
    return {unescape(name): unescape(href) for href, name in found}


async def view(opera: Opera, address: str) -> str:
    answer = await opera.viewer.get(address if address.startswith("/") else f"{opera.url}/{address}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("name", VIEWS)
async def test_each_view_offers_the_contexts_and_leaves_them(opera: Opera, name: str) -> None:
    plain = await view(opera, name)
    assert {"Staging", "Italian"} <= set(offered(plain))
    assert chips(plain) == {}
    staged = await view(opera, offered(plain)["Staging"])
    assert list(chips(staged)) == ["Staging"]
    both = await view(opera, offered(staged)["Italian"])
    assert list(chips(both)) == ["Staging", "Italian"]
    assert "scope=staging&scope=ita" in unescape(both)
    strict = re.search(r'href="([^"]+)"[^>]*>Nothing that needs further contexts', both)
    assert strict
    assert "strict=1" in strict[1]
    left = await view(opera, chips(both)["Italian"])
    assert list(chips(left)) == ["Staging"]
    assert "q=tosca" in offered(left)["Italian"] or "search" not in name


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("topics?scope=ita", "La Tosca, melodramma in tre atti"),
        ("topics?scope=ita&scope=staging&strict=1", "Tosca on stage"),
        ("timeline?scope=staging", "Tosca on stage: Première"),
        ("places?scope=ita", "Rome: La Tosca, melodramma in tre atti"),
        ("topics/tosca/graph?scope=staging", "Tosca on stage"),
        ("search?q=tosca&scope=staging", "<mark>Tosca</mark> on stage"),
    ],
)
async def test_topics_are_called_by_what_fits(opera: Opera, name: str, called: str) -> None:
    assert f">{called}</a>" in await view(opera, name)


async def test_types_are_called_by_what_fits(own_opera: Opera) -> None:
    async with own_opera.site.database.writing() as session:
        place = (session, own_opera.map_id, own_opera.owner.id)
        await add_name(*place, own_opera.ids["Opera"], value="Melodramma", scope_ids=[own_opera.ids["ita"]])
    for name in ("topics?scope=ita", "search?q=tosca&scope=ita"):
        assert "Melodramma" in await view(own_opera, name)
        assert "Melodramma" not in await view(own_opera, name.replace("scope=ita", "scope=staging"))


async def test_a_topic_called_otherwise_tells_where_it_is_listed(opera: Opera) -> None:
    row = re.search(
        r">La Tosca, melodramma in tre atti</a> <span class=\"index__matched\">([^<]+)</span>", await view(opera, "topics?scope=ita")
    )
    assert row
    assert row[1] == "Tosca"


@pytest.mark.parametrize("name", VIEWS)
async def test_what_holds_everywhere_can_be_chosen_and_a_context_that_is_none_is_told(opera: Opera, name: str) -> None:
    plain = await view(opera, name)
    universal = re.search(r'<a class="menu__item" href="([^"]+)"[^>]*>Only what holds everywhere</a>', plain)
    assert universal
    assert "Only what holds everywhere <span" in await view(opera, unescape(universal[1]))
    sign = "&" if "?" in name else "?"
    unknown = await view(opera, f"{name}{sign}scope=nowhere")
    assert "This map has no context called “nowhere”." in unknown
    assert chips(unknown) == {}


async def test_a_fragment_brings_the_chooser_with_it(opera: Opera) -> None:
    for name, target in (("timeline", "div#timeline"), ("topics", "div#topic-list"), ("search?q=tosca", "div#search-results")):
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
        answer = await opera.viewer.get(f"{opera.url}/{name}", headers=headers)
        assert "<html" not in answer.text
        assert "Staging" in offered(answer.text)


async def test_only_contexts_in_use_are_offered_and_never_too_many(own_opera: Opera) -> None:
    themes, scopes = OFFERED + 5, []
    async with own_opera.site.database.writing() as session:
        place = (session, own_opera.map_id, own_opera.owner.id)
        for number in range(themes):
            scopes.append((await create_topic(*place, name=f"Theme {number}")).construct_id)
        for number, theme in enumerate(scopes):
            given = {"type_id": own_opera.ids["Acts"], "value": str(number), "scope_ids": [theme]}
            await add_occurrence(*place, own_opera.ids["Tosca"], **given)
    async with own_opera.site.database.reading() as connection:
        chosen = await find_chosen(connection, own_opera.map_id, Context(("theme-44", "ita")))
    assert len(chosen.offered) == OFFERED
    assert not chosen.offers_all
    assert [theme.name for theme in chosen.themes] == ["Theme 44", "Italian"]
    html = await view(own_opera, "timeline?scope=theme-44")
    assert "Theme 44" in offered(html)
    assert f'href="{own_opera.url}/contexts">All contexts' in html
    assert "German" not in offered(html)


async def test_a_path_is_no_context_to_read_in(own_opera: Opera) -> None:
    await own_opera.owner.post(f"{own_opera.url}/paths/new", {"name": "A tour", "step-0": "Tosca", "step-1": "Giacomo Puccini"})
    html = await view(own_opera, "timeline")
    assert "A tour" in await view(own_opera, "paths")
    assert "A tour" not in offered(html)


async def test_a_stranger_learns_no_context_of_a_private_map(opera: Opera) -> None:
    for name in VIEWS:
        answer = await opera.stranger.get(f"{opera.url}/{name}{'&' if '?' in name else '?'}scope=staging")
        assert answer.status_code == 404
        assert "Staging" not in answer.text
