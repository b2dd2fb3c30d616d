"""Two people on one page: what one does arrives at the other, and disturbs nobody who writes."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, Page, expect

from contextualise.domain.live import announce
from contextualise.domain.topics import delete_topic
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
    await page.goto(path)
    await expect(page.locator("[data-hears]")).to_be_attached()


async def test_an_edit_arrives_and_typing_is_not_disturbed(site: ServedSite, desk: Desk, page: Page, browser: Browser) -> None:
    tosca = await desk.topic("Tosca")
    bo = await site.account("Bo Castro")
    await let_in(site, desk, bo)
    await open_following(page, tosca.url)
    async with opened(browser, site, bo) as (other, _):
        await open_following(other, tosca.url)
        await expect(page.get_by_role("link", name="Here now: Bo Castro")).to_contain_text("BC")
        await expect(other.get_by_role("link", name="Here now: Ada Brandt")).to_contain_text("AB")

        await other.get_by_role("link", name="Write", exact=True).click()
        await other.get_by_role("textbox", name="Text").fill("An opera in three acts.")
        await expect(page.get_by_text("Bo Castro is writing this text")).to_be_visible()
        await check_accessibility(page)
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
        # The draft of it may be refused now.
        watched.complaints[:] = [each for each in watched.complaints if "status of 404" not in each]


async def test_a_topic_that_is_deleted_while_it_is_read_can_be_brought_back(site: ServedSite, desk: Desk, browser: Browser) -> None:
    tosca = await desk.topic("Tosca")
    bo = await site.account("Bo Castro")
    await let_in(site, desk, bo)
    async with opened(browser, site, bo) as (page, watched):
        await open_following(page, tosca.url)
        async with site.database.writing() as session:
            await delete_topic(session, desk.map_id, desk.person.id, tosca.id)
        gone = page.locator(".live-note--gone")
        await expect(gone).to_contain_text("Ada Brandt deleted this topic.")
        await check_accessibility(page)
        watched.complaints.remove("Failed to load resource: the server responded with a status of 404 (Not Found)")
        await gone.get_by_role("button", name="Undo").click()
        await expect(page.locator("flash-message")).to_be_visible()
        await page.goto(tosca.url)
        await expect(page.get_by_role("heading", name="Tosca", level=1)).to_be_visible()


async def test_a_list_says_quietly_that_there_is_more(site: ServedSite, desk: Desk, page: Page) -> None:
    await desk.topic("Tosca")
    await open_following(page, f"{desk.url}/topics")
    await desk.topic("Aida")
    note = page.locator(".live-note--list")
    await expect(note).to_contain_text("1 new change.")
    await expect(page.get_by_role("link", name="Aida")).to_be_hidden()
    await desk.topic("Norma")
    await expect(note).to_contain_text("2 new changes.")
    await check_accessibility(page)
    await note.get_by_role("link", name="Show").click()
    await expect(page.get_by_role("link", name="Aida")).to_be_visible()


async def test_eight_tabs_of_one_browser_follow_and_answer(site: ServedSite, desk: Desk, page: Page) -> None:
    tosca = await desk.topic("Tosca")
    pages = [page, *[await page.context.new_page() for _ in range(7)]]
    for each in pages:
        # All of them in windows of their own: none is hidden, and each wants a stream.
        await each.goto(tosca.url)
    assert [await each.evaluate("document.visibilityState") for each in pages] == ["visible"] * 8
    held = await page.evaluate("async () => (await navigator.locks.query()).held.filter(({name}) => name.startsWith('live-')).length")
    assert held == 4, "streams would use up the connections of the browser"
    await desk.text(tosca, "An opera in three acts.")
    for each in pages[:4]:
        await expect(each.get_by_text("An opera in three acts.")).to_be_visible()
    await pages[-1].reload()
    await expect(pages[-1].get_by_text("An opera in three acts.")).to_be_visible()


async def test_a_lost_connection_is_told_and_what_was_missed_is_caught_up_with(
    site: ServedSite, desk: Desk, browser: Browser, account: Account
) -> None:
    tosca = await desk.topic("Tosca")
    async with opened(browser, site, account) as (page, watched):
        await page.clock.install()
        await open_following(page, tosca.url)
        await page.context.route("**/live*", lambda route: route.abort())
        await page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
        await page.evaluate("window.dispatchEvent(new Event('online'))")
        lost = page.get_by_text("The connection to the server is lost.")
        await until(page, lost.is_visible)
        await desk.text(tosca, "An opera in three acts.")
        await page.context.unroute("**/live*")
        await until(page, lost.is_hidden)
        await page.clock.run_for(5_000)
        await expect(page.get_by_text("An opera in three acts.")).to_be_visible()
        watched.complaints[:] = [each for each in watched.complaints if "ERR_FAILED" not in each]


async def until(page: Page, holds: Callable[[], Awaitable[bool]]) -> None:
    """Let time go by in the page until something holds."""
    for _ in range(100):
        if await holds():
            return
        await page.clock.run_for(10_000)
    raise AssertionError("it never came to hold")
