"""What an open page asks for when something has changed: itself, without the traces that a visit leaves."""

import re

import pytest

from contextualise.repository.tables import MapMember
from contextualise.web.shared import flash
from tests.editing import Desk, ids_of, open_desk
from tests.opera import Opera
from tests.web import Site

REFRESH = {"X-Refresh": "1"}


@pytest.fixture
async def desk(site: Site) -> Desk:
    return await open_desk(site, await site.person("ada@example.org"))


async def test_it_is_the_page_that_a_visitor_gets(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.get(tosca.url)
    visited = await desk.get(tosca.url)
    refreshed = await desk.get(tosca.url, headers=REFRESH)
    assert refreshed.text == visited.text
    assert refreshed.headers["etag"] == visited.headers["etag"]


async def test_it_is_no_step_of_the_way(desk: Desk) -> None:
    tosca, aida = await desk.topic("Tosca"), await desk.topic("Aida")
    await desk.get(tosca.url)
    before = desk.person.cookies["trail"]
    assert "set-cookie" not in (await desk.get(aida.url, headers=REFRESH)).headers
    assert desk.person.cookies["trail"] == before


async def test_it_leaves_messages_to_the_page_that_comes_next(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.post(f"{tosca.url}/names/new", {"value": "La Tosca"})
    assert flash.COOKIE in desk.person.cookies
    assert "<flash-message>" not in (await desk.get(tosca.url, headers=REFRESH)).text
    assert flash.COOKIE in desk.person.cookies
    assert "<flash-message>" in (await desk.get(tosca.url)).text


async def test_the_page_says_what_it_follows_and_a_page_of_the_past_does_not(desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    page = (await desk.get(tosca.url)).text
    assert f'data-follows="/maps/{desk.map_id}-italian-opera/live?topic={tosca.id}"' in page
    assert "data-follows" not in (await desk.get(f"{tosca.url}?at=v3")).text


# What each compares when something has changed, and whether it puts that anew where it stands.
VIEWS = """
                                    main
topics                              topic-list
topics/tosca/graph                  graph            swaps
topics/tosca/mentions               main
topics/tosca/comments               threads
timeline                            timeline         swaps
places                              places           swaps
paths                               main
tags                                main
tags/verismo                        main
contexts                            main
resources                           main
resources/images                    resource-list
resources/attributes                resource-list
lookup                              main
search?q=tosca                      search-results
comments                            threads
comments/about/{text}               talk-threads
texts/{text}/versions               main
history                             timeline
trash                               main
notes                               notes-inbox
"""


@pytest.mark.parametrize("line", VIEWS.splitlines()[1:], ids=lambda line: line.split()[0])
async def test_a_page_that_stays_as_it_is_says_what_it_compares(opera: Opera, line: str) -> None:
    path, expected, *more = line.split() if not line.startswith(" ") else ("", *line.split())
    page = (await opera.owner.get(f"{opera.url}/{path}".rstrip("/").format_map(opera.ids))).text
    follows, compared, rest = re.findall(r'data-follows="([^"]+)" data-list="([^"]+)" data-version="\d+"([^>]*)>', page)[0]
    assert (follows, compared, "data-swaps" in rest) == (f"{opera.url}/live", expected, more == ["swaps"])
    assert compared in ids_of(page)
    assert 'data-heeds="comments"' in rest if "comments" in path else "data-heeds" not in rest


async def test_the_page_of_a_connection_follows_those_who_take_part(opera: Opera) -> None:
    page = (await opera.viewer.get(f"{opera.url}/associations/{opera.ids['composition']}")).text
    about = re.findall(r"about=(\d+)", re.findall(r'data-follows="([^"]+)"', page)[0])
    assert {opera.ids["Tosca"], opera.ids["Giacomo Puccini"]} <= set(map(int, about))


async def test_what_a_page_asks_for_by_itself_is_read_by_nobody(desk: Desk) -> None:
    bo = await desk.site.person("bo@example.org")
    async with desk.site.database.writing() as session:
        session.add(MapMember(map_id=desk.map_id, user_id=bo.id, mode="comment"))
    tosca = await desk.topic("Tosca")
    begun = await desk.post(f"{desk.url}/comments/about/{tosca.id}", {"text": "Is it?"})
    thread = begun.headers["location"].partition("#")[0]
    await bo.post(thread, {"text": "It is."})
    assert "Notices: 1 unread" in (await desk.get(thread, headers=REFRESH)).text
    assert "Notices: 1 unread" in (await desk.get(f"{desk.url}/topics")).text
    await desk.get(thread)
    assert "unread" not in (await desk.get(f"{desk.url}/topics")).text
