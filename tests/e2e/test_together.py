"""One afternoon of two people on one map: invitation, comment, live edit, conflict, and access withdrawn while a page is open."""

import re

from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import ServedSite, check_accessibility, opened
from tests.editing import Desk

READY = "html[data-editor=ready]"


async def follow(page: Page, path: str) -> None:
    """Open a page and wait until it hears of changes."""
    await page.goto(path)
    await expect(page.locator("[data-hears]")).to_be_attached()


async def test_two_people_on_one_map(page: Page, browser: Browser, site: ServedSite, desk: Desk) -> None:
    tosca = await desk.topic("Tosca")
    await desk.text(tosca, "An opera in three acts.\n\nGiven in Rome first.")
    bea = await site.account("Bea Conti")

    await page.goto(f"{desk.url}/people")
    await page.get_by_label("E-mail addresses").fill(bea.email)
    await page.get_by_role("button", name="Invite", exact=True).click()
    link = await page.locator("#waiting li", has_text=bea.email).locator("code").inner_text()
    async with opened(browser, site, bea) as (other, watched):
        await other.goto("/join/" + link.partition("/join/")[2])
        await other.get_by_role("button", name="Accept").click()
        await expect(other.get_by_role("heading", level=1)).to_have_text("Italian opera")
        await follow(page, tosca.url)
        await follow(other, tosca.url)

        # She asks, he sees it where he reads.
        await other.get_by_role("link", name="Comment: the text", exact=True).click()
        await other.get_by_role("textbox", name="Write a comment").fill("Was it not four acts?")
        await other.keyboard.press("Control+Enter")
        await expect(other.get_by_role("complementary", name="Comments").get_by_text("Was it not four acts?")).to_be_visible()
        await other.keyboard.press("Escape")
        await expect(page.locator("#topic-talk")).to_contain_text("1 open comment")

        # Both write the same text. What she saves arrives beside what he types, and he is given both.
        for each in (page, other):
            await each.get_by_role("link", name="Edit the text").click()
            await expect(each.locator(READY)).to_be_attached()
        mine = page.get_by_role("textbox", name="Text")
        await mine.fill("An opera in three long acts.\n\nGiven in Rome first.")
        await other.get_by_role("textbox", name="Text").fill("An opera in four acts.\n\nGiven in Rome first, in 1900.")
        await other.get_by_role("button", name="Save").click()
        await expect(page.locator(".live-note")).to_contain_text("Bea Conti changed this just now.")
        await expect(mine).to_have_value("An opera in three long acts.\n\nGiven in Rome first.")
        await page.get_by_role("button", name="Save").first.click()
        merged = page.get_by_role("textbox", name=re.compile("Both in one"))
        await expect(merged).to_be_visible()
        await expect(merged).to_have_value(re.compile("in 1900"))
        await check_accessibility(page)
        await merged.fill("An opera in three long acts.\n\nGiven in Rome first, in 1900.")
        await page.locator("form", has=merged).get_by_role("button", name="Save").click()
        await expect(page.locator("#topic-text .prose")).to_contain_text("three long acts")
        note = other.locator(".live-note")  # her focus is still there
        await expect(note).to_contain_text("Ada Brandt changed this just now.")
        await note.get_by_role("button", name="Show").click()
        await expect(other.get_by_text("three long acts").first).to_be_visible()

        # She is taken off the map: her open page ends at once.
        people = await page.context.new_page()
        await people.goto(f"{desk.url}/people")
        await people.get_by_label("What Bea Conti may do").click()
        await people.get_by_role("button", name="Remove", exact=True).click()
        await expect(other.get_by_role("alert")).to_contain_text("You no longer have access to this map.")
        await expect(other.get_by_text("three long acts")).to_be_hidden()
        await check_accessibility(other)
        watched.complaints[:] = [each for each in watched.complaints if "status of 404" not in each]
