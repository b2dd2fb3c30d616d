"""What administrators see of mail that could not be sent, and what they can do about it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from contextualise.settings import Settings
from tests.mailing import MailSite, mail_site
from tests.web import Site


@pytest.fixture
async def mail(settings: Settings, emptied: object) -> AsyncIterator[MailSite]:
    async with mail_site(settings) as found:
        yield found


async def test_a_mail_that_was_refused_is_listed_with_its_reason_and_sent_again(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    ada = await mail.site.person("ada@example.org")
    mail.server.answer = lambda _: "550 <script>No such person</script>"
    await mail.site.anonymous.post("/recovery", {"email": ada.email})
    assert await mail.deliver() == []
    page = (await admin.get("/admin/mail")).text
    assert "Given up" in page and "550 &lt;script&gt;No such person" in page and ada.email in page
    assert "/reset/" not in page, "the link in it is for one person alone"
    number = page.partition("/retry")[0].rpartition("/")[2]
    for person in (ada, mail.site.anonymous):
        assert (await person.post(f"/admin/mail/{number}/retry")).status_code in (303, 404)
        assert (await person.get("/admin/mail")).status_code in (303, 404)
    assert await mail.deliver() == []
    mail.server.answer = lambda _: "250 OK"
    again = await admin.post(f"/admin/mail/{number}/retry")
    assert again.status_code == 303 and "tried again" in (await admin.follow(again)).text
    assert [message["To"] for message in await mail.deliver()] == [ada.email]
    assert (await admin.post(f"/admin/mail/{number}/retry")).status_code == 404
    assert (await admin.post(f"/admin/mail/{2**70}/retry")).status_code == 404
    assert "No mail waits." in (await admin.get("/admin/mail")).text


async def test_a_test_mail_shows_that_mail_works_or_why_not(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    assert "Send a test mail" in (await admin.get("/admin/mail")).text
    await mail.server.stop()
    assert (await admin.post("/admin/mail/test")).status_code == 303
    assert await mail.deliver() == []
    page = (await admin.get("/admin/mail")).text
    assert "Delayed" in page and "Error connecting" in page
    await mail.server.start()
    await mail.put_right()
    (message,) = await mail.deliver()
    assert message["Subject"] == "A test" and message["To"] == "admin@example.org"
    log = (await admin.get("/admin/audit")).text
    assert "had a test mail sent to" in log


async def test_the_list_is_paged(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    async with mail.site.database.writing() as session:
        await session.execute(
            text(
                "INSERT INTO outgoing_mail (recipient, subject, body) SELECT 'a@example.org', 'Number ' || n || '.', '' "
                "FROM generate_series(1, 60) n"
            )
        )
    page = (await admin.get("/admin/mail")).text
    assert "Number 60." in page and "Number 11." in page and "Number 10." not in page
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "Number 10." in (await admin.get(following)).text


async def test_without_a_mail_server_the_page_says_what_to_set(site: Site) -> None:
    admin = await site.person("admin@example.org", admin=True)
    page = (await admin.get("/admin/mail")).text
    assert "SMTP_HOST" in page and "Send a test" not in page
    assert "no mail server" in (await admin.follow(await admin.post("/admin/mail/test"))).text
