"""Notes as people use them: written one after the other, sorted by keyboard and pointer, with and without scripts."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import PHONE, Account, ServedSite, check_accessibility, opened
from tests.editing import Desk

NARROW = {"width": 320, "height": 700}


async def width_is_kept(page: Page) -> None:
    """Nothing is wider than the window."""
    assert await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


async def test_notes_are_written_one_after_the_other_and_sorted(desk: Desk, page: Page) -> None:
    await desk.topic("Tosca")
    await page.goto(f"{desk.url}/notes")
    field = page.get_by_role("textbox", name="A new note")
    await field.click()
    for words in ("# Norma\n\nAn opera in two acts.", "Of art", "Never mind"):
        await page.keyboard.insert_text(words)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#notes-list .note").first).to_contain_text(words.split("\n")[-1])
        await expect(page.get_by_role("textbox", name="A new note")).to_be_focused()
        await expect(page.get_by_role("textbox", name="A new note")).to_have_value("")
    await expect(page.locator("#notes-count")).to_have_text("3")
    await check_accessibility(page)

    # What is begun above stays while notes below find their place.
    await page.keyboard.insert_text("Begun, not kept yet")
    note = page.locator(".note", has_text="Of art")
    await note.get_by_role("link", name="Attach to a topic").click()
    await expect(page.get_by_role("combobox", name="Topic")).to_be_focused()
    await page.keyboard.type("tos")
    await page.get_by_role("option", name="Tosca").click()
    await page.get_by_role("button", name="Attach", exact=True).click()
    await expect(page.locator("#notes-count")).to_have_text("2")
    await expect(page.get_by_text("Attached the note to “Tosca”.", exact=True)).to_be_visible()
    await expect(page.get_by_role("textbox", name="A new note")).to_have_value("Begun, not kept yet")

    await page.locator(".note", has_text="Never mind").get_by_role("button", name="Delete this note").click()
    await expect(page.locator("#notes-count")).to_have_text("1")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator(".note", has_text="Never mind")).to_be_visible()
    await expect(page.locator("#notes-count")).to_have_text("2")


async def test_a_note_becomes_a_topic_and_comes_back(desk: Desk, page: Page) -> None:
    await page.request.post(f"{desk.url}/notes", form={"text": "# Norma\n\nAn *opera*."})
    await page.goto(f"{desk.url}/notes")
    await page.get_by_role("link", name="Make it a topic").click()
    await expect(page.get_by_label("Name of the topic")).to_have_value("Norma")
    await expect(page.get_by_label("Name of the topic")).to_be_focused()
    await check_accessibility(page)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Norma", level=1)).to_be_visible()
    await expect(page.locator("#topic-text em")).to_have_text("opera")
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("#notes-count")).to_have_text("1")


async def test_a_note_on_a_topic_is_added_edited_left_and_detached(desk: Desk, page: Page) -> None:
    tosca = await desk.topic("Tosca")
    await page.goto(tosca.url)
    await page.get_by_role("link", name="Note", exact=True).click()
    await expect(page.locator("#note-new textarea")).to_be_focused()
    await page.keyboard.type("Of *art*")
    await page.keyboard.press("Control+Enter")
    note = page.locator("#topic-notes .note")
    await expect(note).to_contain_text("Of art")
    await check_accessibility(page)

    await note.get_by_role("link", name="Edit this note").click()
    await expect(page.locator("#topic-notes textarea")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(note.locator("em")).to_have_text("art")
    await expect(note.get_by_role("link", name="Edit this note")).to_be_focused()

    await note.get_by_label("More for this note").click()
    await note.get_by_role("button", name="Put back into the inbox").click()
    await expect(note).to_have_count(0)
    await expect(page.locator("#notes-count")).to_have_text("1")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#topic-notes .note")).to_contain_text("Of art")


async def test_a_mention_becomes_a_connection_and_a_link(desk: Desk, page: Page) -> None:
    tosca, rome = await desk.topic("Tosca"), await desk.topic("Rome")
    await desk.text(rome, "A city. Here Tosca sings of art. The end.")
    await page.goto(tosca.url)
    part = page.locator("#topic-unlinked")
    await expect(part.get_by_text("Here Tosca sings of art.")).to_be_visible()
    await check_accessibility(page)
    await part.get_by_role("button", name="Connect with Rome").click()
    await expect(page.locator("#topic-associations").get_by_role("link", name="Rome", exact=True)).to_be_visible()
    await expect(part.get_by_text("connected", exact=True)).to_be_visible()
    await part.get_by_role("button", name="Make it a link in the text of Rome").click()
    await expect(part.get_by_text("Here Tosca sings of art.")).to_have_count(0)
    await page.goto(rome.url)
    await expect(page.locator("#topic-text a.wikilink")).to_have_text("Tosca")
    await page.goto(f"{tosca.url}/mentions")
    await expect(page.get_by_text("Here Tosca sings of art.")).to_be_visible()
    await check_accessibility(page)


async def test_the_same_without_scripts(desk: Desk, page_without_js: Page) -> None:
    page = page_without_js
    await desk.topic("Tosca")
    rome = await desk.topic("Rome")
    await desk.text(rome, "Here Tosca sings.")
    await page.goto(f"{desk.url}/notes")
    for words in ("Of art", "Norma"):
        await page.get_by_role("textbox", name="A new note").fill(words)
        await page.get_by_role("button", name="Keep").click()
    await expect(page.locator("#notes-count")).to_have_text("2")
    await page.locator(".note", has_text="Of art").get_by_role("link", name="Edit this note").click()
    await page.locator("#main textarea").fill("Of art and love")
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.locator(".note", has_text="Of art and love").get_by_role("link", name="Attach to a topic").click()
    await page.get_by_role("textbox", name="Topic").fill("tosca")
    await page.get_by_role("button", name="Attach").click()
    await expect(page.locator("#notes-count")).to_have_text("1")
    await page.get_by_role("link", name="Make it a topic").click()
    await page.get_by_role("button", name="Make the topic").click()
    await expect(page.get_by_role("heading", name="Norma", level=1)).to_be_visible()
    await page.goto(f"{desk.url}/topics/tosca")
    await expect(page.get_by_text("Of art and love")).to_be_visible()
    await page.get_by_role("link", name=re.compile("Texts that name it|With their sentences")).click()
    await page.get_by_role("button", name="Make it a link in the text of Rome").click()
    await expect(page.get_by_text("The text links to “Tosca” now.")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()


@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["phone", "320 px"])
async def test_notes_fit_a_phone(desk: Desk, browser: Browser, site: ServedSite, account: Account, size: dict[str, int]) -> None:
    tosca = await desk.topic("Tosca")
    async with opened(browser, site, account, viewport=size, has_touch=True) as (page, _):
        await page.request.post(f"{desk.url}/notes", form={"text": "Tosca, " + "averylongwordwithoutanyspace" * 6})
        await page.request.post(f"{tosca.url}/notes/new", form={"text": "Of art"})
        number = re.search(r'id="text-(\d+)"', await (await page.request.get(f"{desk.url}/notes")).text())
        assert number
        for path in (
            *("/notes", "/notes?q=nothing", "/topics/tosca", "/topics/tosca/mentions", "/topics/tosca/notes/new"),
            *(f"/notes/{number[1]}/{step}" for step in ("edit", "attaching", "conversion")),
        ):
            await page.goto(f"{desk.url}{path}")
            await width_is_kept(page)
            await check_accessibility(page)
