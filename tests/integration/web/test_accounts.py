"""One's own account, through the running application."""

from dataclasses import replace

import pytest

from contextualise.settings import Settings
from tests.web import PASSWORD, Person, Site


async def test_strangers_are_asked_to_sign_in(site: Site) -> None:
    answer = await site.anonymous.get("/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Faccount")
    for path in ("/account/name", "/account/password", "/account/sessions/closing", "/account/sessions/1/closing"):
        answer = await site.anonymous.post(path, {"name": "x", "current": "x", "new": PASSWORD})
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"), path


async def test_the_name_can_be_changed(owner: Person) -> None:
    answer = await owner.post("/account/name", {"name": "  Ada   Brandt "})
    assert answer.status_code == 303
    page = await owner.follow(answer)
    assert 'value="Ada Brandt"' in page.text and "Your name is changed." in page.text
    refused = await owner.post("/account/name", {"name": "  "})
    assert refused.status_code == 422 and 'role="alert"' in refused.text


async def test_changing_the_password_renews_this_session_and_ends_the_others(site: Site, owner: Person) -> None:
    other = site.anonymous
    await other.post("/sign-in", {"email": owner.email, "password": PASSWORD})
    before = owner.cookies["session"]
    refused = await owner.post("/account/password", {"current": "wrong password", "new": "a new quiet password"})
    assert refused.status_code == 422 and "not your present password" in refused.text
    weak = await owner.post("/account/password", {"current": PASSWORD, "new": owner.email})
    assert weak.status_code == 422 and owner.email not in weak.text.partition("<main")[2].partition('name="new"')[2]
    answer = await owner.post("/account/password", {"current": PASSWORD, "new": "a new quiet password"})
    assert answer.status_code == 303
    assert owner.cookies["session"] != before
    assert (await owner.get("/account")).status_code == 200
    assert (await other.get("/account")).status_code == 303


async def test_own_browsers_are_listed_and_can_be_signed_out(site: Site, owner: Person) -> None:
    phone = site.anonymous
    agent = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"}
    await phone.post("/sign-in", {"email": owner.email, "password": PASSWORD}, headers=agent)
    page = (await owner.get("/account")).text
    assert "Safari on iPhone" in page and "This one" in page
    number = page.partition("/account/sessions/")[2].partition("/")[0]
    stranger = await site.person("eve@example.org")
    assert (await stranger.post(f"/account/sessions/{number}/closing")).status_code == 404
    assert (await owner.post(f"/account/sessions/{number}/closing")).status_code == 303
    assert (await phone.get("/account")).status_code == 303
    assert (await owner.post(f"/account/sessions/{number}/closing")).status_code == 404
    assert (await owner.post(f"/account/sessions/{2**70}/closing")).status_code == 404


async def test_signing_out_everywhere_else_keeps_this_browser(site: Site, owner: Person) -> None:
    phone = site.anonymous
    await phone.post("/sign-in", {"email": owner.email, "password": PASSWORD})
    assert (await owner.post("/account/sessions/closing")).status_code == 303
    assert (await phone.get("/account")).status_code == 303
    assert (await owner.get("/account")).status_code == 200


@pytest.mark.parametrize(("theme", "kept"), [("dark", True), ("system", True), ("pink", False), ("", False)])
async def test_the_theme_is_kept_in_the_browser(site: Site, theme: str, kept: bool) -> None:
    browser = site.anonymous
    answer = await browser.post("/theme", {"theme": theme, "next": "/sign-in?next=%2Fmaps"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fmaps")
    assert ("theme" in browser.cookies) is kept
    if theme == "dark":
        assert 'data-theme="dark"' in (await browser.get("/sign-in")).text


async def test_ordinary_people_cannot_invite_where_only_administrators_do(owner: Person) -> None:
    assert "Invite somebody" not in (await owner.get("/account")).text
    assert (await owner.post("/account/invitations")).status_code == 404


class TestInvitingMembers:
    """A site where everybody with an account may invite."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, sign_up="invite")

    async def test_an_invitation_is_shown_once_and_works(self, site: Site, owner: Person) -> None:
        page = (await owner.follow(await owner.post("/account/invitations"))).text
        path = "/invitations/" + page.partition("<code>")[2].partition("/invitations/")[2].partition("<")[0]
        assert path not in (await owner.get("/account")).text
        fields = {"name": "Ada", "email": "ada@example.org", "password": PASSWORD}
        assert (await site.anonymous.post(path, fields)).status_code == 303
        assert (await site.anonymous.get("/sign-up")).status_code == 404
