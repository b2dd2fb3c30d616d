"""What all forms share: the reader's context goes along, old addresses work, hidden topics have no forms."""

import re

import pytest

from tests.editing import Desk, Made, ids_of, open_desk
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


async def test_the_context_of_the_reader_goes_along(desk: Desk, tosca: Made) -> None:
    await desk.topic("Libretto")
    page = await desk.get(f"{tosca.url}?scope=libretto")
    link = re.search(r'href="([^"]*/names/\d+/edit[^"]*)"', page.text)
    assert link
    for given in ({"path": link[1]}, {"path": link[1].partition("?")[0], "referer": f"http://testserver.local{tosca.url}?scope=libretto"}):
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#name-1", "Referer": given.get("referer", "")}
        form = await desk.get(given["path"], headers=headers)
        action = re.search(r'action="([^"]*/edit\?[^"]*)"', form.text)
        assert action
        assert "scope=libretto" in action[1]
        answer = await desk.post(action[1].replace("&amp;", "&"), {"value": "Tosca!"}, fragment=True, target="topic-head")
        assert ids_of(answer.text)[0] == "topic-head"
        assert "scope=libretto" in answer.text
    moved = await desk.post(link[1], {"value": "Tosca"})
    assert "?scope=libretto#name-" in moved.headers["location"]


async def test_forms_work_at_a_former_address(desk: Desk, tosca: Made) -> None:
    await desk.post(f"{tosca.url}/address/edit", {"slug": "la-tosca"})
    answer = await desk.post(f"{tosca.url}/names/new", {"value": "Floria"})
    assert "/topics/la-tosca#name-" in answer.headers["location"]


async def test_a_topic_that_only_carries_facts_has_no_forms(desk: Desk, tosca: Made) -> None:
    await desk.topic("Rome")
    await desk.post(f"{tosca.url}/quick-association", {"topic": "Rome"})
    found = re.search(r'id="association-(\d+)"', (await desk.get(tosca.url)).text)
    assert found
    fields = {"type": "Since", "type_create": "Since", "value": "1900"}
    await desk.post(f"{desk.url}/associations/{found[1]}/attributes/new", fields)
    assert (await desk.get(f"{desk.url}/topics/~{found[1]}/names/new")).status_code == 404


@pytest.mark.parametrize("slug", ["nobody", "%00", "a%2Fb", "%ff%fe", "x" * 3000, "~1"])
async def test_topics_that_are_not_there(desk: Desk, slug: str) -> None:
    for path in ("names/new", "types/edit", "changes", "removal"):
        assert (await desk.get(f"{desk.url}/topics/{slug}/{path}")).status_code == 404
    assert (await desk.post(f"{desk.url}/topics/{slug}/names/new", {"value": "x"})).status_code == 404


async def test_numbers_beyond_all_bounds(desk: Desk, tosca: Made) -> None:
    for number in ("0", "9" * 18, "9" * 25, "-1"):
        for path in (f"names/{number}/edit", f"text/{number}/edit", f"occurrences/{number}/edit"):
            assert (await desk.get(f"{tosca.url}/{path}")).status_code in (400, 404)
        assert (await desk.get(f"{desk.url}/associations/{number}/edit")).status_code in (400, 404)
        assert (await desk.post(f"{desk.url}/changes/{number}/undoing")).status_code in (400, 404)
