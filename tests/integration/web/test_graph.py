"""The graph around a topic: what is drawn, what is counted, what a reader may choose, and what strangers get."""

import re
from html import unescape

import pytest

from contextualise.domain.associations import create_association
from contextualise.domain.topics import create_topic
from contextualise.repository.reading.graph import HUB
from tests.counting import counted
from tests.opera import Opera


def drawn(html: str) -> set[str]:
    """The names of the topics in the drawing."""
    marks = re.findall(r'<g class="graph__topic[^"]*" data-topic="\d+"[^>]*><a href="[^"]*topics/[^"]*"[^>]*><title>([^<]*)</title>', html)
    return {unescape(title).partition(", ")[0] for title in marks}


def listed(html: str) -> dict[str, str]:
    """The entries of the list, without tags, by the topic's name."""
    entries = re.findall(r'<section class="graph__entry"[^>]*>(.*?)</section>', html, re.DOTALL)
    plain = [" ".join(unescape(re.sub(r"<[^>]+>", " ", entry)).split()) for entry in entries]
    names = [unescape(re.findall(r"<h3><a[^>]*>([^<]*)", entry)[0]) for entry in entries]
    return dict(zip(names, plain, strict=True))


def lines(html: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'data-ends="[^"]*"><title>([^<]*)</title>', html)]


async def graph(opera: Opera, topic: str = "tosca", query: str = "") -> str:
    answer = await opera.viewer.get(f"{opera.url}/topics/{topic}/graph{query}")
    assert answer.status_code == 200
    return answer.text


async def test_what_a_topic_is_connected_with_is_drawn_and_listed(opera: Opera) -> None:
    html = await graph(opera)
    near = {"Tosca", "Giacomo Puccini", "Luigi Illica", "Giuseppe Giacosa", "Teatro Costanzi", "Leopoldo Mugnone"}
    assert drawn(html) == near == set(listed(html))
    assert "Composition as Work : Giacomo Puccini" in listed(html)["Tosca"]
    assert "Tosca \N{EN DASH} Composition \N{EN DASH} Giacomo Puccini" in lines(html) or (
        "Giacomo Puccini \N{EN DASH} Composition \N{EN DASH} Tosca" in lines(html)
    )


async def test_an_association_of_three_is_a_thing_with_a_line_to_each(opera: Opera) -> None:
    html = await graph(opera)
    assert f"/associations/{opera.ids['performance']}" in html
    parts = [title for title in lines(html) if title.endswith(" in First performance")]
    assert sorted(parts) == [
        "Leopoldo Mugnone: Conductor in First performance",
        "Teatro Costanzi: Theatre in First performance",
        "Tosca: Work in First performance",
    ]


async def test_tags_and_paths_are_left_out_until_they_are_asked_for(opera: Opera) -> None:
    assert "verismo" not in drawn(await graph(opera))
    assert drawn(await graph(opera, query="?association=navigation")) == {"Tosca", "La Bohème"}


async def test_further_steps_show_what_lies_behind(own_opera: Opera) -> None:
    ids, place = own_opera.ids, (own_opera.map_id, own_opera.owner.id)
    async with own_opera.site.database.writing() as session:
        member = [(ids["Composer"], ids["Giacomo Puccini"]), (ids["Work"], ids["La Bohème"])]
        await create_association(session, *place, type_id=ids["Composition"], members=member)
    html = await graph(own_opera)
    assert "La Bohème" not in drawn(html)
    opening = re.search(r'href="([^"]+)" aria-label="Open Giacomo Puccini: 1 further connections"', html)
    assert opening
    assert "La Bohème" in drawn((await own_opera.viewer.get(unescape(opening[1]))).text)
    assert "La Bohème" in drawn(await graph(own_opera, query="?depth=2"))


async def test_every_connection_among_what_is_drawn_is_drawn(own_opera: Opera) -> None:
    ids, place = own_opera.ids, (own_opera.map_id, own_opera.owner.id)
    async with own_opera.site.database.writing() as session:
        member = [(ids["Librettist"], ids["Luigi Illica"]), (ids["Composer"], ids["Giacomo Puccini"])]
        await create_association(session, *place, type_id=ids["Influence"], members=member)
    html = await graph(own_opera)
    assert any("Influence" in title and "Luigi Illica" in title and "Giacomo Puccini" in title for title in lines(html))
    assert "Influence as Composer : Luigi Illica" in listed(html)["Giacomo Puccini"]


EVERYONE = {"Tosca", "Giacomo Puccini", "Luigi Illica", "Giuseppe Giacosa", "Teatro Costanzi", "Leopoldo Mugnone"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?association=libretto", {"Tosca", "Luigi Illica", "Giuseppe Giacosa"}),
        ("?association=libretto&association=composition", {"Tosca", "Luigi Illica", "Giuseppe Giacosa", "Giacomo Puccini"}),
        ("?type=composer", {"Tosca", "Giacomo Puccini"}),
        ("?type=composer&type=theatre", {"Tosca", "Giacomo Puccini", "Teatro Costanzi"}),
        ("?scope=*", EVERYONE - {"Teatro Costanzi", "Leopoldo Mugnone"}),
        ("?scope=staging&scope=ita&strict=1", EVERYONE - {"Tosca"} | {"Tosca on stage"}),
    ],
)
async def test_a_reader_chooses_what_is_followed(opera: Opera, query: str, names: set[str]) -> None:
    assert drawn(await graph(opera, query=query)) == names


async def test_what_is_hidden_can_be_shown_again(opera: Opera) -> None:
    html = await graph(opera, query=f"?hide={opera.ids['Giacomo Puccini']}")
    assert "Giacomo Puccini" not in drawn(html)
    again = re.search(r'href="([^"]+)" aria-label="Giacomo Puccini: show again"', html)
    assert again
    assert "Giacomo Puccini" in drawn((await opera.viewer.get(unescape(again[1]))).text)


async def test_a_hub_is_told_by_its_groups_and_opened_on_demand(own_opera: Opera) -> None:
    ids, place = own_opera.ids, (own_opera.map_id, own_opera.owner.id)
    many = HUB + 30
    async with own_opera.site.database.writing() as session:
        for number in range(many):
            made = await create_topic(session, *place, name=f"Aria {number}")
            member = [(ids["Work"], ids["Tosca"]), (ids["member"], made.construct_id)]
            await create_association(session, *place, type_id=ids["inclusion"], members=member)
            if number < 2:
                member = [(ids["Composer"], ids["Giacomo Puccini"]), (ids["Work"], made.construct_id)]
                await create_association(session, *place, type_id=ids["Composition"], members=member)
    html = await graph(own_opera)
    assert sum(name.startswith("Aria") for name in drawn(html)) == 12
    more = re.search(rf'href="([^"]+)" aria-label="and {many - 12} more of Inclusion"', html)
    assert more
    opened = (await own_opera.viewer.get(unescape(more[1]))).text
    assert sum(name.startswith("Aria") for name in drawn(opened)) == 60
    assert f"and {many - 60} more of Inclusion, as a list" in opened
    # The lines between the hub's neighbours are there although the hub itself is not looked through.
    assert sum("Giacomo Puccini" in title and "Aria" in title for title in lines(html)) == 2
    assert sum("Tosca" in title and "Aria" in title for title in lines(html)) == 12


@pytest.mark.parametrize(
    "query",
    [
        "?depth=9",
        "?depth=",
        "?open=x&open=0&open=99999999999999999999",
        "?group=1.2&group=a.b.c&group=1.2.3",
        "?hide=-1&hide=1",
        "?type=%00",
        "?association=nothing",
        "?" + "&".join(f"open={number}" for number in range(1, 400)),
        "?scope=no-such-context",
    ],
)
async def test_nonsense_in_the_address_does_no_harm(opera: Opera, query: str) -> None:
    assert "Tosca" in drawn(await graph(opera, query=query))


async def test_htmx_gets_the_graph_alone(opera: Opera) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#graph"}
    answer = await opera.viewer.get(f"{opera.tosca}/graph", headers=headers)
    assert answer.text.lstrip().startswith('<div class="graph" id="graph"')
    assert "<html" not in answer.text


async def test_the_graph_is_told_unchanged(opera: Opera) -> None:
    first = await opera.viewer.get(f"{opera.tosca}/graph?depth=2")
    again = await opera.viewer.get(f"{opera.tosca}/graph?depth=2", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("depth", [1, 2, 3])
async def test_statements_do_not_grow_with_what_is_drawn(opera: Opera, depth: int) -> None:
    with counted() as sent:
        await graph(opera, query=f"?depth={depth}")
    assert len(sent) <= 6 + depth


async def test_strangers_learn_nothing(opera: Opera) -> None:
    for client in (opera.anonymous, opera.stranger):
        there, elsewhere = await client.get(f"{opera.tosca}/graph?depth=3"), await client.get(f"{opera.url}/topics/none/graph")
        assert there.status_code == elsewhere.status_code == 404
        assert "Puccini" not in there.text


async def test_unknown_topics_have_no_graph(opera: Opera) -> None:
    assert (await opera.viewer.get(f"{opera.url}/topics/nobody/graph")).status_code == 404
    assert (await opera.viewer.get(f"{opera.url}/topics/%00/graph")).status_code == 404
