"""What search engines are told: nothing of what is private, everything that is published, and what they should leave alone."""

import re
from collections.abc import Sequence
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from contextualise.domain.maps import finding
from contextualise.domain.topics import create_topic
from tests.sharing import Shared, shared_map
from tests.web import Person, Site

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ORIGIN = "http://testserver.local"


async def topics(shared: Shared, *names: str) -> None:
    async with shared.site.database.writing() as session:
        for name in names:
            await create_topic(session, shared.map_id, shared.owner.id, name=name)


async def places(site: Site, path: str) -> Sequence[str]:
    """The addresses in a file, without the site's own."""
    answer = await site.anonymous.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("application/xml")
    entries = list(ElementTree.fromstring(answer.text))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", entry.findtext(f"{SPACE}lastmod") or "") for entry in entries)
    return [(entry.findtext(f"{SPACE}loc") or "").removeprefix(ORIGIN) for entry in entries]


@pytest.fixture
async def published(site: Site, owner: Person) -> Shared:
    """A published map."""
    return await shared_map(site, owner, publish=True)


async def test_everything_published_is_listed_and_nothing_else(site: Site, owner: Person, published: Shared) -> None:
    private = await shared_map(site, owner, "Secret")
    await topics(published, "Tosca", "Così fan tutte & more")
    await topics(private, "Hidden")
    assert await places(site, "/sitemap.xml") == [f"{published.url}/sitemap.xml"]
    expected = [published.url, f"{published.url}/topics/tosca", f"{published.url}/topics/cosi-fan-tutte-more"]
    assert await places(site, f"{published.url}/sitemap.xml") == expected
    assert {(await site.anonymous.get(place)).status_code for place in expected} == {200}
    for reader in (site.anonymous, owner):
        assert (await reader.get(f"{private.url}/sitemap.xml")).status_code == 404


@pytest.mark.parametrize("step", ["/trashing", "/publication?published=0"])
async def test_what_is_trashed_or_made_private_is_gone_with_the_next_request(site: Site, published: Shared, step: str) -> None:
    await published.owner.post(published.url + step)
    assert await places(site, "/sitemap.xml") == []
    assert (await site.anonymous.get(f"{published.url}/sitemap.xml")).status_code == 404
    assert (await published.owner.get(f"{published.url}/sitemap.xml")).status_code == 404


async def test_a_large_map_has_several_pages(site: Site, published: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE", 3)
    monkeypatch.setattr(finding, "_BATCH", 2)
    names = [f"Topic {number}" for number in range(7)]
    await topics(published, *names)
    pages = await places(site, "/sitemap.xml")
    assert len(pages) == 3 and pages[0] == f"{published.url}/sitemap.xml"
    found = [place for page in pages for place in await places(site, page)]
    assert found == [published.url, *(f"{published.url}/topics/topic-{number}" for number in range(7))]


async def test_a_page_that_is_damaged_is_the_first(site: Site, published: Shared) -> None:
    await topics(published, "Tosca")
    for query in ("?after=x", "?after=-1", f"?after={'9' * 40}", "?after="):
        assert published.url in await places(site, f"{published.url}/sitemap.xml{query}")


async def test_machines_are_asked_to_leave_forms_alone_and_are_told_where_all_is(site: Site, published: Shared) -> None:
    text = (await site.anonymous.get("/robots.txt")).text
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in text and str(published.map_id) not in re.sub(r"\D", "", text)
    rules = RobotFileParser()
    rules.parse(line for line in text.splitlines() if "*/" not in line and "*?" not in line and "*&" not in line and "$" not in line)
    assert rules.can_fetch("any", f"{ORIGIN}{published.url}") and rules.can_fetch("any", f"{ORIGIN}/")
    for path in ("/account", "/admin/users", "/join/1-x", "/sign-in?next=/", "/maps/new", "/s/1-x", "/drafts/show"):
        assert not rules.can_fetch("any", ORIGIN + path)


async def test_pages_of_a_published_map_may_be_found_by_one_address(site: Site, published: Shared) -> None:
    await topics(published, "Tosca")
    tosca = f"{published.url}/topics/tosca"
    for path, canonical in ((tosca, tosca), (f"{tosca}?scope=tosca", tosca), (published.url, published.url)):
        answer = await site.anonymous.get(path)
        assert "x-robots-tag" not in answer.headers, path
        assert f'<link rel="canonical" href="{canonical}">' in answer.text
    for path in (f"{published.url}/topics", "/"):
        answer = await site.anonymous.get(path)
        assert "x-robots-tag" not in answer.headers and 'rel="canonical"' not in answer.text, path


async def test_forms_earlier_states_and_turned_lists_are_not_to_be_kept(site: Site, published: Shared) -> None:
    await topics(published, "Tosca")
    turned = ("/topics/tosca?at=v3", "/topics?type=x", "/topics?after=x", "/search?q=x")
    for path in (*turned, "/history", "/report", "/topics/none", "/topics/new"):
        answer = await published.owner.get(published.url + path)
        assert answer.headers["x-robots-tag"] == "noindex" and 'rel="canonical"' not in answer.text, path


async def test_private_maps_are_not_to_be_kept_by_anybody(site: Site, owner: Person) -> None:
    private = await shared_map(site, owner, "Secret")
    await topics(private, "Tosca")
    for path in ("", "/topics", "/topics/tosca"):
        answer = await owner.get(private.url + path)
        assert answer.headers["x-robots-tag"] == "noindex" and 'rel="canonical"' not in answer.text


async def test_pages_of_ones_own_are_not_to_be_kept(owner: Person) -> None:
    for path in ("/sign-in", "/account", "/maps", "/go-to?q=x", "/?q=x", "/nothing"):
        assert (await owner.get(path)).headers["x-robots-tag"] == "noindex", path
