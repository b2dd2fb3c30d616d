"""Writing Markdown: links to topics while typing, lists that go on, keys that wrap what is selected."""

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.components.opening import opened
from tests.e2e.components.site import ComponentSite


async def test_two_brackets_offer_topics(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.press_sequentially("See [[nor")
        await expect(page.get_by_role("option", name="Norma Opera")).to_be_visible()
        await expect(text).to_have_attribute("aria-activedescendant", "wiki-links-0")
        await text.press("ArrowDown")
        await text.press("Enter")
        await expect(text).to_have_value("See [[Norway]]")
        await expect(page.get_by_role("listbox", name="Topics to link to")).to_have_count(0)


async def test_two_brackets_offer_what_is_found_further(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.press_sequentially("See [[nabuko")
        site.is_found.set()
        await expect(page.get_by_role("option", name="Nabucco Opera")).to_have_attribute("aria-selected", "true")
        await text.press("Tab")
        await expect(text).to_have_value("See [[Nabucco]]")


async def test_escape_closes_the_offer_and_keeps_the_text(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.press_sequentially("[[nor")
        await expect(page.get_by_role("option").first).to_be_visible()
        await text.press("Escape")
        await expect(page.get_by_role("listbox", name="Topics to link to")).to_have_count(0)
        await expect(text).to_have_value("[[nor")


async def test_brackets_that_are_closed_already_are_not_doubled(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.fill("[[]]")
        await text.evaluate("area => area.setSelectionRange(2, 2)")
        await text.press_sequentially("trov")
        await page.get_by_role("option", name="Il trovatore").click()
        await expect(text).to_have_value("[[Il trovatore]]")


CONTINUED = [
    ("- one", "- one\n- two"),
    ("3. one", "3. one\n4. two"),
    ("- [x] one", "- [x] one\n- [ ] two"),
    ("> one", "> one\n> two"),
    ("one", "one\ntwo"),
]


@pytest.mark.parametrize(("typed", "expected"), CONTINUED)
async def test_enter_goes_on_with_a_list(browser: Browser, site: ComponentSite, typed: str, expected: str) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.press_sequentially(typed)
        await text.press("Enter")
        await text.press_sequentially("two")
        await expect(text).to_have_value(expected)


async def test_an_empty_item_ends_the_list(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.press_sequentially("- one")
        await text.press("Enter")
        await text.press("Enter")
        await text.press_sequentially("two")
        await expect(text).to_have_value("- one\n\ntwo")


@pytest.mark.parametrize(("key", "expected"), [("b", "a **word**"), ("i", "a *word*"), ("k", "a [word](https://)")])
async def test_keys_wrap_what_is_selected(browser: Browser, site: ComponentSite, key: str, expected: str) -> None:
    async with opened(browser, site) as page:
        text = page.get_by_role("textbox", name="Text")
        await text.fill("a word")
        await text.evaluate("area => area.setSelectionRange(2, 6)")
        await text.press(f"Control+{key}")
        await expect(text).to_have_value(expected)
        await expect(page.locator("#go-to")).to_be_hidden()
        await text.press("Control+z")
        await expect(text).to_have_value("a word")
