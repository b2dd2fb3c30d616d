"""Timeline and places in a browser: by mouse, without scripts, on a phone; nothing is asked of other hosts."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from contextualise.domain.occurrences import add_occurrence
from tests.e2e.browser import PHONE, Account, ServedSite, check_accessibility, connected, opened, served
from tests.editing import Desk


async def say(desk: Desk, name: str, kind: str, value: str, datatype: str, title: str = "") -> None:
    made = await desk.topic(name)
    async with desk.site.database.writing() as session:
        given = {"type_id": await desk.base(kind), "value": value, "datatype": datatype, "title": title or None}
        await add_occurrence(session, desk.map_id, desk.person.id, made.id, **given)


@pytest.fixture
async def opera(desk: Desk) -> Desk:
    for name, value, title in (("Tosca", "1900-01-14", "Première"), ("Aida", "1871-12-24", "Première"), ("Rome", "27 BCE – 476", "Empire")):
        await say(desk, name, "temporal-era" if "–" in value else "temporal-event", value, "edtf", title)
    for name, value in (("Milan", "45.4642, 9.19"), ("New York", "40.77, -73.98"), ("Cairo", "30.04, 31.24")):
        await say(desk, name, "location", value, "geo")
    return desk


async def test_moving_in_time_by_links_and_by_dragging(page: Page, opera: Desk) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{opera.url}/timeline?from=1850&to=1910")
    drawing = page.locator("[data-timeline-drawing]")
    await expect(drawing.get_by_role("link", name="Première: Aida")).to_be_visible()
    await page.get_by_role("link", name="Later").click()
    await expect(drawing.get_by_role("link", name="Première: Aida")).to_have_count(0)
    assert "from=1880" in page.url
    await page.wait_for_load_state()  # dragging is listened for once the scripts are there
    await check_accessibility(page)
    box = await drawing.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 300, box["y"] + box["height"] - 10)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 500, box["y"] + box["height"] - 10, steps=4)
    await page.mouse.up()
    await expect(drawing.get_by_role("link", name="Première: Aida")).to_be_visible()
    await page.go_back()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {page.url.split("/")[2]}


async def test_a_date_leads_to_where_it_is_said(page: Page, opera: Desk) -> None:
    await page.goto(f"{opera.url}/timeline")
    await page.locator("[data-timeline-drawing]").get_by_role("link", name="Première: Tosca").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")


async def test_moving_over_the_world_by_links_and_by_dragging(page: Page, opera: Desk) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{opera.url}/places?west=5&south=42&east=15&north=48")
    drawing = page.locator("[data-places-drawing]")
    await expect(drawing.get_by_role("link", name="Milan")).to_be_visible()
    for _ in range(2):
        before = page.url
        await page.get_by_role("link", name="West", exact=True).click()
        await expect(page).not_to_have_url(before)
        await page.wait_for_load_state()
    await expect(drawing.get_by_role("link", name="Milan")).to_have_count(0)
    await check_accessibility(page)
    box = await drawing.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 900, box["y"] + 30)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 100, box["y"] + 30, steps=4)
    await page.mouse.up()
    await expect(drawing.get_by_role("link", name="Milan")).to_be_visible()
    await page.get_by_role("link", name="All places").click()
    await expect(drawing.get_by_role("link")).to_have_count(3)
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {page.url.split("/")[2]}


async def test_without_scripts(page_without_js: Page, opera: Desk) -> None:
    page = page_without_js
    await page.goto(f"{opera.url}/timeline")
    await page.get_by_label("From").fill("1890")
    await page.get_by_label("to", exact=True).fill("1910")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator(".timeline__list li")).to_have_count(1)
    await page.goto(f"{opera.url}/places")
    await page.get_by_role("link", name="Closer").click()
    await expect(page.locator("[data-places-drawing]")).to_be_visible()
    await expect(page.get_by_role("link", name="Farther")).to_be_visible()


@pytest.mark.parametrize("path", ["timeline", "places"])
async def test_on_a_phone(browser: Browser, site: ServedSite, account: Account, opera: Desk, path: str) -> None:
    async with opened(browser, site, account, viewport={**PHONE, "width": 320}) as (page, _):
        await page.goto(f"{opera.url}/{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await check_accessibility(page)


async def test_tiles_of_the_settings_take_the_place_of_the_outline(browser: Browser, tmp_path: Path) -> None:
    tiles = {"MAP_TILES_URL": "https://tiles.example.org/{z}/{x}/{y}.svg", "MAP_TILES_ATTRIBUTION": "Tiles by <example>"}
    with served(tmp_path, **tiles) as (address, database):
        async with connected(address, database, tmp_path) as site:
            account = await site.account()
            desk = await site.desk(account)
            for name, value in (("Milan", "45.4642, 9.19"), ("Monza", "45.58, 9.27"), ("Cairo", "30.04, 31.24")):
                await say(desk, name, "location", value, "geo")
            asked: list[str] = []

            async def tile(route: Route) -> None:
                asked.append(route.request.url)
                await route.fulfill(content_type="image/svg+xml", body='<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>')

            async with opened(browser, site, account) as (page, _):
                await page.route("https://tiles.example.org/**", tile)
                await page.goto(f"{desk.url}/places")
                await expect(page.locator(".places__tiles").get_by_role("link", name="Cairo")).to_be_visible()
                await expect(page.locator(".leaflet-control-attribution")).to_have_text("Tiles by <example>")
                assert asked
                await check_accessibility(page)
                signs = page.locator(".places__tiles")
                milan, both = (signs.get_by_role("link", name=name) for name in ("Milan", "2 places: come closer"))
                await both.click()
                for _ in range(3):
                    await expect(signs).not_to_have_attribute("aria-busy", "true")
                    if not await milan.count():
                        await both.click()
                await expect(milan).to_be_visible()

                # What is new is shown where the reader looks.
                await say(desk, "Lodi", "location", "45.31, 9.50", "geo")
                note = page.locator(".live-note--list")
                await note.get_by_role("link", name="Show").click()
                await expect(page.get_by_role("link", name="Lodi").first).to_be_visible()
                await expect(milan).to_be_visible()
                await expect(both).to_have_count(0)
                await expect(note).to_have_count(0)
                await milan.click()
                await expect(page.get_by_role("heading", level=1)).to_have_text("Milan")
