"""Signing in and out, invitations and reset links, through the running application."""

import re
from dataclasses import replace

import pytest
from litestar import Litestar

from contextualise.domain import accounts
from contextualise.settings import Settings
from tests.web import PASSWORD, Person, Site


async def test_signing_in_goes_on_to_where_one_wanted(site: Site, owner: Person) -> None:
    browser = site.anonymous
    form = await browser.get("/sign-in?next=/account")
    assert 'name="next" value="/account"' in form.text
    answer = await browser.post("/sign-in", {"email": owner.email.upper(), "password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert owner.email in (await browser.follow(answer)).text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil.example"])
async def test_nobody_is_sent_to_another_site(site: Site, owner: Person, target: str) -> None:
    answer = await site.anonymous.post("/sign-in", {"email": owner.email, "password": PASSWORD, "next": target})
    assert answer.headers["location"] == "/"


async def test_unknown_address_and_wrong_password_look_the_same(site: Site, owner: Person) -> None:
    pages = []
    for email, password in ((owner.email, "wrong password"), ("nobody@example.org", "wrong password")):
        answer = await site.anonymous.post("/sign-in", {"email": email, "password": password})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "wrong password" not in answer.text
        pages.append(re.sub(r"[\w.]+@example\.org", "…", answer.text))
    assert pages[0] == pages[1]


async def test_a_planted_session_is_worth_nothing_after_signing_in(site: Site, owner: Person) -> None:
    other = await site.person("attacker@example.org")
    planted = other.cookies["session"]
    browser = site.anonymous
    browser.cookies = {"session": planted}
    # The form sends a person who is signed in on; the attacker's page posts straight away.
    answer = await browser.post("/sign-in", {"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 303
    assert browser.cookies["session"] != planted
    assert (await other.get("/account")).status_code == 303, "the old session is over"


async def test_too_many_tries_get_429_and_the_form_back(site: Site, owner: Person) -> None:
    browser = site.anonymous
    for _ in range(10):
        assert (await browser.post("/sign-in", {"email": owner.email, "password": "wrong password"})).status_code == 422
    answer = await browser.post("/sign-in", {"email": owner.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert f'value="{owner.email}"' in answer.text


async def test_signing_out_ends_the_session_on_the_server(site: Site, owner: Person) -> None:
    token = owner.cookies["session"]
    answer = await owner.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "session" not in owner.cookies
    thief = site.anonymous
    thief.cookies = {"session": token}
    assert (await thief.get("/account")).status_code == 303
    assert (await site.anonymous.post("/sign-out")).status_code == 303


async def test_a_signed_in_person_needs_no_form(owner: Person) -> None:
    answer = await owner.get("/sign-in?next=/maps")
    assert (answer.status_code, answer.headers["location"]) == (303, "/maps")


@pytest.mark.parametrize(
    "fields", [{}, {"email": "x" * 5000, "password": "y" * 5000}, {"email": "a\0b@example.org", "password": "\0" * 20}]
)
async def test_odd_input_is_an_ordinary_refusal(site: Site, fields: dict[str, str]) -> None:
    assert (await site.anonymous.post("/sign-in", fields)).status_code == 422


async def test_nobody_signs_up_where_that_is_closed(site: Site) -> None:
    assert (await site.anonymous.get("/sign-up")).status_code == 404
    fields = {"name": "Eve", "email": "eve@example.org", "password": PASSWORD}
    assert (await site.anonymous.post("/sign-up", fields)).status_code == 404
    assert "/sign-up" not in (await site.anonymous.get("/sign-in")).text


class TestOpen:
    """A site where everybody may make an account."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, sign_up="open")

    async def test_signing_up_signs_in(self, site: Site) -> None:
        browser = site.anonymous
        assert "/sign-up" in (await browser.get("/sign-in")).text
        assert (await browser.get("/sign-up")).status_code == 200
        answer = await browser.post("/sign-up", {"name": "Ada", "email": "ada@example.org", "password": PASSWORD})
        assert answer.status_code == 303
        assert "Ada" in (await browser.follow(answer)).text

    async def test_a_refused_sign_up_keeps_what_was_typed_but_the_password(self, site: Site) -> None:
        answer = await site.anonymous.post("/sign-up", {"name": "Ada <b>", "email": "ada", "password": "password123"})
        assert answer.status_code == 422
        assert "Ada &lt;b&gt;" in answer.text
        assert 'value="ada"' in answer.text
        assert "password123" not in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert 'href="#email"' in answer.text

    async def test_trying_out_addresses_is_limited(self, site: Site, owner: Person) -> None:
        fields = {"name": "Ada", "email": owner.email, "password": PASSWORD}
        answers = [(await site.anonymous.post("/sign-up", fields)).status_code for _ in range(21)]
        assert answers == [422] * 20 + [429]


async def test_an_invitation_makes_an_account(site: Site) -> None:
    admin = await site.person("admin@example.org", admin=True)
    async with site.database.writing() as session:
        link = await accounts.invite(session, admin.id, email="ada@example.org")
    browser = site.anonymous
    page = await browser.get(f"/invitations/{link.token}")
    assert page.status_code == 200
    assert 'value="ada@example.org"' in page.text and "Admin invites you" in page.text
    refused = await browser.post(f"/invitations/{link.token}", {"name": "", "email": "ada@example.org", "password": "short"})
    assert refused.status_code == 422
    answer = await browser.post(f"/invitations/{link.token}", {"name": "Ada", "email": "ada@example.org", "password": PASSWORD})
    assert answer.status_code == 303
    assert (await browser.get("/account")).status_code == 200
    assert (await site.anonymous.get(f"/invitations/{link.token}")).status_code == 404


async def test_a_reset_link_sets_a_password_and_signs_in(site: Site, owner: Person) -> None:
    async with site.database.writing() as session:
        link = await accounts.make_reset(session, owner.id, owner.id)
    browser = site.anonymous
    assert owner.email in (await browser.get(f"/reset/{link.token}")).text
    assert (await browser.post(f"/reset/{link.token}", {"password": "short"})).status_code == 422
    assert (await browser.post(f"/reset/{link.token}", {"password": "a new quiet password"})).status_code == 303
    assert (await browser.get("/account")).status_code == 200
    assert (await owner.get("/account")).status_code == 303, "the sessions from before are over"
    assert (await browser.get(f"/reset/{link.token}")).status_code == 404


@pytest.mark.parametrize("path", ["/invitations/nothing", "/reset/nothing", "/invitations/" + "x" * 3000])
async def test_links_that_are_none_are_not_found(site: Site, path: str) -> None:
    assert (await site.anonymous.get(path)).status_code == 404
    assert (await site.anonymous.post(path, {"name": "E", "email": "e@example.org", "password": PASSWORD})).status_code == 404


async def test_forms_from_other_sites_are_refused(site: Site, owner: Person, app: Litestar) -> None:
    paths = {path for route in app.routes if "POST" in getattr(route, "methods", ()) for path in [route.path]}
    assert "/sign-in" in paths
    for path in ("/sign-in", "/sign-out", "/account/password", "/theme"):
        answer = await owner.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
