"""An account from its first mail to its last, on a real server with a real mail server; with scripts and without."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.async_api import Browser, Page, expect

from tests import services
from tests.e2e.browser import WIDE, Watched, check_accessibility
from tests.mail_server import SENDER, MailServer, mail_server
from tests.serving import KEY, Served, free_port

PASSWORD, SECOND = "a long and private phrase", "another long phrase"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    """Where the site sends its mail."""
    async with mail_server() as found:
        yield found


@pytest.fixture
def served(tmp_path: Path, server: MailServer) -> Iterator[Served]:
    """A site on which everybody may make an account."""
    port = free_port()
    with services.postgres_url() as postgres, services.database(postgres) as url:
        more = {
            "DATABASE_URL": url,
            "SECRET_KEY": KEY,
            "SIGN_UP": "open",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(server.port),
            "SMTP_SECURITY": "none",
            "MAIL_FROM": SENDER.addr_spec,
        }
        site = Served(tmp_path / "storage", port, more).start()
        yield site
        site.stop()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
async def page(request: pytest.FixtureRequest, browser: Browser, served: Served) -> AsyncIterator[Page]:
    """A browser that has never been there; complaints in its console fail the test."""
    context = await browser.new_context(base_url=served.address, viewport=WIDE, java_script_enabled=request.param, accept_downloads=True)
    watched = Watched(context)
    context.on("page", watched.watch)
    page = await context.new_page()
    yield page
    await context.close()
    assert watched.complaints == []


async def test_an_account_from_its_first_mail_to_its_last(
    page: Page, server: MailServer, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    looks = "without" not in request.node.name
    await sign_up(page)
    await look_at(page, "/account", looks)
    await confirm(page, server, looks)
    await recover(page, server, looks)
    await move(page, server)
    await leave(page, server, tmp_path, looks)


async def sign_up(page: Page) -> None:
    await page.goto("/sign-up")
    await page.get_by_label("Your name").fill("Ada Brandt")
    await page.get_by_label("E-mail").fill("ada@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await expect(page.locator("#flashes")).to_contain_text("a link to confirm ada@example.org is on its way")


async def confirm(page: Page, server: MailServer, looks: bool) -> None:
    await page.goto("/account")
    await expect(page.locator("main")).to_contain_text("This address is not confirmed yet.")
    await page.goto(await link_of(server, "Confirm your e-mail address"))
    await look_at(page, None, looks)
    await page.get_by_role("button", name="Confirm it").click()
    await expect(page.locator("#flashes")).to_contain_text("Your address is confirmed.")
    await expect(page.locator("main")).not_to_contain_text("not confirmed yet")


async def recover(page: Page, server: MailServer, looks: bool) -> None:
    await page.context.clear_cookies()
    await page.goto("/sign-in")
    await page.get_by_role("link", name="Forgotten your password?").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Forgotten your password?")
    await look_at(page, None, looks)
    await page.get_by_label("E-mail").fill("ada@example.org")
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    await page.goto(await link_of(server, "Set a new password"))
    await page.get_by_label("New password", exact=True).fill(SECOND)
    await page.get_by_role("button", name="Set the password").click()
    await expect(page.locator("#flashes")).to_contain_text("Your new password is set")


async def move(page: Page, server: MailServer) -> None:
    await page.goto("/account")
    await page.get_by_text("Change the address").first.click()
    await page.get_by_label("New address").fill("ada@new.example")
    await page.get_by_label("Your password", exact=True).fill(SECOND)
    await page.get_by_role("button", name="Change the address").click()
    await expect(page.locator("#flashes")).to_contain_text("A link is on its way to ada@new.example.")
    await page.goto(await link_of(server, "Confirm your new e-mail address"))
    await page.get_by_role("button", name="Change it").click()
    await expect(page.locator("main")).to_contain_text("You sign in as ada@new.example.")
    back = await link_of(server, "Your e-mail address was changed")
    await page.goto(back)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Take your account back")


async def leave(page: Page, server: MailServer, folder: Path, looks: bool) -> None:
    await page.goto("/maps/new")
    await page.get_by_label("Title").fill("Italian opera")
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Italian opera")
    await look_at(page, "/account/deletion", looks)
    async with page.expect_download() as started:
        await page.get_by_role("link", name="Download everything").click()
    await (await started.value).save_as(folder / "all.zip")
    with ZipFile(folder / "all.zip") as archive:
        assert archive.testzip() is None and any(name.endswith("map.xtm") for name in archive.namelist())
    await expect(page.get_by_role("link", name="Italian opera")).to_be_visible()
    await page.get_by_label("Your password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Delete my account").click()
    await expect(page.get_by_role("alert")).to_contain_text("This is not your present password.")
    await page.get_by_label("Your password", exact=True).fill(SECOND)
    await page.get_by_role("button", name="Delete my account").click()
    await expect(page.locator("#flashes")).to_contain_text("Your account is deleted.")
    assert (await server.arrived(5))[-1]["To"] == "ada@new.example"
    await page.goto("/account")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


async def look_at(page: Page, path: str | None, looks: bool) -> None:
    """Go there, and let axe look at it in both themes and on a phone."""
    if path is not None:
        await page.goto(path)
    if looks:
        await check_accessibility(page)
        await page.set_viewport_size({"width": 320, "height": 700})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320, page.url
        await check_accessibility(page, both_themes=False)
        await page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dictionary


async def link_of(server: MailServer, subject: str) -> str:
    """The link in the mail with that subject, once it is there."""
    count = len(server.messages)
    while not (found := [message for message in server.messages if message["Subject"] == subject]):
        count += 1
        await server.arrived(count)
    words = found[-1].get_content().split()
    return next(word for word in words if word.startswith("http"))
