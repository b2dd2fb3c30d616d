"""Every task of the topic page with scripts off: links and forms alone."""

from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import Account, ServedSite, opened
from tests.editing import Desk


async def heading(page: Page, text: str) -> None:
    """Wait for the page with this heading."""
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def save(page: Page, name: str = "Save") -> None:
    """Press the button of the page's form."""
    await page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


async def more(page: Page, item: str) -> None:
    """Follow a link of the topic's menu."""
    await page.get_by_label("More for this topic").click()
    await page.get_by_role("link", name=item, exact=True).click()


async def test_a_topic_is_made_with_a_type_that_is_made_too(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    await page.goto(f"{desk.url}/topics")
    await page.get_by_role("link", name="New topic").first.click()
    await page.get_by_label("Name", exact=True).fill("Tosca")
    await page.get_by_label("Types").fill("Opera")
    await save(page, "Create")
    await expect(page.get_by_role("checkbox", name="Opera (new)")).to_be_checked()
    await save(page, "Create")
    await heading(page, "Tosca")
    await expect(page.locator("#topic-head")).to_contain_text("Opera")


async def test_a_name_is_edited_and_added(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Edit the name Tosca").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill("La Tosca")
    await save(page)
    await heading(page, "La Tosca")
    await more(page, "Add a name")
    await page.get_by_role("textbox", name="Name", exact=True).fill("Die Tosca")
    await page.get_by_label("Language").select_option("German")
    await save(page)
    await expect(page.get_by_label("Other names")).to_contain_text("Die Tosca")


async def test_a_text_with_a_link_to_a_topic_that_is_made_next(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Write").click()
    await page.get_by_role("textbox", name="Text", exact=True).fill("By [[Giacomo Puccini]].")
    await save(page, "Preview")
    await expect(page.get_by_text("Preview, not saved yet")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("By [[Giacomo Puccini]].")
    await save(page)
    await page.get_by_role("link", name="Giacomo Puccini").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Giacomo Puccini")
    await save(page, "Create")
    await heading(page, "Giacomo Puccini")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Giacomo Puccini").first.click()
    await heading(page, "Giacomo Puccini")


async def test_two_people_writing_one_text_lose_nothing(
    page_without_js: Page, desk: Desk, browser: Browser, site: ServedSite, account: Account
) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await desk.text(topic, "One.\n\nTwo.\n\nThree.")
    async with opened(browser, site, account, java_script_enabled=False) as (other, _):
        for each in (page, other):
            await each.goto(topic.url)
            await each.get_by_role("link", name="Edit the text").click()
        await page.get_by_role("textbox", name="Text", exact=True).fill("One of mine.\n\nTwo.\n\nThree.")
        await save(page)
        await other.get_by_role("textbox", name="Text", exact=True).fill("One.\n\nTwo.\n\nThree of yours.")
        await save(other)
        await expect(other.get_by_text("Nothing is lost")).to_be_visible()
        await save(other)
        await expect(other.locator("#topic-text")).to_contain_text("One of mine.")
        await expect(other.locator("#topic-text")).to_contain_text("Three of yours.")


async def test_linking_to_known_and_unknown_topics(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await desk.topic("Rome")
    await page.goto(topic.url)
    await page.get_by_label("Link to").fill("Rome")
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(page.locator("#topic-associations")).to_contain_text("Rome")
    await page.get_by_label("Link to").fill("Victorien Sardou")
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("There is no topic “Victorien Sardou” yet.")
    await save(page, "Create it and link")
    await expect(page.locator("#topic-associations")).to_contain_text("Victorien Sardou")


async def test_a_connection_of_three_edited_and_deleted(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Say how they are connected…").click()
    await page.get_by_label("Kind of connection").fill("First performance")
    await save(page, "Another part")
    for row, (role, player) in enumerate([("work", "Tosca"), ("theatre", "Teatro Costanzi"), ("conductor", "Leopoldo Mugnone")]):
        await page.get_by_label("Part", exact=True).nth(row).fill(role)
        await page.get_by_label("Topic", exact=True).nth(row).fill(player)
    await save(page)
    await save(page)
    connections = page.locator("#topic-associations")
    await expect(connections).to_contain_text("Teatro Costanzi")
    await expect(connections).to_contain_text("Leopoldo Mugnone")
    await page.get_by_role("link", name="Edit the connection").first.click()
    await page.get_by_role("button", name="Take out Leopoldo Mugnone").click()
    await save(page)
    await expect(connections).not_to_contain_text("Leopoldo Mugnone")
    await page.get_by_role("link", name="Edit the connection").first.click()
    await save(page, "Delete this connection")
    await expect(connections).not_to_contain_text("Teatro Costanzi")
    await page.get_by_role("button", name="Undo").click()
    await expect(connections).to_contain_text("Teatro Costanzi")


async def test_facts_links_and_tags(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Add a fact").click()
    await page.get_by_label("What it says").fill("Acts")
    await page.get_by_label("Kind of value").select_option("Whole number")
    await page.get_by_label("Value", exact=True).fill("three")
    await save(page)
    await expect(page.get_by_role("alert")).to_contain_text("Write a whole number")
    await page.get_by_label("Value", exact=True).fill("3")
    await save(page)
    await expect(page.locator("#topic-attributes")).to_contain_text("Acts")
    await page.get_by_role("link", name="Link or film").click()
    await page.get_by_label("Address").fill("https://example.org/score")
    await page.get_by_label("Title").fill("The score")
    await save(page)
    await expect(page.get_by_role("link", name="The score", exact=True)).to_be_visible()
    await page.get_by_label("Add tags, separated by commas").fill("verismo, Rome")
    await page.get_by_role("button", name="Add these tags").click()
    await page.get_by_role("button", name="Take the tag Rome away").click()
    await expect(page.locator("#topic-tags")).to_contain_text("verismo")
    await expect(page.get_by_role("button", name="Take the tag Rome away")).to_have_count(0)


async def test_types_address_and_merging(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic, other = await desk.topic("Tosca"), await desk.topic("La Tosca")
    await desk.text(other, "The text of the other.")
    await page.goto(topic.url)
    await more(page, "Types")
    await page.get_by_role("textbox", name="Types").fill("Opera")
    await save(page)
    await save(page)
    await expect(page.locator("#topic-head")).to_contain_text("Opera")
    await more(page, "Address")
    await page.get_by_role("textbox", name="Address").fill("The Opera Tosca")
    await save(page)
    assert page.url.split("#")[0].endswith("/topics/the-opera-tosca")
    await page.goto(topic.url)
    await heading(page, "Tosca")
    await more(page, "Merge with another topic")
    await page.get_by_label("The other topic").fill("La Tosca")
    await save(page, "Next")
    await save(page, "Merge them")
    await expect(page.locator("#topic-text")).to_contain_text("The text of the other.")


async def test_deleting_undoing_and_the_trash(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_label("More for this topic").click()
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_role("button", name="Undo").click()
    await heading(page, "Tosca")
    await page.get_by_label("More for this topic").click()
    await page.get_by_role("button", name="Delete").click()
    await page.goto(f"{desk.url}/trash")
    await page.get_by_role("button", name="Bring back Tosca").click()
    await heading(page, "Tosca")
    await page.goto(f"{topic.url}/changes")
    await expect(page.get_by_role("main")).to_contain_text("made the topic “Tosca”")


async def test_a_topic_in_use_is_replaced(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    opera = await desk.topic("Opera")
    topic = await desk.topic("Tosca", opera.id)
    await desk.topic("Melodramma")
    await page.goto(opera.url)
    await page.get_by_label("More for this topic").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_role("main")).to_contain_text("type of 1 topic")
    await page.get_by_label("Put in its place").fill("Melodramma")
    await save(page, "Replace and delete")
    await page.goto(topic.url)
    await expect(page.locator("#topic-head")).to_contain_text("Melodramma")


async def test_the_go_to_field_is_a_page(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(f"{desk.url}/topics")
    await page.get_by_role("link", name="Go to a topic").click()
    await page.get_by_role("main").get_by_role("searchbox").fill("tosca")
    await page.keyboard.press("Enter")
    await page.get_by_role("main").get_by_role("link", name="Tosca").first.click()
    assert page.url.endswith(topic.url.split("/")[-1])
