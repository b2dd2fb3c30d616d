"""Pages that stay as they are until their reader wants to see what is new, and the page of a connection, which follows by itself."""

from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from contextualise.domain.associations import create_association, delete_association, edit_association
from contextualise.domain.notices import notify
from contextualise.domain.occurrences import add_occurrence
from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk, Made


@dataclass
class Pair:
    """Two topics and their connection."""

    desk: Desk
    tosca: Made
    puccini: Made
    connection: int

    @property
    def url(self) -> str:
        return f"{self.desk.url}/associations/{self.connection}"

    async def connect(self, one: Made, other: Made) -> int:
        return await connected(self.desk, one, other)

    async def change(self, *topics: Made) -> None:
        """Let others take part in the connection; somebody who has left does that."""
        role, kind = await self.desk.base("member"), await self.desk.base("inclusion")
        async with self.desk.site.database.writing() as session:
            members = [(role, topic.id) for topic in topics]
            await edit_association(session, self.desk.map_id, None, self.connection, type_id=kind, members=members)


async def connected(desk: Desk, one: Made, other: Made) -> int:
    role, kind = await desk.base("member"), await desk.base("inclusion")
    async with desk.site.database.writing() as session:
        members = [(role, one.id), (role, other.id)]
        return (await create_association(session, desk.map_id, desk.person.id, type_id=kind, members=members)).construct_id


@pytest.fixture
async def pair(desk: Desk) -> Pair:
    tosca, puccini = await desk.topic("Tosca"), await desk.topic("Giacomo Puccini")
    return Pair(desk, tosca, puccini, await connected(desk, tosca, puccini))


async def open_following(page: Page, path: str) -> None:
    """Open a page and wait until it hears of changes and can be used."""
    await page.goto(path)
    await expect(page.locator("[data-hears]")).to_be_attached()
    await page.wait_for_load_state()


async def test_a_graph_stays_until_its_reader_wants_the_new_one(page: Page, pair: Pair) -> None:
    tosca, puccini = (page.locator(f'[data-topic="{made.id}"]') for made in (pair.tosca, pair.puccini))
    await open_following(page, f"{pair.tosca.url}/graph")
    await page.get_by_role("button", name="Closer").click()
    await puccini.locator("a").first.focus()
    await page.keyboard.press("Alt+ArrowDown")
    seen = await page.locator("[data-graph-drawing]").get_attribute("viewBox")
    place = await puccini.locator("text").first.get_attribute("y")

    boheme = await pair.desk.topic("La Bohème")
    await pair.connect(pair.tosca, boheme)
    note = page.locator(".live-note--list")
    await expect(note).to_contain_text("new change")
    assert await page.locator("[data-graph-drawing]").get_attribute("viewBox") == seen
    await expect(page.locator(f'[data-topic="{boheme.id}"]')).to_have_count(0)
    await check_accessibility(page)

    await note.get_by_role("link", name="Show").click()
    await expect(page.locator(f'[data-topic="{boheme.id}"]')).to_be_visible()
    await expect(note).to_have_count(0)
    assert await page.locator("[data-graph-drawing]").get_attribute("viewBox") == seen
    assert await puccini.locator("text").first.get_attribute("y") == place
    await expect(tosca).to_be_visible()
    await check_accessibility(page)


async def test_a_graph_that_was_moved_on_compares_with_what_it_shows_now(page: Page, pair: Pair) -> None:
    boheme, illica = await pair.desk.topic("La Bohème"), await pair.desk.topic("Luigi Illica")
    await pair.connect(pair.puccini, boheme)
    await open_following(page, f"{pair.tosca.url}/graph")
    await page.get_by_role("radio", name="2").check()
    await expect(page.locator(f'[data-topic="{boheme.id}"]')).to_be_visible()
    await page.wait_for_url("**depth=2**")
    note = page.locator(".live-note--list")
    await pair.connect(boheme, illica)  # one step too far
    await pair.connect(pair.puccini, illica)
    await expect(note).to_be_visible()
    await note.get_by_role("link", name="Show").click()
    await expect(page.locator(f'[data-topic="{illica.id}"]')).to_be_visible()
    assert "depth=2" in page.url


@pytest.mark.parametrize("view", ["timeline", "places"])
async def test_time_and_space_say_that_something_is_new(page: Page, pair: Pair, view: str) -> None:
    desk = pair.desk
    kind = await desk.base({"timeline": "temporal-event", "places": "location"}[view])
    first, later = {"timeline": (("1900-01-14", "edtf"), ("1910-12-10", "edtf")), "places": (("41.9,12.5", "geo"), ("43.8,10.5", "geo"))}[
        view
    ]
    await say(desk, pair.tosca, kind, *first)
    asked = {"timeline": "?from=1890&to=1920", "places": "?west=0&south=30&east=30&north=60"}[view]
    await open_following(page, f"{desk.url}/{view}{asked}")
    main = page.locator("main")
    await expect(main.get_by_role("link", name="Tosca").first).to_be_visible()
    await say(desk, pair.puccini, kind, *later)
    note = page.locator(".live-note--list")
    await expect(note).to_contain_text("1 new change.")
    await check_accessibility(page)
    await note.get_by_role("link", name="Show").click()
    await expect(main.get_by_role("link", name="Giacomo Puccini").first).to_be_visible()
    await expect(note).to_have_count(0)
    assert page.url.endswith(asked)


async def say(desk: Desk, topic: Made, kind: int, value: str, datatype: str) -> None:
    async with desk.site.database.writing() as session:
        await add_occurrence(session, desk.map_id, desk.person.id, topic.id, type_id=kind, value=value, datatype=datatype)


async def test_a_page_of_links_is_loaded_anew(page: Page, pair: Pair) -> None:
    await open_following(page, f"{pair.desk.url}#main")
    await pair.desk.topic("Norma")
    note = page.locator(".live-note--list")
    await expect(note).to_contain_text("1 new change.")
    await note.get_by_role("link", name="Show").click()
    await expect(page.get_by_role("link", name="Norma").first).to_be_visible()


async def test_the_page_of_a_connection_follows_and_disturbs_nobody(page: Page, pair: Pair) -> None:
    boheme = await pair.desk.topic("La Bohème")
    await open_following(page, pair.url)
    await pair.change(pair.tosca, pair.puccini, boheme)
    roles = page.locator("#association-roles")
    await expect(roles).to_contain_text("La Bohème")
    await expect(page.locator(".page__lead")).to_contain_text("A connection between 3 topics")

    await page.locator("#association-head details[data-menu] summary").click()
    when = Made(pair.connection, "", pair.url)
    await say(pair.desk, when, await pair.desk.base("temporal-event"), "1900-01-14", "edtf")
    await expect(page.locator("#association-facts")).to_contain_text("1900")
    await pair.change(pair.puccini, boheme)
    await expect(roles).not_to_contain_text("Tosca")
    note = page.locator(".live-note")
    await expect(note).to_contain_text("changed this just now.")
    await expect(page.get_by_role("link", name="Add a fact")).to_be_visible()
    await check_accessibility(page)
    await note.get_by_role("button", name="Show").click()
    await expect(page.locator(".page__lead")).to_contain_text("A connection between 2 topics")


async def test_a_connection_that_is_deleted_while_it_is_read_can_be_brought_back(
    pair: Pair, site: ServedSite, browser: Browser, account: Account
) -> None:
    async with opened(browser, site, account) as (page, watched):
        await open_following(page, pair.url)
        async with site.database.writing() as session:
            await delete_association(session, pair.desk.map_id, pair.desk.person.id, pair.connection)
        gone = page.locator(".live-note--gone")
        await expect(gone).to_contain_text("What this page shows is no longer there.")
        watched.complaints.remove("Failed to load resource: the server responded with a status of 404 (Not Found)")
        await gone.get_by_role("button", name="Undo").click()
        await expect(page.locator("flash-message")).to_be_visible()
        await page.goto(pair.url)
        await expect(page.locator("#association-roles")).to_contain_text("Tosca")


async def test_the_bell_moves_while_a_page_is_read(page: Page, pair: Pair, site: ServedSite, account: Account) -> None:
    bo = await site.account("Bo Castro")
    await open_following(page, pair.tosca.url)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    async with site.database.writing() as session:
        await notify(
            session, user_id=account.id, kind="mention", map_id=pair.desk.map_id, by_user_id=bo.id, detail={"about": "the name “Tosca”"}
        )
    bell = page.get_by_role("link", name="Notices: 1 unread")
    await expect(bell).to_have_text("1")
    await expect(page.locator("#live")).to_have_text("Notices: 1 unread")
    assert not [url for url in asked if not url.endswith("telling.js") and "/static/" not in url], asked
    await check_accessibility(page)

    elsewhere = await page.context.new_page()
    await elsewhere.goto("/notices")
    await elsewhere.get_by_role("button", name="Mark all as read").click()
    await expect(page.get_by_role("link", name="Notices", exact=True)).to_have_text("")


async def test_a_guest_of_a_topic_follows_it_until_the_link_is_taken_back(
    page: Page, pair: Pair, site: ServedSite, browser: Browser
) -> None:
    own = {"Sec-Fetch-Site": "same-origin"}
    links = f"{pair.desk.url}/share-links"
    await page.request.post(links, form={"what": "topic", "topic": pair.tosca.slug, "ends": "never"}, headers=own)
    await page.goto(links)
    link = page.locator('copy-button[data-text*="/s/"]').first
    number = (await page.locator('form[action*="/revocation"]').first.get_attribute("action") or "").split("/")[-2]
    async with opened(browser, site, None) as (guest, watched):
        await open_following(guest, await link.get_attribute("data-text") or "")
        await pair.desk.text(pair.puccini, "Not for guests.")
        await pair.desk.text(pair.tosca, "An opera in three acts.")
        await expect(guest.get_by_text("An opera in three acts.")).to_be_visible()
        await check_accessibility(guest)
        await page.request.post(f"{links}/{number}/revocation", headers=own)
        await expect(guest.get_by_role("alert")).to_contain_text("You no longer have access to this map.")
        await expect(guest.get_by_text("An opera in three acts.")).to_be_hidden()
        watched.complaints[:] = [each for each in watched.complaints if "status of 404" not in each]
