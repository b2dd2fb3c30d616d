"""A forgotten password, from the form to the mailbox and back, with a real mail server and without one."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from contextualise.settings import Settings
from tests.mailing import NEW, MailSite, link_in, mail_site
from tests.web import OURS, PASSWORD, Site


@pytest.fixture
async def mail(settings: Settings, emptied: object) -> AsyncIterator[MailSite]:
    async with mail_site(settings) as found:
        yield found


async def ask(mail: MailSite, email: str) -> None:
    answer = await mail.site.anonymous.post("/recovery", {"email": email})
    assert (answer.status_code, answer.headers["location"]) == (303, "/recovery/sent")


async def test_a_forgotten_password_is_set_anew_by_mail(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    assert "/recovery" in (await mail.site.anonymous.get("/sign-in")).text
    await ask(mail, " ADA@example.org ")
    (message,) = await mail.deliver()
    assert message["To"] == "ada@example.org"
    link, browser = link_in(message), mail.site.anonymous
    assert "ada@example.org" in (await browser.get(link)).text
    weak = await browser.post(link, {"password": "short"})
    assert weak.status_code == 422 and "at least 10 characters" in weak.text
    done = await browser.post(link, {"password": NEW})
    assert done.status_code == 303 and (await browser.get("/account")).status_code == 200
    assert (await ada.get("/account")).status_code == 303, "whoever was signed in is signed out"
    assert await mail.sign_in("ada@example.org", PASSWORD) is None
    assert await mail.sign_in("ada@example.org", NEW)
    for method in ("GET", "POST"):
        used = await mail.site.anonymous.request(method, link, data={"password": NEW} if method == "POST" else None)
        assert used.status_code == 404 and "used or has expired" in used.text


async def test_a_link_ends_after_an_hour(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    await ask(mail, "ada@example.org")
    link = link_in((await mail.deliver())[0])
    await mail.rewind(3500)
    assert (await mail.site.anonymous.get(link)).status_code == 200
    await mail.rewind(200)
    assert (await mail.site.anonymous.get(link)).status_code == 404
    assert (await mail.site.anonymous.post(link, {"password": NEW})).status_code == 404


async def test_of_two_uses_at_once_one_is_the_first(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    await ask(mail, "ada@example.org")
    link = link_in((await mail.deliver())[0])
    answers = await asyncio.gather(
        *(mail.site.client.post(link, data={"password": f"{NEW} {number}"}, headers=OURS, follow_redirects=False) for number in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 404, 404]


async def test_each_of_several_links_works_until_one_is_used(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    for _ in range(2):
        await ask(mail, "ada@example.org")
    first, second = [link_in(message) for message in await mail.deliver()]
    assert (await mail.site.anonymous.get(second)).status_code == 200
    assert (await mail.site.anonymous.post(first, {"password": NEW})).status_code == 303
    assert (await mail.site.anonymous.get(second)).status_code == 404


async def test_nobody_learns_who_has_an_account(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    gone = await mail.site.person("gone@example.org")
    await mail.site.person("ada@example.org")
    await admin.post(f"/admin/users/{gone.id}/disabling")
    answers = []
    for email in ("ada@example.org", "nobody@example.org", "gone@example.org"):
        answer = await mail.site.anonymous.post("/recovery", {"email": email})
        answers.append((answer.status_code, answer.headers["location"], answer.text, "set-cookie" in answer.headers))
    assert len(set(answers)) == 1
    assert [message["To"] for message in await mail.deliver()] == ["ada@example.org"]
    async with mail.site.database.reading() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM job"))).scalar_one() == 0, "no list of what was typed is kept"


async def test_what_is_no_address_is_refused_and_kept_in_the_form(mail: MailSite) -> None:
    for typed in ("", "ada", "ada@example.org\r\nBcc: eve@example.org", "a@b, c@d", "x" * 5000):
        answer = await mail.site.anonymous.post("/recovery", {"email": typed})
        assert answer.status_code == 422 and 'role="alert"' in answer.text, typed
    assert 'value="ada"' in (await mail.site.anonymous.post("/recovery", {"email": "ada"})).text
    assert await mail.deliver() == []


async def test_one_can_ask_five_times_an_hour_for_an_address_and_nobody_elses_asking_counts(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    for _ in range(5):
        await ask(mail, "ada@example.org")
    answer = await mail.site.anonymous.post("/recovery", {"email": "Ada@Example.org"})
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0 and 'value="Ada@Example.org"' in answer.text
    await ask(mail, "other@example.org")
    assert len(await mail.deliver()) == 5


async def test_a_mailbox_is_not_filled_by_many_places_that_ask(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    async with mail.site.database.writing() as session:
        for _ in range(9):
            await session.execute(text("""INSERT INTO job (kind, arguments) VALUES ('recovery', '{"email": "ada@example.org"}')"""))
    assert len(await mail.deliver()) == 5


async def test_asking_works_while_the_mail_server_is_down_and_the_mail_comes_later(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    await mail.server.stop()
    await ask(mail, "ada@example.org")
    assert await mail.deliver() == []
    await mail.server.start()
    await mail.put_right()
    (message,) = await mail.deliver()
    assert (await mail.site.anonymous.post(link_in(message), {"password": NEW})).status_code == 303


async def test_without_a_mail_server_the_page_says_whom_to_ask_and_the_administrators_link_works(site: Site) -> None:
    page = await site.anonymous.get("/recovery")
    assert page.status_code == 200 and "Ask whoever runs it" in page.text and 'action="/recovery"' not in page.text
    assert (await site.anonymous.post("/recovery", {"email": "ada@example.org"})).status_code == 409
    assert "/recovery" not in (await site.anonymous.get("/sign-in")).text
    ada, admin = await site.person("ada@example.org"), await site.person("admin@example.org", admin=True)
    shown = await admin.follow(await admin.post(f"/admin/users/{ada.id}/reset-link"))
    found = re.search(r"/reset/[\w-]+", shown.text)
    assert found and (await site.anonymous.post(found[0], {"password": NEW})).status_code == 303


async def test_links_lead_to_the_site_whatever_host_a_request_names(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    await mail.site.anonymous.post("/recovery", {"email": "ada@example.org"}, headers={"X-Forwarded-Host": "evil.example"})
    answer = await mail.site.client.post("/recovery", data={"email": "ada@example.org"}, headers={**OURS, "Host": "evil.example"})
    assert answer.status_code < 500
    for message in await mail.deliver():
        assert link_in(message).startswith("/reset/"), "link_in refuses another origin"


async def test_links_that_came_by_mail_are_not_in_the_log(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    await ask(mail, ada.email)
    await ada.post("/account/address", {"email": "new@example.org", "address_password": PASSWORD})
    links = [link_in(message) for message in await mail.deliver()]
    with capture_logs() as log:
        for link in links:
            await mail.site.anonymous.get(link)
        await ada.post(next(link for link in links if link.startswith("/addresses/")))
        (notice,) = await mail.deliver()
        await mail.site.anonymous.get(link_in(notice))
    written = " ".join(str(event) for event in log)
    assert "/addresses/…" in written and "/returns/…" in written
    for link in (*links, link_in(notice)):
        assert link.rpartition("/")[2] not in written, link
