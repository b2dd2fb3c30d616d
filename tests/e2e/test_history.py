"""The history in a real browser: reading it, comparing, taking back, going back in time; with scripts and without."""

import re
from hashlib import sha256

import pytest
from playwright.async_api import Browser, Page, expect

from contextualise.domain.texts import save_text
from tests.e2e.browser import PHONE, Account, ServedSite, check_accessibility, opened
from tests.editing import Desk, Made

NARROW = {"width": 320, "height": 640}
FIRST = "Tosca is an opera by Puccini, set in Rome."
SECOND = "Tosca is an opera by Giacomo Puccini, set in the Rome of 1800."


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    """A topic whose text was written twice."""
    topic = await desk.topic("Tosca")
    expected = None
    for source in (FIRST, SECOND):
        async with desk.site.database.writing() as session:
            await save_text(session, desk.site.objects, desk.map_id, desk.person.id, topic.id, source=source, expected=expected)
        expected = sha256(source.encode()).digest()
    return topic


async def sideways(page: Page) -> int:
    wide: int = await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


async def journey(page: Page, desk: Desk, tosca: Made) -> None:
    """From the history to one change, to the versions of the text, to the page of then, and back by restoring it."""
    await page.goto(f"{desk.url}/history")
    await page.get_by_text("changed “Tosca” 3 times").click()
    await page.get_by_role("link", name="Ada Brandt wrote the text of “Tosca”").first.click()
    await expect(page.locator(".diff ins")).to_have_count(3)
    await expect(page.locator(".diff")).to_contain_text("Giacomo")
    await page.get_by_role("link", name="All versions of this text").click()
    versions = page.locator(".version")
    await expect(versions).to_have_count(2)
    await page.get_by_role("button", name="Compare").click()
    await expect(page.get_by_text("0 words deleted, 4 added.")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Restore")).click()
    await expect(page.locator(".topic__texts")).to_contain_text(FIRST)
    await page.goto(f"{tosca.url}?at=v4")
    await expect(page.locator(".then")).to_contain_text("As it was on")
    await expect(page.locator(".topic__texts")).to_contain_text(SECOND)
    await page.get_by_role("link", name="What is different now").click()
    await expect(page.locator(".difference")).to_have_count(1)
    await page.go_back()
    await page.get_by_role("button", name="Restore this").click()
    await expect(page.locator("#flashes")).to_contain_text("Restored.")
    await expect(page.locator(".topic__texts")).to_contain_text(SECOND)
    await page.locator("#flashes").get_by_role("button", name="Undo").click()
    await expect(page.locator(".topic__texts")).to_contain_text(FIRST)


async def test_back_and_forth_in_time(page: Page, desk: Desk, tosca: Made) -> None:
    await journey(page, desk, tosca)


async def test_back_and_forth_in_time_without_scripts(page_without_js: Page, desk: Desk, tosca: Made) -> None:
    await journey(page_without_js, desk, tosca)


async def test_every_page_of_the_history(browser: Browser, site: ServedSite, account: Account, desk: Desk, tosca: Made) -> None:
    rome = await desk.topic("Rome")
    async with opened(browser, site, account, viewport=NARROW) as (page, _):
        for form in ({"title": "Opera in Italy", "default_lang": "en", "accent": "teal"},):
            assert (await page.request.post(f"{desk.url}/edit", form=form)).ok
        assert (await page.request.post(f"{rome.url}/removal")).ok
        await page.goto(f"{desk.url}/history")
        changes = await page.locator("a.change__what").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        told = [await (await page.request.get(change)).text() for change in changes[1:4]]
        versions = re.search(r"/texts/\d+/versions", "".join(told))
        assert versions
        paths = [f"{desk.url}{path}" for path in ("/history", "/history?kind=names", "/trash", "/trash/emptying", versions[0])]
        paths += [f"{tosca.url}{path}" for path in ("/changes", "/changes?from=v2", "?at=v3")]
        for path in (*paths, *changes[:3], "/account/history"):
            await page.goto(path)
            await check_accessibility(page)
            assert await sideways(page) <= 0, path


async def test_the_message_after_a_deletion_is_reached_by_a_key_and_waits(page: Page, desk: Desk, tosca: Made) -> None:
    await page.goto(f"{tosca.url}/removal")
    await page.request.post(f"{tosca.url}/names/new", form={"value": "Floria"})
    await page.goto(tosca.url)
    await page.get_by_role("link", name="Edit the name Floria").click()
    await page.get_by_role("button", name=re.compile("Delete")).click()
    message = page.locator("#flashes").get_by_role("button", name="Undo")
    await expect(message).to_be_visible()
    await expect(page.locator("#live")).to_contain_text("Control Z takes it back")
    await page.keyboard.press("F6")
    await expect(message).to_be_focused()
    await page.clock.install()
    await page.clock.fast_forward(60_000)
    await expect(message).to_be_focused()
    await page.keyboard.press("F6")
    await expect(message).not_to_be_focused()
    await page.keyboard.press("F6")
    await page.keyboard.press("Enter")
    await expect(page.locator("#topic-head")).to_contain_text("Floria")


async def test_the_trash_is_emptied_on_a_phone(browser: Browser, site: ServedSite, account: Account, desk: Desk, tosca: Made) -> None:
    async with opened(browser, site, account, viewport=PHONE) as (page, _):
        assert (await page.request.post(f"{tosca.url}/removal")).ok
        await page.goto(f"{desk.url}/trash")
        await expect(page.locator(".rows")).to_contain_text("goes for good on")
        await page.get_by_role("link", name="Empty the trash…").click()
        await page.get_by_role("button", name="Delete for good").click()
        await expect(page.get_by_role("alert")).to_be_focused()
        await check_accessibility(page)
        await page.get_by_label("Type the title of the map").fill("Italian opera")
        await page.get_by_role("button", name="Delete for good").click()
        await expect(page.locator("#flashes")).to_contain_text("gone for good")
