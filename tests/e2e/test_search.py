"""Searching, the command palette and keys, with a real browser."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk

NARROW = {"width": 320, "height": 700}
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = os.environ.get("PICTURES", "")


async def picture(page: Page, name: str) -> None:
    """Kept only where somebody wants to look."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


@pytest.fixture
async def operas(desk: Desk, page: Page) -> Desk:
    """A map with enough to be searched."""
    opera = await desk.topic("Opera")
    composer = await desk.topic("Composer")
    tosca = await desk.topic("Tosca", opera.id)
    puccini = await desk.topic("Giacomo Puccini", composer.id)
    await desk.topic("La Bohème", opera.id)
    await desk.text(tosca, "*Tosca* is an opera in three acts by [[Giacomo Puccini]], first given in Rome. Floria Tosca is a soprano.")
    await desk.text(puccini, "A composer from Lucca, born 1858, whose operas are given everywhere.")
    for topic, path, fields in (
        (tosca, "names/new", {"value": "La Tosca, melodramma in tre atti"}),
        (tosca, "links/new", {"url": "https://example.org/score", "title": "The autograph score"}),
        (tosca, "tags", {"tags": "verismo"}),
    ):
        assert (await page.request.post(f"{topic.url}/{path}", form=fields)).ok
    for number in range(30):
        await desk.topic(f"Performance {number + 1:02} of an opera")
    return desk


async def test_results_come_while_one_types(page: Page, operas: Desk) -> None:
    await page.goto(f"{operas.url}/search")
    field = page.get_by_role("main").get_by_role("searchbox")
    await expect(field).to_be_focused()
    await field.press_sequentially("sopran")
    await expect(page.get_by_role("main").get_by_role("link", name="Tosca", exact=True)).to_be_visible()
    await expect(page.locator(".hit__line mark")).to_have_text("soprano")
    await expect(page.locator("#live")).to_contain_text("1 result")
    await expect(page).to_have_url(re.compile(r"/search\?q=sopran$"))
    await expect(field).to_be_focused()
    await check_accessibility(page)
    await field.fill("opera")
    await expect(page.locator(".search__summary")).to_contain_text("results, the closest first")
    await check_accessibility(page)
    await picture(page, "search-wide")
    assert await page.locator(".hit").count() == 20
    await page.get_by_role("link", name="More results").click()
    await expect(page.locator(".hit").nth(20)).to_be_visible()
    await picture(page, "search-more")
    await page.get_by_role("navigation", name="Found in").get_by_role("link", name=re.compile("Texts")).click()
    await expect(page.locator(".index__chosen")).to_contain_text("Texts")
    await expect(page.locator(".hit")).to_have_count(2)
    await page.locator(".hit__line a").first.click()
    await expect(page).to_have_url(re.compile(r"/topics/[a-z-]+#text-\d+$"))


async def test_a_slip_is_asked_about(page: Page, operas: Desk) -> None:
    await page.goto(f"{operas.url}/search?q=Pucinni")
    await page.get_by_role("link", name="Giacomo Puccini").first.click()
    await expect(page.get_by_role("main").get_by_role("searchbox")).to_have_value("Giacomo Puccini")
    await page.goto(f"{operas.url}/search?q=xylophone")
    await check_accessibility(page)
    await page.get_by_role("link", name="Create “xylophone”").click()
    await expect(page.get_by_role("textbox", name="Name")).to_have_value("xylophone")


async def test_search_needs_no_scripts(page_without_js: Page, operas: Desk) -> None:
    page = page_without_js
    await page.goto(f"{operas.url}/search")
    main = page.get_by_role("main")
    await main.get_by_role("searchbox").fill("opera")
    await main.get_by_role("button", name="Search").click()
    assert await page.locator(".hit").count() == 20
    await main.get_by_role("link", name="More results").click()
    assert "after=" in page.url and await page.locator(".hit").count() > 5
    await main.get_by_role("link", name="First results").click()
    await main.get_by_role("navigation", name="Types").get_by_role("link", name=re.compile("Composer")).click()
    await expect(page.locator(".hit__title a").first).to_have_text("Giacomo Puccini")
    await main.get_by_role("link", name="Search all maps").click()
    await expect(page.locator(".hit__map").first).to_have_text("Italian opera")


async def test_search_on_a_narrow_phone(browser: Browser, site: ServedSite, account: Account, operas: Desk) -> None:
    async with opened(browser, site, account, viewport=NARROW, has_touch=True, is_mobile=True) as (page, _):
        for path in (f"{operas.url}/search?q=opera", f"{operas.url}/search", "/search?q=tosca", f"{operas.url}/shortcuts"):
            await page.goto(path)
            assert await page.evaluate(TOO_WIDE) <= 0, path
            await check_accessibility(page)
        await page.goto(f"{operas.url}/search?q=opera")
        await picture(page, "search-narrow")


async def test_palette_offers_what_was_seen_and_what_can_be_done(page: Page, operas: Desk) -> None:
    url = f"{operas.url}-italian-opera"
    await page.goto(f"{url}/topics/tosca")
    await page.goto(f"{url}/topics/giacomo-puccini")
    await page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Go to a topic")
    await expect(dialog.get_by_role("link", name="Tosca")).to_be_visible()
    await expect(dialog.get_by_role("link", name="New topic")).to_be_visible()
    await check_accessibility(page)
    await picture(page, "palette-empty")
    await page.keyboard.type("trash")
    await expect(dialog.locator(".result--action").first).to_contain_text("Trash")
    await expect(dialog.get_by_role("link", name="Giacomo Puccini")).to_be_hidden()
    await dialog.get_by_role("searchbox").fill("dark")
    button = dialog.get_by_role("button", name="Appearance: dark")
    await expect(button).to_be_visible()
    await picture(page, "palette-action")
    await button.click()
    await expect(page.locator("html[data-theme=dark]")).to_be_attached()
    assert page.url.endswith("/topics/giacomo-puccini")
    await page.wait_for_load_state()
    await page.keyboard.press("/")
    await page.keyboard.type("verism")
    await expect(dialog.get_by_role("link", name="verismo")).to_be_visible()
    await expect(dialog.get_by_role("link", name=re.compile("Search texts"))).to_be_visible()


async def test_keys_lead_to_places_and_are_listed(page: Page, operas: Desk) -> None:
    await page.goto(operas.url)
    await page.keyboard.press("g")
    await page.keyboard.press("t")
    await page.wait_for_url(f"**{operas.url}*/topics")
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(dialog.get_by_role("link", name="Timeline")).to_be_visible()
    await check_accessibility(page)
    await picture(page, "shortcuts")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await page.keyboard.press("n")
    await page.keyboard.press("t")
    await page.wait_for_url("**/topics/new")
    name = page.get_by_role("textbox", name="Name")
    await name.click()
    await page.keyboard.type("gt?/n t")
    await expect(name).to_have_value("gt?/n t")
    await expect(dialog).to_be_hidden()
    assert page.url.endswith("/topics/new")


async def test_keys_can_be_turned_off(page: Page, operas: Desk) -> None:
    await page.goto(f"{operas.url}/shortcuts")
    await page.get_by_role("button", name="Turn them off").click()
    await expect(page.get_by_role("main")).to_contain_text("are off in this browser")
    await page.wait_for_load_state()
    for key in ("/", "?", "g", "t"):
        await page.keyboard.press(key)
    await expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.url.endswith("/shortcuts")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog", name="Go to a topic")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Turn them on").click()
    await expect(page.get_by_role("main")).to_contain_text("are on in this browser")
    await page.wait_for_load_state()
    await page.keyboard.press("/")
    await expect(page.get_by_role("dialog", name="Go to a topic")).to_be_visible()
