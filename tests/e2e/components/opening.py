"""Opening the page of controls, with an eye on the console."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page

from tests.e2e.components.site import ComponentSite


@asynccontextmanager
async def opened(browser: Browser, site: ComponentSite, *, expected: str = "", **options: Any) -> AsyncIterator[Page]:
    """The page of controls; any error in the console but those that contain `expected` fails the test."""
    context = await browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
    page = await context.new_page()
    page.set_default_timeout(20_000)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(f"{site.origin}/page")
    if options.get("java_script_enabled", True):
        await page.locator("html[data-editor=ready]").wait_for(state="attached")
    yield page
    await context.close()
    unexpected = [error for error in errors if not expected or expected not in error]
    assert unexpected == []
