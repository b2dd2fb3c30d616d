"""The shared controls in a real browser: keyboard, focus, screen reader, failures."""

import pytest
from playwright.async_api import Browser, Dialog, Page, expect

from contextualise.web.shared.flash import Flash
from tests.e2e.components.opening import opened
from tests.e2e.components.site import ComponentSite


async def focused(page: Page) -> str:
    return await page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.id || document.activeElement.className"
    )


async def test_combobox_takes_the_best_match_with_enter(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="Topic", exact=True)
        await field.press_sequentially("nor")
        await expect(field).to_have_attribute("aria-expanded", "true")
        await expect(page.get_by_role("option", name="Norma Opera")).to_have_attribute("aria-selected", "true")
        await field.press("ArrowDown")
        await field.press("Enter")
        await expect(field).to_have_value("Norway")
        assert await page.locator("[name=topic_id]").input_value() == "2"
        assert site.posts == []
        await field.press("Backspace")
        assert await page.locator("[name=topic_id]").input_value() == ""


async def test_combobox_escape_closes_only_its_list(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="Topic", exact=True)
        await field.press_sequentially("nor")
        await expect(page.get_by_role("listbox").first).to_be_visible()
        await field.press("Escape")
        await expect(field).to_have_attribute("aria-expanded", "false")
        await expect(field).to_have_value("nor")


async def test_combobox_offers_to_create_what_is_not_there(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="Topic", exact=True)
        await field.press_sequentially("Turandot")
        await page.get_by_role("option", name="Create “Turandot”").click()
        await expect(field).to_have_value("Turandot")
        assert await page.locator("[name=create]").input_value() == "1"


async def test_combobox_waits_for_what_is_found_further(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="Topic", exact=True)
        await field.press_sequentially("nabuko")
        await expect(page.get_by_text("Looking further…")).to_be_visible()
        await field.press("Enter")  # does not create: what is meant is on its way
        await expect(field).to_have_value("nabuko")
        site.is_found.set()
        await expect(field).to_have_value("Nabucco")
        assert await page.locator("[name=topic_id]").input_value() == "4"
        await expect(field).to_have_attribute("aria-expanded", "false")


async def test_what_was_closed_does_not_open_with_what_is_found_further(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="Topic", exact=True)
        await field.press_sequentially("nabuko")
        await page.get_by_role("option", name="Create “nabuko”").click()
        site.is_found.set()
        await field.press_sequentially(" nor")
        await expect(field).to_have_attribute("aria-expanded", "true")
        await expect(page.get_by_role("option", name="Nabucco Opera")).to_have_count(0)


async def test_dialog_shows_what_is_found_further(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.get_by_role("link", name="Edit the name").focus()
        await page.keyboard.press("Control+k")
        dialog = page.get_by_role("dialog", name="Go to a topic")
        await page.keyboard.type("nabuko")
        await expect(dialog.get_by_text("Looking further…")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(dialog).to_be_visible()
        site.is_found.set()
        await page.wait_for_url("**/found/4")


async def test_dialog_stays_where_one_is_when_more_is_found(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.get_by_role("link", name="Edit the name").focus()
        await page.keyboard.press("Control+k")
        dialog = page.get_by_role("dialog", name="Go to a topic")
        await page.keyboard.type("nabuko")
        await expect(dialog.get_by_text("Looking further…")).to_be_visible()
        await page.keyboard.press("ArrowDown")
        create = dialog.get_by_role("link", name="Create “nabuko”")
        await expect(create).to_be_focused()
        site.is_found.set()
        await expect(dialog.get_by_role("link", name="Nabucco Opera")).to_be_visible()
        await expect(create).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(dialog.get_by_role("link", name="Nabucco Opera")).to_be_focused()


async def test_several_values_become_chips_and_leave_again(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="In the context of")
        await field.press_sequentially("norw")
        await expect(page.get_by_role("option", name="Norway Country")).to_be_visible()
        await field.press("Enter")
        await expect(page.locator("input[name=theme]")).to_have_count(2)
        assert await page.locator("input[name=theme]").evaluate_all("boxes => boxes.map(box => box.value)") == ["7", "2"]
        await page.get_by_role("checkbox", name="Italian").click()
        assert await page.locator("input[name=theme]").evaluate_all("boxes => boxes.map(box => box.value)") == ["2"]
        assert await focused(page) == "theme"
        await field.press("Backspace")
        assert await page.locator("input[name=theme]").count() == 0


async def test_enter_takes_what_was_typed_and_not_what_was_listed_a_letter_ago(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        field = page.get_by_role("combobox", name="In the context of")
        await field.press_sequentially("nor")
        await expect(page.get_by_role("option", name="Norma Opera")).to_be_visible()
        await page.keyboard.type("w")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("checkbox", name="Norway")).to_be_checked()
        await expect(page.get_by_role("checkbox", name="Norma")).to_have_count(0)


async def test_inline_form_takes_and_returns_the_focus(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.get_by_role("link", name="Edit the name").click()
        await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("link", name="Edit the name")).to_be_focused()
        assert site.posts == []


async def test_escape_asks_again_before_typed_text_is_lost(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.get_by_role("link", name="Edit the name").click()
        await page.get_by_role("textbox", name="Name").fill("Tosca, a melodrama")
        await page.keyboard.press("Escape")
        await expect(page.locator("#name .form__status")).to_contain_text("Not saved yet")
        await expect(page.get_by_role("textbox", name="Name")).to_have_value("Tosca, a melodrama")
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("heading", name="Tosca", exact=True)).to_be_visible()


async def test_ctrl_enter_saves_and_says_so(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.get_by_role("link", name="Edit the name").click()
        await page.get_by_role("textbox", name="Name").fill("La Tosca")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="La Tosca")).to_be_visible()
        await expect(page.locator("#live")).to_have_text("Name saved")
        await expect(page.get_by_role("link", name="Edit the name")).to_be_focused()
        assert len(site.posts) == 1


async def test_refused_form_keeps_its_text_and_focuses_the_summary(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site, expected="422") as page:
        await page.get_by_role("link", name="Edit the name").click()
        await page.get_by_role("textbox", name="Name").fill("")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("alert").filter(has_text="Write a name.")).to_be_focused()
        await page.get_by_role("link", name="Write a name.").click()
        field = page.get_by_role("textbox", name="Name")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description("Write a name.")


async def test_combobox_is_one_still_after_a_swap(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site, expected="422") as page:
        await page.get_by_role("link", name="Edit the name").click()
        await page.get_by_role("textbox", name="Name").fill("")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("alert").filter(has_text="Write a name.")).to_be_visible()
        await expect(page.locator("[aria-busy]")).to_have_count(0)
        field = page.get_by_role("combobox", name="Kind of name")
        await field.press_sequentially("nor")
        await expect(page.get_by_role("option", name="Norway Country")).to_be_visible()
        await expect(field).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize(("typed", "told"), [("broken", "r-42"), ("forbidden", "You may only read this map.")])
async def test_failed_save_leaves_the_form_as_it_was(browser: Browser, site: ComponentSite, typed: str, told: str) -> None:
    async with opened(browser, site, expected="Failed to load resource") as page:
        await page.get_by_role("link", name="Edit the name").click()
        await page.get_by_role("textbox", name="Name").fill(typed)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".flash--error")).to_contain_text(told)
        await expect(page.locator(".flash--error")).to_have_count(1)
        await expect(page.get_by_role("textbox", name="Name")).to_have_value(typed)


async def test_no_connection_keeps_the_text_and_says_so(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site, expected="Failed to") as page:
        await page.get_by_role("link", name="Edit the name").click()
        await page.get_by_role("textbox", name="Name").fill("La Tosca")
        await page.route("**/save", lambda route: route.abort())
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".flash--error")).to_contain_text("cannot be reached")
        await expect(page.get_by_role("textbox", name="Name")).to_have_value("La Tosca")
        await page.unroute("**/save")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="La Tosca")).to_be_visible()


async def test_slash_and_ctrl_k_open_go_to(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.keyboard.press("/")
        field = page.get_by_role("searchbox", name="Go to a topic")
        await expect(field).to_be_focused()
        await field.press_sequentially("nor")
        await expect(page.get_by_role("link", name="Norway")).to_be_visible()
        await expect(page.locator("#live")).to_have_text("2 matches")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("link", name="Norway")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(field).to_be_hidden()
        await page.keyboard.press("Control+k")
        await expect(field).to_be_focused()


async def test_enter_in_go_to_opens_the_first_match(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.keyboard.press("/")
        await page.get_by_role("searchbox").press_sequentially("trov")
        await expect(page.get_by_role("link", name="Il trovatore")).to_be_visible()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/found/3")


async def test_shortcuts_leave_those_who_write_alone(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        note = page.get_by_role("textbox", name="Note")
        await note.press_sequentially("1/2")
        await note.press("Control+k")
        await expect(note).to_have_value("1/2")
        await expect(page.locator("#go-to")).to_be_hidden()


async def test_theme_changes_at_once_and_is_sent(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site, color_scheme="light") as page:
        light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.locator("summary[aria-label='You: Ada']").click()
        async with page.expect_request("**/theme") as sent:
            await page.get_by_role("button", name="Dark").click()
        assert (await sent.value).post_data == "next=%2Fpage&theme=dark"
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        await expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


async def test_menu_closes_by_escape_and_by_a_click_elsewhere(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        summary = page.locator("summary[aria-label=More]")
        await summary.focus()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("link", name="First")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_role("link", name="Second")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(summary).to_be_focused()
        await expect(page.get_by_role("link", name="First")).to_be_hidden()
        await summary.click()
        await expect(page.get_by_role("link", name="First")).to_be_visible()
        await page.get_by_role("heading", name="Controls").click()
        await expect(page.get_by_role("link", name="First")).to_be_hidden()


async def test_undo_message_announces_itself_and_posts(browser: Browser, site: ComponentSite) -> None:
    site.flashes = [Flash("Tosca is in the trash.", undo_url="/undo/9")]
    async with opened(browser, site) as page:
        await expect(page.locator("#live")).to_contain_text("Tosca is in the trash.")
        await page.get_by_role("button", name="Undo").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/done")
        assert [path for path, _ in site.posts] == ["/undo/9"]


async def test_message_stays_ten_seconds_and_waits_for_the_pointer(browser: Browser, site: ComponentSite) -> None:
    site.flashes = [Flash("Saved.")]
    context = await browser.new_context()
    page = await context.new_page()
    await page.clock.install()
    await page.goto(f"{site.origin}/page")
    message = page.locator(".flash")
    await page.clock.run_for(9500)
    await expect(message).to_be_visible()
    await message.hover()
    await page.clock.run_for(30000)
    await expect(message).to_be_visible()
    await page.mouse.move(0, 0)
    await page.clock.run_for(10000)
    await expect(message).to_have_count(0)
    await context.close()


async def test_leaving_with_unsaved_text_asks_first(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        asked: list[str] = []

        async def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", stay)
        await page.get_by_role("textbox", name="Note").fill("unsaved")
        await page.get_by_role("link", name="Published maps").click()
        await page.wait_for_url(f"{site.origin}/")
        assert asked == ["beforeunload"]


async def test_form_is_sent_once(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        await page.get_by_role("combobox", name="Topic", exact=True).fill("Norma")
        await page.get_by_role("textbox", name="Password").fill("secret sentence")
        await page.keyboard.press("Escape")
        send = page.get_by_role("button", name="Send")
        await send.evaluate("button => { button.click(); button.click(); }")
        await page.wait_for_url("**/done")
        assert [path for path, _ in site.posts] == ["/form"]


async def test_too_large_file_is_told_before_it_is_sent(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site) as page:
        files = page.locator("input[type=file]")
        await files.set_input_files({"name": "big.xtm", "mimeType": "text/xml", "buffer": b"x" * 3_000_000})
        await expect(page.locator(".file-drop__message")).to_have_text("“big.xtm” is 3 MB; at most 1 kB can be sent.")
        assert await files.evaluate("input => input.validity.customError")
        await files.set_input_files({"name": "small.xtm", "mimeType": "text/xml", "buffer": b"x"})
        await expect(page.locator(".file-drop__message")).to_be_hidden()


async def test_copying_says_so(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        await page.get_by_role("button", name="Copy the address").click()
        await expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == "https://maps.example.org/1"


async def test_ctrl_z_takes_the_last_deed_back(browser: Browser, site: ComponentSite) -> None:
    site.flashes = [Flash("Tosca is in the trash.", undo_url="/undo/9")]
    async with opened(browser, site) as page:
        await page.get_by_role("textbox", name="Note").press("Control+z")
        await page.get_by_role("link", name="Edit the name").focus()
        assert site.posts == []
        await page.keyboard.press("Control+z")
        await page.wait_for_url("**/done")
        assert [path for path, _ in site.posts] == ["/undo/9"]
