"""Reading a map, with scripts and without: paging, contexts, lists, going to a topic."""

import pytest
from playwright.async_api import Page, expect

from contextualise.domain.associations import create_association
from contextualise.domain.names import add_name
from contextualise.domain.topics import create_topic
from tests.e2e.browser import check_accessibility
from tests.editing import Desk, Made


async def theatre(desk: Desk, houses: int = 30) -> Made:
    """An opera that was given in many houses, with a name in Italian."""
    tosca = await desk.topic("Tosca")
    type_id, work, house = [(await desk.topic(name)).id for name in ("Given in", "Work", "House")]
    italian = await desk.base("ita")
    async with desk.site.database.writing() as session:
        await add_name(session, desk.map_id, desk.person.id, tosca.id, value="La Tosca", scope_ids=[italian])
        for number in range(houses):
            made = await create_topic(session, desk.map_id, desk.person.id, name=f"Teatro {number:02}", type_ids=[house])
            members = [(work, tosca.id), (house, made.construct_id)]
            await create_association(session, desk.map_id, desk.person.id, type_id=type_id, members=members)
    return tosca


async def test_further_connections_come_in_place(page: Page, desk: Desk) -> None:
    tosca = await theatre(desk, 40)
    await page.goto(tosca.url)
    shown = page.locator("#topic-associations li[id^=association]")
    await expect(shown).to_have_count(10)
    more = page.get_by_role("link", name="30 more")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(shown).to_have_count(35)
    assert await page.evaluate("document.querySelector('#topic-associations').contains(document.activeElement)"), (
        "the focus goes on from there"
    )
    await check_accessibility(page)
    await page.get_by_role("link", name="Show more").click()
    await expect(shown).to_have_count(40)
    await expect(shown.last).to_contain_text("Teatro 39")
    await expect(page.get_by_role("link", name="Show more")).to_have_count(0)
    assert page.url.endswith(tosca.url)


async def test_further_connections_are_pages_without_scripts(page_without_js: Page, desk: Desk) -> None:
    page, tosca = page_without_js, await theatre(desk)
    await page.goto(tosca.url)
    await page.get_by_role("link", name="20 more").click()
    await expect(page.locator("#topic-associations li[id^=association]")).to_have_count(20)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")
    await page.get_by_role("link", name="From the beginning").click()
    await expect(page.get_by_role("link", name="20 more")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_context_is_chosen_kept_and_left(page: Page, page_without_js: Page, desk: Desk, scripts: bool) -> None:
    tosca = await theatre(desk, 2)
    page = page if scripts else page_without_js
    await page.goto(tosca.url)
    await page.get_by_role("region", name="Contexts").get_by_role("link", name="Italian").click()
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("La Tosca")
    assert page.url.endswith("?scope=ita")
    if scripts:
        await check_accessibility(page)
    await page.get_by_role("link", name="Teatro 00", exact=True).click()
    assert page.url.endswith("?scope=ita"), "links keep the context"
    await page.go_back()
    await page.get_by_role("link", name="Italian: leave this context").click()
    await expect(heading).to_have_text("Tosca")
    await page.go_back()
    await expect(heading).to_have_text("La Tosca")


async def test_topic_is_gone_to_by_keyboard(page: Page, desk: Desk) -> None:
    tosca = await theatre(desk, 3)
    await page.goto(f"{desk.url}/topics")
    for keys in ("/", "Control+k"):
        await page.keyboard.press(keys)
        dialog = page.get_by_role("dialog", name="Go to a topic")
        await expect(dialog).to_be_visible()
        await page.keyboard.type("tosac")
        await expect(dialog.get_by_role("link", name="Search texts and everything else for “tosac”")).to_be_visible()
        await expect(dialog.get_by_role("link", name="Tosca")).to_be_visible()
        await check_accessibility(page)
        await page.keyboard.press("ArrowDown")
        await expect(dialog.get_by_role("link", name="Tosca")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tosca")
        assert page.url.endswith(f"/topics/{tosca.slug}")
        await page.wait_for_load_state()  # keys are listened for once the scripts are there


async def test_list_is_narrowed_down_sorted_and_turned_without_scripts(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    await theatre(desk, 60)
    await page.goto(f"{desk.url}/topics")
    names = page.locator("tbody th")
    await expect(names).to_have_count(50)
    await page.get_by_role("link", name="Next").click()
    await expect(names.last).to_have_text("Work")
    await page.get_by_role("link", name="First").click()
    await page.get_by_label("Find by any name").fill("la tosca")
    await page.get_by_role("button", name="Find").click()
    await expect(names).to_have_text(["Tosca La Tosca"])
    await page.goto(f"{desk.url}/topics?type=house")
    await expect(names).to_have_count(50)
    await page.get_by_role("link", name="Name").click()
    await expect(names.first).to_have_text("Teatro 59")
    await page.get_by_role("link", name="House: show every type").click()
    await expect(names.first).to_have_text("Work")


async def test_way_through_the_map_is_shown(page: Page, desk: Desk) -> None:
    await theatre(desk, 2)
    await page.goto(f"{desk.url}/go-to?q=Teatro+00")
    await page.get_by_role("link", name="Teatro 00 House").click()
    await page.locator("#topic-associations").get_by_role("link", name="Tosca", exact=True).click()
    trail = page.get_by_role("navigation", name="You came by")
    await expect(trail).to_contain_text("Teatro 00")
    await trail.get_by_role("link", name="Teatro 00").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Teatro 00")
