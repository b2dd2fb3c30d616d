"""Errors are kept once for each kind, told at most once an hour, by mail and to an address, and never stand in anybody's way."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from contextualise.domain.mail import Mailer
from contextualise.domain.troubles import Noticing, Webhook, WebhookFailed, keep, tell
from contextualise.jobs import run_troubles
from contextualise.repository import troubles as repository
from contextualise.repository.database import Database
from tests import services
from tests.factories import make_user
from tests.serving import KEY, Served, ask, eventually, free_port, visiting
from tests.unit.domain.test_noticing import SECRET, event_of, failing
from tests.web import Person, Site

ON, OFF = Mailer(is_on=True, origin="https://maps.example.org"), Mailer(is_on=False, origin="https://maps.example.org")


class Listener(ThreadingHTTPServer):
    """An address that takes messages, or answers what it is told to."""

    status = 204

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.messages: list[dict[str, object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook?key=abc"


class _Answering(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/hook?key=abc"
        if self.server.status < 300:
            self.server.messages.append(json.loads(body))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def noticed(times: int = 1) -> Noticing:
    noticing = Noticing()
    for _ in range(times):
        noticing(None, "error", event_of(failing, request_id="abc"))
    return noticing


async def admins(database: Database, *, also: str = "") -> None:
    async with database.writing() as session:
        await make_user(session, email="admin@example.org", is_admin=True)
        await make_user(session, email="reader@example.org")
        gone = await make_user(session, email="gone@example.org", is_admin=True)
        await session.execute(text("UPDATE app_user SET disabled_at = now() WHERE id = :id"), {"id": gone})


async def mails(database: Database) -> list[tuple[str, str, str]]:
    async with database.reading() as connection:
        rows = await connection.execute(text("SELECT recipient, subject, body FROM outgoing_mail ORDER BY id"))
        return [(row[0], row[1], row[2]) for row in rows]


async def an_hour_later(database: Database) -> None:
    async with database.writing() as session:
        await session.execute(text("UPDATE trouble SET told_at = told_at - interval '61 minutes'"))


async def test_each_kind_is_told_at_once_and_then_hourly_with_the_count(emptied: Database, listener: Listener) -> None:
    await admins(emptied)
    hook = Webhook(listener.url)
    assert await keep(emptied, noticed(3)) == 1
    assert await tell(emptied, ON, hook) == 1
    assert await tell(emptied, ON, hook) == 0
    await keep(emptied, noticed(4))
    assert await tell(emptied, ON, hook) == 0, "within the hour"
    await an_hour_later(emptied)
    assert await tell(emptied, ON, hook) == 1
    await an_hour_later(emptied)
    assert await tell(emptied, ON, hook) == 0, "it did not come again"
    sent = await mails(emptied)
    assert [recipient for recipient, _, _ in sent] == ["admin@example.org"] * 2
    assert "ValueError in" in sent[0][1] and "3 times, last at" in sent[0][2] and "https://maps.example.org/admin/troubles" in sent[0][2]
    assert "7 times, 4 since the last notice" in sent[1][2]
    assert [[(error["count"], error["new"]) for error in message["errors"]] for message in listener.messages] == [[(3, 3)], [(7, 4)]]  # type: ignore[attr-defined]  # JSON
    everything = json.dumps(listener.messages) + str(sent)
    assert SECRET not in everything


async def test_several_processes_tell_it_once(emptied: Database, listener: Listener) -> None:
    await admins(emptied)
    await asyncio.gather(*(keep(emptied, noticed()) for _ in range(5)))
    told = await asyncio.gather(*(tell(emptied, ON, Webhook(listener.url)) for _ in range(5)))
    assert sorted(told) == [0, 0, 0, 0, 1]
    assert len(await mails(emptied)) == len(listener.messages) == 1
    assert "5 times" in (await mails(emptied))[0][2]


async def test_an_address_that_does_not_answer_is_tried_again(emptied: Database, listener: Listener) -> None:
    await keep(emptied, noticed())
    for status in (500, 302, 404):
        listener.status = status
        assert await tell(emptied, OFF, Webhook(listener.url)) == 0
    assert await tell(emptied, OFF, Webhook(f"http://127.0.0.1:{free_port()}/")) == 0
    listener.status = 200
    assert await tell(emptied, OFF, Webhook(listener.url)) == 1
    assert len(listener.messages) == 1


async def test_where_nobody_is_to_be_told_it_is_kept(emptied: Database) -> None:
    await admins(emptied)
    await keep(emptied, noticed())
    assert await tell(emptied, OFF, None) == 0
    assert await mails(emptied) == []


async def test_the_reason_never_names_the_address() -> None:
    with pytest.raises(WebhookFailed) as caught:
        await Webhook(f"http://127.0.0.1:{free_port()}/secret-path").send({})
    assert "secret" not in str(caught.value)


async def test_old_kinds_are_forgotten(emptied: Database) -> None:
    await admins(emptied)
    async with emptied.writing() as session:
        long_ago = datetime.now(UTC) - timedelta(days=91)
        await repository.add(session, "old", "Old", "", long_ago, long_ago, 1)
        await repository.note_told(session, await repository.claim_untold(session, timedelta(), 5))
    await keep(emptied, noticed())
    await tell(emptied, ON, None)
    async with emptied.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM trouble WHERE fingerprint = 'old'"))).scalar_one() == 0


async def test_a_database_that_is_away_is_waited_for() -> None:
    noticing = noticed(2)
    nowhere = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none", pool_size=1)
    with pytest.raises(Exception, match="connection"):
        await keep(nowhere, noticing)
    await nowhere.close()
    assert [trouble.count for trouble in noticing.take()] == [2]


async def test_the_job_keeps_what_ended_the_process(emptied: Database) -> None:
    noticing = Noticing()
    running = asyncio.create_task(run_troubles(emptied, noticing, OFF, None))
    await asyncio.sleep(0)
    noticing(None, "error", event_of(failing))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    async with emptied.reading() as connection:
        assert (await connection.execute(text("SELECT sum(count) FROM trouble"))).scalar_one() == 1


@pytest.fixture
async def admin(site: Site) -> Person:
    return await site.person("admin@example.org", admin=True)


async def test_administrators_see_errors_and_forget_them(site: Site, owner: Person, admin: Person, database: Database) -> None:
    assert (await owner.get("/admin/troubles")).status_code == 404
    assert (await site.anonymous.get("/admin/troubles")).headers["location"].startswith("/sign-in")
    assert "No errors." in (await admin.get("/admin/troubles")).text
    await keep(database, noticed(2))
    page = (await admin.get("/admin/troubles")).text
    assert "ValueError in tests.unit" in page and "2 times" in page and "request_id: abc" in page
    assert "Nobody is told of them" in page
    address = page.partition('action="/admin/troubles/')[2].partition('"')[0]
    assert (await owner.post(f"/admin/troubles/{address}")).status_code == 404
    assert (await admin.post(f"/admin/troubles/{address}")).headers["location"] == "/admin/troubles"
    assert "No errors." in (await admin.get("/admin/troubles")).text
    assert (await admin.post(f"/admin/troubles/{address}")).status_code == 404


async def test_far_pages_of_errors(admin: Person, database: Database) -> None:
    async with database.writing() as session:
        for number in range(60):
            at = datetime.now(UTC) - timedelta(minutes=number)
            await repository.add(session, f"f{number:02}", f"Error {number}.", "", at, at, 1)
    first = (await admin.get("/admin/troubles", fragment=True, target="troubles")).text
    assert first.lstrip().startswith('<div id="troubles">')
    assert "Error 49." in first and "Error 50." not in first
    following = first.partition('rel="next" href="')[2].partition('"')[0]
    last = (await admin.get(following)).text
    assert "Error 50." in last and "Error 59." in last and 'rel="prev"' in last
    assert (await admin.get("/admin/troubles?after=nonsense")).status_code == 200


@asynccontextmanager
async def serving(tmp_path: Path, hook: str) -> AsyncIterator[tuple[Served, str]]:
    served = Served(tmp_path / "storage", free_port(), {"SECRET_KEY": KEY, "ERROR_WEBHOOK_URL": hook})
    with services.postgres_url() as server, services.database(server) as url:
        served.more["DATABASE_URL"] = url
        served.start()
        try:
            yield served, url
        finally:
            served.stop()


async def test_a_page_that_fails_is_told_and_the_person_gets_the_id_that_the_page_of_errors_names(
    tmp_path: Path, listener: Listener
) -> None:
    async with serving(tmp_path, listener.url) as (served, url), visiting(served.address, url) as ada:
        home = await ada.new_map("A private matter")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER TABLE occurrence RENAME COLUMN position TO place")
        failed = await ada.post(f"{home}/topics/new", {"name": "Quite private", "anyway": "1"}, 303)
        failed = await ada.get(failed.headers["location"].partition("#")[0], 500)
        await asyncio.to_thread(eventually, lambda: listener.messages)
        (message,) = listener.messages
        assert "psycopg.errors.UndefinedColumn in contextualise.repository." in str(message["text"])
        sample = ask(url, "SELECT sample FROM trouble")
        assert "route: /maps/{ref}/topics/{slug}" in sample
        request_id = sample.partition("request_id: ")[2].partition("\n")[0]
        assert request_id in failed.text
        assert "rivate" not in json.dumps(message) + sample
        assert "ada@" not in json.dumps(message) + sample
    assert request_id in served.said
