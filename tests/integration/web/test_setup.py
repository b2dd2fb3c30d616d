"""The first visit to a new site."""

import re

from contextualise.domain import accounts
from tests.web import PASSWORD, Site

FIELDS = {"name": "Ada Brandt", "email": "ada@example.org", "password": PASSWORD}


async def token(site: Site) -> str:
    async with site.database.writing() as session:
        made = await accounts.first_run_token(session)
    assert made
    return made


async def test_the_link_makes_the_administrator_and_signs_in(site: Site) -> None:
    browser, given = site.anonymous, await token(site)
    form = await browser.get(f"/setup?token={given}")
    assert form.status_code == 200
    answer = await browser.post("/setup", {**FIELDS, "token": given})
    assert (answer.status_code, answer.headers["location"]) == (303, "/maps")
    assert "Welcome" in (await browser.follow(answer)).text
    assert (await browser.get("/admin/users")).status_code == 200
    again = site.anonymous
    assert (await again.get(f"/setup?token={given}")).status_code == 404
    assert (await again.post("/setup", {**FIELDS, "email": "eve@example.org", "token": given})).status_code == 404


async def test_a_refused_form_keeps_the_link_and_what_was_typed(site: Site) -> None:
    browser, given = site.anonymous, await token(site)
    answer = await browser.post("/setup", {**FIELDS, "password": "short", "token": given})
    assert answer.status_code == 422
    assert 'value="Ada Brandt"' in answer.text and f'name="token" value="{given}"' in answer.text
    assert (await browser.post("/setup", {**FIELDS, "token": given})).status_code == 303


async def test_without_a_good_link_there_is_no_set_up(site: Site) -> None:
    await token(site)
    for path in ("/setup", "/setup?token=", "/setup?token=guess"):
        assert (await site.anonymous.get(path)).status_code == 404
    assert (await site.anonymous.post("/setup", {**FIELDS, "token": "guess"})).status_code == 404


async def test_home_says_what_to_do_while_nobody_has_an_account(site: Site) -> None:
    assert "set-up link" in (await site.anonymous.get("/")).text
    await site.person("ada@example.org")
    assert "set-up link" not in (await site.anonymous.get("/")).text


async def test_the_sample_map_is_made_when_it_is_wanted(site: Site) -> None:
    browser, given = site.anonymous, await token(site)
    assert re.search(r'name="sample"[^>]* checked', (await browser.get(f"/setup?token={given}")).text)
    answer = await browser.post("/setup", {**FIELDS, "token": given, "sample": "1"})
    assert re.fullmatch(r"/maps/\d+", answer.headers["location"])
    page = await browser.follow(await browser.follow(answer))
    assert page.status_code == 200 and "What is in it" in page.text
    assert (await site.anonymous.get(answer.headers["location"])).status_code == 404, "it is private"


async def test_the_link_is_looked_at_before_the_password_is(site: Site) -> None:
    for path in ("/setup", "/invitations/guess", "/reset/guess"):
        answer = await site.anonymous.post(path, {**FIELDS, "password": "short", "token": "guess"})
        assert answer.status_code == 404, f"{path}: nobody without a link makes the server compute a hash"
