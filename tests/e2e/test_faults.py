"""What a person at a real browser sees when the object store or the database dies while they save: the words stay, and nothing lies."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from contextualise.embedded.postgres import EmbeddedPostgres
from contextualise.embedded.seaweedfs import SeaweedS3
from tests import services
from tests.serving import KEY, Served, Visitor, ask, eventually, free_port, map_locked, somebody_waits, visiting

WORDS = "An hour of work, *not* to be lost."
PATIENCE = 60_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY})
    yield served
    served.stop()


@asynccontextmanager
async def browsing(browser: Browser, served: Served, visitor: Visitor) -> AsyncIterator[Page]:
    """The visitor at a real browser; that the console tells of failed requests is what these tests are about."""
    context = await browser.new_context(base_url=served.address, viewport={"width": 1280, "height": 900})
    await context.add_cookies([{"name": "session", "value": visitor.client.cookies["session"], "url": served.address}])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    try:
        yield page
    finally:
        await context.close()


async def open_text_form(page: Page, topic: str) -> None:
    await page.goto(topic)
    await page.locator("#topic-text a[href*='text/new']").first.click()
    await page.locator("#topic-text textarea[name=text]").fill(WORDS)


async def words_are_there(page: Page) -> None:
    """In the field, and told not to be saved, in the message and beside the field."""
    await expect(page.locator("#flashes")).to_contain_text("answer", timeout=PATIENCE)
    await expect(page.locator("textarea[name=text]")).to_have_value(WORDS)
    await expect(page.locator("writing-status")).not_to_have_attribute("data-state", "saved")
    await expect(page.locator("writing-status")).not_to_have_attribute("data-state", "saving", timeout=PATIENCE)
    await expect(page.locator("writing-status")).not_to_contain_text("Saved")


async def save(page: Page) -> None:
    await page.locator("#topic-text button[type=submit]", has_text="Save").click()


async def saved_words_are_read(page: Page, topic: str) -> None:
    await expect(page.locator("#topic-text .prose")).to_contain_text("An hour of work", timeout=PATIENCE)
    await page.goto(topic)
    await expect(page.locator("#topic-text .prose em")).to_have_text("not")


async def test_the_object_store_dies_while_somebody_writes(browser: Browser, served: Served, tmp_path: Path) -> None:
    with services.postgres_url() as server, services.database(server) as url, SeaweedS3(tmp_path / "s3") as s3:
        keys = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key, "S3_BUCKET": "faults"}
        served.more |= {**keys, "DATABASE_URL": url}
        served.start()
        async with visiting(served.address, url) as ada, browsing(browser, served, ada) as page:
            topic = await ada.new_topic(await ada.new_map())
            await open_text_form(page, topic)
            s3.stop()
            await save(page)
            await words_are_there(page)
            assert ask(url, "SELECT count(*) FROM content") == 0
            s3.start()
            eventually(lambda: served.get("/readyz") == 200)
            await save(page)
            await saved_words_are_read(page, topic)


async def test_postgresql_is_killed_while_somebody_saves(browser: Browser, served: Served) -> None:
    served.start()
    folder = served.storage / "postgres"
    url = EmbeddedPostgres(folder, waited_for=False).start().url
    async with visiting(served.address, url) as ada, browsing(browser, served, ada) as page:
        home = await ada.new_map()
        topic = await ada.new_topic(home)
        await open_text_form(page, topic)
        with pytest.raises(psycopg.OperationalError), map_locked(url, int(home.split("/")[2].partition("-")[0])):
            await save(page)
            eventually(lambda: somebody_waits(url))
            # In the middle of the save: the object is there, the transaction waits.
            os.kill(int((folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            await words_are_there(page)
        eventually(lambda: "it is running again" in served.said)
        eventually(lambda: served.get("/readyz") == 200)
        assert ask(url, "SELECT count(*) FROM content") == 0
        await save(page)
        await saved_words_are_read(page, topic)
    served.stop()
    done = served.run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
