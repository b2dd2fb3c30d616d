"""Writing text: the tools, the drafts, two people at once, and everything that can go wrong while somebody types."""

import re

from playwright.async_api import Browser, Dialog, Locator, Page, Route, expect

from tests.e2e.browser import PASSWORD, PHONE, Account, ServedSite, Watched, check_accessibility, opened, sign_in
from tests.editing import Desk, Made

TEXT = re.compile("Text|Both in one")


async def write(page: Page, topic: Made) -> None:
    """Open the form of a topic's text in its page."""
    await page.goto(topic.url)
    await page.get_by_role("link", name=re.compile("^(Write|Edit the text)$")).click()
    await expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    await expect(page.locator("html[data-editor=ready]")).to_be_attached()


def area(page: Page) -> Locator:
    return page.get_by_role("textbox", name=TEXT)


def status(page: Page) -> Locator:
    return page.locator("writing-status")


def _expect(watched: Watched, pattern: str) -> None:
    """Such complaints are what the test brought about."""
    watched.complaints = [each for each in watched.complaints if not re.search(pattern, each)]
    assert watched.complaints == [], watched.complaints


async def test_the_buttons_and_keys_write_markdown(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await write(page, topic)
    field = area(page)
    await field.press_sequentially("An opera")
    await field.press("Control+a")
    await page.get_by_role("button", name="Bold").click()
    await expect(field).to_have_value("**An opera**")
    await field.press("Control+b")
    await expect(field).to_have_value("An opera")
    await field.press("Control+z")
    await expect(field).to_have_value("**An opera**")
    await field.press("Control+End")
    await field.press("Enter")
    await page.get_by_role("button", name="List", exact=True).click()
    await field.press_sequentially("one")
    await field.press("Enter")
    await field.press_sequentially("two")
    await field.press("Tab")
    await expect(field).to_have_value("**An opera**\n- one\n  - two")
    await field.press("Shift+Tab")
    await field.press("Control+Alt+2")
    await expect(field).to_have_value("**An opera**\n- one\n## two")
    await check_accessibility(page)


async def test_the_keyboard_is_never_caught(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await write(page, topic)
    field = area(page)
    await field.fill("- one")
    await field.press("Control+End")
    await field.press("Escape")
    await field.press("Tab")
    await expect(field).not_to_be_focused()
    await expect(field).to_have_value("- one")
    await field.focus()
    await field.press("Alt+F10")
    await expect(page.get_by_role("button", name="Bold")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name="Italic")).to_be_focused()
    await page.keyboard.press("End")
    await page.keyboard.press("Shift+Tab")
    await expect(field).to_be_focused()


async def test_control_s_saves(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await write(page, topic)
    await area(page).fill("An opera in three acts.")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#topic-text .prose")).to_have_text("An opera in three acts.")


async def test_the_status_is_true_and_the_draft_goes_with_saving(page: Page, desk: Desk, site: ServedSite) -> None:
    topic = await desk.topic("Tosca")
    await write(page, topic)
    await expect(status(page)).to_have_text("Nothing written yet")
    await area(page).press_sequentially("An opera")
    await expect(status(page)).to_have_text("Not saved yet")
    await expect(status(page)).to_contain_text("Draft kept")
    await check_accessibility(page)
    await page.goto("/drafts")
    await expect(page.get_by_role("main")).to_contain_text("An opera")
    await check_accessibility(page)
    await page.get_by_role("link", name="Go on writing").click()
    await expect(area(page)).to_have_value("An opera")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-text .prose")).to_have_text("An opera")
    await page.goto("/drafts")
    await expect(page.get_by_role("main")).to_contain_text("Everything that you wrote is saved.")


async def test_a_browser_that_dies_offers_what_was_written(browser: Browser, desk: Desk, site: ServedSite, account: Account) -> None:
    topic = await desk.topic("Tosca")
    await desk.text(topic, "An opera.")
    async with opened(browser, site, account) as (page, _):
        await write(page, topic)
        await area(page).fill("An opera by Puccini, in three acts.")
        await expect(status(page)).to_contain_text("Draft kept")
    async with opened(browser, site, account) as (page, _):
        await write(page, topic)
        offer = page.get_by_role("group", name="You wrote this")
        await expect(offer).to_be_focused()
        await check_accessibility(page)
        await offer.get_by_text("Compare it with what is saved").click()
        await expect(offer.locator("ins").first).to_contain_text("by Puccini")
        await check_accessibility(page)
        await offer.get_by_role("link", name="Take it up").click()
        await expect(area(page)).to_have_value("An opera by Puccini, in three acts.")
        await check_accessibility(page)
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator("#topic-text .prose")).to_have_text("An opera by Puccini, in three acts.")
        await page.get_by_role("link", name="Edit the text").click()
        await expect(area(page)).to_be_focused()
        await expect(page.get_by_text("You wrote this")).to_have_count(0)


async def test_an_earlier_draft_is_not_overwritten_by_what_is_written_beside_it(
    browser: Browser, desk: Desk, site: ServedSite, account: Account
) -> None:
    topic = await desk.topic("Tosca")
    for words in ("The first draft.", "The second draft."):
        async with opened(browser, site, account) as (page, _):
            await write(page, topic)
            await area(page).fill(words)
            await expect(status(page)).to_contain_text("Draft kept")
    async with opened(browser, site, account) as (page, _):
        await write(page, topic)
        await expect(page.get_by_role("group", name="You wrote this")).to_have_count(2)
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("link", name="Throw it away").first.click()
        await expect(page.get_by_role("group", name="You wrote this")).to_have_count(1)
        await page.get_by_role("link", name="Take it up").click()
        await expect(area(page)).to_have_value("The first draft.")


async def test_what_only_this_browser_kept_is_offered_too(browser: Browser, desk: Desk, site: ServedSite, account: Account) -> None:
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await write(page, topic)
        await page.route("**/drafts", lambda route: route.abort())
        await area(page).fill("Written on a train.")
        await expect(status(page)).to_have_text("Not saved: the server cannot be reached. It is kept in this browser.")
        await check_accessibility(page)
        await page.close(run_before_unload=False)
        again = await _further(browser, page)
        await write(again, topic)
        await again.get_by_role("link", name="Take it up").click()
        await expect(area(again)).to_have_value("Written on a train.")
        _expect(watched, "ERR_FAILED|net::")


async def _further(browser: Browser, page: Page) -> Page:
    """Another tab of the same browser."""
    return await page.context.new_page()


async def test_leaving_asks_only_when_the_words_are_safe_nowhere(browser: Browser, desk: Desk, site: ServedSite, account: Account) -> None:
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await _leave(page, topic, desk)
        _expect(watched, "503|ERR_|^full$")


async def _leave(page: Page, topic: Made, desk: Desk) -> None:
    asked: list[str] = []

    async def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.accept()

    page.on("dialog", note)
    await write(page, topic)
    await area(page).fill("Kept.")
    await page.goto(desk.url)
    assert asked == []
    await write(page, topic)
    await page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    await page.route("**/drafts", lambda route: route.fulfill(status=503, json={"detail": "no"}))
    await area(page).press_sequentially("Not kept.")
    await expect(status(page)).to_contain_text("Copy your text before you leave.")
    await page.goto(desk.url)
    assert asked == ["beforeunload"]


async def test_two_people_who_change_the_same_words_see_both(
    page: Page, desk: Desk, browser: Browser, site: ServedSite, account: Account
) -> None:
    topic = await desk.topic("Tosca")
    await desk.text(topic, "First given in 1899 in Rome, at the Costanzi.")
    async with opened(browser, site, account) as (other, _):
        for each in (page, other):
            await write(each, topic)
        await area(page).fill("First given in 1900 in Rome, at the Teatro Costanzi.")
        await page.keyboard.press("Control+s")
        await expect(page.locator("#topic-text .prose")).to_contain_text("1900")
        await area(other).fill("First given in 1901 in Rome, at the Costanzi, to mixed reviews.")
        await other.keyboard.press("Control+s")
        await expect(other.get_by_text("changed this text while you were writing")).to_be_visible()
        await expect(area(other)).to_have_value(
            "First given in {theirs: 1900 | yours: 1901} in Rome, at the Teatro Costanzi, to mixed reviews."
        )
        await expect(other.get_by_role("region", name="What you changed").locator("ins").last).to_contain_text(", to mixed reviews")
        await expect(status(other)).to_have_text("Not saved: see above")
        await check_accessibility(other)
        await other.get_by_role("button", name="Save").click()
        await expect(other.get_by_role("alert")).to_contain_text("Some places still say both")
        await area(other).fill("First given in 1900 in Rome, at the Teatro Costanzi, to mixed reviews.")
        await other.get_by_role("button", name="Save").click()
        await expect(other.locator("#topic-text .prose")).to_contain_text("to mixed reviews")


async def test_the_session_ends_while_somebody_types(browser: Browser, desk: Desk, site: ServedSite, account: Account) -> None:
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await _write_signed_out(page, topic, site, account)
        _expect(watched, "status of (401|404)")  # to somebody without a session the map is not there, nor are those who write in it


async def _write_signed_out(page: Page, topic: Made, site: ServedSite, account: Account) -> None:
    await write(page, topic)
    await page.context.clear_cookies()
    await area(page).fill("Written after the session ended.")
    await page.keyboard.press("Control+s")
    await expect(status(page)).to_contain_text("Not saved: you are signed out.")
    await expect(page.get_by_role("link", name="Sign in in another tab")).to_be_visible()
    await check_accessibility(page)
    await expect(area(page)).to_have_value("Written after the session ended.")
    await sign_in(page.context, site, account)
    await page.keyboard.press("Control+s")
    await expect(page.locator("#topic-text .prose")).to_contain_text("Written after the session ended.")


async def test_two_brackets_complete_create_and_rename_in_place(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await desk.topic("Giacomo Puccini")
    await write(page, topic)
    field = area(page)
    await field.press_sequentially("By [[pucc")
    await expect(page.get_by_role("option", name="Giacomo Puccini")).to_have_attribute("aria-selected", "true")
    await check_accessibility(page)
    await field.press("Enter")
    await expect(field).to_have_value("By [[Giacomo Puccini]]")
    await field.press_sequentially(", called [[pucc")
    await expect(page.get_by_role("option", name="Giacomo Puccini")).to_be_visible()
    await field.press_sequentially("|the master")
    await expect(field).to_have_value("By [[Giacomo Puccini]], called [[Giacomo Puccini|the master]]")
    await field.press("End")
    await field.press_sequentially(", after [[Victorien Sardou")
    await expect(page.get_by_role("option", name="Create “Victorien Sardou”")).to_be_visible()
    await field.press("Enter")
    await expect(page.locator("#live")).to_have_text("Created the topic “Victorien Sardou”")
    await expect(field).to_have_value("By [[Giacomo Puccini]], called [[Giacomo Puccini|the master]], after [[Victorien Sardou]]")
    await page.keyboard.press("Control+s")
    await page.get_by_role("link", name="Victorien Sardou").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Victorien Sardou")


async def test_enter_after_two_brackets_takes_what_was_typed_and_not_what_was_listed_a_letter_ago(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    for name in ("Norma", "Norway"):
        await desk.topic(name)
    await write(page, topic)
    field = area(page)
    await field.press_sequentially("In [[nor")
    await expect(page.get_by_role("option", name="Norma")).to_have_attribute("aria-selected", "true")
    await page.keyboard.type("w")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("In [[Norway]]")


PIXELS = """() => {
  const canvas = Object.assign(document.createElement("canvas"), {width: 60, height: 40});
  const brush = canvas.getContext("2d");
  brush.fillStyle = "teal";
  brush.fillRect(0, 0, 60, 40);
  const bytes = atob(canvas.toDataURL("image/png").split(",")[1]);
  const file = new File([Uint8Array.from(bytes, (each) => each.charCodeAt(0))], "the church (south).png", {type: "image/png"});
  const transfer = new DataTransfer();
  transfer.items.add(file);
  return transfer;
}"""


async def test_a_pasted_picture_stands_where_it_was_pasted(browser: Browser, desk: Desk, site: ServedSite, account: Account) -> None:
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await write(page, topic)
        field = area(page)
        await field.fill("Before.  After.")
        await field.evaluate("(field) => field.setSelectionRange(8, 8)")
        await page.evaluate(f"""() => {{
          const transfer = ({PIXELS})();
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {{clipboardData: transfer, bubbles: true, cancelable: true}}));
        }}""")
        await expect(field).to_have_value(
            re.compile(r"^Before. !\[the church \(south\)\]\(files/[0-9a-f]{64}/the%20church%20%28south%29.png\) After.$")
        )
        await page.keyboard.type("Sant'Andrea della Valle")
        await expect(field).to_have_value(re.compile(r"!\[Sant'Andrea della Valle\]"))
        await page.keyboard.press("Control+s")
        picture = page.locator("#topic-text img")
        await expect(picture).to_have_attribute("alt", "Sant'Andrea della Valle")
        await page.wait_for_function("() => document.querySelector('#topic-text img').naturalWidth === 60")
        await expect(page.locator("#topic-media img")).to_have_count(1)
        await check_accessibility(page)
        await page.get_by_role("link", name="Edit the text").click()
        await area(page).focus()
        await page.route("**/files/new", lambda route: route.abort())
        before = await area(page).input_value()
        await page.evaluate("() => { Object.defineProperty(crypto, 'subtle', {value: undefined}); }")
        await page.evaluate(f"""() => {{
          const transfer = ({PIXELS})();
          const field = document.querySelector('textarea[name="text"]');
          field.dispatchEvent(new DragEvent("drop", {{dataTransfer: transfer, bubbles: true, cancelable: true}}));
        }}""")
        await expect(page.locator(".pictures-told")).to_contain_text("was not added. The server cannot be reached.")
        await expect(area(page)).to_have_value(before)
        await check_accessibility(page)
        _expect(watched, "ERR_FAILED")


async def test_the_preview_stands_beside_the_field_and_follows_the_writing(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await write(page, topic)
    await area(page).fill("An *opera*.")
    await page.get_by_role("button", name="Preview", exact=True).click()
    preview = page.get_by_role("region", name="Preview")
    await expect(preview.locator("em")).to_have_text("opera")
    beside, field = await preview.bounding_box(), await area(page).bounding_box()
    assert beside and field
    assert beside["x"] > field["x"] + field["width"]
    await check_accessibility(page)
    await area(page).press_sequentially(" In **three** acts.")
    await expect(preview.locator("strong")).to_have_text("three")
    await expect(area(page)).to_be_focused()
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    beside, field = await preview.bounding_box(), await area(page).bounding_box()
    assert beside and field
    assert beside["y"] > field["y"]
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await check_accessibility(page)
    await page.get_by_role("button", name="Close the preview").click()
    await expect(preview).to_have_count(0)
    await expect(area(page)).to_be_focused()


async def test_without_scripts_a_session_that_ended_costs_nothing(
    page_without_js: Page, desk: Desk, site: ServedSite, account: Account
) -> None:
    page, topic = page_without_js, await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Write").click()
    await area(page).fill("Written after the session ended.")
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("What you wrote is kept")).to_be_visible()
    await page.get_by_label("E-mail").fill(account.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(area(page)).to_have_value("Written after the session ended.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-text .prose")).to_have_text("Written after the session ended.")


async def test_without_scripts_drafts_are_offered_and_conflicts_resolved(page_without_js: Page, desk: Desk) -> None:
    page, topic = page_without_js, await desk.topic("Tosca")
    number = await desk.text(topic, "One. Two.")
    await page.goto(f"{topic.url}/text/{number}/edit")
    await area(page).fill("One. Previewed and left.")
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_role("region", name="Preview")).to_contain_text("Previewed and left")
    await page.goto(f"{topic.url}/text/{number}/edit")
    await page.get_by_text("Compare it with what is saved").click()
    await expect(page.locator(".draft ins")).to_contain_text("Previewed and left")
    await page.get_by_role("link", name="Take it up").click()
    await expect(area(page)).to_have_value("One. Previewed and left.")
    other = await page.context.new_page()
    await other.goto(f"{topic.url}/text/{number}/edit")
    await area(other).fill("ONE. Two.")
    await other.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("changed this text while you were writing")).to_be_visible()
    await expect(area(page)).to_have_value("ONE. Previewed and left.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-text .prose")).to_have_text("ONE. Previewed and left.")
    await page.goto("/drafts")
    await expect(page.get_by_role("main")).to_contain_text("Everything that you wrote is saved.")


async def test_signing_out_takes_the_drafts_of_this_browser_along(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await write(page, topic)
    await area(page).fill("Mine alone.")
    await expect(status(page)).to_contain_text("Draft kept")
    assert "Mine alone." in await page.evaluate("JSON.stringify(localStorage)")
    await page.goto("/account")
    await page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    await expect(page.locator("#flashes")).to_contain_text("You are signed out.")
    assert "Mine alone." not in await page.evaluate("JSON.stringify(localStorage)")


async def test_writing_on_a_phone(browser: Browser, desk: Desk, site: ServedSite, account: Account) -> None:
    topic = await desk.topic("Tosca")
    async with opened(browser, site, account, viewport={"width": 320, "height": 640}, has_touch=True) as (page, _):
        await write(page, topic)
        await area(page).fill("An opera")
        sizes = await page.locator(".toolbar__button").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().width)")
        assert min(sizes) >= 24
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await check_accessibility(page)


async def test_the_words_keep_their_place_when_they_are_edited(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await desk.text(topic, "An opera in three acts.")
    await page.goto(topic.url)
    before = await page.get_by_text("An opera in three acts.").bounding_box()
    await page.get_by_role("link", name="Edit the text").click()
    await expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    after, tools = await area(page).bounding_box(), await page.get_by_role("toolbar").bounding_box()
    assert before and after and tools
    assert abs(before["x"] - after["x"]) <= 1
    assert abs(before["y"] - after["y"]) <= 3
    assert tools["y"] >= after["y"] + after["height"]


async def test_what_is_typed_before_the_tools_have_come_is_not_taken_for_saved(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    scripts: list[Route] = []

    async def hold(route: Route) -> None:
        scripts.append(route)

    await page.route("**/js/drafts.js", hold)
    await page.get_by_role("link", name="Write").click()
    await area(page).fill("Typed at once.")
    while not scripts:
        await page.wait_for_timeout(20)
    await scripts[0].continue_()
    await expect(status(page)).to_contain_text("Draft kept")


async def test_a_browser_that_keeps_nothing_has_the_drafts_of_the_server(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('forbidden', 'SecurityError'); }});"
    )
    await write(page, topic)
    await area(page).fill("Kept on the server alone.")
    await expect(status(page)).to_contain_text("Draft kept")
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.locator("#live")).to_have_text("A draft of what you wrote is kept.")
    await page.get_by_role("link", name="Write").click()
    await page.get_by_role("link", name="Take it up").click()
    await expect(area(page)).to_have_value("Kept on the server alone.")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#topic-text .prose")).to_have_text("Kept on the server alone.")
