"""Dates and places in a real browser, with scripts and without; lists over the map; nobody else's server is asked for anything."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, expect

from contextualise.domain.occurrences import add_occurrence
from tests.e2e.browser import Account, ServedSite, check_accessibility, opened
from tests.editing import Desk

NARROW = {"width": 320, "height": 640}


class Asked:
    """The hosts that a page asked."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https"):
            self.hosts.add(address.netloc)


@pytest.fixture
def asked(page: Page, site: ServedSite) -> Iterator[Asked]:
    """What the page asks; only our own server may be among it."""
    noting = Asked(page)
    yield noting
    assert noting.hosts <= {urlsplit(site.base_url).netloc}


async def told(page: Page, text: str) -> None:
    """Wait for a message."""
    await expect(page.locator("#flashes")).to_contain_text(text)


async def fits(page: Page) -> bool:
    """Whether nothing sticks out of a narrow window."""
    return bool(await page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.usefixtures("asked")
async def test_a_date_is_typed_in_words_edited_deleted_and_brought_back(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("navigation", name="Add to this topic").get_by_role("link", name="Date").click()
    title = page.get_by_label("What happened")
    await expect(title).to_be_focused()
    await title.fill("First performance")
    await page.get_by_label("When", exact=True).fill("14 january 1900")
    reading = page.locator("#date-new-reading")
    await expect(reading).to_contain_text("14 January 1900")
    await expect(reading).to_contain_text("1900-01-14")
    await page.get_by_label("Until").fill("1 January 1900")
    await expect(reading).to_contain_text("The end lies before the beginning.")
    await expect(page.locator("#date-new-type")).to_be_hidden()
    await check_accessibility(page)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page.locator("#date-new-until-error")).to_contain_text("before the beginning")
    await check_accessibility(page)
    await page.get_by_label("Until").fill("")
    await page.get_by_role("button", name="Save").click()
    await told(page, "Added “First performance”.")
    dates = page.locator("#topic-dates")
    await expect(dates).to_contain_text("14 January 1900 First performance")
    pencil = page.get_by_role("link", name="Edit First performance")
    await expect(pencil).to_be_focused()
    await check_accessibility(page)

    await page.keyboard.press("Enter")
    await expect(page.get_by_label("When", exact=True)).to_have_value("14 January 1900")
    await page.get_by_label("Era").check()
    await page.get_by_label("Until").fill("20 January 1900")
    await expect(page.locator(".date-fields__reading")).to_contain_text("20 January 1900")
    await check_accessibility(page)
    await page.get_by_role("button", name="Save").click()
    await expect(dates).to_contain_text("14 January 1900 – 20 January 1900")
    await pencil.click()
    await page.get_by_role("button", name="Delete this date").click()
    await told(page, "Deleted “First performance”.")
    await expect(dates).to_be_hidden()
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#topic-dates")).to_contain_text("First performance")


@pytest.mark.usefixtures("asked")
async def test_another_kind_of_date_is_named_where_it_is_chosen(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Giacomo Puccini")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Date", exact=True).click()
    await page.get_by_label("When", exact=True).fill("1858")
    await page.get_by_label("Another kind of date").check()
    kind = page.get_by_role("combobox", name="Which kind")
    await kind.fill("Born")
    await page.get_by_role("option", name="Create “Born”").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-dates")).to_contain_text("Born")


@pytest.mark.usefixtures("asked")
async def test_a_place_is_picked_with_the_mouse_and_with_the_keyboard(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Place", exact=True).click()
    await page.get_by_role("textbox", name="Name").fill("Rome")
    await page.get_by_role("button", name="Pick on a map").click()
    view = page.get_by_role("application")
    await expect(view).to_be_focused()
    await check_accessibility(page)
    box = await view.bounding_box()
    assert box
    await page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    latitude, longitude = page.get_by_label("Latitude"), page.get_by_label("Longitude")
    await expect(latitude).not_to_have_value("")
    before = float(await latitude.input_value()), float(await longitude.input_value())
    await view.focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Shift+ArrowRight")
    after = float(await latitude.input_value()), float(await longitude.input_value())
    assert after[0] > before[0] and after[1] > before[1]
    await page.keyboard.press("+")
    await expect(page.locator("#live")).to_contain_text("Latitude")
    await latitude.fill("41.9009")
    await longitude.fill("12.4833")
    pin = page.locator(".place-pin")
    await expect(pin).to_be_visible()
    start = await pin.bounding_box()
    assert start
    await page.mouse.move(start["x"] + 12, start["y"] + 12)
    await page.mouse.down()
    await page.mouse.move(start["x"] + 60, start["y"] + 12, steps=5)
    await page.mouse.up()
    assert float(await longitude.input_value()) > 12.4833
    await check_accessibility(page)
    await latitude.fill("91")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#place-new-latitude-error")).to_contain_text("between -90 and 90")
    await page.get_by_label("Latitude").fill("41.9009")
    await page.get_by_label("Longitude").fill("12.4833")
    await page.get_by_role("button", name="Save").click()
    await told(page, "Added “Rome”.")
    places = page.locator("#topic-dates")
    await expect(places).to_contain_text("Rome 41.9009° N, 12.4833° E")
    await expect(places.locator("svg[role=img]")).to_be_visible()
    await check_accessibility(page)
    pencil = page.get_by_role("link", name="Edit Rome")
    await expect(pencil).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Pick on a map").click()
    await expect(page.locator(".place-pin")).to_be_visible()
    await page.get_by_role("button", name="Delete this place").click()
    await told(page, "Deleted “Rome”.")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#topic-dates")).to_contain_text("Rome")


async def test_a_pair_that_is_pasted_is_divided(page: Page, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    await page.goto(f"{topic.url}/places/new")
    await page.get_by_label("Latitude").focus()
    await page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text", " 41.9022, 12.4539 ");
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    await expect(page.get_by_label("Latitude")).to_have_value("41.9022")
    await expect(page.get_by_label("Longitude")).to_have_value("12.4539")


async def test_dates_and_places_without_scripts(page_without_js: Page, desk: Desk) -> None:
    page = page_without_js
    topic = await desk.topic("Tosca")
    await page.goto(topic.url)
    await page.get_by_role("link", name="Date", exact=True).click()
    await page.get_by_label("What happened").fill("First performance")
    await page.get_by_label("When", exact=True).fill("1918")
    await page.get_by_label("Until").fill("1914")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#date-new-until-error")).to_contain_text("before the beginning")
    await page.get_by_label("Until").fill("1920")
    await page.get_by_label("Era").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-dates")).to_contain_text("1918 – 1920 First performance")
    await page.get_by_role("link", name="Edit First performance").click()
    await page.get_by_label("When", exact=True).fill("c. 1917")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-dates")).to_contain_text("c. 1917 – 1920")

    await page.get_by_role("link", name="Place", exact=True).click()
    await expect(page.get_by_role("button", name="Pick on a map")).to_be_hidden()
    await page.get_by_role("textbox", name="Name").fill("Rome")
    await page.get_by_label("Latitude").fill("41°54'3\"N, 12°29'0\"E")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#topic-dates")).to_contain_text("Rome 41.90083° N, 12.48333° E")
    await page.get_by_role("link", name="Edit Rome").click()
    await page.get_by_role("button", name="Delete this place").click()
    await told(page, "Deleted “Rome”.")
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.locator("#topic-dates")).to_contain_text("Rome")

    await page.goto(f"{desk.url}/resources")
    await page.get_by_role("link", name="Dates").click()
    await page.get_by_role("button", name="Delete c. 1917 – 1920").click()
    await told(page, "of Tosca.")
    await expect(page.get_by_text("There are no dates yet.")).to_be_visible()
    await page.get_by_role("button", name="Undo").last.click()
    await page.goto(f"{desk.url}/resources/dates?q=performance")
    await expect(page.locator("#resource-list")).to_contain_text("c. 1917 – 1920")


async def test_forms_and_lists_on_a_narrow_phone(browser: Browser, site: ServedSite, account: Account, desk: Desk) -> None:
    topic = await desk.topic("Tosca")
    async with site.database.writing() as session:
        for kind, value, datatype, title in (
            ("temporal-event", "14 January 1900", "edtf", "First performance of the opera in the Teatro Costanzi"),
            ("location", "41.9, 12.5", "geo", "Rome"),
            ("url", "https://example.org/" + "a-very-long-address" * 8, "anyURI", None),
        ):
            type_id = await desk.base(kind)
            place = (session, desk.map_id, account.id, topic.id)
            await add_occurrence(*place, type_id=type_id, value=value, datatype=datatype, title=title)
    async with opened(browser, site, account, viewport=NARROW, has_touch=True) as (page, _):
        paths = [f"{topic.url}", f"{topic.url}/dates/new", f"{topic.url}/places/new", f"{desk.url}/dates/reading", f"{desk.url}/lookup"]
        paths += [f"{desk.url}/resources{kind}" for kind in ("", "/dates", "/places", "/links", "/attributes", "/images")]
        for path in paths:
            await page.goto(path)
            assert await fits(page), path
            await check_accessibility(page)
        await page.goto(f"{topic.url}/places/new")
        await page.get_by_role("button", name="Pick on a map").click()
        await expect(page.get_by_role("application")).to_be_visible()
        assert await fits(page)
