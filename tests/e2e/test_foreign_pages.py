"""Pages of another origin, in a real browser, ask for every change there is, as the person who is signed in: none is made.

The other origin is another port of the same host, to which the browser sends the cookies along (the port is no part of a site), and the
same host under another name, which is another site.
"""

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext

from contextualise.app import create_app
from contextualise.settings import load_settings
from tests.e2e.browser import Account, ServedSite, sign_in
from tests.whole import Whole, filled, routes_of, whole_site

REFUSED = 0  # what the log of requests tells of one that came to no handler: the check stands before all of them


@asynccontextmanager
async def another_origin(page: str) -> AsyncIterator[int]:
    """The port of a server that shows this page, whatever is asked of it."""
    body = page.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@dataclass
class Target:
    """The site with somebody signed in, and the addresses of all changes."""

    site: ServedSite
    whole: Whole
    addresses: list[str]
    log: Path
    start: int

    @property
    def statuses(self) -> Counter[int]:
        """What the server answered to changes since then, by its own log: a browser does not tell of all that it asked for."""
        with self.log.open("rb") as file:
            file.seek(self.start)
            words = file.read().decode(errors="replace")
        return Counter(int(status) for status in re.findall(r"method=POST .*? status=(\d+)", words))

    async def counted(self, expected: int) -> None:
        """Wait until so many answers were given."""
        async with asyncio.timeout(90):
            while self.statuses.total() < expected:
                await asyncio.sleep(0.05)

    async def state(self) -> list[tuple[str, int, int]]:
        """What changes with any row; of what the server works on by itself the number alone."""
        rows = await self.whole.state()
        return [row if row[0] != "job" else (row[0], row[1], 0) for row in rows]


@pytest.fixture
async def target(server: tuple[str, str, Path], site: ServedSite) -> AsyncIterator[Target]:
    environ = {"DATABASE_URL": server[1], "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": str(server[2] / "storage")}
    async with whole_site(create_app(load_settings(environ), with_jobs=False)) as whole:
        values = await whole.values("private")
        paths = [path for method, path in routes_of(whole.site.app) if method == "POST"]
        log = server[2] / "server.log"
        yield Target(site, whole, [site.base_url + filled(path, values) for path in paths], log, log.stat().st_size)


@asynccontextmanager
async def somebody(browser: Browser, target: Target, **options: bool) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(**options)  # type: ignore[arg-type]  # one option, which is a boolean
    person = target.whole.people["owner"]
    await sign_in(context, target.site, Account(target.whole.id_of("owner"), "", person.cookies["session"]))
    try:
        yield context
    finally:
        await context.close()


FIELDS = "new URLSearchParams({theme: 'dark', title: 'Stolen'})"
MODES = {
    "a form in the background": f"{{mode: 'no-cors', body: {FIELDS}}}",
    "plain text": "{mode: 'no-cors', body: 'theme=dark'}",
    "a form with a file": "{mode: 'no-cors', body: [new FormData()].map((it) => (it.append('file', new Blob(['x']), 'x.txt'), it))[0]}",
    "asking to read the answer": f"{{mode: 'cors', body: {FIELDS}}}",
    "without saying from where": f"{{mode: 'no-cors', referrerPolicy: 'no-referrer', body: {FIELDS}}}",
    "staying after the page": f"{{mode: 'no-cors', keepalive: true, body: {FIELDS}}}",
}


async def test_scripts_of_another_origin_change_nothing(browser: Browser, target: Target) -> None:
    before, sent = await target.state(), 0
    for host in ("127.0.0.1", "localhost"):
        async with another_origin("<title>Another page</title>") as port, somebody(browser, target) as context:
            page = await context.new_page()
            await page.goto(f"http://{host}:{port}/")
            for options in MODES.values():
                send = f"(url) => fetch(url, {{method: 'POST', credentials: 'include', ...{options}}})"
                await page.evaluate(f"(all) => Promise.allSettled(all.map({send})).then(() => null)", target.addresses)
                sent += len(target.addresses)
                await target.counted(sent)
            # A header of htmx's is one that the browser asks about first; it gets no leave, and sends nothing.
            asked = "(url) => fetch(url, {method: 'POST', credentials: 'include', headers: {'HX-Request': 'true'}}).then(() => 1, () => 0)"
            answered = await page.evaluate(f"async (all) => (await Promise.all(all.map({asked}))).filter(Boolean).length", target.addresses)
            assert answered == 0
    assert target.statuses == {REFUSED: sent}
    assert await target.state() == before
    print(f"\n{len(target.addresses)} changes asked for in {2 * len(MODES)} ways: {sent:,} refused, 0 made")


def forms_for(addresses: list[str], kind: str) -> str:
    fields = '<input name="theme" value="dark"><input name="name" value="Stolen"><input name="title" value="Stolen">'
    forms = "".join(
        f'<iframe name="to{number}"></iframe><form method="post" action="{address}" target="to{number}" enctype="{kind}">{fields}'
        "<button>x</button></form>"
        for number, address in enumerate(addresses)
    )
    return f"<title>Another page</title>{forms}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_forms_of_another_origin_change_nothing(browser: Browser, target: Target, scripts: bool) -> None:
    """Each is sent by a click of the person, as on a page that looks like a game."""
    before = await target.state()
    sent = 0
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with (
            another_origin(forms_for(target.addresses, kind)) as port,
            somebody(browser, target, java_script_enabled=scripts) as context,
        ):
            page = await context.new_page()
            await page.goto(f"http://127.0.0.1:{port}/")
            await page.evaluate("() => document.querySelectorAll('button').forEach((each) => each.click())")
            sent += len(target.addresses)
            await target.counted(sent)
    assert target.statuses == {REFUSED: sent}
    assert await target.state() == before
    print(f"\n{sent} forms of another origin refused, 0 changes made")
