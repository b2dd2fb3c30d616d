"""A served site and browsers for end-to-end tests.

`site` is the running server (`await site.account()`, `await site.desk(account)`), `account` a signed-in person, `desk` a map of that
person; `page` and `page_without_js` are browsers signed in as them. `check_accessibility(page)` and `opened(browser, site, account)` for
further ones are in `tests.e2e.browser`.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from scripts.chromium import find_chromium
from tests.e2e.browser import RESULTS, Account, ServedSite, connected, opened, served
from tests.editing import Desk


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]

# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)

FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """Address, database and folder of a server that runs as long as the tests."""
    folder = tmp_path_factory.mktemp("served")
    with served(folder) as (address, database_url):
        yield address, database_url, folder


@pytest.fixture(scope="session")
async def served_site(server: tuple[str, str, Path]) -> AsyncIterator[ServedSite]:
    """The running site."""
    async with connected(*server) as site:
        yield site


@pytest.fixture
def site(served_site: ServedSite) -> ServedSite:
    """The running site."""
    return served_site


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests; each opens a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def account(site: ServedSite) -> Account:
    """A person who is signed in."""
    return await site.account()


@pytest.fixture
async def desk(site: ServedSite, account: Account) -> Desk:
    """A new map of that person's."""
    return await site.desk(account)


@pytest.fixture
async def page(browser: Browser, site: ServedSite, account: Account, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A browser with scripts, signed in."""
    async with opened(browser, site, account) as (page, _):
        yield page
        await _keep_picture(page, request)


@pytest.fixture
async def page_without_js(browser: Browser, site: ServedSite, account: Account, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A browser without scripts, signed in."""
    async with opened(browser, site, account, java_script_enabled=False) as (page, _):
        yield page
        await _keep_picture(page, request)


async def _keep_picture(page: Page, request: pytest.FixtureRequest) -> None:
    if request.node.stash.get(FAILED, False):
        RESULTS.mkdir(exist_ok=True)
        await page.screenshot(path=RESULTS / f"{request.node.name}.png", full_page=True)
