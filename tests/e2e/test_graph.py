"""The graph in a browser: by mouse, by keyboard alone, on a phone, without scripts, and as a file."""

from dataclasses import dataclass

import pytest
from playwright.async_api import Page, expect

from contextualise.domain.associations import create_association
from tests.e2e.browser import PHONE, Account, ServedSite, check_accessibility, opened
from tests.editing import Desk, Made


@dataclass
class Around:
    """A topic with neighbours, one of whom leads on."""

    desk: Desk
    tosca: Made
    puccini: Made
    boheme: Made


@pytest.fixture
async def around(desk: Desk) -> Around:
    tosca, puccini, boheme, illica = [await desk.topic(name) for name in ("Tosca", "Giacomo Puccini", "La Bohème", "Luigi Illica")]
    role = await desk.base("member")
    async with desk.site.database.writing() as session:
        for one, other in ((tosca, puccini), (puccini, boheme), (tosca, illica), (puccini, illica)):
            members = [(role, one.id), (role, other.id)]
            kind = await desk.base("inclusion")
            await create_association(session, desk.map_id, desk.person.id, type_id=kind, members=members)
    return Around(desk, tosca, puccini, boheme)


def topic(page: Page, made: Made) -> str:
    return f'[data-topic="{made.id}"]'


async def test_a_topic_is_opened_where_it_is_and_the_address_tells(page: Page, around: Around) -> None:
    await page.goto(f"{around.tosca.url}/graph")
    await expect(page.locator(topic(page, around.boheme))).to_have_count(0)
    await page.get_by_role("link", name="Open Giacomo Puccini: 1 further connections").click()
    await expect(page.locator(topic(page, around.boheme))).to_be_visible()
    assert f"open={around.puccini.id}" in page.url
    await check_accessibility(page)
    await page.go_back()
    await expect(page.locator(topic(page, around.boheme))).to_have_count(0)


async def test_choices_take_effect_at_once(page: Page, around: Around) -> None:
    await page.goto(f"{around.tosca.url}/graph")
    await page.get_by_role("radio", name="2").check()
    await expect(page.locator(topic(page, around.boheme))).to_be_visible()
    assert "depth=2" in page.url
    await page.get_by_text("Connections", exact=True).click()
    await page.get_by_role("checkbox", name="Inclusion").check()
    await expect(page.get_by_role("link", name="Show everything")).to_be_visible()


async def test_by_keyboard_alone(page: Page, around: Around) -> None:
    await page.goto(f"{around.tosca.url}/graph")
    await page.locator(f"{topic(page, around.tosca)} a").first.focus()
    await page.keyboard.press("ArrowRight")
    focused = page.locator("svg a:focus")
    name = await focused.locator("title").text_content()
    assert name in ("Giacomo Puccini", "Luigi Illica")
    await expect(page.locator(".graph__card")).to_contain_text(name or "")
    before = await page.evaluate("document.activeElement.getBoundingClientRect().y")
    await page.keyboard.press("Alt+ArrowDown")
    assert await page.evaluate("document.activeElement.getBoundingClientRect().y") > before + 5
    await page.keyboard.press("Home")
    await expect(page.locator(f"{topic(page, around.tosca)} a:focus")).to_have_count(1)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/topics/*")
    await expect(page.get_by_role("heading", level=1)).to_have_text(name or "")


async def test_topics_are_moved_by_dragging_or_by_two_clicks(page: Page, around: Around) -> None:
    await page.goto(f"{around.tosca.url}/graph")
    mark = page.locator(f"{topic(page, around.puccini)} .graph__sign")
    box = await mark.bounding_box()
    assert box
    await page.mouse.move(box["x"] + 5, box["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 45, box["y"] + 85, steps=4)
    await page.mouse.up()
    moved = await mark.bounding_box()
    assert moved
    assert abs(moved["y"] - box["y"] - 80) < 12
    assert page.url.endswith("/graph"), "dragging opens nothing"
    await page.get_by_role("button", name="Let go").click()
    await page.get_by_role("button", name="Put elsewhere").click()
    frame = await page.locator("[data-graph-view]").bounding_box()
    assert frame
    await page.mouse.click(frame["x"] + 60, frame["y"] + 60)
    placed = await mark.bounding_box()
    assert placed
    assert abs(placed["x"] - frame["x"] - 60) < 20
    assert page.url.endswith("/graph")


async def test_spreading_loads_its_library_from_here_and_comes_back(page: Page, around: Around) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{around.tosca.url}/graph")
    assert not any("d3-force" in url for url in asked), "it comes when it is wanted"
    spread = page.get_by_role("button", name="Spread by what is connected")
    home = await page.locator(topic(page, around.puccini)).get_attribute("transform")
    await spread.click()
    await expect(spread).to_have_attribute("aria-pressed", "true")
    assert await page.locator(topic(page, around.puccini)).get_attribute("transform") != home
    await spread.click()
    await expect(spread).to_have_attribute("aria-pressed", "false")
    assert await page.locator(topic(page, around.puccini)).get_attribute("transform") == home
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {page.url.split("/")[2]}


@pytest.mark.parametrize(("button", "ending", "beginning"), [("Save as SVG", ".svg", b"<svg"), ("Save as PNG", ".png", b"\x89PNG")])
async def test_the_drawing_is_saved_as_a_file(page: Page, around: Around, button: str, ending: str, beginning: bytes) -> None:
    await page.goto(f"{around.tosca.url}/graph")
    async with page.expect_download() as download:
        await page.get_by_role("button", name=button).click()
    saved = await download.value
    assert saved.suggested_filename == f"Tosca{ending}"
    content = (await saved.path()).read_bytes()
    assert content.startswith(beginning)
    if ending == ".svg":
        assert b"Giacomo Puccini" in content
        assert b"hx-" not in content


async def test_without_scripts_it_is_a_document(page_without_js: Page, around: Around) -> None:
    page = page_without_js
    await page.goto(f"{around.tosca.url}/graph")
    await page.get_by_role("radio", name="2").check()
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator(topic(page, around.boheme))).to_be_visible()
    await expect(page.get_by_role("toolbar")).to_be_hidden()
    entry = page.locator(f"#around-{around.puccini.id}")
    await expect(entry).to_contain_text("La Bohème")
    await entry.get_by_role("link", name="Hide").click()
    await expect(page.locator(topic(page, around.puccini))).to_have_count(0)
    await page.get_by_role("link", name="Giacomo Puccini: show again").click()
    await expect(page.locator(topic(page, around.puccini))).to_have_count(1)


async def test_on_a_phone(browser: object, site: ServedSite, account: Account, around: Around) -> None:
    async with opened(browser, site, account, viewport={**PHONE, "width": 320}, has_touch=True) as (page, _):  # type: ignore[arg-type]  # a fixture
        await page.goto(f"{around.tosca.url}/graph?depth=2")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await check_accessibility(page)
        await page.get_by_role("button", name="See all of it").tap()
        for made in (around.tosca, around.puccini, around.boheme):
            await expect(page.locator(f"{topic(page, made)} .graph__sign")).to_be_in_viewport()
