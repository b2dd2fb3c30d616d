"""A real server process, and a real Chromium that fails a test for anything amiss in its console."""

import asyncio
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page, Route

from contextualise.domain.accounts import Browser as Device
from contextualise.domain.accounts import create_user, open_session
from contextualise.objects import ObjectStore, open_store
from contextualise.repository.database import Database
from tests import services
from tests.editing import Desk, open_desk

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "test-results"
PASSWORD = "correct horse battery"
PATIENCE = 60.0
# Holds scripts and answers back, as a poor network does: a test that acts before the page can then fails each time and not now and then.
LATE_SECONDS = float(os.environ.get("LATE_SECONDS", "0"))
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}

# A refused form comes back as 422, a clash as 409; Chromium writes both to the console as if they were faults.
_EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (422|409) ")


@dataclass
class Account:
    """A person of the site, with the cookie of an open session."""

    id: int
    email: str
    token: str


@dataclass
class ServedSite:
    """The running server, and its database and object store for what a test needs to be there."""

    base_url: str
    database: Database
    objects: ObjectStore

    async def account(self, name: str = "Ada Brandt", *, admin: bool = False) -> Account:
        """A new person who is signed in."""
        email = f"{secrets.token_hex(4)}@example.org"
        async with self.database.writing() as session:
            user_id = await create_user(session, email=email, name=name, password=PASSWORD, is_admin=admin)
            token = await open_session(session, user_id, Device("127.0.0.1", "Chromium"), days=1)
        return Account(user_id, email, token)

    async def desk(self, account: Account, title: str = "Italian opera") -> Desk:
        """A new map of the person's; `desk.url` is its path, `await desk.topic(name)` makes topics in it."""
        return await open_desk(self, account, title)  # type: ignore[arg-type]  # it has what a desk needs of a site and a person


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[tuple[str, str]]:
    """`contextualise serve` on a port and storage of its own, with further settings; gives its address and its database's."""
    log = folder / "server.log"
    with services.postgres_url() as server, services.database(server) as database_url, log.open("wb") as output:
        port = _free_port()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONPATH": str(ROOT / "src"),
            "STORAGE": str(folder / "storage"),
            "DATABASE_URL": database_url,
            "SECRET_KEY": secrets.token_hex(20),
            "PORT": str(port),
            **settings,
        }
        command = [str(Path(sys.executable).parent / "contextualise"), "serve"]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process, log)
            yield address, database_url
        finally:
            process.terminate()
            process.wait(30)


@asynccontextmanager
async def connected(address: str, database_url: str, folder: Path) -> AsyncIterator[ServedSite]:
    """The site as tests use it."""
    database = Database(database_url, pool_size=3)
    try:
        yield ServedSite(address, database, open_store(folder / "storage" / "objects", None))
    finally:
        await database.close()


@dataclass
class Watched:
    """What a browser context complained about, and its pages."""

    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("response", lambda answer: self._note(f"{answer.status} {answer.url}") if answer.status >= 500 else None)

    def _note(self, text: str) -> None:
        if not _EXPECTED.match(text):
            self.complaints.append(text)


@asynccontextmanager
async def opened(browser: Browser, site: ServedSite, account: Account | None, **options: Any) -> AsyncIterator[tuple[Page, Watched]]:
    """A page in a context of its own, signed in as the person; complaints in its console fail the test at the end."""
    context = await browser.new_context(**{"base_url": site.base_url, "viewport": WIDE, **options})
    watched = Watched(context)
    context.on("page", watched.watch)
    if LATE_SECONDS:
        await context.route("**/*", _late)
    if account is not None:
        await sign_in(context, site, account)
    try:
        yield await context.new_page(), watched
    finally:
        await context.close()
    assert watched.complaints == []


async def _late(route: Route) -> None:
    if route.request.resource_type in ("script", "document", "fetch", "xhr"):
        await asyncio.sleep(LATE_SECONDS)
    with suppress(Error):  # the page may be gone by now
        await route.continue_()


async def sign_in(context: BrowserContext, site: ServedSite, account: Account) -> None:
    """Give the context the person's session."""
    await context.add_cookies([{"name": "session", "value": account.token, "url": site.base_url}])


async def check_accessibility(page: Page, *, both_themes: bool = True) -> None:
    """Let axe look at the page as it stands, in light and dark; any violation fails."""
    if not await page.evaluate("() => 'axe' in window"):
        # Evaluated through the debugger, which the page's content policy does not bind.
        await page.evaluate((ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text())
    # What is on its way is dimmed until it has come, as a control that is off is.
    await page.wait_for_function("() => document.querySelector('[aria-busy=true]') === null")
    for scheme in ("light", "dark") if both_themes else ("light",):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        # Colours fade for a moment after the theme changes; what is measured is where they come to rest.
        await page.wait_for_function("() => document.getAnimations().every((each) => each.playState !== 'running')")
        found = await page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        told = [f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:4]]}" for each in found["violations"]]
        assert not told, f"{scheme}, {page.url}: {told}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server is not ready after {PATIENCE:.0f} s:\n{log.read_text(errors='replace')}")
