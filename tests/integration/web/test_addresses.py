"""Confirming an address, changing it, and taking it back, with a real mail server and without one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from contextualise.app import create_app
from contextualise.domain.accounts import require_confirmed
from contextualise.domain.errors import NotAllowed
from contextualise.repository.database import Database
from contextualise.settings import Settings
from tests.mailing import NEW, MailSite, link_in, mail_site
from tests.web import PASSWORD, Client, Person, Site


@pytest.fixture
async def mail(settings: Settings, emptied: object) -> AsyncIterator[MailSite]:
    async with mail_site(settings, sign_up="open") as found:
        yield found


async def sign_up(mail: MailSite, email: str = "ada@example.org", password: str = PASSWORD) -> Client:
    browser = mail.site.anonymous
    answer = await browser.post("/sign-up", {"name": "Ada", "email": email, "password": password})
    assert answer.status_code == 303, answer.text
    return browser


async def fact(database: Database, statement: str, **values: Any) -> Any:
    async with database.reading() as connection:
        return (await connection.execute(text(statement), values)).scalar_one()


async def is_confirmed(mail: MailSite, email: str) -> bool:
    return bool(await fact(mail.site.database, "SELECT confirmed_at IS NOT NULL FROM app_user WHERE email_key = :email", email=email))


async def change(person: Client, email: str, password: str = PASSWORD) -> Any:
    return await person.post("/account/address", {"email": email, "address_password": password})


async def test_a_new_account_works_at_once_and_is_confirmed_by_mail(mail: MailSite) -> None:
    ada = await sign_up(mail)
    assert "not confirmed yet" in (await ada.get("/account")).text
    assert (await ada.post("/maps/new", {"title": "Mine"})).status_code == 303
    (message,) = await mail.deliver()
    link = link_in(message)
    assert message["To"] == "ada@example.org" and "ada@example.org" in (await mail.site.anonymous.get(link)).text
    assert not await is_confirmed(mail, "ada@example.org"), "programs open links too, so a look confirms nothing"
    done = await ada.post(link)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    page = (await ada.follow(done)).text
    assert "Your address is confirmed." in page and "not confirmed yet" not in page
    assert (await ada.post(link)).status_code == 404


async def test_a_link_opened_elsewhere_confirms_but_signs_nobody_in(mail: MailSite) -> None:
    await sign_up(mail)
    link, phone = link_in((await mail.deliver())[0]), mail.site.anonymous
    assert (await phone.post(link)).headers["location"] == "/sign-in"
    assert "session" not in phone.cookies and await is_confirmed(mail, "ada@example.org")


async def test_an_unconfirmed_account_may_neither_invite_nor_publish(mail: MailSite) -> None:
    await sign_up(mail)
    user_id = await fact(mail.site.database, "SELECT id FROM app_user")
    async with mail.site.database.reading() as connection:
        with pytest.raises(NotAllowed, match="open the link in the mail"):
            await require_confirmed(connection, mail.site.parts.mailer, user_id)
        await require_confirmed(connection, replace(mail.site.parts.mailer, is_on=False), user_id)
    await mail.site.anonymous.post(link_in((await mail.deliver())[0]))
    async with mail.site.database.reading() as connection:
        await require_confirmed(connection, mail.site.parts.mailer, user_id)


async def test_the_link_can_be_sent_again_five_times_an_hour(mail: MailSite) -> None:
    ada = await sign_up(mail)
    (first,) = await mail.deliver()
    for _ in range(5):
        assert (await ada.post("/account/confirmation")).status_code == 303
    stopped = await ada.post("/account/confirmation")
    assert stopped.status_code == 429 and "too many attempts" in stopped.text
    *_, last = await mail.deliver()
    assert (await mail.site.anonymous.get(link_in(first))).status_code == 404, "the last one counts"
    assert (await mail.site.anonymous.post(link_in(last))).status_code == 303
    assert (await ada.post("/account/confirmation")).status_code == 429
    assert await mail.deliver() == []


async def test_signing_up_works_while_the_mail_server_is_down(mail: MailSite) -> None:
    await mail.server.stop()
    ada = await sign_up(mail)
    assert (await ada.get("/account")).status_code == 200 and await mail.deliver() == []
    await mail.server.start()
    await mail.put_right()
    assert (await ada.post(link_in((await mail.deliver())[0]))).status_code == 303


async def test_signing_up_does_not_tell_who_has_an_account(mail: MailSite) -> None:
    await mail.site.person("ada@example.org")
    taken, fresh = mail.site.anonymous, mail.site.anonymous
    answers = []
    for browser, email in ((taken, "ada@example.org"), (fresh, "new@example.org")):
        answer = await browser.post("/sign-up", {"name": "Yvonne", "email": email, "password": NEW})
        page, account = await browser.follow(answer), await browser.get("/account")
        mine = await mail.sign_in(email, NEW)
        assert mine is not None, "the password that was chosen works in either case"
        again = await mine.post("/account/confirmation")
        seen = (answer.status_code, answer.headers["location"], page.status_code, again.status_code)
        answers.append((seen, account.text.replace(email, "-").count("not confirmed yet"), sorted(browser.cookies)))
    assert answers[0] == answers[1]
    told = {message["To"]: message for message in await mail.deliver()}
    assert told["ada@example.org"]["Subject"] == "You have an account already"
    assert link_in(told["ada@example.org"]) == "/recovery"
    assert told["new@example.org"]["Subject"] == "Confirm your e-mail address"
    owner = await mail.sign_in("ada@example.org", PASSWORD)
    assert owner is not None and "Yvonne" not in (await owner.get("/account")).text, "the account that was there is as it was"


async def test_whoever_opens_the_mailbox_gets_the_address_and_not_who_named_it_first(mail: MailSite) -> None:
    squatter = await sign_up(mail, password="the squatters own words")
    await mail.deliver()
    ada = await sign_up(mail)
    assert (await ada.post(link_in((await mail.deliver())[0]))).status_code == 303
    assert await is_confirmed(mail, "ada@example.org")
    page = (await squatter.get("/account")).text
    assert "not confirmed yet" in page
    await squatter.post("/account/confirmation")
    (message,) = await mail.deliver()
    assert message["Subject"] == "You have an account already"
    assert "not confirmed yet" not in (await ada.get("/account")).text


async def test_another_address_is_proven_by_mail_to_it(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    wrong = await change(ada, "ada@new.example", "not my password")
    assert wrong.status_code == 422 and 'value="ada@new.example"' in wrong.text and "not your present password" in wrong.text
    bad = await change(ada, "nonsense")
    assert bad.status_code == 422 and 'value="nonsense"' in bad.text
    assert (await change(ada, "ada@new.example")).status_code == 303
    (message,) = await mail.deliver()
    assert message["To"] == "ada@new.example"
    assert "ada@example.org" in (await ada.get("/account")).text, "not before the link is opened"
    link = link_in(message)
    assert "ada@new.example" in (await ada.get(link)).text
    assert (await ada.post(link)).headers["location"] == "/account"
    assert "ada@new.example" in (await ada.get("/account")).text
    assert await mail.sign_in("ada@new.example", PASSWORD) and await mail.sign_in("ada@example.org", PASSWORD) is None
    assert (await ada.post(link)).status_code == 404
    (notice,) = await mail.deliver()
    assert notice["To"] == "ada@example.org" and "ada@new.example" in notice.get_content()


async def test_the_old_address_takes_the_account_back_within_a_week(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    thief = await mail.sign_in("ada@example.org", PASSWORD)
    assert thief is not None
    await change(thief, "thief@example.net")
    await thief.post(link_in((await mail.deliver())[0]))
    (notice,) = await mail.deliver()
    await change(thief, "thief2@example.net")
    await thief.post(link_in((await mail.deliver())[0]))
    await mail.deliver()
    await change(thief, "thief3@example.net")
    (pending,) = await mail.deliver()
    link, victim = link_in(notice), mail.site.anonymous
    await mail.rewind(6 * 86_400)
    assert "ada@example.org" in (await victim.get(link)).text
    assert (await victim.post(link, {"password": "short"})).status_code == 422
    assert (await victim.post(link, {"password": NEW})).status_code == 303
    assert "ada@example.org" in (await victim.get("/account")).text
    assert (await thief.get("/account")).status_code == 303 and (await ada.get("/account")).status_code == 303
    assert await mail.sign_in("ada@example.org", NEW) and await mail.sign_in("thief2@example.net", PASSWORD) is None
    assert (await thief.get(link_in(pending))).status_code == 404
    assert (await victim.post(link, {"password": NEW})).status_code == 404


async def test_the_way_back_ends_after_a_week(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    await change(ada, "ada@new.example")
    await ada.post(link_in((await mail.deliver())[0]))
    link = link_in((await mail.deliver())[0])
    await mail.rewind(7 * 86_400 + 5)
    assert (await mail.site.anonymous.get(link)).status_code == 404


async def test_an_address_that_was_never_confirmed_gets_no_way_back(mail: MailSite) -> None:
    ada = await sign_up(mail, "somebody.else@example.org")
    await mail.deliver()
    await change(ada, "ada@example.org")
    await ada.post(link_in((await mail.deliver())[0]))
    assert await mail.deliver() == [] and await is_confirmed(mail, "ada@example.org")


async def test_an_address_that_another_account_holds_is_told_only_by_mail_to_it(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    await mail.site.person("max@example.org")
    answers = []
    for email in ("max@example.org", "free@example.org"):
        answer = await change(ada, email)
        answers.append((answer.status_code, answer.headers["location"], (await ada.follow(answer)).text.count("A link is on its way")))
    assert answers[0] == answers[1]
    assert [message["To"] for message in await mail.deliver()] == ["max@example.org", "free@example.org"]
    await change(ada, "max@example.org")
    (message,) = await mail.deliver()
    refused = await ada.post(link_in(message))
    assert refused.status_code == 409 and "Another account holds this address" in refused.text
    assert await mail.sign_in("max@example.org", PASSWORD) and await mail.sign_in("ada@example.org", PASSWORD)


async def test_a_reset_link_sent_to_the_old_address_ends_with_it(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    await mail.site.anonymous.post("/recovery", {"email": "ada@example.org"})
    (reset,) = await mail.deliver()
    await change(ada, "ada@new.example")
    await ada.post(link_in((await mail.deliver())[0]))
    assert (await mail.site.anonymous.get(link_in(reset))).status_code == 404


async def test_a_changed_password_ends_a_change_of_address_that_waits(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    await change(ada, "thief@example.net")
    (message,) = await mail.deliver()
    assert (await ada.post("/account/password", {"current": PASSWORD, "new": NEW})).status_code == 303
    assert (await ada.get(link_in(message))).status_code == 404


async def test_without_a_mail_server_nothing_asks_for_a_confirmation_and_an_address_changes_at_once(
    settings: Settings, site: Site, owner: Person
) -> None:
    assert (await change(owner, "new@example.org")).status_code == 303
    page = (await owner.get("/account")).text
    assert "new@example.org" in page and "not confirmed" not in page
    await site.person("max@example.org")
    taken = await change(owner, "max@example.org")
    assert taken.status_code == 422 and "already an account" in taken.text
    app = create_app(replace(settings, sign_up="open"), with_jobs=False)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        browser = Site(app, client).anonymous
        await browser.post("/sign-up", {"name": "Eva", "email": "eva@example.org", "password": PASSWORD})
        assert "not confirmed" not in (await browser.get("/account")).text
        again = await client.post("/sign-up", data={"name": "Eva", "email": "eva@example.org", "password": PASSWORD})
    assert again.status_code == 422 and "already an account" in again.text
    assert await fact(site.database, "SELECT confirmed_at IS NOT NULL FROM app_user WHERE email = 'eva@example.org'")


async def test_nine_wrong_passwords_do_not_matter_and_the_eleventh_waits(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    for _ in range(10):
        assert (await change(ada, "ada@new.example", "not my password")).status_code == 422
    assert (await change(ada, "ada@new.example")).status_code == 429
    assert await mail.deliver() == []
