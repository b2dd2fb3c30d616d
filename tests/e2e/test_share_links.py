"""Share links as people use them: made on the page of what is shared, read by somebody without an account, taken back."""

from playwright.async_api import Browser, Page, expect

from contextualise.domain.paths import save_path
from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk

NARROW = {"width": 320, "height": 700}


async def fits(page: Page) -> None:
    wide = await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"


async def make_path(desk: Desk) -> None:
    names = ("Manon Lescaut", "La Bohème", "Tosca", "Scarpia")
    topics = [await desk.topic(name) for name in names]
    await desk.text(topics[1], "After it came [[Tosca]], with [[Scarpia]] as its police.")
    async with desk.site.database.writing() as session:
        await save_path(session, desk.map_id, desk.person.id, name="Three evenings", step_ids=[topic.id for topic in topics[:3]])


async def test_a_path_is_shared_read_along_and_taken_back(browser: Browser, site: ServedSite, account: Account, page: Page) -> None:
    desk = await site.desk(account)
    await make_path(desk)
    await page.goto(f"{desk.url}/paths/three-evenings")
    await page.get_by_role("link", name="Share…").click()
    await page.wait_for_url("**/share-links?path=three-evenings")
    await page.wait_for_load_state()
    await expect(page.get_by_role("radio", name="The path “Three evenings”")).to_be_checked()
    await expect(page.get_by_label("Last day")).to_be_hidden()
    await check_accessibility(page)
    await page.get_by_label("For whom").fill("The reading circle")
    await page.get_by_label("It ends").select_option("date")
    await page.get_by_label("Last day").fill("2020-01-01")
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.get_by_text("Choose a day that is still to come.").first).to_be_visible()
    await expect(page.get_by_label("For whom")).to_have_value("The reading circle")
    await page.get_by_label("It ends").select_option("7")
    await page.get_by_role("button", name="Make the link").click()
    await page.wait_for_url("**/share-links?made=*")
    await page.wait_for_load_state()
    address = await page.locator(".notice code").text_content()
    assert address and "/s/" in address
    await check_accessibility(page)

    async with opened(browser, site, None, viewport=NARROW) as (reader, watched):
        await reader.goto(address)
        await expect(reader.get_by_role("heading", name="Three evenings")).to_be_visible()
        await expect(reader.get_by_text("You read this through a link from Ada Brandt until")).to_be_visible()
        await check_accessibility(reader)
        await fits(reader)
        await reader.get_by_role("link", name="Begin with “Manon Lescaut”").click()
        await reader.wait_for_url("**/topics/manon-lescaut?**")
        await reader.wait_for_load_state()
        await reader.get_by_role("link", name="Next La Bohème").click()
        await reader.wait_for_url("**/topics/la-boheme?**")
        await reader.wait_for_load_state()
        await expect(reader.get_by_role("link", name="Tosca").first).to_be_visible()
        await expect(reader.locator(".prose").get_by_text("Scarpia")).to_be_visible()
        assert await reader.get_by_role("link", name="Scarpia").count() == 0, "what is not on the path is named, and leads nowhere"
        await check_accessibility(reader)
        await fits(reader)
        await page.get_by_role("button", name="Revoke The reading circle").click()
        await expect(page.get_by_text("opens nothing any more").first).to_be_visible()
        assert watched.complaints == []
        gone = await reader.goto(reader.url)
        assert gone and gone.status == 404
        await reader.goto(address)
        await expect(reader.get_by_text("This link opens nothing")).to_be_visible()
        await fits(reader)
        watched.complaints.clear()  # the pages that are not there say so in the console as well
    await page.get_by_role("link", name="Ended").click()
    await page.wait_for_url("**/share-links?show=ended")
    await page.wait_for_load_state()
    await page.get_by_role("link", name="The reading circle").click()
    await page.wait_for_url("**/share-links/*")
    await page.wait_for_load_state()
    await expect(page.get_by_role("rowheader")).to_have_count(1)
    await check_accessibility(page)


async def test_a_map_is_read_without_scripts(browser: Browser, site: ServedSite, account: Account, page_without_js: Page) -> None:
    desk = await site.desk(account)
    await make_path(desk)
    page = page_without_js
    await page.goto(f"{desk.url}/share-links")
    await page.get_by_label("It ends").select_option("never")
    await page.get_by_role("button", name="Make the link").click()
    address = await page.locator(".notice code").text_content()
    assert address
    async with opened(browser, site, None, java_script_enabled=False) as (reader, _):
        await reader.goto(address)
        await expect(reader.get_by_text("You read this through a link from Ada Brandt.")).to_be_visible()
        await reader.get_by_role("link", name="Topics", exact=True).click()
        await reader.get_by_role("link", name="Tosca", exact=True).click()
        await expect(reader.get_by_role("heading", name="Tosca", level=1)).to_be_visible()
        assert await reader.get_by_role("link", name="History").count() == 0
