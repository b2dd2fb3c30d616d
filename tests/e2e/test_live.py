"""Two people on one page: what one does arrives at the other, and disturbs nobody who writes."""

from playwright.async_api import Browser, Page, expect

from contextualise.domain.live import announce
from contextualise.repository.tables import MapMember
from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk


async def let_in(site: ServedSite, desk: Desk, account: Account, mode: str = "edit") -> None:
    async with site.database.writing() as session:
        session.add(MapMember(map_id=desk.map_id, user_id=account.id, mode=mode))
        await announce(session, desk.map_id, "access")


async def put_out(site: ServedSite, desk: Desk, account: Account) -> None:
    async with site.database.writing() as session:
        await session.delete(await session.get_one(MapMember, (desk.map_id, account.id)))
        await announce(session, desk.map_id, "access")


async def open_following(page: Page, path: str) -> None:
    """Open a page and wait until it hears of changes."""
    async with page.expect_response(lambda answer: "/live" in answer.url):
        await page.goto(path)


async def test_an_edit_arrives_and_typing_is_not_disturbed(site: ServedSite, desk: Desk, page: Page, browser: Browser) -> None:
    tosca = await desk.topic("Tosca")
    bo = await site.account("Bo Castro")
    await let_in(site, desk, bo)
    await open_following(page, tosca.url)
    async with opened(browser, site, bo) as (other, _):
        await open_following(other, tosca.url)
        await expect(page.get_by_role("link", name="Here now: Bo Castro")).to_have_text("BC")
        await expect(other.get_by_role("link", name="Here now: Ada Brandt")).to_have_text("AB")

        await other.get_by_role("link", name="Write", exact=True).click()
        await other.get_by_role("textbox", name="Text").fill("An opera in three acts.")
        await expect(page.get_by_text("Bo Castro is writing this text")).to_be_visible()
        await other.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("An opera in three acts.")).to_be_visible()
        await expect(page.get_by_text("Bo Castro is writing this text")).to_be_hidden()


async def test_what_i_type_stays_when_another_changes_the_same_part(site: ServedSite, desk: Desk, page: Page) -> None:
    tosca = await desk.topic("Tosca")
    bo = await site.account("Bo Castro")
    await let_in(site, desk, bo)
    await open_following(page, tosca.url)
    await page.get_by_role("link", name="Write", exact=True).click()
    box = page.get_by_role("textbox", name="Text")
    await box.fill("What I am writing.")

    await Desk(desk.site, bo, desk.map_id).text(tosca, "What Bo has written.")  # type: ignore[arg-type]
    note = page.locator(".live-note")
    await expect(note).to_contain_text("Bo Castro changed this just now.")
    await expect(box).to_have_value("What I am writing.")
    await expect(box).to_be_focused()
    await note.get_by_role("button", name="Show").click()
    await expect(note).to_contain_text("What Bo has written.")
    await expect(box).to_have_value("What I am writing.")
    await check_accessibility(page)


async def test_withdrawn_access_ends_the_page_and_keeps_what_was_typed(site: ServedSite, desk: Desk, browser: Browser) -> None:
    tosca = await desk.topic("Tosca")
    await desk.text(tosca, "A secret.")
    bo = await site.account("Bo Castro")
    await let_in(site, desk, bo)
    async with opened(browser, site, bo) as (reading, watched):
        writing = await reading.context.new_page()
        await open_following(reading, tosca.url)
        await open_following(writing, tosca.url)
        await writing.locator(".add-bar").get_by_role("link", name="Note").click()
        box = writing.locator("form[data-inline] textarea").first
        await box.fill("A note that is not saved yet.")
        await put_out(site, desk, bo)
        for each in (reading, writing):
            await expect(each.get_by_role("alert")).to_contain_text("You no longer have access to this map.")
            await expect(each.get_by_text("A secret.")).to_be_hidden()
        await expect(box).to_be_visible()
        await expect(box).to_have_value("A note that is not saved yet.")
        watched.complaints.clear()
