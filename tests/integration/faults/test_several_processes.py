"""Two servers on two ports over one PostgreSQL and one S3 server are one site: whatever one of them knows, the other knows."""

import os
import re
import secrets
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests import services
from tests.following import following
from tests.integration.faults.test_killed import many_topics, until
from tests.serving import KEY, Served, Visitor, ask, expect, free_port, visiting
from tests.web import PASSWORD

FIELDS = {"name": "Ada Brandt", "email": "ada@example.org", "password": PASSWORD}


@dataclass
class Pair:
    """Two servers, each with a folder of its own in which nothing of the site lies."""

    one: Served
    other: Served
    database_url: str

    def browser(self, served: Served, **cookies: str) -> httpx.AsyncClient:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        return httpx.AsyncClient(base_url=served.address, headers=headers, cookies=cookies, timeout=60)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with services.postgres_url() as server, services.database(server) as url, services.s3_server() as s3:
        keys = {"S3_ENDPOINT": s3.endpoint, "S3_ACCESS_KEY": s3.access_key, "S3_SECRET_KEY": s3.secret_key, "S3_BUCKET": "pair"}
        both = [Served(tmp_path / name / "storage", free_port(), {**keys, "DATABASE_URL": url, "SECRET_KEY": KEY}) for name in "ab"]
        for served in both:
            served.storage.parent.mkdir()
        try:
            yield Pair(both[0].start(), both[1].start(), url)
        finally:
            for served in both:
                served.stop()


async def test_two_servers_are_one_site(pair: Pair) -> None:
    """One journey, because starting two servers takes longer than all of it."""
    await the_first_account_is_made_once_and_signed_in_everywhere(pair)
    await wrong_passwords_are_counted_together(pair)
    async with visiting(pair.one.address, pair.database_url, "bob@example.org") as bob:
        await a_page_shows_at_once_what_was_saved_at_the_other(pair, bob)
        await an_open_page_hears_of_what_was_saved_at_the_other(pair, bob)
        await a_job_of_a_killed_server_is_done_by_the_other(pair, bob)
        await open_pages_do_not_keep_a_server_from_stopping(pair, bob)
    done = pair.other.run("doctor")
    assert done.returncode == 0, done.stdout + done.stderr


async def the_first_account_is_made_once_and_signed_in_everywhere(pair: Pair) -> None:
    links = [re.findall(r"/setup\?token=\S+", served.said) for served in (pair.one, pair.other)]
    assert all(len(found) == 1 for found in links)
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(pair.browser(served)) for served in (pair.one, pair.other)]
        # The link that the second one printed replaced the first one's; it works at either.
        token = links[1][0].partition("=")[2]
        made = expect(303, await one.post("/setup", data={**FIELDS, "token": token}))
        expect(404, await other.post("/setup", data={**FIELDS, "email": "eve@example.org", "token": token}))
        signed_in = await stack.enter_async_context(pair.browser(pair.other, session=made.cookies["session"]))
        there = Visitor(signed_in)
        home = await there.new_map()
        tosca = await there.new_topic(home)
        await there.write(tosca, "Written at the other.")
        kept = (await there.upload(tosca, "aria.bin", b"bytes that the other one took")).json()
        here = Visitor(await stack.enter_async_context(pair.browser(pair.one, session=made.cookies["session"])))
        assert "Written at the other." in (await here.get(tosca)).text
        assert (await here.get(f"{home}/files/{kept['digest']}/aria.bin")).content == b"bytes that the other one took"
        expect(303, await signed_in.post("/sign-out"))
        assert (await here.get("/account", 303)).headers["location"].startswith("/sign-in")


async def wrong_passwords_are_counted_together(pair: Pair) -> None:
    async with pair.browser(pair.one) as one, pair.browser(pair.other) as other:
        fields = [{"email": "ada@example.org", "password": secrets.token_hex(8)} for _ in range(12)]
        answers = [await (one, other)[number % 2].post("/sign-in", data=each) for number, each in enumerate(fields)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2


async def a_page_shows_at_once_what_was_saved_at_the_other(pair: Pair, bob: Visitor) -> None:
    tosca = await bob.new_topic(await bob.new_map())
    async with pair.browser(pair.other, session=bob.client.cookies["session"]) as other:
        for number in range(5):
            first = expect(200, await other.get(tosca))
            await bob.post(f"{tosca}/names/new", {"value": f"Name {number}"})
            again = await other.get(tosca, headers={"If-None-Match": first.headers["etag"]})
            assert again.status_code == 200 and f"Name {number}" in again.text


async def an_open_page_hears_of_what_was_saved_at_the_other(pair: Pair, bob: Visitor) -> None:
    home = await bob.new_map()
    async with following(pair.other.address, f"{home}/live", {"session": bob.client.cookies["session"]}) as page:
        version = (await page.next_event("hello")).told["version"]
        await bob.new_topic(home)
        assert (await page.next_event("change")).told["version"] == version + 1


async def a_job_of_a_killed_server_is_done_by_the_other(pair: Pair, bob: Visitor) -> None:
    for pid in pair.other.processes("cli.worker"):
        os.kill(pid, signal.SIGSTOP)  # so that the first one takes the job
    files = {"file": ("large.xtm", many_topics(8_000))}
    started = await bob.post("/maps/importing", {"title": "Large"}, files=files)
    await until(lambda: ask(pair.database_url, "SELECT done > 0 FROM job WHERE state = 'running'"))
    pair.one.kill()
    for pid in pair.other.processes("cli.worker"):
        os.kill(pid, signal.SIGCONT)
    # The minute after which a claim runs out goes by.
    ask(pair.database_url, "UPDATE job SET locked_until = now() - interval '1 second' WHERE state = 'running' RETURNING id")
    await until(lambda: ask(pair.database_url, "SELECT state FROM job") == "done")
    assert ask(pair.database_url, "SELECT attempts FROM job") == 2
    assert ask(pair.database_url, "SELECT topic_count FROM map WHERE title = 'Large'") == 8_000
    async with pair.browser(pair.other, session=bob.client.cookies["session"]) as other:
        assert "8,000 topics" in expect(200, await other.get(started.headers["location"])).text


async def open_pages_do_not_keep_a_server_from_stopping(pair: Pair, bob: Visitor) -> None:
    cookies = {"session": bob.client.cookies["session"]}
    async with pair.browser(pair.other, **cookies) as other, AsyncExitStack() as stack:
        home = expect(303, await other.post("/maps/new", data={"title": "Followed"})).headers["location"]
        pages = [await stack.enter_async_context(following(pair.other.address, f"{home}/live", cookies)) for _ in range(100)]
        for page in pages:
            await page.next_event("hello")
        pair.other.signal(signal.SIGTERM)
        assert pair.other.wait(6) == 0
        for page in pages:
            assert {event.name for event in await page.ended()} <= {"presence"}
    assert "Traceback" not in pair.other.said
