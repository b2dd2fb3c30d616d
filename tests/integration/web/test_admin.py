"""The people of the site, through the running application."""

import re

import pytest

from tests.web import PASSWORD, Person, Site


@pytest.fixture
async def admin(site: Site) -> Person:
    return await site.person("admin@example.org", admin=True)


def shown_link(page: str) -> str:
    found = re.search(r"<code>https?://[^/]+(/[^<]+)</code>", page)
    assert found, "no link is shown"
    return found[1]


async def test_only_administrators_find_the_page(site: Site, owner: Person, admin: Person) -> None:
    assert (await site.anonymous.get("/admin/users")).headers["location"].startswith("/sign-in")
    assert (await owner.get("/admin/users")).status_code == 404
    assert (await admin.get("/admin/users")).status_code == 200
    for path in (
        *("/admin/invitations", "/admin/invitations/00/withdrawal", f"/admin/users/{admin.id}/reset-link"),
        *(f"/admin/users/{admin.id}/{deed}" for deed in ("disabling", "enabling", "appointment", "dismissal")),
    ):
        assert (await owner.post(path)).status_code == 404, path
        assert (await site.anonymous.post(path)).headers["location"].startswith("/sign-in"), path


async def test_people_are_found_by_name_or_address(owner: Person, admin: Person) -> None:
    page = (await admin.get("/admin/users?q=OWNER@")).text
    assert owner.email in page and page.count("<tr>") == 2
    nothing = await admin.get("/admin/users?q=%25%00%27zzz")
    assert nothing.status_code == 200 and "Nobody is called" in nothing.text
    fragment = await admin.get("/admin/users?q=owner", fragment=True, target="people_list")
    assert fragment.text.lstrip().startswith('<div id="people_list">') and "<html" not in fragment.text


@pytest.mark.parametrize("query", ["after=xx", "before=W10", "after=WyJhIiwiYiJd", "after=bnVsbA", "before=WyJhXHUwMDAwIiwxXQ"])
async def test_addresses_changed_by_hand_show_the_beginning(admin: Person, query: str) -> None:
    answer = await admin.get(f"/admin/users?{query}")
    assert answer.status_code == 200 and admin.email in answer.text


async def test_an_invitation_is_shown_once_and_can_be_withdrawn(site: Site, admin: Person) -> None:
    page = await admin.follow(await admin.post("/admin/invitations", {"email": "ada@example.org"}))
    path = shown_link(page.text)
    assert (await site.anonymous.get(path)).status_code == 200
    again = (await admin.get("/admin/users")).text
    assert path not in again and "ada@example.org" in again
    reference = re.search(r"/admin/invitations/([0-9a-f]+)/withdrawal", again)
    assert reference
    assert (await admin.post(f"/admin/invitations/{reference[1]}/withdrawal")).status_code == 303
    assert (await site.anonymous.get(path)).status_code == 404
    refused = await admin.post("/admin/invitations", {"email": "no address", "makes_admin": "1"})
    assert refused.status_code == 422 and 'value="no address"' in refused.text


async def test_an_invited_administrator_is_one(site: Site, admin: Person) -> None:
    page = await admin.follow(await admin.post("/admin/invitations", {"makes_admin": "1"}))
    browser = site.anonymous
    await browser.post(shown_link(page.text), {"name": "Ada", "email": "ada@example.org", "password": PASSWORD})
    assert (await browser.get("/admin/users")).status_code == 200


async def test_a_reset_link_is_made_for_somebody(site: Site, owner: Person, admin: Person) -> None:
    page = await admin.follow(await admin.post(f"/admin/users/{owner.id}/reset-link"))
    assert owner.email in (await site.anonymous.get(shown_link(page.text))).text
    assert (await admin.post("/admin/users/99999/reset-link")).status_code == 404
    assert (await admin.post(f"/admin/users/{2**80}/reset-link")).status_code == 404


async def test_a_disabled_person_is_out_until_enabled(site: Site, owner: Person, admin: Person) -> None:
    answer = await admin.post(f"/admin/users/{owner.id}/disabling")
    page = await admin.follow(answer)
    assert "can no longer sign in" in page.text and f"/admin/users/{owner.id}/enabling" in page.text
    assert (await owner.get("/account")).status_code == 303
    assert (await site.anonymous.post("/sign-in", {"email": owner.email, "password": PASSWORD})).status_code == 422
    assert "disabled" in (await admin.follow(await admin.post(f"/admin/users/{owner.id}/reset-link"))).text
    await admin.post(f"/admin/users/{owner.id}/enabling")
    assert (await site.anonymous.post("/sign-in", {"email": owner.email, "password": PASSWORD})).status_code == 303


async def test_administrators_come_and_go_but_the_last_stays(owner: Person, admin: Person) -> None:
    refused = await admin.follow(await admin.post(f"/admin/users/{admin.id}/dismissal"))
    assert "last administrator" in refused.text
    assert "own account" in (await admin.follow(await admin.post(f"/admin/users/{admin.id}/disabling"))).text
    assert (await admin.post(f"/admin/users/{owner.id}/appointment")).status_code == 303
    assert (await owner.get("/admin/users")).status_code == 200
    home = await admin.post(f"/admin/users/{admin.id}/dismissal")
    assert home.headers["location"] == "/"
    assert (await admin.get("/admin/users")).status_code == 404
