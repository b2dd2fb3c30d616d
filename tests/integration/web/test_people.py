"""The people of a map through the running application: inviting, accepting, what each may do, leaving, ownership."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar.testing import AsyncTestClient

from contextualise.app import create_app
from contextualise.repository.database import Database
from contextualise.settings import load_settings
from tests.counting import counted
from tests.sharing import Shared, links_of, new_account, shared_map
from tests.web import Person, Site


@pytest.fixture
async def shared(site: Site, owner: Person) -> Shared:
    """A private map, on a site that sends no mail."""
    return await shared_map(site, owner)


@pytest.fixture
async def mailing(database_url: str, emptied: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """A site that sends mail; what it would send stays in the queue."""
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_SECURITY": "none", "MAIL_FROM": "maps@example.org", "PUBLIC_URL": "http://testserver.local"}
    environ = {"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(32), "STORAGE": str(tmp_path / "storage"), **mail}
    app = create_app(load_settings(environ), with_jobs=False)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        yield Site(app, client)


async def mailed_link(shared: Shared, address: str) -> str:
    """The link in the last mail to an address."""
    rows = await shared.run("SELECT body FROM outgoing_mail WHERE recipient = :address ORDER BY id DESC LIMIT 1", address=address)
    return re.findall(r"http://testserver\.local(/join/\S+)", rows[0].body)[0]


# Inviting


async def test_without_a_mail_server_the_link_is_shown_to_be_handed_over(shared: Shared) -> None:
    await shared.invite("ada@example.org", "Ben Bell <ben@example.org>")
    page = (await shared.owner.get(shared.people)).text
    assert set(links_of(page)) == {"ada@example.org", "ben@example.org"}
    assert links_of((await shared.owner.get(shared.people)).text) == links_of(page), "the link stays the same"
    assert await shared.run("SELECT 1 FROM outgoing_mail") == []


async def test_with_a_mail_server_the_link_is_mailed_and_not_shown(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await shared.invite("ada@example.org")
    link = await mailed_link(shared, "ada@example.org")
    page = (await shared.owner.get(shared.people)).text
    assert "ada@example.org" in page and link not in page and "/join/" not in page
    assert (await mailing.anonymous.get(link)).status_code == 200


async def test_a_link_that_was_asked_for_is_shown_in_place_of_the_one_mailed(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await shared.invite("ada@example.org")
    old = await mailed_link(shared, "ada@example.org")
    (row,) = await shared.run("SELECT id FROM map_invitation")
    await shared.owner.post(f"{shared.people}/invited/{row.id}/renewal", {"show": "1"})
    new = await shared.link("ada@example.org")
    assert new != old and (await mailing.anonymous.get(old)).status_code == 404
    await new_account(mailing, new)
    assert (await shared.run("SELECT confirmed_at FROM app_user WHERE email = 'ada@example.org'"))[0].confirmed_at is None


async def test_the_answer_does_not_tell_who_has_an_account(site: Site, shared: Shared) -> None:
    await site.person("known@example.org")
    answers = []
    for address in ("known@example.org", "nobody@example.org"):
        answer = await shared.owner.post(f"{shared.people}/invited", {"emails": address, "mode": "view"})
        page = await shared.owner.follow(answer)
        answers.append(re.sub(r"/join/[\w-]+|people/invited/\d+|[a-z]+@example\.org|x-request-id", "", str(answer.status_code) + page.text))
        await shared.run("DELETE FROM map_invitation")
    first, second = (re.sub(r"<time.*?</time>", "", answer) for answer in answers)
    assert first == second


async def test_inviting_is_the_same_work_whether_or_not_there_is_an_account(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await mailing.person("known@example.org")
    await shared.invite("first@example.org")
    sent = []
    for address in ("known@example.org", "nobody@example.org"):
        with counted() as statements:
            await shared.invite(address)
        sent.append([re.sub(r"\s+", " ", str(statement)) for statement in statements])
    assert sent[0] == sent[1]


async def test_what_is_no_address_is_named_and_nobody_is_invited(shared: Shared) -> None:
    answer = await shared.owner.post(f"{shared.people}/invited", {"emails": "ada@example.org, <b>ben", "mode": "edit"})
    assert answer.status_code == 422
    assert "“&lt;b&gt;ben”" in answer.text and "ada@example.org, &lt;b&gt;ben</textarea>" in answer.text
    assert await shared.run("SELECT 1 FROM map_invitation") == []


async def test_a_form_that_lacks_something_is_shown_again(shared: Shared) -> None:
    lacking: tuple[dict[str, str], ...] = (
        {},
        {"emails": " ,"},
        {"emails": "ada@example.org"},
        {"emails": "ada@example.org", "mode": "own"},
    )
    for fields in lacking:
        answer = await shared.owner.post(f"{shared.people}/invited", fields)
        assert answer.status_code == 422 and 'role="alert"' in answer.text, fields
    assert await shared.run("SELECT 1 FROM map_invitation") == []


async def test_invitations_are_limited_and_what_was_typed_stays(shared: Shared) -> None:
    for number in range(10):
        await shared.invite(f"person-{number}@example.org")
    answer = await shared.owner.post(f"{shared.people}/invited", {"emails": "one-more@example.org", "mode": "view"})
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert "one-more@example.org</textarea>" in answer.text
    assert len(await shared.run("SELECT 1 FROM map_invitation")) == 10


async def test_inviting_again_replaces_the_invitation(site: Site, shared: Shared) -> None:
    await shared.invite("ada@example.org", mode="view")
    old = await shared.link("ada@example.org")
    await shared.invite("ADA@example.org", mode="edit")
    (row,) = await shared.run("SELECT mode FROM map_invitation")
    assert row.mode == "edit" and (await site.anonymous.get(old)).status_code == 404


async def test_many_invitations_are_listed_by_pages(shared: Shared) -> None:
    await shared.invite(*(f"person-{number:02}@example.org" for number in range(25)))
    first = (await shared.owner.get(f"{shared.people}/invited")).text
    second = (await shared.owner.get(re.findall(r'href="([^"]*after=[^"]*)"', first)[0].replace("&amp;", "&"))).text
    assert len(links_of(first)) == 20 and len(links_of(second)) == 5
    assert not set(links_of(first)) & set(links_of(second))
    assert f'{shared.people}/invited">All that wait' in (await shared.owner.get(shared.people)).text


# Accepting


async def test_somebody_with_an_account_accepts_with_the_link(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.invite("ada@example.org", mode="comment")
    link = await shared.link("ada@example.org")
    assert (await ada.get(shared.url)).status_code == 404, "nobody is let in without having said yes"
    page = await ada.get(link)
    assert "Italian opera" in page.text and "Accept" in page.text
    answer = await ada.post(link)
    assert answer.status_code == 303 and answer.headers["location"] == shared.url
    assert (await ada.get(shared.url)).status_code == 200
    assert await shared.modes() == {ada.id: "comment"}
    assert await shared.notices(shared.owner) == ["joined"]
    assert await shared.audit() == ["member.invite", "member.add"]
    assert "Can comment" in (await ada.get("/maps?show=shared")).text


async def test_somebody_without_an_account_makes_one_with_the_link(site: Site, shared: Shared) -> None:
    assert site.parts.settings.sign_up == "closed"
    await shared.invite("ada@example.org")
    link = await shared.link("ada@example.org")
    page = await site.anonymous.get(link)
    assert "Make the account" in page.text and f"/sign-in?next={link.replace('/', '%2F')}" in page.text
    browser = await new_account(site, link, name="Ada")
    assert (await browser.get(f"{shared.url}/edit")).status_code == 403 and (await browser.get(shared.url)).status_code == 200
    (row,) = await shared.run("SELECT id, email, is_admin FROM app_user WHERE name = 'Ada'")
    assert row.email == "ada@example.org" and not row.is_admin
    assert await shared.modes() == {row.id: "edit"}
    assert (await site.anonymous.get(link)).status_code == 404


async def test_a_mailed_link_confirms_the_address(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await shared.invite("ada@example.org")
    await new_account(mailing, await mailed_link(shared, "ada@example.org"))
    assert (await shared.run("SELECT confirmed_at FROM app_user WHERE email = 'ada@example.org'"))[0].confirmed_at is not None


async def test_a_mailed_link_takes_the_address_from_an_account_that_only_named_it(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    mallory = await mailing.person("ada@example.org")
    await shared.run("UPDATE app_user SET confirmed_at = NULL WHERE id = :user_id", user_id=mallory.id)
    await shared.invite("ada@example.org")
    await new_account(mailing, await mailed_link(shared, "ada@example.org"), name="Ada")
    (row,) = await shared.run("SELECT id, confirmed_at FROM app_user WHERE email_key = 'ada@example.org'")
    assert row.id != mallory.id and row.confirmed_at is not None and await shared.modes() == {row.id: "edit"}


async def test_a_link_that_the_inviter_saw_does_not_tell_who_has_an_account(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await mailing.person("ada@example.org")
    await shared.invite("ada@example.org", "nobody@example.org")
    for row in await shared.run("SELECT id FROM map_invitation"):
        await shared.owner.post(f"{shared.people}/invited/{row.id}/renewal", {"show": "1"})
    for link in links_of((await shared.owner.get(shared.people)).text).values():
        await new_account(mailing, link)


async def test_who_has_not_confirmed_the_own_address_invites_nobody(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await shared.run("UPDATE app_user SET confirmed_at = NULL")
    answer = await shared.owner.post(f"{shared.people}/invited", {"emails": "ada@example.org", "mode": "view"})
    assert answer.status_code == 403 and await shared.run("SELECT 1 FROM map_invitation") == []


async def test_a_refused_account_keeps_what_was_typed_and_the_invitation(site: Site, shared: Shared) -> None:
    await shared.invite("ada@example.org")
    link = await shared.link("ada@example.org")
    answer = await site.anonymous.post(link, {"name": "Ada <b>", "password": "short"})
    assert answer.status_code == 422 and 'value="Ada &lt;b&gt;"' in answer.text and "short" not in answer.text.replace("shortcuts", "")
    await new_account(site, link)


async def test_an_address_that_has_an_account_signs_in_instead(site: Site, shared: Shared) -> None:
    await site.person("ada@example.org")
    await shared.invite("ada@example.org")
    answer = await site.anonymous.post(await shared.link("ada@example.org"), {"name": "Somebody", "password": "a long and private phrase"})
    assert answer.status_code == 422 and "already an account" in answer.text
    assert await shared.modes() == {}


async def test_an_account_of_another_address_is_told_before_it_accepts(site: Site, shared: Shared) -> None:
    await shared.invite("ada@example.org")
    other = await site.person("other@example.org")
    link = await shared.link("ada@example.org")
    assert "It was made for ada@example.org; you are signed in as other@example.org" in (await other.get(link)).text
    await other.post(link)
    assert await shared.modes() == {other.id: "edit"}
    assert "invited as ada@example.org" in (await shared.owner.get(shared.people)).text


async def test_what_waits_is_listed_for_whoever_has_the_address(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    ada, other = await mailing.person("ada@example.org"), await mailing.person("other@example.org")
    await shared.invite("ada@example.org")
    assert await shared.notices(ada) == ["invited"]
    accept = re.findall(r'action="(/maps/joining/[\d-]+/acceptance)"', (await ada.get("/maps/joining")).text)[0]
    assert "acceptance" not in (await other.get("/maps/joining")).text
    assert (await other.post(accept)).status_code == 404
    assert (await ada.post(accept)).headers["location"] == shared.url
    assert await shared.modes() == {ada.id: "edit"}


async def test_without_a_mail_server_only_the_link_tells_who_was_meant(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.invite("ada@example.org")
    (row,) = await shared.run("SELECT id FROM map_invitation")
    assert await shared.notices(ada) == [] and "Italian opera" not in (await ada.get("/maps/joining")).text
    assert (await ada.post(f"/maps/joining/{shared.map_id}-{row.id}/acceptance")).status_code == 404


async def test_an_address_that_nobody_has_shown_to_be_theirs_gets_nothing_by_itself(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    ada = await mailing.person("ada@example.org")
    await shared.run("UPDATE app_user SET confirmed_at = NULL WHERE id = :user_id", user_id=ada.id)
    await shared.invite("ada@example.org")
    (row,) = await shared.run("SELECT id FROM map_invitation")
    assert await shared.notices(ada) == []
    assert "Italian opera" not in (await ada.get("/maps/joining")).text
    assert (await ada.post(f"/maps/joining/{shared.map_id}-{row.id}/acceptance")).status_code == 404


async def test_declining_uses_the_invitation_up(mailing: Site) -> None:
    shared = await shared_map(mailing, await mailing.person("owner@example.org"))
    await shared.invite("ada@example.org", "ben@example.org")
    ben = await mailing.person("ben@example.org")
    link = await mailed_link(shared, "ada@example.org")
    assert (await mailing.anonymous.post(f"{link}/refusal")).status_code == 303
    assert (await mailing.anonymous.get(link)).status_code == 404
    refuse = re.findall(r'action="(/maps/joining/[\d-]+/refusal)"', (await ben.get("/maps/joining")).text)[0]
    assert (await ben.post(refuse)).status_code == 303
    assert await shared.run("SELECT 1 FROM map_invitation") == [] and await shared.modes() == {}


async def test_all_links_that_open_nothing_are_answered_alike(site: Site, shared: Shared) -> None:
    await shared.invite("used@example.org", "gone@example.org", "old@example.org", "trashed@example.org")
    links = links_of((await shared.owner.get(shared.people)).text)
    await new_account(site, links["used@example.org"])
    gone = (await shared.run("SELECT id FROM map_invitation WHERE email = 'gone@example.org'"))[0].id
    await shared.owner.post(f"{shared.people}/invited/{gone}/withdrawal")
    await shared.run("UPDATE map_invitation SET expires_at = now() WHERE email = 'old@example.org'")
    token = links["used@example.org"].removeprefix(f"/join/{shared.map_id}-")
    dead = [*(links[f"{name}@example.org"] for name in ("used", "gone", "old")), f"/join/{shared.map_id}-{'A' * 43}", f"/join/999-{token}"]
    dead += ["/join/x", f"/join/{'9' * 30}-{token}", "/join/%00"]
    answers = [await site.anonymous.get(link) for link in dead]
    answers += [await site.anonymous.post(link, {"name": "Eve", "password": "a long and private phrase"}) for link in dead]
    answers += [await site.anonymous.post(f"{link}/refusal") for link in dead]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.search(r"This invitation is used[^<]*", answer.text) is not None for answer in answers}) == 1
    await shared.owner.post(f"{shared.url}/trashing")
    assert (await site.anonymous.get(links["trashed@example.org"])).status_code == 404
    assert (await site.anonymous.post(links["trashed@example.org"], {"name": "Eve", "password": "a long phrase"})).status_code == 404


async def test_an_invitation_never_lowers_what_somebody_may_do(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada, "edit")
    await shared.invite("ada@example.org", mode="view")
    await ada.post(await shared.link("ada@example.org"))
    assert await shared.modes() == {ada.id: "edit"}
    await shared.run("UPDATE map_member SET mode = 'view'")
    await shared.invite("ada@example.org", mode="comment")
    await ada.post(await shared.link("ada@example.org"))
    assert await shared.modes() == {ada.id: "comment"}


async def test_an_owner_who_accepts_stays_the_owner(shared: Shared) -> None:
    await shared.invite("owner@example.org", mode="view")
    assert (await shared.owner.post(await shared.link("owner@example.org"))).status_code == 303
    assert await shared.modes() == {} and await shared.owner_id() == shared.owner.id


async def test_of_two_who_accept_at_once_one_comes_too_late(site: Site, shared: Shared) -> None:
    await shared.invite("ada@example.org")
    link = await shared.link("ada@example.org")
    people = [await site.person(f"person-{number}@example.org") for number in range(4)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(person.post(link)) for person in people]
    assert sorted(task.result().status_code for task in tasks) == [303, 404, 404, 404]
    assert len(await shared.modes()) == 1


async def test_accepting_twice_is_accepting_once(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.invite("ada@example.org")
    link = await shared.link("ada@example.org")
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ada.post(link)) for _ in range(3)]
    assert {task.result().status_code for task in tasks} == {303}
    assert await shared.modes() == {ada.id: "edit"}
    assert await shared.audit() == ["member.invite", "member.add"]
    assert "You have accepted" in (await ada.get(link)).text


async def test_who_was_removed_does_not_come_back_with_the_old_link(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.invite("ada@example.org")
    link = await shared.link("ada@example.org")
    async with asyncio.TaskGroup() as group:
        group.create_task(ada.post(link))
        group.create_task(shared.owner.post(f"{shared.people}/{ada.id}/removal"))
    await shared.owner.post(f"{shared.people}/{ada.id}/removal")
    await ada.post(link)
    assert await shared.modes() == {} and (await ada.get(shared.url)).status_code == 404


# What members may do


async def test_members_see_each_other_and_no_addresses(site: Site, shared: Shared) -> None:
    ada, ben = await site.person("ada@example.org"), await site.person("ben@example.org")
    await shared.invite("ada@example.org")
    await ada.post(await shared.link("ada@example.org"))
    await shared.add(ben, "view")
    page = (await ben.get(shared.people)).text
    assert "Owner" in page and ">Ada" in page and "Leave the map" in page
    assert "ada@example.org" not in page and "Invite people" not in page and "/removal" not in page


async def test_readers_of_a_published_map_do_not_see_who_works_on_it(site: Site, owner: Person) -> None:
    shared = await shared_map(site, owner, publish=True)
    stranger = await site.person("stranger@example.org")
    assert (await stranger.get(shared.people)).status_code == 403
    assert (await site.anonymous.get(shared.people)).headers["location"].startswith("/sign-in")
    assert (await stranger.post(f"{shared.people}/leaving")).status_code == 403


async def test_members_do_not_manage_people(site: Site, shared: Shared) -> None:
    ada, ben = await site.person("ada@example.org"), await site.person("ben@example.org")
    await shared.add(ada)
    await shared.add(ben, "view")
    await shared.invite("new@example.org")
    number = (await shared.run("SELECT id FROM map_invitation"))[0].id
    for mode in ("view", "comment", "edit"):
        await shared.run("UPDATE map_member SET mode = :mode WHERE user_id = :user_id", mode=mode, user_id=ada.id)
        tried = [
            await ada.post(f"{shared.people}/invited", {"emails": "eve@example.org", "mode": "edit"}),
            await ada.post(f"{shared.people}/{ada.id}/mode", {"mode": "edit"}),
            await ada.post(f"{shared.people}/{ben.id}/removal"),
            await ada.post(f"{shared.people}/{ada.id}/ownership"),
            await ada.post(f"{shared.people}/invited/{number}/renewal"),
            await ada.post(f"{shared.people}/invited/{number}/withdrawal"),
            await ada.get(f"{shared.people}/invited"),
            await ada.get(f"{shared.people}/log"),
        ]
        assert {answer.status_code for answer in tried} == {403}
        assert await shared.modes() == {ada.id: mode, ben.id: "view"}


async def test_a_mode_is_changed_and_counts_from_the_next_request_on(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada, "edit")
    assert (await ada.get(f"{shared.url}/topics/new")).status_code == 200
    answer = await shared.owner.post(f"{shared.people}/{ada.id}/mode", {"mode": "view"})
    assert answer.headers["location"] == shared.people
    assert (await ada.get(f"{shared.url}/topics/new")).status_code == 403
    assert await shared.notices(ada) == ["role"] and await shared.audit() == ["member.mode"]
    page = await shared.owner.follow(answer)
    undo = re.findall(r'action="([^"]+/undoing)"', page.text)[0]
    undone = await shared.owner.post(undo, headers={"Referer": f"http://testserver.local{shared.people}"})
    assert undone.headers["location"] == shared.people
    assert await shared.modes() == {ada.id: "edit"} and await shared.audit() == ["member.mode", "member.mode"]
    assert (await shared.owner.post(f"{shared.people}/{ada.id}/mode", {"mode": "own"})).status_code == 422


async def test_who_is_removed_is_shut_out_with_the_next_request(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada, "edit")
    form = await ada.get(f"{shared.url}/topics/new")
    assert form.status_code == 200
    answer = await shared.owner.post(f"{shared.people}/{ada.id}/removal")
    assert {(await ada.get(path)).status_code for path in (shared.url, f"{shared.url}/topics", shared.people)} == {404}
    assert (await ada.post(f"{shared.url}/topics/new", {"name": "Tosca"})).status_code == 404
    assert (await ada.post(f"{shared.url}/topics/new", {"name": "Tosca"}, fragment=True)).status_code == 404
    assert await shared.notices(ada) == ["removed"]
    undo = re.findall(r'action="([^"]+/undoing)"', (await shared.owner.follow(answer)).text)[0]
    await shared.owner.post(undo)
    assert (await ada.get(shared.url)).status_code == 200
    assert await shared.audit() == ["member.remove", "member.return"]


async def test_editors_do_not_take_back_what_was_done_with_people(site: Site, shared: Shared) -> None:
    ada, ben = await site.person("ada@example.org"), await site.person("ben@example.org")
    await shared.add(ada, "edit")
    await shared.add(ben, "edit")
    await shared.owner.post(f"{shared.people}/{ben.id}/removal")
    change = (await shared.run("SELECT max(id) AS id FROM change WHERE map_id = :map_id"))[0].id
    history = (await ada.get(f"{shared.url}/history")).text
    assert "removed “Ben” from the map" in history and f"/changes/{change}/undoing" not in history
    await ada.post(f"{shared.url}/changes/{change}/undoing")
    assert await shared.modes() == {ada.id: "edit"}


async def test_readers_are_not_told_in_the_history_who_came_and_went(site: Site, owner: Person) -> None:
    shared = await shared_map(site, owner, publish=True)
    ada = await site.person("ada@example.org")
    await shared.add(ada, "edit")
    await shared.owner.post(f"{shared.people}/{ada.id}/removal")
    change = (await shared.run("SELECT max(id) AS id FROM change WHERE map_id = :map_id"))[0].id
    await shared.owner.post(f"{shared.url}/changes/{change}/undoing")
    await shared.owner.post(f"{shared.url}/changes/{change}/undoing")
    assert "Ada" in (await owner.get(f"{shared.url}/history")).text
    for reader in (site.anonymous, await site.person("stranger@example.org")):
        assert "Ada" not in (await reader.get(f"{shared.url}/history")).text
        for number in range(change, change + 3):
            assert (await reader.get(f"{shared.url}/changes/{number}")).status_code == 404


async def test_a_member_leaves_and_needs_another_invitation(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada, "edit")
    answer = await ada.post(f"{shared.people}/leaving")
    assert answer.headers["location"] == "/maps?show=shared"
    assert (await ada.get(shared.url)).status_code == 404
    assert await shared.notices(shared.owner) == ["left"] and await shared.audit() == ["member.leave"]
    change = (await shared.run("SELECT max(id) AS id FROM change WHERE map_id = :map_id"))[0].id
    assert f"/changes/{change}/undoing" not in (await shared.owner.get(f"{shared.url}/history")).text
    await shared.owner.post(f"{shared.url}/changes/{change}/undoing")
    assert await shared.modes() == {}, "nobody is brought back who has left"


async def test_the_owner_cannot_leave(shared: Shared) -> None:
    assert (await shared.owner.post(f"{shared.people}/leaving")).status_code == 403
    assert await shared.owner_id() == shared.owner.id


async def test_an_administrator_looks_after_the_people_of_any_map(site: Site, shared: Shared) -> None:
    admin, ada = await site.person("admin@example.org", admin=True), await site.person("ada@example.org")
    await shared.add(ada, "edit")
    page = await admin.get(shared.people)
    assert page.status_code == 200 and "Invite people" in page.text
    answer = await admin.post(f"{shared.people}/{ada.id}/mode", {"mode": "view"})
    assert "undoing" not in (await admin.follow(answer)).text, "administrators do not edit"
    await admin.post(f"{shared.people}/{ada.id}/removal")
    assert await shared.modes() == {} and await shared.audit() == ["member.mode", "member.remove"]


async def test_many_members_are_found_by_name_and_turned_by_pages(site: Site, shared: Shared) -> None:
    await shared.run(
        "WITH made AS (INSERT INTO app_user (email, email_key, name) SELECT 'm' || n || '@example.org', 'm' || n || '@example.org',"
        " 'Member ' || lpad(n::text, 3, '0') FROM generate_series(1, 120) AS n RETURNING id)"
        " INSERT INTO map_member (map_id, user_id, mode) SELECT :map_id, id, 'view' FROM made"
    )
    seen: list[str] = []
    path: str | None = shared.people
    while path is not None:
        page = (await shared.owner.get(path)).text
        seen += re.findall(r'rows__main">(Member \d+)', page)
        following = re.findall(r'rel="next" href="([^"]+)"', page)
        path = following[0].replace("&amp;", "&") if following else None
    assert seen == [f"Member {number:03}" for number in range(1, 121)]
    found = await shared.owner.get(f"{shared.people}?q=117", fragment=True, target="people_list")
    assert re.findall(r"Member \d+", found.text)[0] == "Member 117" and "<html" not in found.text
    assert '<span class="count">121</span>' in page


# Ownership


async def test_ownership_changes_when_the_new_owner_accepts(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada, "view")
    assert "Hand the map over to Ada?" in (await shared.owner.get(f"{shared.people}/{ada.id}/ownership")).text
    place = await shared.offer(ada)
    assert await shared.owner_id() == shared.owner.id and (await ada.get(f"{shared.url}/edit")).status_code == 403
    assert "Ownership" in (await shared.owner.get(shared.people)).text
    assert "asks you to own" in (await ada.get("/maps/joining")).text
    assert (await ada.post(f"{place}/acceptance")).headers["location"] == shared.url
    assert await shared.owner_id() == ada.id and await shared.modes() == {shared.owner.id: "edit"}
    assert (await ada.get(f"{shared.url}/edit")).status_code == 200
    assert (await shared.owner.get(f"{shared.url}/edit")).status_code == 403
    assert (await shared.owner.get(f"{shared.url}/topics/new")).status_code == 200
    assert await shared.audit() == ["member.offer", "member.own"]
    change = (await shared.run("SELECT max(id) AS id FROM change WHERE map_id = :map_id"))[0].id
    await ada.post(f"{shared.url}/changes/{change}/undoing")
    assert await shared.owner_id() == ada.id, "nobody is made the owner again without being asked"


async def test_of_two_offers_the_later_one_counts(site: Site, shared: Shared) -> None:
    ada, ben = await site.person("ada@example.org"), await site.person("ben@example.org")
    await shared.add(ada)
    await shared.add(ben)
    first = await shared.offer(ada)
    second = await shared.offer(ben)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ada.post(f"{first}/acceptance")), group.create_task(ben.post(f"{second}/acceptance"))]
    assert [task.result().status_code for task in tasks] == [404, 303]
    assert await shared.owner_id() == ben.id and await shared.modes() == {ada.id: "edit", shared.owner.id: "edit"}


async def test_offers_at_once_leave_one(site: Site, shared: Shared) -> None:
    people = [await site.person(f"person-{number}@example.org") for number in range(3)]
    for person in people:
        await shared.add(person)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(shared.owner.post(f"{shared.people}/{person.id}/ownership")) for person in people]
    assert {task.result().status_code for task in tasks} == {303}
    assert len(await shared.run("SELECT 1 FROM map_invitation WHERE accepted_at IS NULL")) == 1


async def test_only_the_member_who_was_asked_becomes_the_owner(site: Site, shared: Shared) -> None:
    ada, ben = await site.person("ada@example.org"), await site.person("ben@example.org")
    await shared.add(ada)
    await shared.add(ben)
    assert (await shared.owner.post(f"{shared.people}/{shared.owner.id}/ownership")).status_code == 404
    place = await shared.offer(ada)
    assert (await ben.post(f"{place}/acceptance")).status_code == 404
    await shared.owner.post(f"{shared.people}/{ada.id}/removal")
    assert (await ada.post(f"{place}/acceptance")).status_code == 404
    assert await shared.owner_id() == shared.owner.id


async def test_an_offer_that_is_declined_changes_nothing(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada)
    place = await shared.offer(ada)
    await ada.post(f"{place}/refusal")
    assert await shared.owner_id() == shared.owner.id and await shared.modes() == {ada.id: "edit"}
    assert (await ada.post(f"{place}/acceptance")).status_code == 404


async def test_the_owner_reads_the_log_of_access(site: Site, shared: Shared) -> None:
    ada = await site.person("ada@example.org")
    await shared.add(ada)
    await shared.invite("new@example.org")
    await shared.owner.post(f"{shared.people}/{ada.id}/removal")
    page = (await shared.owner.get(f"{shared.people}/log")).text
    assert page.index("Owner removed Ada") < page.index("Owner invited new@example.org")
