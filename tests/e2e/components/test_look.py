"""What the shared controls look like to everyone: without scripts, in both themes, on a narrow screen, to a checker."""

import gzip
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from contextualise.web.shared.flash import Flash
from tests.e2e.components.opening import opened
from tests.e2e.components.site import ComponentSite

HERE = Path(__file__).parent
AXE = Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def test_without_scripts_every_control_is_a_form_or_a_link(browser: Browser, site: ComponentSite) -> None:
    site.flashes = [Flash("Tosca is in the trash.", undo_url="/undo/9")]
    async with opened(browser, site, java_script_enabled=False) as page:
        await expect(page.get_by_role("button", name="Copy the address")).to_be_hidden()
        await expect(page.get_by_role("button", name="Undo")).to_be_visible()
        await page.get_by_role("textbox", name="Topic", exact=True).fill("Norway")
        await page.get_by_role("checkbox", name="Italian").uncheck()
        await page.get_by_role("textbox", name="In the context of").fill("Libretto")
        await page.get_by_role("textbox", name="Password").fill("secret sentence")
        await page.get_by_role("button", name="Send").click()
        await page.wait_for_url("**/done")
        _, fields = site.posts[0]
        assert fields["topic"] == ["Norway"]
        assert fields["topic_id"] == [""]
        assert fields["theme_text"] == ["Libretto"]
        assert "theme" not in fields
        await page.goto(f"{site.origin}/page")
        await page.get_by_role("link", name="Edit the name").click()
        await expect(page.get_by_role("heading", name="Edit the name")).to_be_visible()
        await page.goto(f"{site.origin}/page")
        await page.locator("summary[aria-label='You: Ada']").click()
        await page.get_by_role("button", name="Dark").click()
        await page.wait_for_url("**/done")
        assert site.posts[-1] == ("/theme", {"next": ["/page"], "theme": ["dark"]})


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 320])
async def test_controls_pass_axe(browser: Browser, site: ComponentSite, scheme: str, width: int) -> None:
    site.flashes = [Flash("Tosca is in the trash.", undo_url="/undo/9")]
    async with opened(browser, site, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True) as page:
        await page.get_by_role("link", name="Edit the name").click()
        await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
        await page.get_by_role("combobox", name="Topic", exact=True).press_sequentially("nor")
        await expect(page.get_by_role("option", name="Norma Opera")).to_be_visible()
        await page.evaluate(AXE.read_text())
        found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []


async def test_320_pixels_need_no_sideways_scroll(browser: Browser, site: ComponentSite) -> None:
    async with opened(browser, site, viewport={"width": 320, "height": 640}) as page:
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_accent_has_contrast_in_both_themes(browser: Browser, site: ComponentSite, scheme: str) -> None:
    async with opened(browser, site, color_scheme=scheme) as page:
        ratios = await page.evaluate((HERE / "contrasts.js").read_text().partition("\n")[2])
        assert len(ratios) == 8 * 5
        assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}


def test_styles_and_scripts_of_a_topic_page_stay_under_60_kb(site: ComponentSite) -> None:
    names = [name for name in site.assets.files if f"/static/{site.assets.digest}/{name}" in site.whole()]
    sent = {name: len(gzip.compress(site.assets.files[name].content)) for name in names if name.endswith((".css", ".js"))}
    assert len(sent) > 20
    assert sum(sent.values()) < 60_000
