"""Two people on one page: what one does arrives at the other, and disturbs nobody who writes."""

from playwright.async_api import Browser, Page, expect

from contextualise.domain.live import announce
from contextualise.repository.tables import MapMember
from tests.e2e.browser import Account, ServedSite, opened
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
        await expect(page.get_by_role("list", name="Here now")).to_have_text("BCBo Castro")
        await expect(other.get_by_role("list", name="Here now")).to_have_text("ABAda Brandt")

        await other.get_by_role("link", name="Write", exact=True).click()
        await other.get_by_role("textbox", name="Text").fill("An opera in three acts.")
        await expect(page.get_by_text("Bo Castro is writing this text")).to_be_visible()
        await other.get_by_role("button", name="Save").click()
        await expect(page.get_by_text("An opera in three acts.")).to_be_visible()
        await expect(page.get_by_text("Bo Castro is writing this text")).to_be_hidden()
