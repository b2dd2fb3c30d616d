"""A browser, and the site of controls for it to open."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, async_playwright

from scripts.chromium import find_chromium
from tests.e2e.components.site import ComponentSite, component_site


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium for a module's tests; each opens a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()


@pytest.fixture
def site() -> Iterator[ComponentSite]:
    """A site that nobody has posted to yet."""
    with component_site() as site:
        yield site
