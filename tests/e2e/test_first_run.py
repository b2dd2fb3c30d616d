"""The first hour of a newcomer: one command, a link, a sample map, a large import, and the first changes; with scripts and without."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import WIDE, Watched
from tests.e2e.test_processes import Served, free_port

PASSWORD = "a long and private phrase"
IMPORT_SECONDS = 120_000


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Served]:
    """An empty storage folder with the server that a newcomer starts on it."""
    served = Served(tmp_path / "storage", free_port()).start()
    yield served
    assert served.process is not None
    served.process.terminate()
    served.process.wait(20)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
async def page(request: pytest.FixtureRequest, browser: Browser, storage: Served) -> AsyncIterator[Page]:
    """A browser that has never been there; complaints in its console fail the test."""
    context = await browser.new_context(base_url=storage.address, viewport=WIDE, java_script_enabled=request.param)
    watched = Watched(context)
    context.on("page", watched.watch)
    page = await context.new_page()
    yield page
    await context.close()
    assert watched.complaints == []


async def heading(page: Page, text: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(text)


async def test_from_nothing_to_a_map_of_ones_own(page: Page, storage: Served, corpora: Path, request: pytest.FixtureRequest) -> None:
    scripts = "without" not in request.node.name
    await set_up(page, storage)
    await look_around(page)
    await import_mondial(page, corpora)
    await go_to_norway(page, scripts=scripts)
    await rename(page, scripts=scripts)
    await link_and_undo(page)
    await page.goto("/maps")
    await expect(page.get_by_role("link", name="The invention of photography").first).to_be_visible()
    await sign_out_and_in(page)


async def set_up(page: Page, storage: Served) -> None:
    """The link that the server printed makes the administrator, once."""
    [link] = re.findall(rf"{storage.address}(/setup\?token=\S+)", storage.said)
    await page.goto(link)
    await page.get_by_label("Your name").fill("Ada Brandt")
    await page.get_by_label("E-mail").fill("ada@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await expect(page.get_by_label("Begin with a sample map")).to_be_checked()
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator("#flashes")).to_contain_text("Welcome! This site is yours now.")
    assert storage.get(link) == 404, "the link works once"


async def look_around(page: Page) -> None:
    """The sample map, from its front page into a topic and on by a connection."""
    await heading(page, "The invention of photography")
    await page.locator("main").get_by_role("link", name="Daguerreotype", exact=True).first.click()
    await heading(page, "Daguerreotype")
    await expect(page.locator("#topic-text")).not_to_be_empty()
    await expect(page.locator("#topic-associations")).to_contain_text("Louis Daguerre")
    await page.locator("#topic-associations").get_by_role("link", name="Louis Daguerre").first.click()
    await heading(page, "Louis Daguerre")


async def import_mondial(page: Page, corpora: Path) -> None:
    """The upload form, its progress to the end, and the map that came of it."""
    await page.goto("/maps/importing")
    await page.get_by_label("File").set_input_files(corpora / "maps" / "mondial.xtm.gz")
    await page.get_by_role("button", name="Import").click()
    await expect(page).to_have_url(re.compile(r"/maps/importing/\d+$"))
    await expect(page.get_by_role("link", name="Open the map")).to_be_visible(timeout=IMPORT_SECONDS)
    await expect(page.locator("#import_progress")).to_contain_text(re.compile(r"5,97\d topics and [\d,]+ associations"))
    await page.get_by_role("link", name="Open the map").click()
    await expect(page).to_have_url(re.compile(r"/maps/\d+-"))


async def go_to_norway(page: Page, *, scripts: bool) -> None:
    """By one key and the name; or by the page behind the same control."""
    if scripts:
        await page.wait_for_load_state()  # keys are listened for once the scripts are there
        await page.keyboard.press("/")
        await page.get_by_role("dialog").get_by_role("searchbox").fill("Norway")
        await expect(page.locator("#go-to-results")).to_contain_text("Norway")
        await page.locator("#go-to-results").get_by_role("link", name=re.compile("^Norway")).first.click()
    else:
        await page.get_by_role("link", name="Go to a topic").first.click()
        await page.get_by_role("main").get_by_role("searchbox").fill("Norway")
        await page.get_by_role("main").get_by_role("button", name="Go").click()
        await page.get_by_role("main").get_by_role("link", name=re.compile("^Norway")).first.click()
    await heading(page, "Norway")


async def rename(page: Page, *, scripts: bool) -> None:
    """A name is written anew where it stands; or on a page of its own."""
    address = page.url
    await page.get_by_role("link", name="Edit the name Norway").first.click()
    if scripts:
        assert page.url == address
    await page.get_by_role("textbox", name="Name", exact=True).fill("Kingdom of Norway")
    await page.get_by_role("button", name="Save", exact=True).click()
    await heading(page, "Kingdom of Norway")
    await expect(page.locator("#flashes")).to_contain_text("Saved the name “Kingdom of Norway”.")


async def link_and_undo(page: Page) -> None:
    """Two topics are linked by one field; one click takes that back."""
    associations = page.locator("#topic-associations")
    await page.locator("#quick-topic").fill("Burkina Faso")
    await page.keyboard.press("Escape")  # the list of suggestions, where there is one
    await page.get_by_role("button", name="Link", exact=True).click()
    await expect(page.locator("#flashes")).to_contain_text("Linked to “Burkina Faso”.")
    await expect(associations.get_by_role("link", name="Burkina Faso").first).to_be_visible()
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#flashes")).to_contain_text("Undone.")
    await heading(page, "Kingdom of Norway")
    await expect(associations.get_by_role("link", name="Burkina Faso")).to_have_count(0)


async def sign_out_and_in(page: Page) -> None:
    """Everything is still there for the same person, and for nobody else."""
    own = page.url
    await page.context.clear_cookies()
    await page.goto(own)
    await heading(page, "Sign in")
    await page.get_by_label("E-mail").fill("ada@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(own)
    await expect(page.get_by_role("link", name="The invention of photography").first).to_be_visible()
