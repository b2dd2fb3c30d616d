"""Every refusal and failure as a page, as a fragment and as problem details, without ever showing what is inside."""

import asyncio
import re
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from httpx import Response
from litestar import get
from litestar.params import FromPath
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from contextualise.app import create_app
from contextualise.domain import errors
from contextualise.objects import StoreUnavailable
from contextualise.repository.database import Database
from contextualise.settings import load_settings
from contextualise.web.shared.requests import AnyRequest, reading
from tests import asgi
from tests.web import PASSWORD, Site
from tests.whole import Whole, asked_here, prepared

SECRET = "the combination is 4711"


class Oops(RuntimeError):
    """What no part of the application raises."""


FAULTS: dict[str, tuple[int, Exception]] = {
    "fault": (500, Oops(SECRET)),
    "lookup": (500, KeyError(SECRET)),
    "group": (500, ExceptionGroup(SECRET, [Oops(SECRET)])),
    "closed": (403, errors.NotAllowed("Your role on this map is viewer.")),
    "missing": (404, errors.NotFound("There is no such thing.")),
    "conflict": (409, errors.Conflict("Somebody else was faster.")),
    "invalid": (422, errors.Invalid({"title": "Give the map a title."})),
    "many": (429, errors.TooMany("Wait a minute.", 60)),
    "store": (503, StoreUnavailable(SECRET)),
    "pool": (503, PoolTimeout(SECRET)),
    "driver": (503, psycopg.OperationalError(SECRET)),
}
DRIVEN = {  # faults that PostgreSQL itself reports
    "division": (500, "SELECT 1 / 0"),
    "number": (400, "SELECT 99999999999::integer"),
}


@get("/forced/{kind:str}")
async def forced(request: AnyRequest, kind: FromPath[str]) -> None:
    """Fails as asked; only this test's application has it."""
    if kind in FAULTS:
        raise FAULTS[kind][1]
    async with reading(request) as connection:
        await connection.execute(text(DRIVEN[kind][1]))


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole"), MAX_UPLOAD_MB="1", MAX_IMPORT_MB="2") as site:
        site.site.app.register(forced)
        yield site


def check_page(response: Response, status: int) -> None:
    """A whole page that says what happened, in the site's frame, and nothing of the inside."""
    body = response.text
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert body.startswith("<!doctype html>") and body.count("<h1>") == 1 and "</html>" in body
    assert f'<p class="error__number">{status}</p>' in body
    assert 'href="/"' in body, "there is a way on"
    check_closed(response)


def check_fragment(response: Response, status: int) -> None:
    """A message among the others; the page that was there stays."""
    assert response.status_code == status
    assert "<html" not in response.text and 'hx-target="#flashes"' in response.text
    check_closed(response)


def check_problem(response: Response, status: int) -> None:
    """Problem details (RFC 9457)."""
    assert response.headers["content-type"].startswith("application/problem+json")
    told = response.json()
    assert response.status_code == told["status"] == status
    assert told["title"] and told["detail"]
    assert told["request_id"] == response.headers["x-request-id"]
    check_closed(response)


def check_closed(response: Response) -> None:
    for inside in (SECRET, "Traceback", "Oops", "psycopg", "sqlalchemy", ".py", "SELECT"):
        assert inside not in response.text
    assert re.fullmatch("[0-9a-f]{16}", response.headers["x-request-id"])


async def check_forms(site: Site, path: str, status: int, method: str = "GET", **more: object) -> Response:
    """Ask in all three ways; the page comes back."""
    client = site.anonymous
    check_fragment(await client.request(method, path, fragment=True, target="main", **more), status)
    check_problem(await client.request(method, path, headers={"Accept": "application/json"}, **more), status)
    page = await client.request(method, path, **more)
    check_page(page, status)
    return page


@pytest.mark.parametrize("kind", [*FAULTS, *DRIVEN])
async def test_each_kind_of_error_has_three_forms(whole: Whole, kind: str) -> None:
    await check_forms(whole.site, f"/forced/{kind}", {**FAULTS, **DRIVEN}[kind][0])


async def test_a_fault_shows_the_number_that_is_in_the_log(whole: Whole) -> None:
    whole.log.clear()
    page = await whole.site.anonymous.get("/forced/fault")
    number = page.headers["x-request-id"]
    assert f"<code>{number}</code>" in page.text
    told = {event["event"]: event for event in whole.log if event["request_id"] == number}
    assert told["request"]["status"] == 500
    assert isinstance(told["failed"]["exc_info"], Oops) and told["failed"]["path"] == "/forced/fault"


async def test_after_a_fault_everything_goes_on(whole: Whole) -> None:
    for kind in [*FAULTS, *DRIVEN] * 3:
        await whole.site.anonymous.get(f"/forced/{kind}")
    assert (await whole.site.anonymous.get("/")).status_code == 200


async def test_too_many_tries_say_when_to_come_back(whole: Whole) -> None:
    page = await whole.site.anonymous.get("/forced/many")
    assert page.headers["retry-after"] == "60"


@pytest.mark.parametrize("path", ["/nowhere", "/maps/999999", "/maps/none", "/maps/1/topics/a/b/c", "/static/x/none.css", "/%00", "/%FF"])
async def test_an_address_of_nothing(whole: Whole, path: str) -> None:
    page = await check_forms(whole.site, path, 404)
    assert 'type="search"' in page.text, "offers to search"


async def test_a_missing_topic_may_be_created_by_those_who_may(whole: Whole) -> None:
    url = f"/maps/{whole.maps['shared']}-italian-opera"
    for who, offered in (("owner", True), ("viewer", False)):
        page = await whole.people[who].get(f"{url}/topics/la-boheme")
        check_page(page, 404)
        assert ("Create “la boheme”" in page.text) is offered
        assert f'action="{url}/go-to"' in page.text


async def test_the_wrong_method_names_the_right_ones(whole: Whole) -> None:
    page = await check_forms(whole.site, "/theme", 405)
    assert "POST" in page.headers["allow"]
    assert (await whole.site.anonymous.post("/account")).status_code == 405


async def test_somebody_not_signed_in_is_told_where(whole: Whole) -> None:
    client = whole.site.anonymous
    assert (await client.get("/maps?show=trash")).headers["location"] == "/sign-in?next=%2Fmaps%3Fshow%3Dtrash"
    check_fragment(await client.get("/maps", fragment=True, target="main"), 401)
    check_problem(await client.get("/maps", headers={"Accept": "application/json"}), 401)


@pytest.mark.parametrize(
    ("path", "size", "limit"),
    [("/maps/importing", 3_500_000, "3.0 MB"), ("/theme", 200_000, "100 kB"), ("/sign-in", 200_000, "100 kB")],
)
async def test_what_is_too_large_names_the_limit_and_the_size(whole: Whole, path: str, size: int, limit: str) -> None:
    more = {"content": b"a" * size} if path != "/maps/importing" else {"files": {"file": ("a.xtm", b"a" * size)}}
    kind = {} if "files" in more else {"Content-Type": "application/x-www-form-urlencoded"}
    owner = whole.people["owner"]
    page = await owner.request("POST", path, headers=kind, **more)
    assert page.status_code == 413
    assert f"at most {limit}" in page.text
    assert ("3.5 MB" if size > 1_000_000 else "200 kB") in page.text
    check_closed(page)
    problem = await owner.request("POST", path, headers={**kind, "Accept": "application/json"}, **more)
    assert problem.status_code == 413


async def test_a_stream_without_a_length_is_stopped_too(whole: Whole) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 10_000
            yield b"a" * 10_000

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"transfer-encoding", b"chunked")]
    answer = await asgi.ask(whole.site.app, "POST", "/theme", headers=headers, body=endless())
    assert answer.status == 400 and "That request cannot be understood" in answer.text
    assert taken < 500_000


async def test_trying_passwords_comes_to_an_end_that_is_told(whole: Whole) -> None:
    fields = {"email": "nobody@example.org", "password": "wrong"}
    answers = [await whole.site.anonymous.post("/sign-in", fields) for _ in range(12)]
    last = answers[-1]
    assert last.status_code == 429 and int(last.headers["retry-after"]) > 0
    assert 'name="email"' in last.text, "the form is still there"
    assert answers[0].status_code == 422


async def test_a_form_of_another_kind_is_refused_in_words(whole: Whole) -> None:
    owner = whole.people["owner"]
    for content_type in ("text/plain", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "garbage"):
        answer = await owner.request("POST", "/maps/importing", content=b"{}", headers={"Content-Type": content_type})
        assert answer.status_code in (400, 415, 422), content_type
        check_closed(answer)


async def test_a_message_is_told_once_even_on_an_error_page(whole: Whole) -> None:
    owner = whole.people["owner"]
    await owner.post("/account/name", {"name": "Ada"})
    page = await owner.get("/nowhere")
    assert "Your name is changed" in page.text
    assert "Your name is changed" not in (await owner.get("/maps")).text


@asynccontextmanager
async def gate(target: tuple[str, int]) -> AsyncIterator[tuple[int, "Gate"]]:
    """A door to a server that can be shut and opened again."""
    opened = Gate(target)
    try:
        yield await opened.open(), opened
    finally:
        await opened.shut()


class Gate:
    def __init__(self, target: tuple[str, int]) -> None:
        self.target, self.port = target, _free_port()
        self.server: asyncio.Server | None = None
        self.ways: set[asyncio.Task[None]] = set()
        self.writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> int:
        self.server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
        return self.port

    async def shut(self) -> None:
        if self.server is not None:
            self.server.close()
        for writer in self.writers:
            writer.transport.abort()
        self.writers.clear()
        await asyncio.gather(*self.ways, return_exceptions=True)
        self.server = None

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self.target
        there = asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}") if host.startswith("/") else asyncio.open_connection(host, port)
        there_reader, there_writer = await there
        self.writers |= {writer, there_writer}
        for source, sink in ((reader, there_writer), (there_reader, writer)):
            way = asyncio.create_task(_copy(source, sink))
            self.ways.add(way)
            way.add_done_callback(self.ways.discard)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass
    finally:
        sink.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_while_the_database_is_away_pages_say_so_and_afterwards_work_again(whole: Whole, database_url: str, tmp_path: Path) -> None:
    name = urlsplit(database_url).path
    with psycopg.connect(database_url) as probe:
        target = (probe.info.host, probe.info.port)
        user = f"{quote(probe.info.user)}:{quote(probe.info.password)}"
    async with gate(target) as (door, opened):
        url = f"postgresql://{user}@127.0.0.1:{door}{name}"
        environ = {"DATABASE_URL": url, "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": str(tmp_path)}
        app = create_app(load_settings(environ), with_jobs=False)
        async with asked_here(app) as site:
            assert (await site.anonymous.get("/")).status_code == 200
            for _ in range(2):
                await opened.shut()
                for path in ("/", "/maps/1", "/maps", "/maps/1/topics/a", "/go-to?q=a"):
                    page = await check_forms(site, path, 503)
                    assert page.headers["retry-after"]
                check_page(await site.anonymous.post("/sign-in", {"email": "a@example.org", "password": PASSWORD}), 503)
                assert (await site.anonymous.get("/healthz")).status_code == 200
                assert (await site.anonymous.get("/readyz")).status_code == 503
                await opened.open()
                assert (await site.anonymous.get("/")).status_code == 200
                assert (await site.anonymous.get("/maps/1")).status_code == 404
                assert (await site.anonymous.post("/sign-in", {"email": "a@example.org", "password": PASSWORD})).status_code == 422
                assert (await site.anonymous.get("/readyz")).status_code == 200


async def test_connections_that_the_server_ended_are_replaced(whole: Whole, database: Database, database_url: str) -> None:
    url = f"/maps/{whole.maps['published']}-italian-opera/topics/files"
    assert (await whole.site.anonymous.get(url)).status_code == 200
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answers = [(await whole.site.anonymous.get(url)).status_code for _ in range(4)]
    assert answers[0] in (200, 503) and answers[1:] == [200, 200, 200]
    assert (await whole.people["owner"].post("/account/name", {"name": "Ada"})).status_code in (303, 503)
    assert (await whole.people["owner"].post("/account/name", {"name": "Ada"})).status_code == 303
    await database.close()  # the tests' own connections ended too; new ones are opened when needed
