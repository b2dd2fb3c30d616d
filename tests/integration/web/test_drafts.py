"""Drafts of texts, and texts sent by somebody who may not save them any more: nothing is lost, and nothing is shown to others."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from contextualise.domain.maps import purge_maps
from contextualise.domain.topics import delete_topic
from contextualise.domain.writing_drafts import forget_old_drafts, keep_draft
from contextualise.settings import Settings
from tests.editing import Desk, Made, fields_of, open_desk, words
from tests.web import PASSWORD, Client, Person, Site

WRITTEN = "What I wrote all morning."


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    return await open_desk(site, owner)


@pytest.fixture
async def tosca(desk: Desk) -> Made:
    return await desk.topic("Tosca")


def form_url(desk: Desk, number: int | None = None, slug: str = "tosca") -> str:
    return f"/maps/{desk.map_id}-italian-opera/topics/{slug}/text/" + (f"{number}/edit" if number else "new")


async def opened(desk: Desk, number: int | None = None, query: str = "") -> dict[str, list[str]]:
    """The fields of the form as it is given out."""
    url = form_url(desk, number)
    return fields_of((await desk.get(url + query)).text, url)


async def drafts(site: Site) -> list[tuple[int, str, str]]:
    async with site.database.reading() as connection:
        rows = await connection.execute(text("SELECT user_id, place, source FROM draft ORDER BY updated_at, place"))
        return [(row[0], row[1], row[2]) for row in rows]


async def shared_with(desk: Desk, site: Site, email: str, mode: str = "edit") -> Person:
    person = await site.person(email)
    async with site.database.writing() as session:
        await session.execute(
            text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:map, :user, :mode)"),
            {"map": desk.map_id, "user": person.id, "mode": mode},
        )
    return person


async def test_a_draft_is_kept_offered_compared_and_taken_up(site: Site, desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "What was saved.")
    sent = await opened(desk, number)
    place = f"topics/tosca/text/{number}/edit#a1"
    kept = await desk.post(f"{desk.url}/drafts", {"place": place, "source": "What was written.", "expected": sent["expected"][0]})
    assert (kept.status_code, kept.text) == (204, "")
    page = await desk.get(form_url(desk, number))
    assert "and did not save it" in words(page.text)
    assert "<del>" in page.text
    assert "[added: written ]" in words(page.text)
    assert fields_of(page.text, form_url(desk, number))["text"] == ["What was saved."]
    taken = await opened(desk, number, "?draft=a1")
    assert taken["text"] == ["What was written."]
    assert taken["expected"] == sent["expected"]
    await desk.post(form_url(desk, number), taken)
    assert await drafts(site) == []
    assert "What was written." in (await desk.get(tosca.url)).text


async def test_a_draft_of_an_older_text_leads_to_both(site: Site, desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "One. Two. Three.")
    sent = await opened(desk, number)
    place = f"topics/tosca/text/{number}/edit#a1"
    await desk.post(f"{desk.url}/drafts", {"place": place, "source": "One. Two. THREE.", "expected": sent["expected"][0]})
    await desk.post(form_url(desk, number), {**sent, "text": "ONE. Two. Three."})
    clash = await desk.post(form_url(desk, number), await opened(desk, number, "?draft=a1"))
    assert clash.status_code == 409
    assert fields_of(clash.text, form_url(desk, number))["text"] == ["ONE. Two. THREE."]


async def test_a_draft_is_nobody_elses(site: Site, desk: Desk, tosca: Made) -> None:
    await desk.post(f"{desk.url}/drafts", {"place": "topics/tosca/text/new#a1", "source": WRITTEN})
    other = await shared_with(desk, site, "other@example.org")
    for path in (
        form_url(desk),
        f"{form_url(desk)}?draft=a1",
        "/drafts",
        tosca.url,
        f"/drafts/show?map={desk.map_id}&place=topics/tosca/text/new%23a1",
    ):
        assert WRITTEN not in (await other.get(path)).text, path
    await other.post("/drafts/removal", {"map": str(desk.map_id), "place": "topics/tosca/text/new#a1"})
    assert [source for _, _, source in await drafts(site)] == [WRITTEN]


async def test_the_list_of_drafts_shows_opens_and_throws_away(site: Site, desk: Desk, tosca: Made) -> None:
    await desk.post(f"{desk.url}/drafts", {"place": "topics/tosca/text/new#a1", "source": WRITTEN})
    page = await desk.get("/drafts")
    assert "Text of “Tosca” Italian opera" in words(page.text)
    assert WRITTEN in words(page.text)
    whole = re.search(r'href="(/drafts/show[^"]+)"', page.text)
    assert whole
    shown = await desk.get(unescape(whole[1]))
    assert WRITTEN in shown.text
    gone = await desk.person.follow(await desk.post("/drafts/removal", fields_of(shown.text, "/drafts/removal")))
    assert "Thrown away." in words(gone.text)
    assert "Everything that you wrote is saved." in words(gone.text)
    again = await desk.person.follow(await desk.get(unescape(whole[1])))
    assert "not there any more" in words(again.text)


async def test_a_draft_outlives_the_right_to_edit_and_the_topic_s_name(site: Site, desk: Desk, tosca: Made) -> None:
    editor = await shared_with(desk, site, "editor@example.org")
    await editor.post(f"{desk.url}/drafts", {"place": "topics/tosca/text/new#a1", "source": WRITTEN})
    await desk.post(f"{tosca.url}/address/edit", {"slug": "la-tosca"})
    assert "and did not save it" in words((await editor.get(form_url(desk))).text), "under the address that it had"
    async with site.database.writing() as session:
        await session.execute(text("DELETE FROM map_member"))
    page = await editor.get("/drafts")
    assert WRITTEN in words(page.text)
    assert "Italian opera" not in page.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"place": "", "source": WRITTEN}, 422),
        ({"place": "a" * 1001, "source": WRITTEN}, 422),
        ({"place": "a\nb", "source": WRITTEN}, 422),
        ({"place": "a", "source": "x" * 1_000_001}, 422),
        ({"place": "a", "source": WRITTEN, "expected": "no hash", "pass": "nonsense.x"}, 204),
        ({"place": "a", "source": WRITTEN, "expected": "a" * 4000}, 204),
    ],
)
async def test_nonsense_is_refused_in_words(site: Site, desk: Desk, fields: dict[str, str], status: int) -> None:
    answer = await desk.post(f"{desk.url}/drafts", fields, headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.text
    assert status == 204 or answer.json()["detail"]


async def test_there_is_an_end_to_what_one_person_may_leave_behind(site: Site, desk: Desk) -> None:
    async with site.database.writing() as session:
        for number in range(500):
            await keep_draft(session, desk.map_id, desk.person.id, f"topics/x/text/new#{number}", source="x")
    refused = await desk.post(f"{desk.url}/drafts", {"place": "topics/x/text/new#one-more", "source": "x"})
    assert refused.status_code == 409
    again = await desk.post(f"{desk.url}/drafts", {"place": "topics/x/text/new#7", "source": "y"})
    assert again.status_code == 204


async def test_old_drafts_are_forgotten_and_maps_and_people_take_theirs_along(site: Site, desk: Desk) -> None:
    for place in ("old", "young"):
        await desk.post(f"{desk.url}/drafts", {"place": place, "source": WRITTEN})
    async with site.database.writing() as session:
        await session.execute(text("UPDATE draft SET updated_at = now() - interval '31 days' WHERE place = 'old'"))
        await forget_old_drafts(session)
    assert [place for _, place, _ in await drafts(site)] == ["young"]
    async with site.database.writing() as session:
        await session.execute(text("UPDATE map SET trashed_at = now() - interval '31 days'"))
    assert "Italian opera" not in (await desk.get("/drafts")).text
    await purge_maps(site.database, site.objects)
    assert await drafts(site) == []


async def sign_in_again(client: Client, location: str, email: str) -> str:
    """Sign in on the page that a redirect led to; returns where that leads."""
    form = await client.get(location)
    assert "What you wrote is kept" in words(form.text)
    fields = fields_of(form.text, "/sign-in")
    answer = await client.post("/sign-in", {**fields, "email": email, "password": PASSWORD})
    assert answer.status_code == 303
    return str(answer.headers["location"])


@pytest.mark.parametrize("is_published", [False, True])
async def test_a_session_that_ended_while_typing_costs_nothing(site: Site, desk: Desk, tosca: Made, is_published: bool) -> None:
    number = await desk.text(tosca, "What was saved.")
    if is_published:
        await desk.post(f"{desk.url}/publication", {"published": "1"})
    sent = await opened(desk, number)
    desk.person.cookies.clear()
    answer = await desk.post(form_url(desk, number), {**sent, "text": WRITTEN})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
    back = await sign_in_again(desk.person, answer.headers["location"], desk.person.email)
    page = await desk.get(back)
    assert fields_of(page.text, form_url(desk, number))["text"] == [WRITTEN]
    saved = await desk.post(form_url(desk, number), fields_of(page.text, form_url(desk, number)))
    assert WRITTEN in (await desk.person.follow(saved)).text
    assert await drafts(site) == []


async def test_somebody_else_who_signs_in_there_sees_nothing_of_it(site: Site, desk: Desk, tosca: Made) -> None:
    other = await shared_with(desk, site, "other@example.org")
    sent = await opened(desk)
    browser = site.anonymous
    answer = await browser.post(form_url(desk), {**sent, "text": WRITTEN})
    back = await sign_in_again(browser, answer.headers["location"], other.email)
    page = await browser.get(back)
    assert page.status_code == 200
    assert WRITTEN not in page.text
    assert WRITTEN not in (await browser.get("/drafts")).text
    assert WRITTEN in (await desk.get("/drafts")).text


async def test_a_form_is_not_saved_under_the_name_of_somebody_else(site: Site, desk: Desk, tosca: Made) -> None:
    other = await shared_with(desk, site, "other@example.org")
    sent = await opened(desk)
    for fragment in (False, True):
        refused = await other.post(form_url(desk), {**sent, "text": WRITTEN}, fragment=fragment, target="topic-text")
        assert refused.status_code == 403
        assert "opened by somebody else" in words(refused.text)
        assert WRITTEN not in refused.text
    preview = await other.post(form_url(desk), {**sent, "text": WRITTEN, "preview": "1"})
    assert (preview.status_code, WRITTEN in preview.text) == (403, False)
    draft = await other.post(f"{desk.url}/drafts", {"place": "x", "source": WRITTEN, "pass": sent["pass"][0]})
    assert draft.status_code == 403
    assert WRITTEN not in (await desk.get(tosca.url)).text
    assert {user for user, _, _ in await drafts(site)} == {desk.person.id}


async def test_a_script_is_told_that_the_session_ended_and_the_draft_is_kept_all_the_same(site: Site, desk: Desk, tosca: Made) -> None:
    sent = await opened(desk)
    gone = site.anonymous
    saved = await gone.post(form_url(desk), {**sent, "text": WRITTEN}, fragment=True, target="topic-text")
    assert saved.status_code == 401
    assert "Sign in again" in words(saved.text)
    kept = await gone.post(
        f"{desk.url}/drafts", {"place": "anything", "source": "More.", "pass": sent["pass"][0]}, headers={"Accept": "application/json"}
    )
    assert kept.status_code == 401
    assert [(user, source) for user, _, source in await drafts(site)] == [(desk.person.id, "More.")]
    without = await gone.post(f"{desk.url}/drafts", {"place": "anything", "source": "More."})
    assert without.status_code == 404, "a private map is not there for strangers"


async def test_a_pass_is_good_for_its_own_draft_alone(site: Site, desk: Desk, tosca: Made) -> None:
    sent = await opened(desk)
    pass_ = sent["pass"][0]
    for forged in (pass_[:-2] + "xx", "x" + pass_, "", "a.b.c"):
        answer = await site.anonymous.post(form_url(desk), {**sent, "pass": forged, "text": WRITTEN})
        assert answer.status_code == 404
        assert WRITTEN in answer.text, "what this browser sent is given back to it"
    assert await drafts(site) == []


async def test_a_right_withdrawn_or_a_topic_deleted_while_typing_gives_the_text_back(site: Site, desk: Desk, tosca: Made) -> None:
    editor = await shared_with(desk, site, "editor@example.org")
    url = form_url(desk)
    sent = fields_of((await editor.get(url)).text, url)
    async with site.database.writing() as session:
        await session.execute(text("UPDATE map_member SET mode = 'view'"))
    refused = await editor.post(url, {**sent, "text": WRITTEN})
    assert refused.status_code == 403
    assert WRITTEN in refused.text
    assert "What you wrote was not saved." in words(refused.text)
    async with site.database.writing() as session:
        await session.execute(text("UPDATE map_member SET mode = 'edit'"))
        await delete_topic(session, desk.map_id, desk.person.id, tosca.id)
    gone = await editor.post(url, {**sent, "text": WRITTEN})
    assert gone.status_code == 404
    assert WRITTEN in gone.text
    assert WRITTEN in (await editor.get("/drafts")).text


async def test_a_disabled_account_cannot_save_and_its_text_is_kept(site: Site, desk: Desk, tosca: Made) -> None:
    editor = await shared_with(desk, site, "editor@example.org")
    url = form_url(desk)
    sent = fields_of((await editor.get(url)).text, url)
    async with site.database.writing() as session:
        await session.execute(text("UPDATE app_user SET disabled_at = now() WHERE id = :id"), {"id": editor.id})
    answer = await editor.post(url, {**sent, "text": WRITTEN})
    assert answer.headers["location"].startswith("/sign-in")
    assert [(user, source) for user, _, source in await drafts(site)] == [(editor.id, WRITTEN)]


async def test_previewing_and_clashing_without_scripts_keep_a_draft(site: Site, desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "One. Two.")
    sent = await opened(desk, number)
    await desk.post(form_url(desk, number), {**sent, "text": "One. Previewed.", "preview": "1"})
    assert [source for _, _, source in await drafts(site)] == ["One. Previewed."]
    other = await opened(desk, number)
    await desk.post(form_url(desk, number), {**other, "text": "ONE. Two."})
    clash = await desk.post(form_url(desk, number), {**sent, "text": "One. Mine."})
    assert clash.status_code == 409
    assert [source for _, _, source in await drafts(site)] == ["One. Mine."]
    saved = await desk.post(form_url(desk, number), fields_of(clash.text, form_url(desk, number)))
    assert saved.status_code == 303
    assert await drafts(site) == []


async def test_a_text_that_was_moved_meanwhile_stays_where_it_was_put(site: Site, desk: Desk, tosca: Made) -> None:
    libretto = await desk.topic("Libretto")
    number = await desk.text(tosca, "One. Two.")
    mine, theirs = await opened(desk, number), await opened(desk, number)
    await desk.post(form_url(desk, number), {**theirs, "theme": str(libretto.id)})
    page = await desk.person.follow(await desk.post(form_url(desk, number), {**mine, "text": "One. Mine."}))
    assert "One. Mine." in page.text
    now = await opened(desk, number)
    assert now["theme"] == [str(libretto.id)]


async def test_a_conflict_over_a_moved_text_keeps_both_the_words_and_the_place(site: Site, desk: Desk, tosca: Made) -> None:
    libretto = await desk.topic("Libretto")
    number = await desk.text(tosca, "One. Two.")
    mine, theirs = await opened(desk, number), await opened(desk, number)
    await desk.post(form_url(desk, number), {**theirs, "theme": str(libretto.id), "text": "ONE. Two."})
    clash = await desk.post(form_url(desk, number), {**mine, "text": "One. TWO."})
    assert clash.status_code == 409
    proposal = fields_of(clash.text, form_url(desk, number))
    assert (proposal["text"], proposal["theme"]) == (["ONE. TWO."], [str(libretto.id)])
    await desk.post(form_url(desk, number), proposal)
    assert (await opened(desk, number))["text"] == ["ONE. TWO."]


async def test_what_both_versions_still_say_is_asked_about_once(site: Site, desk: Desk, tosca: Made) -> None:
    number = await desk.text(tosca, "Given in 1899.")
    mine, theirs = await opened(desk, number), await opened(desk, number)
    await desk.post(form_url(desk, number), {**theirs, "text": "Given in 1900."})
    clash = await desk.post(form_url(desk, number), {**mine, "text": "Given in 1901."})
    proposal = fields_of(clash.text, form_url(desk, number))
    assert proposal["text"] == ["Given in {theirs: 1900 | yours: 1901}."]
    asked = await desk.post(form_url(desk, number), proposal)
    assert asked.status_code == 422
    assert "still say both" in words(asked.text)
    saved = await desk.post(form_url(desk, number), fields_of(asked.text, form_url(desk, number)))
    assert saved.status_code == 303


async def test_a_text_that_could_not_be_stored_comes_back_with_the_error_and_can_be_sent_again(
    site: Site, desk: Desk, tosca: Made, settings: Settings
) -> None:
    await desk.text(await desk.topic("Norma"), "Something is in the store.")
    sent = await opened(desk)
    folder = settings.storage / "objects"
    away = folder.rename(settings.storage / "objects-away")
    folder.write_text("in the way")
    failed = await desk.post(form_url(desk), {**sent, "text": WRITTEN})
    assert failed.status_code == 503
    assert "What you wrote was not saved." in words(failed.text)
    again = fields_of(failed.text, form_url(desk))
    assert again["text"] == [WRITTEN]
    fragment = await desk.post(form_url(desk), {**sent, "text": WRITTEN}, fragment=True, target="topic-text")
    assert (fragment.status_code, WRITTEN in fragment.text) == (503, False), "the form with the text stays where it is"
    folder.unlink()
    away.rename(folder)
    page = await desk.person.follow(await desk.post(form_url(desk), again))
    assert WRITTEN in page.text
