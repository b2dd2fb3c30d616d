"""Two people and one map: invited, let in, limited, shut out, with scripts and without; and a reader who reports a page."""

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import text

from tests.e2e.browser import PHONE, WIDE, Account, ServedSite, Watched, check_accessibility, opened
from tests.editing import Desk


async def invite(page: Page, desk: Desk, email: str, mode: str = "edit") -> str:
    """Invite somebody with the form; returns the path of the link that is shown."""
    await page.goto(f"{desk.url}/people")
    await page.get_by_label("E-mail addresses").fill(email)
    await page.get_by_role("radio", name=mode, exact=True).check()
    await page.get_by_role("button", name="Invite", exact=True).click()
    row = page.locator("#waiting li", has_text=email)
    link = await row.locator("code").inner_text()
    return "/join/" + link.partition("/join/")[2]


async def choose(page: Page, person: str, item: str) -> None:
    """Press an item of the menu of a member."""
    await page.get_by_label(f"What {person} may do").click()
    await page.get_by_role("button", name=item, exact=True).click()


async def shut_out(page: Page, watched: Watched) -> None:
    """Wait for the page that says that there is nothing; Chromium writes its status to the console."""
    await expect(page.get_by_role("heading", level=1)).to_have_text("Nothing here")
    assert all(" 404 " in complaint for complaint in watched.complaints)
    watched.complaints.clear()


async def test_somebody_is_invited_works_on_the_map_and_is_shut_out(page: Page, browser: Browser, site: ServedSite, desk: Desk) -> None:
    bea = await site.account("Bea Conti")
    tosca = await desk.topic("Tosca")
    link = await invite(page, desk, bea.email)
    async with opened(browser, site, bea) as (other, watched):
        await other.goto(link)
        await expect(other.get_by_role("heading", level=1)).to_have_text("Ada Brandt invites you to “Italian opera”")
        await other.get_by_role("button", name="Accept").click()
        await expect(other.get_by_role("heading", level=1)).to_have_text("Italian opera")
        await other.get_by_role("link", name="2 people").click()
        await expect(other.locator("#people_list")).to_contain_text("Bea Conti (you)")

        await page.reload()
        await choose(page, "Bea Conti", "Can view")
        await expect(page.locator("#people_list li", has_text="Bea Conti")).to_contain_text("Can view")
        await other.goto(tosca.url)
        await expect(other.get_by_role("heading", level=1)).to_have_text("Tosca")
        await expect(other.get_by_role("link", name="Edit the name Tosca")).to_have_count(0)

        await choose(page, "Bea Conti", "Remove")
        await expect(page.locator("#people_list li")).to_have_count(1)
        await other.goto(f"{desk.url}/topics")
        await shut_out(other, watched)
        await page.get_by_role("button", name="Undo").click()
        await expect(page.locator("#people_list li", has_text="Bea Conti")).to_contain_text("Can view")
        await other.reload()
        await expect(other.get_by_role("heading", level=1)).to_have_text("Topics")


async def test_without_scripts_an_invitation_makes_an_account_and_is_left_again(
    page_without_js: Page, browser: Browser, site: ServedSite, desk: Desk
) -> None:
    page = page_without_js
    link = await invite(page, desk, "newcomer@example.org", "comment")
    async with opened(browser, site, None, java_script_enabled=False) as (other, watched):
        await other.goto(link)
        await other.get_by_label("Your name").fill("Nina Newcomer")
        await other.get_by_label("Password", exact=True).fill("short")
        await other.get_by_role("button", name="Make the account and accept").click()
        await expect(other.get_by_label("Your name")).to_have_value("Nina Newcomer")
        await other.get_by_label("Password", exact=True).fill("a long and private phrase")
        await other.get_by_role("button", name="Make the account and accept").click()
        await expect(other.get_by_role("heading", level=1)).to_have_text("Italian opera")
        await other.goto(f"{desk.url}/people")
        await other.get_by_role("button", name="Leave the map").click()
        await expect(other.get_by_role("heading", level=1)).to_have_text("Your maps")
        await other.goto(desk.url)
        await shut_out(other, watched)
    await page.goto(f"{desk.url}/people/log")
    for told in ("Ada Brandt invited newcomer@example.org", "Nina Newcomer joined", "Nina Newcomer left"):
        await expect(page.get_by_role("main")).to_contain_text(told)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_pages_about_people_reports_and_the_log(
    page: Page, browser: Browser, site: ServedSite, account: Account, desk: Desk, size: dict[str, int]
) -> None:
    bea, admin = await site.account("Bea Conti"), await site.account("Clara Dietz", admin=True)
    link = await invite(page, desk, f"somebody.with.a.long.address-{size['width']}@a-long-domain.example.org")
    async with site.database.writing() as session:
        for statement in (
            "INSERT INTO map_member (map_id, user_id, mode) VALUES (:map, :user, 'comment')",
            "UPDATE map SET published_at = now() WHERE id = :map",
            "INSERT INTO report (map_id, reason, body, email) VALUES (:map, 'rights', 'These pictures are mine.', 'reader@example.org')",
        ):
            await session.execute(text(statement), {"map": desk.map_id, "user": bea.id})
        report = (await session.execute(text("SELECT max(id) FROM report"))).scalar_one()
    tours: tuple[tuple[Account | None, tuple[str, ...]], ...] = (
        (account, (f"{desk.url}/people", f"{desk.url}/people/invited", f"{desk.url}/people/log", f"{desk.url}/people/{bea.id}/ownership")),
        (bea, (f"{desk.url}/people", link, "/maps/joining")),
        (None, (link, f"{desk.url}/report")),
        (admin, ("/admin/users", "/admin/maps", "/admin/reports", f"/admin/reports/{desk.map_id}-{report}", "/admin/audit")),
    )
    for person, paths in tours:
        async with opened(browser, site, person, viewport=size) as (tour, _):
            for path in paths:
                await tour.goto(path)
                await check_accessibility(tour, both_themes=size == WIDE)
                wide = await tour.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, f"{path} is {wide} px too wide"
                assert await tour.locator("h1").count() == 1
