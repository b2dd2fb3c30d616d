"""The server goes to no address that somebody gave it: not to look at a link, not for a picture, a film, a file or a map.

A socket listens; its address is put into every field of every form, every parameter of every page, and a map to import that names it
wherever XML can name something. Nothing ever calls.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from contextualise.jobs import Stores, run_next
from contextualise.repository.database import Database
from tests.fuzzing import NAMES
from tests.sending import LEFT_OUT
from tests.whole import Whole, filled, prepared, routes_of

XTM = """<?xml version="1.0"?>
<!DOCTYPE topicMap SYSTEM "{url}/map.dtd" [ <!ENTITY outside SYSTEM "{url}/entity"> <!ENTITY % more SYSTEM "{url}/more"> %more; ]>
<?xml-stylesheet href="{url}/style.xsl"?>
<topicMap xmlns="http://www.topicmaps.org/xtm/" xmlns:xi="http://www.w3.org/2001/XInclude" version="2.1">
  <mergeMap href="{url}/other.xtm"/>
  <topic id="a"><subjectIdentifier href="{url}/subject"/><subjectLocator href="{url}/locator"/><itemIdentity href="{url}/item"/>
    <name><value>A &outside;</value></name><instanceOf><topicRef href="{url}/type"/></instanceOf>
    <occurrence><type><topicRef href="{url}/kind"/></type><resourceRef href="{url}/resource"/></occurrence></topic>
  <xi:include href="{url}/included"/>
</topicMap>"""
PLAIN = XTM[: XTM.index("<!DOCTYPE")] + XTM[XTM.index("<?xml-stylesheet") :].replace(" &outside;", "")


@dataclass
class Listener:
    """A server that counts who comes."""

    url: str
    callers: list[bytes]


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole")) as site:
        yield site


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    found = Listener("", [])

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.callers.append(await reader.read(200))
        writer.close()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    async with server:
        found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield found


_watching: list[list[object]] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo") and _watching:
        _watching[-1].append(arguments)


sys.addaudithook(_audit)


@contextmanager
def connections() -> Iterator[list[object]]:
    """Every connection and every look-up of a name that this process makes meanwhile."""
    _watching.append([])
    try:
        yield _watching[-1]
    finally:
        _watching.pop()


async def work(whole: Whole) -> int:
    """Do every job that waits."""
    settings, done = whole.site.parts.settings, 0
    assert settings.database_url
    stores = Stores(settings.database_url, str(settings.objects_folder), settings.s3)
    while await run_next(whole.site.database, whole.site.objects, stores):
        done += 1
    return done


async def test_no_address_in_any_field_is_gone_to(whole: Whole, listener: Listener) -> None:
    values, owner, sent = await whole.values("private"), whole.people["owner"], 0
    with connections() as made:
        for method, path in routes_of(whole.site.app):
            if path in LEFT_OUT or "trashing" in path or path.startswith(("/sign", "/reset", "/invitations", "/static")):
                continue
            who = whole.people["admin"] if path.startswith("/admin") else owner
            fields = dict.fromkeys(NAMES, f"{listener.url}/{quote(path)}")
            if method == "POST":
                answer = await who.post(filled(path, values), fields)
            else:
                query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in fields.items())
                answer = await who.get(
                    f"{filled(path, values)}?{query[:30_000]}", headers={"Referer": listener.url, "Origin": listener.url}
                )
            assert answer.status_code < 500
            sent += 1
        values = await whole.values("private")
        topic = f"/maps/{whole.maps['private']}/topics/{values['topics']}"
        source = (
            f"![picture]({listener.url}/a.png) <img src='{listener.url}/b.png'> {listener.url}/c [d]({listener.url}/d) [[{listener.url}]]"
        )
        assert (await owner.post(f"{topic}/notes/new", {"text": source})).status_code in (200, 303)
        for kind in ("links", "attributes"):
            await owner.post(f"{topic}/{kind}/new", {"url": f"{listener.url}/film", "value": f"{listener.url}/film", "datatype": "link"})
        await work(whole)
    assert listener.callers == []
    port = str(listener.url.rpartition(":")[2])
    assert [each for each in made if port in str(each)] == []
    assert sent > 200


@pytest.mark.parametrize("source", [XTM, PLAIN], ids=["with entities", "without"])
async def test_no_address_in_a_map_is_gone_to(whole: Whole, listener: Listener, source: str) -> None:
    content = source.replace("{url}", listener.url).encode()
    answer = await whole.people["owner"].post("/maps/importing", {"title": ""}, files={"file": ("map.xtm", content)})
    assert answer.status_code == 303
    assert await work(whole) > 0
    assert listener.callers == []
    page = await whole.people["owner"].get(answer.headers["location"])
    assert page.status_code == 200
    if source == XTM:
        assert "entit" in page.text.lower() or "DOCTYPE" in page.text  # refused, and said why


async def test_this_test_would_see_a_call(listener: Listener) -> None:
    with connections() as made:
        _, writer = await asyncio.open_connection("127.0.0.1", int(listener.url.rpartition(":")[2]))
        writer.write(b"x")
        await writer.drain()
        writer.close()
    assert made
    for _ in range(100):
        await asyncio.sleep(0)
        if listener.callers:
            break
    async with asyncio.timeout(10):
        while not listener.callers:
            await asyncio.sleep(0)
