"""Nothing that somebody wrote is ever run: a corpus of hostile words in everything that is shown, read by a real browser.

The corpus lies in every column of text (`tests.xss.planting`); every address of the application is opened as a page and asked for as a
fragment, every form is sent with it. The content policy would stop what gets through, and report it: there must be no report either.
"""

import re
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.async_api import Browser, Error, Page
from sqlalchemy import text

from contextualise.app import create_app
from contextualise.settings import load_settings
from tests.e2e.browser import Account, ServedSite, Watched, connected, opened, served
from tests.fuzzing import NAMES
from tests.sending import LEFT_OUT
from tests.whole import Whole, filled, routes_of, whole_site
from tests.xss.payloads import corpus, packed
from tests.xss.planting import NEVER, Planted, plant

PAYLOADS = corpus()
TITLES = cycle(packed(PAYLOADS, 200))
DESCRIPTIONS = cycle(packed(PAYLOADS, 2000))
QUERIES = cycle(packed(PAYLOADS, 150))

# Elements that a payload would have made: no page of ours has them, or has them there.
ODD = (
    "iframe:not([src^='/maps/']), object, embed, base, math, marquee, frame, script:not([src]), main style, main link[rel], main meta,"
    " svg script"
)
# Attributes that would run something, by the browser's own reading of addresses.
AMISS = """(root) => [...root.querySelectorAll("*")].flatMap((each) => [...each.attributes].filter((it) => {
    if (/^on|^style$|^srcdoc$|^hx-on/.test(it.name)) return true;
    if (!/^(href|src|action|formaction|data|poster|xlink:href)$/.test(it.name)) return false;
    try {
        const address = new URL(it.value, "http://127.0.0.1/");
        return !/^(https?|mailto|tel|geo|ftps?|sftp|ircs?|xmpp|news|magnet|urn|matrix|sms|blob):$/.test(address.protocol)
            && !/^data:image\\/(png|webp|gif|jpeg)/.test(address.href);
    } catch {
        return false;
    }
}).map(() => each.outerHTML.slice(0, 200)))"""


class Known(dict[str, Any]):
    """Values for addresses; that every one is known is shown where everybody's access is."""

    def __missing__(self, key: str) -> str:
        return "1"


@dataclass
class Stage:
    """The served site, full of hostile words, and the application in this process on the same database."""

    site: ServedSite
    whole: Whole
    planted: Planted

    def account(self, who: str) -> Account:
        person = self.whole.people[who]
        return Account(self.whole.id_of(who), "", person.cookies["session"])

    def address(self, path: str) -> str:
        """The route's address, of a hostile statement where there is one."""
        values = Known(self.planted.values)
        for key, (slug, number) in self.planted.hostile.items():
            named = "files" if key == "topics/files" else key
            if f"/{named}/{{" in path and (key not in ("topics/files", "notes") or "/topics/" in path):
                values |= {"topics": slug, key: number}
        return filled(path, values)

    async def turn(self) -> None:
        """Give map and person the next of the names that the frame of every page shows."""
        async with self.site.database.writing() as session:
            words = {"map": self.whole.maps["shared"], "title": next(TITLES), "words": next(DESCRIPTIONS), "id": self.whole.id_of("owner")}
            await session.execute(text("UPDATE map SET title = :title, description = :words, version = version + 1 WHERE id = :map"), words)
            await session.execute(text("UPDATE app_user SET name = :title WHERE id = :id"), words)


# Signed-in browsers by person, each with what it complained about and what it asked for.
Readers = dict[str, tuple[Page, Watched, list[str]]]


def who_reads(path: str) -> str:
    return "admin" if path.startswith("/admin") else "owner"


@pytest.fixture(scope="module")
async def stage(server: object, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """A site of its own. The `server` of the other tests comes first, and goes last: it may own the database server of both."""
    folder, key = tmp_path_factory.mktemp("hostile"), secrets.token_urlsafe(32)
    with served(folder, SECRET_KEY=key) as (address, database_url):
        environ = {"DATABASE_URL": database_url, "SECRET_KEY": key, "STORAGE": str(folder / "storage")}
        async with (
            connected(address, database_url, folder) as site,
            whole_site(create_app(load_settings(environ), with_jobs=False)) as whole,
        ):
            yield Stage(site, whole, await plant(whole, PAYLOADS))


@pytest.fixture(scope="module")
async def readers(browser: Browser, stage: Stage) -> AsyncIterator[Readers]:
    async with (
        opened(browser, stage.site, stage.account("owner")) as (owner, of_owner),
        opened(browser, stage.site, stage.account("admin")) as (admin, of_admin),
    ):
        yield {"owner": (owner, of_owner, listen(owner)), "admin": (admin, of_admin, listen(admin))}


def listen(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"http://dialog/{dialog.type}"))
    return asked


async def goes(page: Page, address: str) -> bool:
    """Open the page; False for what is none: a picture, or what is downloaded."""
    try:
        answer = await page.goto(address)
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return False
    return answer is not None and answer.headers.get("content-type", "").startswith("text/html")


async def settled(page: Page) -> None:
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def amiss(page: Page, where: str, watched: Watched, asked: list[str]) -> list[str]:
    """What ran on the page, was fetched from elsewhere, became a real element of a payload's, or had to be stopped by the policy."""
    await settled(page)
    found = [f"ran: {number}" for number in [await page.evaluate("() => window.__x")] if number is not None]
    found += await page.evaluate(f"() => ({AMISS})(document)")
    found += await page.locator(ODD).evaluate_all("(all) => all.map((it) => it.outerHTML.slice(0, 300))")
    found += [f"asked: {address}" for address in asked if urlsplit(address).hostname not in ("127.0.0.1", None)]
    # A page may tell the console of what is not there; it tells nothing else.
    found += [each for each in watched.complaints if not each.startswith("Failed to load resource")]
    watched.complaints.clear()
    asked.clear()
    return [f"{where}: {each}" for each in found]


def reading_routes(stage: Stage) -> Iterator[str]:
    """The paths that are pages; streams and files are none."""
    for (method, path), route in routes_of(stage.whole.site.app).items():
        kinds = [handler.fn.__annotations__["return"] for handler in route.route_handlers if "GET" in handler.http_methods]
        is_page = not re.search("Stream|Event", " ".join(map(str, kinds))) and "." not in path.rpartition("/")[2]
        if method == "GET" and path not in LEFT_OUT and is_page and not path.startswith(("/healthz", "/readyz")):
            yield path


async def test_the_corpus_lies_in_every_column_of_words(stage: Stage) -> None:
    """What people write is kept somewhere: a column that is neither full of it nor said never to be fails."""
    rotated = {"map.title", "map.description"}  # with every page that is opened
    assert len(PAYLOADS) >= 500
    counts = {column: count for column, count in stage.planted.counts.items() if column not in NEVER}
    assert {column: count for column, count in counts.items() if count < 350 and column not in rotated} == {}
    assert NEVER.keys() - stage.planted.counts.keys() == set()
    print(f"\n{len(PAYLOADS)} payloads in {len(counts)} columns, {sum(counts.values()):,} in all")


async def test_no_payload_runs_on_any_page(stage: Stage, readers: Readers) -> None:
    found: list[str] = []
    opened_pages = 0
    base = f"/maps/{stage.whole.maps['private']}"
    routes = [stage.address(path) for path in reading_routes(stage)]
    subjects = [f"{base}/topics/{slug}" for slug in stage.planted.topics.values()]
    for address in dict.fromkeys([*routes, *subjects]):
        page, watched, asked = readers[who_reads(address)]
        await stage.turn()
        target: str | None = address
        for _ in range(2):
            if not await goes(page, target):
                watched.complaints.clear()  # the browser's own page for a picture has styles, which our policy for it refuses
                break
            found += await amiss(page, target, watched, asked)
            opened_pages += 1
            following = page.locator("a[rel=next]").first
            target = await following.get_attribute("href") if await following.count() else None
            if target is None:
                break
    print(f"\n{opened_pages} pages opened")
    assert not found, "\n".join(found)
    assert opened_pages > 100


PUT_IN = """async ([requests, ODD]) => {
    const found = [];
    for (const [method, url, body] of requests) {
        const headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#main"};
        const sent = body && {method, body: new URLSearchParams(body), headers};
        const answer = await fetch(url, sent || (method === "GET" ? {headers} : {}));
        if (answer.status >= 500) found.push(`${answer.status} ${url}`);
        if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) continue;
        const html = await answer.text();
        const parsed = new DOMParser().parseFromString(html, "text/html");
        const amiss = (AMISS)(parsed);
        if (amiss.length) found.push(`${url}: ${amiss[0]}`);
        const odd = parsed.querySelector(ODD);
        if (odd) found.push(`${url}: ${odd.outerHTML.slice(0, 200)}`);
        const place = document.createElement("div");
        place.innerHTML = html;
        document.body.append(place);
        place.remove();
    }
    return found;
}""".replace("AMISS", AMISS)


def asked_with(names: list[str], words: Iterator[str]) -> dict[str, str]:
    return {name: next(words) for name in names}


async def test_no_payload_runs_out_of_an_address(stage: Stage, readers: Readers) -> None:
    """What is asked for is shown again: every parameter that any page knows, on every page, as a page and as a fragment."""
    found: list[str] = []
    sent = 0
    for path in reading_routes(stage):
        page, watched, asked = readers[who_reads(path)]
        if sent == 0 or urlsplit(page.url).path != "/shortcuts":
            await page.goto("/shortcuts")
        requests = []
        for method, part in (("GET", NAMES[::2]), ("PAGE", NAMES[1::2])):
            query = "&".join(f"{quote(name)}={quote(word, safe='')}" for name, word in asked_with(part, QUERIES).items())
            requests.append([method, f"{stage.address(path)}?{query}", None])
        missing = re.sub(r"\{[^}]*\}", lambda _: quote(next(QUERIES), safe=""), path)
        requests.append(["GET", missing, None])
        found += await page.evaluate(PUT_IN, [requests, ODD])
        found += await amiss(page, path, watched, asked)
        sent += len(requests)
    print(f"\n{sent} requests with hostile parameters")
    assert not found, "\n".join(found)
    assert sent > 250


# In the end, since the map is another one afterwards; and not what ends the session.
LAST = re.compile(r"trash|removal|ownership|leaving|deletion|disabling|dismissal")


async def test_no_payload_runs_out_of_a_form(stage: Stage, readers: Readers) -> None:
    """Every form with the corpus in every field that any form has: what is refused shows it again, what is taken shows what came of it."""
    routes = [path for method, path in routes_of(stage.whole.site.app) if method == "POST" and path not in LEFT_OUT]
    routes.sort(key=lambda path: bool(LAST.search(path)))
    found: list[str] = []
    sent = 0
    for path in routes:
        if path.startswith(("/sign", "/setup", "/reset", "/invitations")):
            continue
        page, watched, asked = readers[who_reads(path)]
        if urlsplit(page.url).path != "/shortcuts":
            await page.goto("/shortcuts")
        requests = [["POST", stage.address(path), asked_with(NAMES, QUERIES)]]
        found += await page.evaluate(PUT_IN, [requests, ODD])
        found += await amiss(page, path, watched, asked)
        sent += len(requests)
    print(f"\n{sent} forms sent, {sent * len(NAMES):,} fields")
    assert not found, "\n".join(found)
    assert sent > 90


async def test_what_is_made_of_hostile_forms_is_harmless_too(stage: Stage, readers: Readers) -> None:
    """The pages on which those forms left something."""
    page, watched, asked = readers["owner"]
    base = f"/maps/{stage.whole.maps['private']}"
    for step in ("", "/topics", "/history", "/notes", "/resources", f"/topics/{stage.planted.values['topics']}"):
        await page.goto(base + step)
        assert await amiss(page, step, watched, asked) == []


ACTIVE = """() => {
    const picture = document.createElement("img");
    picture.setAttribute("onerror", "window.__x=1");
    picture.src = "/none";
    const script = document.createElement("script");
    script.textContent = "window.__x=1";
    document.body.append(picture, script);
}"""


async def test_should_a_payload_ever_get_through_the_policy_stops_it_and_this_test_sees_it(browser: Browser, site: ServedSite) -> None:
    async with opened(browser, site, await site.account()) as (page, watched):
        await page.goto("/")
        await page.evaluate(ACTIVE)
        await page.wait_for_load_state("networkidle")
        assert await page.evaluate("() => window.__x") is None
        assert any("Content Security Policy" in text for text in watched.complaints)
        assert len(await page.evaluate(f"() => ({AMISS})(document)")) == 1
        watched.complaints.clear()
