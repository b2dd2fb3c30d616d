"""What administrators see of mail that could not be sent, and what they can do about it."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from contextualise.settings import Settings
from tests.mailing import NEW, MailSite, link_in, mail_site
from tests.web import PASSWORD, Site


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


async def test_an_invitation_goes_to_its_address(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    shown = await admin.follow(await admin.post("/admin/invitations", {"email": "new@example.org"}))
    assert "on its way by mail" in shown.text
    (message,) = await mail.deliver()
    assert message["To"] == "new@example.org" and "Admin invites you" in message.get_content()
    link, browser = link_in(message), mail.site.anonymous
    assert 'value="new@example.org"' in (await browser.get(link)).text
    for _ in range(10):
        taken = await browser.post(link, {"name": "Eve", "email": "admin@example.org", "password": PASSWORD})
        assert taken.status_code == 422
    assert (await browser.post(link, {"name": "Eve", "email": "admin@example.org", "password": PASSWORD})).status_code == 429


async def test_an_invitation_for_nobody_in_particular_is_handed_over(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    shown = await admin.follow(await admin.post("/admin/invitations", {"email": ""}))
    assert "hand it over yourself" in shown.text and await mail.deliver() == []


async def test_what_people_do_with_their_accounts_by_links_is_in_the_log(mail: MailSite) -> None:
    admin = await mail.site.person("admin@example.org", admin=True)
    ada = await mail.site.person("ada@example.org")
    await mail.site.anonymous.post("/recovery", {"email": ada.email})
    await mail.site.anonymous.post(link_in((await mail.deliver())[0]), {"password": NEW})
    again = await mail.sign_in(ada.email, NEW)
    assert again is not None
    await again.post("/account/address", {"email": "ada@new.example", "address_password": NEW})
    await again.post(link_in((await mail.deliver())[0]))
    log = (await admin.get("/admin/audit")).text
    assert "set the password of the own account anew" in log and "changed the address of the own account" in log
