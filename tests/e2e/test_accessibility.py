"""Every kind of page of a map, looked at by axe in light and dark, on a desk and on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page

from contextualise.repository import troubles
from tests.e2e.browser import PHONE, WIDE, Account, ServedSite, check_accessibility, opened
from tests.editing import Desk

PAGES = (
    "",
    "/topics",
    "/topics?q=tosca",
    "/topics?q=nothing-of-that-name",
    "/topics/tosca",
    "/topics/tosca?scope=libretto",
    "/topics/rome",
    "/topics/association",
    "/topics/tosca/changes",
    "/topics/tosca/removal",
    "/topics/opera/removal",
    "/topics/tosca/merging?other=Rome",
    "/topics/tosca/identifiers/new",
    "/contexts",
    "/go-to?q=tosca",
    "/search?q=tosca",
    "/shortcuts",
    "/trash",
    "/notes",
    "/live",
    "/topics/tosca/mentions",
    "/topics/nowhere",
)

TEXT = """# Head

A *text* with [[Rome]], [[Nobody]], a [link](https://example.org).

```python
x = 1
```

| a | b |
|---|---|
| 1 | 2 |
"""


@pytest.fixture
async def rich(desk: Desk, page: Page) -> Desk:
    """A map with something of each kind, made through the forms as a person would."""
    opera = await desk.topic("Opera")
    tosca = await desk.topic("Tosca", opera.id)
    await desk.topic("Libretto")
    await desk.topic("Rome")
    gone = await desk.topic("Gone")
    await desk.text(tosca, TEXT)
    forms = (
        ("names/new", {"value": "La Tosca", "theme_text": "Libretto"}),
        ("links/new", {"url": "https://example.org/score", "title": "The score"}),
        ("attributes/new", {"type": "Acts", "type_create": "Acts", "datatype": "integer", "value": "3"}),
        ("quick-association", {"topic": "Rome"}),
        ("tags", {"tags": "verismo"}),
        ("identifiers/new", {"iri": "https://www.wikidata.org/entity/Q7251", "kind": "1"}),
    )
    for path, fields in forms:
        answer = await page.request.post(f"{tosca.url}/{path}", form=fields)
        assert answer.ok
    assert (await page.request.post(f"{gone.url}/removal")).ok
    return desk


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_pages_of_a_map(rich: Desk, browser: Browser, site: ServedSite, account: Account, size: dict[str, int]) -> None:
    async with opened(browser, site, account, viewport=size) as (page, watched):
        for path in PAGES:
            await page.goto(f"{rich.url}{path}")
            await check_accessibility(page)
            wide = await page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} is {wide} px too wide"
        await page.goto(f"{rich.url}/topics/tosca")
        number = re.search(r'id="association-(\d+)"', await page.content())
        assert number
        await page.goto(f"{rich.url}/associations/{number[1]}")
        await check_accessibility(page)
        # The page that is not there says so in the console as well.
        watched.complaints[:] = [each for each in watched.complaints if "status of 404" not in each]


async def test_pages_of_the_site(browser: Browser, site: ServedSite) -> None:
    admin = await site.account("Grace Admin", admin=True)
    desk = await site.desk(admin)
    now = datetime.now(UTC)
    async with site.database.writing() as session:
        await troubles.add(session, "of-a-test", "ValueError in GET /maps", "Traceback\n  a line of it\nValueError", now, now, 3)
    async with opened(browser, site, admin) as (page, _):
        for path in (
            "/",
            "/maps",
            "/maps/new",
            "/maps/importing",
            "/account",
            "/account/presence",
            "/admin/users",
            "/admin/mail",
            "/admin/troubles",
            "/go-to?q=opera",
            f"{desk.url}/edit",
        ):
            await page.goto(path)
            await check_accessibility(page)


async def test_pages_for_people_who_have_not_signed_in(browser: Browser, site: ServedSite) -> None:
    async with opened(browser, site, None, viewport=PHONE) as (page, watched):
        for path in ("/", "/sign-in", "/sign-up", "/setup", "/nowhere"):
            await page.goto(path)
            await check_accessibility(page)
        watched.complaints[:] = [each for each in watched.complaints if not re.search(r"status of 40[34]", each)]
