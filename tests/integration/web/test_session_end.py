"""What a browser sees whose session has ended: the way to sign in, and back to where it was."""

from urllib.parse import quote

import pytest

from tests.editing import Desk, Made, open_desk, words
from tests.web import Person, Site


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


def stale(site: Site) -> Person:
    """A browser that still has the cookie of a session that is over."""
    return Person(site, {"session": "of-a-session-that-has-ended"})


async def test_a_page_of_a_private_map_leads_to_signing_in_and_back(site: Site, tosca: Made) -> None:
    answer = await stale(site).get(f"{tosca.url}?scope=libretto")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={quote(f'{tosca.url}?scope=libretto', safe='')}"


async def test_a_map_that_does_not_exist_answers_alike(site: Site, tosca: Made) -> None:
    there, nowhere = [await stale(site).get(path) for path in (tosca.url, "/maps/987654/topics/tosca")]
    assert (there.status_code, nowhere.status_code) == (303, 303)


async def test_a_stranger_without_a_session_is_told_that_there_is_nothing(site: Site, tosca: Made) -> None:
    assert (await site.anonymous.get(tosca.url)).status_code == 404


async def test_a_published_map_is_read_on(site: Site, desk: Desk, tosca: Made) -> None:
    await desk.post(f"{desk.url}/publication", {"published": "1"})
    assert (await stale(site).get(tosca.url)).status_code == 200


async def test_a_form_that_was_sent_leads_back_to_the_form(site: Site, tosca: Made) -> None:
    answer = await stale(site).post(f"{tosca.url}/links/new", {"url": "https://example.org"})
    assert answer.headers["location"] == f"/sign-in?next={quote(f'{tosca.url}/links/new', safe='')}"


async def test_what_has_no_form_of_its_own_leads_home(site: Site, desk: Desk, tosca: Made) -> None:
    answer = await stale(site).post(f"{tosca.url}/tags", {"tags": "verismo"})
    assert answer.headers["location"] == f"/sign-in?next={quote('/', safe='')}"


async def test_a_script_is_told_and_keeps_what_was_typed(site: Site, tosca: Made) -> None:
    answer = await stale(site).post(f"{tosca.url}/links/new", {"url": "https://example.org"}, fragment=True, target="topic-links")
    assert answer.status_code == 401
    assert "what you typed stays here" in words(answer.text)
