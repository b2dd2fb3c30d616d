"""Talking about a topic beside its page, with scripts and without; and what axe says to it."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk, Made


@pytest.fixture
async def carla(site: ServedSite) -> Account:
    return await site.account("Carla Pucci")


@pytest.fixture
async def tosca(site: ServedSite, desk: Desk, carla: Account) -> Made:
    """A topic with a text; Carla may comment on its map."""
    made = await desk.topic("Tosca")
    await desk.text(made, "*Tosca* is an opera in three acts, first given in Rome in 1900.")
    async with site.database.writing() as session:
        joined = text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:m, :u, 'comment')")
        await session.execute(joined, {"m": desk.map_id, "u": carla.id})
    return made


@pytest.fixture
async def as_carla(browser: Browser, site: ServedSite, carla: Account) -> AsyncIterator[Page]:
    async with opened(browser, site, carla) as (page, _):
        yield page


async def test_a_conversation_beside_the_page(page: Page, as_carla: Page, tosca: Made) -> None:
    """A commenter asks, the owner is told, answers and settles it; neither leaves the topic's page."""
    await as_carla.goto(tosca.url)
    await as_carla.wait_for_load_state()
    sign = as_carla.get_by_role("link", name="Comment: the text", exact=True)
    await sign.focus()
    await as_carla.keyboard.press("Enter")
    panel = as_carla.get_by_role("complementary", name="Comments", exact=True)
    await expect(panel.get_by_role("heading", name="Comments on the text")).to_be_visible()
    field = panel.get_by_role("textbox", name="Write a comment")
    await expect(field).to_be_focused()  # nothing is said yet
    await field.press_sequentially("Was it in January, @ada")
    await expect(panel.get_by_role("option", name="Ada Brandt")).to_be_visible()
    await as_carla.keyboard.press("Enter")
    await field.press_sequentially("?")
    await expect(field).to_have_value("Was it in January, @Ada Brandt?")
    await check_accessibility(as_carla)
    await as_carla.keyboard.press("Control+Enter")
    await expect(panel.get_by_text("Was it in January")).to_be_visible()
    await expect(panel.locator(".mention")).to_have_text("@Ada Brandt")
    await expect(field).to_have_value("")
    await as_carla.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(as_carla.get_by_role("link", name="1 open comment: the text")).to_be_focused()
    await as_carla.keyboard.press("Enter")
    await expect(panel.get_by_role("heading", name="Comments on the text")).to_be_focused()
    await as_carla.keyboard.press("Escape")

    await page.goto(tosca.url)
    await page.wait_for_load_state()
    await expect(page.get_by_role("link", name="Notices: 1 unread")).to_be_visible()
    await page.get_by_role("link", name="1 open comment: the text").click()
    panel = page.get_by_role("complementary", name="Comments", exact=True)
    await panel.get_by_role("link", name="Answer").click()
    await panel.get_by_role("textbox", name="Write an answer").fill("On the **14th**.")
    await check_accessibility(page)
    await panel.get_by_role("button", name="Answer", exact=True).click()
    await expect(panel.locator("strong", has_text="14th")).to_be_visible()
    await panel.get_by_role("button", name="Resolve").click()
    await expect(panel.locator(".thread__state")).to_contain_text("Resolved")


async def test_the_same_without_scripts(page_without_js: Page, browser: Browser, site: ServedSite, carla: Account, tosca: Made) -> None:
    async with opened(browser, site, carla, java_script_enabled=False) as (page, _):
        await page.goto(tosca.url)
        await page.get_by_role("link", name="Comment: the text").click()
        await page.get_by_role("textbox", name="Write a comment").fill("Was it in January, @ada?")
        await page.get_by_role("button", name="Comment", exact=True).click()
        await expect(page.get_by_role("region", name="Messages")).to_contain_text("Your comment is there.")
        await expect(page.locator(".mention")).to_have_text("@ada")
    owner = page_without_js
    await owner.goto("/notices")
    await owner.get_by_role("link", name="Carla Pucci mentioned you").click()
    assert "/comments/" in urlsplit(owner.url).path
    await owner.get_by_role("textbox", name="Write an answer").fill("On the 14th.")
    await owner.get_by_role("button", name="Answer", exact=True).click()
    await expect(owner.get_by_text("On the 14th.")).to_be_visible()
    await owner.get_by_role("button", name="Resolve").click()
    await expect(owner.locator(".thread__state")).to_contain_text("Resolved")
    await owner.goto(tosca.url)
    await owner.get_by_role("link", name="No open comments").click()
    await expect(owner.get_by_text("Was it in January")).to_be_visible()


async def test_pages_of_comments_and_notices_are_accessible(page: Page, as_carla: Page, tosca: Made, desk: Desk) -> None:
    await as_carla.goto(tosca.url)
    await as_carla.wait_for_load_state()
    await as_carla.get_by_role("link", name="Comment: Tosca", exact=True).click()
    field = as_carla.get_by_role("textbox", name="Write a comment")
    await field.fill("Is @Ada Brandt sure?\n\n> *Tosca*\n\n- one\n- two, `three`")
    await as_carla.keyboard.press("Control+Enter")
    await expect(as_carla.locator(".comment blockquote")).to_be_visible()
    await page.set_viewport_size({"width": 320, "height": 640})  # type: ignore[arg-type]
    for path in ("/comments", "/topics/tosca/comments", f"/comments/about/{tosca.id}"):
        await page.goto(desk.url + path)
        await page.wait_for_load_state()
        assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
        await check_accessibility(page)
    await page.goto("/notices")
    await page.wait_for_load_state()
    await check_accessibility(page)
    await page.get_by_role("link", name="Carla Pucci mentioned you").click()
    await page.wait_for_url("**/comments/*")
    await check_accessibility(page)
    assert await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


async def test_signs_come_to_those_who_only_read(page: Page, site: ServedSite, desk: Desk, tosca: Made, browser: Browser) -> None:
    """Who may say nothing sees a sign only where something is said; it comes, counts and goes while the page is read."""
    dora = await site.account("Dora Ferri")
    async with site.database.writing() as session:
        joined = text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:m, :u, 'view')")
        await session.execute(joined, {"m": desk.map_id, "u": dora.id})
        about = (await session.execute(text("SELECT max(id) FROM occurrence WHERE topic_id = :id"), {"id": tosca.id})).scalar_one()

    async def say(path: str, **fields: str) -> None:
        sent = await page.request.post(f"{desk.url}/comments/{path}", form=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert sent.ok

    async with opened(browser, site, dora) as (reader, _):
        await reader.goto(tosca.url)
        await expect(reader.locator("[data-hears]")).to_be_attached()
        await reader.wait_for_load_state()
        await expect(reader.locator(".talk-mark")).to_have_count(0)
        await say(f"about/{about}", text="Was it in January?")
        sign = reader.locator("#topic-text .talk-mark")
        await expect(sign).to_have_accessible_name("1 open comment: the text")
        await check_accessibility(reader)
        await say(f"about/{about}", text="In Rome?")
        await expect(sign).to_have_accessible_name("2 open comments: the text")
        async with site.database.writing() as session:
            thread = (await session.execute(text("SELECT min(id) FROM comment WHERE map_id = :m"), {"m": desk.map_id})).scalar_one()
        await say(f"{thread}/resolution", resolved="1")
        await expect(sign).to_have_accessible_name("1 open comment: the text")
        await sign.click()
        await expect(reader.get_by_role("complementary", name="Comments", exact=True).get_by_text("In Rome?")).to_be_visible()
