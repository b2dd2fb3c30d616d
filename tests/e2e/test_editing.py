"""Editing a topic where it is read, with scripts."""

from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk


async def flash(page: Page, text: str) -> None:
    """Wait for a message."""
    await expect(page.locator("#flashes")).to_contain_text(text)


async def test_a_topic_is_made_and_lands_on_its_page(page: Page, desk: Desk) -> None:
    await page.goto(f"{desk.url}/topics/new")
    await check_accessibility(page)
    await page.get_by_label("Name", exact=True).fill("Tosca")
    types = page.get_by_role("combobox", name="Types")
    await types.fill("Opera")
    await page.get_by_role("option", name="Create “Opera”").click()
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")
    await expect(page.locator("#topic-head")).to_contain_text("Opera")
    await expect(page.get_by_role("link", name="Write")).to_be_visible()
    await check_accessibility(page)


async def test_a_name_is_edited_in_place_by_keyboard_alone(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    pencil = page.get_by_role("link", name="Edit the name Tosca")
    await pencil.focus()
    before = await page.get_by_role("heading", level=1).bounding_box()
    await page.keyboard.press("Enter")
    field = page.get_by_role("textbox", name="Name", exact=True)
    await expect(field).to_be_focused()
    after = await field.bounding_box()
    assert before and after
    assert abs(before["x"] - after["x"]) <= 1
    assert abs(before["y"] - after["y"]) <= 2, "the words stay where they are"
    await check_accessibility(page)
    await page.keyboard.press("Escape")
    await expect(pencil).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.keyboard.press("Control+a")
    await page.keyboard.type("La Tosca")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("La Tosca")
    await expect(page.get_by_role("link", name="Edit the name La Tosca")).to_be_focused()
    await expect(page).to_have_title("La Tosca · Italian opera")
    await flash(page, "Saved the name “La Tosca”.")
    await check_accessibility(page)


async def test_escape_asks_before_it_throws_words_away(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Edit the name Tosca").click()
    await expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
    await page.keyboard.type(" and more")
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("Press Escape again")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")


async def test_a_refused_name_shows_why_and_takes_the_focus(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Edit the name Tosca").click()
    await page.get_by_role("textbox", name="Name", exact=True).fill(" ")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.get_by_role("alert")).to_contain_text("Write a name.")
    await check_accessibility(page)
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.get_by_role("link", name="Edit the name Tosca")).to_be_focused()


async def test_another_name_is_edited_inside_its_list(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(f"{topic.url}/names/new")
    await check_accessibility(page)
    await page.get_by_role("textbox", name="Name", exact=True).fill("Die Tosca")
    await page.get_by_label("Language").select_option("German")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")
    await page.wait_for_load_state()  # a link is a page of its own until the scripts are there
    before = await page.get_by_text("Die Tosca", exact=True).bounding_box()
    await page.get_by_role("link", name="Edit the name Die Tosca").click()
    field = page.get_by_role("textbox", name="Name", exact=True)
    await expect(field).to_be_focused()
    after = await field.bounding_box()
    assert before and after
    assert (abs(before["x"] - after["x"]) <= 1) and (abs(before["y"] - after["y"]) <= 3), (before, after)
    await check_accessibility(page)
    await page.get_by_role("button", name="Delete this name").click()
    await flash(page, "Deleted the name “Die Tosca”.")
    await expect(page.get_by_text("Die Tosca", exact=True)).to_have_count(0)
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.get_by_text("Die Tosca", exact=True)).to_be_visible()


async def test_the_last_name_is_not_deleted_and_the_form_says_why(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Edit the name Tosca").click()
    await page.get_by_role("button", name="Delete this name").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.get_by_role("alert")).to_contain_text("This is the only name of the topic.")
    await check_accessibility(page)


async def test_a_text_links_to_a_topic_that_is_made_next(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Write").click()
    area = page.get_by_role("textbox", name="Text")
    await expect(area).to_be_focused()
    await area.fill("An opera by [[Giacomo Puccini]].")
    await check_accessibility(page)
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_role("region", name="Preview")).to_contain_text("An opera by Giacomo Puccini.")
    await check_accessibility(page)
    await page.get_by_role("button", name="Save").click()
    link = page.get_by_role("link", name="Giacomo Puccini")
    await expect(link).to_have_attribute("title", "Create “Giacomo Puccini”")
    await check_accessibility(page)
    await link.click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Giacomo Puccini")
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Giacomo Puccini")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Giacomo Puccini").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Giacomo Puccini")


async def test_two_people_writing_one_text_lose_nothing(
    page: Page, desk: Desk, browser: Browser, site: ServedSite, account: Account
) -> None:
    topic = await desk.topic("Tosca")
    await desk.text(topic, "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.")
    async with opened(browser, site, account) as (other, _):
        for each in (page, other):
            await each.goto(topic.url)
            await each.get_by_role("link", name="Edit the text").click()
        await page.get_by_role("textbox", name="Text").fill("First, by me.\n\nSecond paragraph.\n\nThird paragraph.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#topic-text .prose")).to_contain_text("First, by me.")
        await other.get_by_role("textbox", name="Text").fill("First paragraph.\n\nSecond paragraph.\n\nThird, by you.")
        await other.get_by_role("button", name="Save").click()
        await expect(other.get_by_text("Nothing is lost")).to_be_visible()
        await expect(other.get_by_role("textbox", name="Both in one")).to_have_value("First, by me.\n\nSecond paragraph.\n\nThird, by you.")
        await check_accessibility(other)
        await other.get_by_role("button", name="Save").click()
        await expect(other.locator("#topic-text .prose")).to_contain_text("Third, by you.")
        await expect(other.locator("#topic-text .prose")).to_contain_text("First, by me.")


async def test_linking_in_one_field(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await desk.topic("Giacomo Puccini")
    await page.goto(topic.url)
    field = page.get_by_role("combobox", name="Link to")
    await field.fill("pucc")
    await expect(page.get_by_role("option", name="Giacomo Puccini")).to_be_visible()
    await check_accessibility(page)
    await page.keyboard.press("Enter")
    await expect(page.locator("#topic-associations")).to_contain_text("Giacomo Puccini")
    await flash(page, "Linked to “Giacomo Puccini”.")
    await expect(page.get_by_role("combobox", name="Link to")).to_be_focused()
    await page.get_by_role("combobox", name="Link to").fill("Victorien Sardou")
    await page.get_by_role("option", name="Create “Victorien Sardou”").click()
    await expect(page.locator("#topic-associations")).to_contain_text("Victorien Sardou")
    await check_accessibility(page)


async def test_an_unknown_name_typed_in_full_is_offered(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("combobox", name="Link to").fill("Sardou")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(page.get_by_role("checkbox", name="Create the topic “Sardou”")).to_be_checked()
    await check_accessibility(page)
    await page.get_by_role("button", name="Create it and link").click()
    await expect(page.locator("#topic-associations")).to_contain_text("Sardou")


async def test_a_connection_of_three(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Say how they are connected…").click()
    await page.get_by_role("combobox", name="Kind of connection").fill("First performance")
    await page.get_by_role("option", name="Create “First performance”").click()
    for row, (role, player) in enumerate([("work", ""), ("theatre", "Teatro Costanzi"), ("conductor", "Leopoldo Mugnone")]):
        if row == 2:
            await page.get_by_role("button", name="Another part").click()
            await expect(page.get_by_role("combobox", name="Part").nth(2)).to_be_focused()
        await page.get_by_role("combobox", name="Part").nth(row).fill(role)
        await page.get_by_role("option", name=f"Create “{role}”").click()
        if player:
            await page.get_by_role("combobox", name="Topic", exact=True).nth(row).fill(player)
            await page.get_by_role("option", name=f"Create “{player}”").click()
    await check_accessibility(page)
    await page.get_by_role("button", name="Save").click()
    connections = page.locator("#topic-associations")
    await expect(connections).to_contain_text("Teatro Costanzi")
    await expect(connections).to_contain_text("Leopoldo Mugnone")
    await check_accessibility(page)
    await page.get_by_role("link", name="Edit the connection").first.click()
    await expect(page.get_by_role("combobox", name="Kind of connection")).to_have_value("First performance")
    await check_accessibility(page)
    await page.get_by_role("button", name="Delete this connection").click()
    await flash(page, "Deleted the connection")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#topic-associations")).to_contain_text("Leopoldo Mugnone")


async def test_a_fact_is_refused_then_saved_then_edited(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Add a fact").click()
    await expect(page.get_by_role("combobox", name="What it says")).to_be_focused()
    await expect(page.get_by_role("link", name="Add a fact")).to_be_hidden()
    await page.get_by_role("combobox", name="What it says").fill("Acts")
    await page.get_by_role("option", name="Create “Acts”").click()
    await page.get_by_label("Kind of value").select_option("Whole number")
    await page.get_by_role("textbox", name="Value").fill("three")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.get_by_role("textbox", name="Value")).to_have_value("three")
    await check_accessibility(page)
    await page.get_by_role("textbox", name="Value").fill("3")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-attributes dl")).to_contain_text("Acts")
    await page.get_by_role("link", name="Edit Acts").click()
    await expect(page.get_by_role("textbox", name="Value")).to_have_value("3")
    await check_accessibility(page)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("link", name="Edit Acts")).to_be_focused()


async def test_a_link_is_added_and_edited_in_its_list(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Link or film").click()
    await page.get_by_role("textbox", name="Address").fill("javascript:alert(1)")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await page.get_by_role("textbox", name="Address").fill("https://example.org/score")
    await page.get_by_role("textbox", name="Title").fill("The score")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("link", name="Edit The score").click()
    await check_accessibility(page)
    await page.get_by_role("textbox", name="Title").fill("The autograph")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="The autograph", exact=True)).to_be_visible()


async def test_tags_come_and_go(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_label("Add tags, separated by commas").fill("verismo, Rome")
    await page.keyboard.press("Enter")
    await expect(page.locator("#topic-tags")).to_contain_text("verismo")
    await expect(page.get_by_label("Add tags, separated by commas")).to_be_focused()
    await check_accessibility(page)
    await page.get_by_role("button", name="Take the tag verismo away").click()
    await expect(page.locator("#topic-tags")).not_to_contain_text("verismo")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#topic-tags")).to_contain_text("verismo")


async def test_types_are_chosen_where_they_stand(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await desk.topic("Opera")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Edit the types").click()
    field = page.get_by_role("combobox", name="Types")
    await expect(field).to_be_focused()
    await field.fill("oper")
    await page.get_by_role("option", name="Opera").first.click()
    await check_accessibility(page)
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-head")).to_contain_text("Opera")
    await check_accessibility(page)


async def test_a_deleted_topic_comes_back_by_undo_and_from_the_trash(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_label("More for this topic").click()
    await page.get_by_role("button", name="Delete").click()
    await flash(page, "Deleted “Tosca”.")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")
    await page.get_by_label("More for this topic").click()
    await page.get_by_role("button", name="Delete").click()
    await flash(page, "Deleted “Tosca”.")
    await page.goto(f"{desk.url}/trash")
    await check_accessibility(page)
    await page.get_by_role("button", name="Bring back Tosca").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")


async def test_the_old_address_of_a_topic_leads_to_it(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_text("About this topic").click()
    await page.get_by_role("link", name="Edit the address").click()
    await page.get_by_role("textbox", name="Address").fill("La Tosca")
    await check_accessibility(page)
    await page.get_by_role("button", name="Save").click()
    await flash(page, "The topic has a new address.")
    await page.goto(topic.url)
    assert page.url.endswith("/topics/la-tosca")


async def test_the_go_to_dialog_opens_by_its_keys(page: Page, desk: Desk) -> None:
    await desk.topic("Norma")
    topic = await desk.topic("Tosca")
    for keys in ("/", "Control+k"):
        await page.goto(topic.url)
        await page.keyboard.press(keys)
        dialog = page.get_by_role("dialog", name="Go to a topic")
        await expect(dialog.get_by_role("searchbox")).to_be_focused()
        await page.keyboard.type("norm")
        await expect(dialog.get_by_role("link", name="Norma")).to_be_visible()
        await check_accessibility(page, both_themes=keys == "/")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Norma")


async def test_forms_work_on_a_phone(browser: Browser, site: ServedSite, account: Account, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await desk.text(topic, "Some words.")
    too_wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    async with opened(browser, site, account, viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True) as (page, _):
        for path in (
            "names/new",
            "text/new",
            "links/new",
            "files/new",
            "attributes/new",
            "associations/new",
            "identifiers/new",
            "merging",
            "types/edit",
        ):
            await page.goto(f"{topic.url}/{path}")
            assert await page.evaluate(too_wide) == 0, path
            await check_accessibility(page)
        await page.goto(topic.url)
        for name in ("Edit the name Tosca", "Edit the text", "Add a fact", "Picture or file", "Link or film", "Edit the types"):
            await page.get_by_role("link", name=name).tap()
            await expect(page.locator("form.inline-form").last).to_be_visible()
            await page.wait_for_load_state("networkidle")
            assert await page.evaluate(too_wide) == 0, name
        await check_accessibility(page)
