"""Takes the pictures of the README from a real server with the sample map: `make screenshots`."""

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.chromium import find_chromium  # noqa: E402 - the path to it is only known now

FOLDER = ROOT / "docs" / "images"
PASSWORD = "orchard lantern copper nine"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def server() -> Iterator[str]:
    """A server on an empty storage; gives the set-up link."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as storage:
        environment = {**os.environ, "STORAGE": storage, "PORT": port, "LOG_LEVEL": "error"}
        command = [str(Path(sys.executable).with_name("contextualise")), "serve"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            link = next(found.group(0) for line in process.stdout if (found := re.search(r"http://\S+/setup\?token=\S+", line)))
            yield link
        finally:
            process.terminate()
            process.wait(20)


def take(page: Page, name: str, height: int = 900) -> None:
    """The top of the page as WebP."""
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot(clip={"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height})))
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=82, method=6)


def set_up(page: Page, link: str) -> str:
    """Make the first account with the sample map; gives the map's address."""
    page.goto(link)
    page.fill("[name=name]", "Ada")
    page.fill("[name=email]", "ada@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("button.button--primary")
    page.wait_for_url("**/maps/*", timeout=60_000)
    return page.url


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with server() as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        first = browser.new_context(viewport={"width": 1280, "height": 900})
        page = first.new_page()
        place = set_up(page, link)
        state = first.storage_state()
        page.goto(f"{place}/topics/louis-daguerre")
        take(page, "topic", 860)
        page.goto(f"{place}/topics/anna-atkins")
        page.hover("#topic-text")
        page.locator("#topic-text a[href$='/edit']").first.click()
        page.wait_for_selector("textarea")
        take(page, "editing", 760)
        page.goto(f"{place}/topics/calotype/associations/new")
        take(page, "association", 760)
        dark(browser, state, place)
        phone(browser, state, place)
        browser.close()


def dark(browser: Browser, state: object, place: str) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark", storage_state=state).new_page()
    page.goto(f"{place}/topics/cyanotype")
    take(page, "dark", 760)


def phone(browser: Browser, state: object, place: str) -> None:
    page = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, storage_state=state).new_page()
    page.goto(f"{place}/topics/daguerreotype")
    take(page, "phone", 844)


if __name__ == "__main__":
    main()
