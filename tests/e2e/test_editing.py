"""Editing a topic where it is read, with scripts."""

from playwright.async_api import Page, expect

from tests.e2e.browser import check_accessibility
from tests.editing import Desk


async def test_a_name_is_edited_in_place(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Edit the name Tosca").click()
    field = page.get_by_role("textbox", name="Name", exact=True)
    await expect(field).to_be_focused()
    await check_accessibility(page)
    await field.fill("La Tosca")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("La Tosca")
    await expect(page.get_by_role("link", name="Edit the name La Tosca")).to_be_focused()
    await check_accessibility(page)
