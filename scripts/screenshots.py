"""Takes the pictures of the README: a new site with its sample map, in a real browser, as a visitor would see it."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from chromium import find_chromium
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
# Those the README shows are kept; the others are for looking at.
PICTURES = ROOT / "docs" / "images"
SHOWN = ("topic", "editing", "dark", "association", "phone", "graph", "timeline")
OTHERS = ROOT / "test-results" / "screenshots"
WIDE, PHONE = (1280, 800), (390, 844)
PATIENCE = 60.0
TOPIC = "daguerreotype"


def main() -> None:
    for folder in (PICTURES, OTHERS):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ctx-pictures-") as storage, served(Path(storage)) as link, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--font-render-hinting=none"]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        state = Path(storage) / "signed-in.json"
        map_url = set_up(browser, link, state)
        topic_url = f"{map_url}/topics/{TOPIC}"
        for name, size, scheme, signed_in, steps in shots(map_url, topic_url, link.partition("/setup")[0]):
            take(browser, name, size, scheme, state if signed_in else None, steps)
        browser.close()


Shot = tuple[str, tuple[int, int], str, bool, Callable[[Page], object]]


def shots(map_url: str, topic_url: str, address: str) -> list[Shot]:
    """Each picture: its name, the window, the theme, whether somebody is signed in, and how one gets there."""
    return [
        ("home", WIDE, "light", False, lambda page: visit(page, address)),
        ("my-maps", WIDE, "light", True, lambda page: visit(page, f"{address}/maps")),
        ("map", WIDE, "light", True, lambda page: visit(page, map_url)),
        ("topic", WIDE, "light", False, lambda page: visit(page, topic_url)),
        ("dark", WIDE, "dark", False, lambda page: visit(page, topic_url)),
        ("phone", PHONE, "light", False, lambda page: visit(page, topic_url)),
        ("editing", WIDE, "light", True, lambda page: edit_text(page, topic_url)),
        ("association", WIDE, "light", True, lambda page: begin_association(page, topic_url)),
        ("graph", WIDE, "light", False, lambda page: visit(page, f"{topic_url}/graph?depth=2")),
        ("timeline", WIDE, "light", False, lambda page: visit(page, f"{map_url}/timeline")),
        ("places", WIDE, "light", False, lambda page: visit(page, f"{map_url}/places")),
        ("paths", WIDE, "light", False, lambda page: visit(page, f"{map_url}/paths")),
        ("tags", WIDE, "light", False, lambda page: visit(page, f"{map_url}/tags")),
        ("explore", WIDE, "light", False, lambda page: visit(page, f"{map_url}/resources")),
        ("search", WIDE, "light", False, lambda page: visit(page, f"{map_url}/search?q=silver")),
        ("history", WIDE, "light", True, lambda page: visit(page, f"{map_url}/history")),
        ("notes", WIDE, "light", True, lambda page: visit(page, f"{map_url}/notes")),
        ("go-to", WIDE, "light", True, lambda page: go_to(page, topic_url)),
    ]


@contextmanager
def served(storage: Path) -> Iterator[str]:
    """`contextualise serve` on a storage of its own; gives the set-up link it prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = storage / "serve.log"
    environment = {**os.environ, "STORAGE": str(storage / "storage"), "PORT": str(port), "DATABASE_URL": "", "S3_ENDPOINT": ""}
    with log.open("wb") as output:
        command = [str(Path(sys.executable).parent / "contextualise"), "serve"]
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(r"http://\S+/setup\?token=\S+", log.read_text())):
            if process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"The server did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield found[0]
    except SystemExit:
        print(log.read_text(), file=sys.stderr)
        raise
    finally:
        process.terminate()
        process.wait(20)


def set_up(browser: Browser, link: str, state: Path) -> str:
    """Make the first account with the sample map, publish the map, and keep the session; gives the map's address."""
    page = browser.new_page()
    page.goto(link)
    page.get_by_label("Your name").fill("Ada Brandt")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill("silver on a copper plate")
    page.get_by_role("checkbox", name="sample").check()
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/maps/*")
    map_url = page.url
    page.goto(f"{map_url}/edit")
    page.get_by_role("radio", name="Everyone").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state("networkidle")
    page.context.storage_state(path=state)
    page.context.close()
    return map_url


def visit(page: Page, address: str) -> None:
    """Open a page; a picture of an error is no picture for the README."""
    answer = page.goto(address)
    if answer is None or not answer.ok:
        sys.exit(f"{address} answers {answer.status if answer else 'nothing'}")


def edit_text(page: Page, topic_url: str) -> None:
    visit(page, topic_url)
    page.get_by_role("link", name=re.compile("^Edit the text")).first.click()
    page.get_by_role("button", name="Save").wait_for()


def begin_association(page: Page, topic_url: str) -> None:
    visit(page, topic_url)
    page.get_by_role("link", name=re.compile("^Say how they are connected")).click()
    page.get_by_role("button", name=re.compile("^(Save|Link|Connect)")).last.wait_for()
    page.evaluate("() => window.scrollBy({top: 330, behavior: 'instant'})")


def go_to(page: Page, topic_url: str) -> None:
    visit(page, topic_url)
    page.keyboard.press("/")
    page.keyboard.type("talb", delay=20)
    page.get_by_role("dialog").get_by_text("Talbot").first.wait_for()


def take(browser: Browser, name: str, size: tuple[int, int], scheme: str, state: Path | None, steps: Callable[[Page], object]) -> None:
    width, height = size
    options = {
        "viewport": {"width": width, "height": height},
        "color_scheme": scheme,
        "device_scale_factor": 2 if size == PHONE else 1,
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**options, storage_state=state)  # type: ignore[arg-type]  # a plain mapping of options
    page = context.new_page()
    steps(page)
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    path = (PICTURES if name in SHOWN else OTHERS) / f"{name}.webp"
    # WebP at this quality is a third of the PNG, and the letters stay sharp.
    Image.open(BytesIO(page.screenshot())).save(path, quality=85, method=6)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    context.close()


if __name__ == "__main__":
    main()
