"""Readers report pages of published maps; administrators decide; owner and reader are told."""

import asyncio
import re

import pytest

from tests.sharing import Shared, new_account, shared_map
from tests.web import Person, Site


@pytest.fixture
async def published(site: Site, owner: Person) -> Shared:
    """A published map."""
    return await shared_map(site, owner, publish=True)


@pytest.fixture
async def admin(site: Site) -> Person:
    """An administrator."""
    return await site.person("admin@example.org", admin=True)


async def report(shared: Shared, **fields: str) -> str:
    """Report the map as nobody in particular; returns the address of the report for administrators."""
    answer = await shared.site.anonymous.post(f"{shared.url}/report", {"reason": "rights", **fields})
    assert answer.status_code == 303, answer.text[:2000]
    (row,) = await shared.run("SELECT max(id) AS id FROM report")
    return f"/admin/reports/{shared.map_id}-{row.id}"


async def test_every_page_of_a_published_map_leads_to_its_report(site: Site, published: Shared, admin: Person) -> None:
    page = (await site.anonymous.get(f"{published.url}/topics?type=x")).text
    link = re.findall(r'href="([^"]+/report\?page=[^"]+)"', page)[0]
    form = (await site.anonymous.get(link)).text
    about = re.findall(r'name="page" value="([^"]+)"', form)[0]
    assert about == f"{published.url}/topics?type=x"
    answer = await site.anonymous.post(f"{published.url}/report", {"page": about, "reason": "privacy", "words": "My <b>name</b>."})
    assert answer.headers["location"] == about
    queue = (await admin.get("/admin/reports")).text
    assert f'href="{about}"' in queue and "My &lt;b&gt;name&lt;/b&gt;." in queue and "It tells private things" in queue
    assert await published.notices(admin) == ["report"]
    assert '<span class="count">1</span>' in (await admin.get("/admin/users")).text


async def test_a_private_map_is_not_reported_and_nobody_learns_that_there_is_one(site: Site, published: Shared) -> None:
    await published.owner.post(f"{published.url}/publication", {"published": "0"})
    assert (await site.anonymous.get(f"{published.url}/report")).status_code == 404
    assert (await site.anonymous.post(f"{published.url}/report", {"reason": "law"})).status_code == 404
    assert (await published.owner.get(f"{published.url}/report")).status_code == 403
    assert "Report this page" not in (await published.owner.get(published.url)).text


async def test_a_report_that_lacks_something_is_shown_again(site: Site, published: Shared) -> None:
    lacking: tuple[tuple[dict[str, str], str], ...] = (
        ({}, "reason"),
        ({"reason": "x"}, "reason"),
        ({"reason": "other"}, "words"),
        ({"reason": "law", "email": "no address"}, "email"),
    )
    for fields, field in lacking:
        answer = await site.anonymous.post(f"{published.url}/report", {"words": "  ", **fields})
        assert answer.status_code == 422 and f'id="{field}-error"' in answer.text, fields
    assert await published.run("SELECT 1 FROM report") == []


async def test_the_page_that_is_reported_is_one_of_the_map(site: Site, published: Shared) -> None:
    for page in ("https://elsewhere.example", "//elsewhere.example", "/sign-out", "/maps/99999", "javascript:alert(1)", "\\x"):
        answer = await site.anonymous.post(f"{published.url}/report", {"page": page, "reason": "law"})
        assert answer.headers["location"] == published.url, page
        await published.run("DELETE FROM rate_limit")
    assert {row.address for row in await published.run("SELECT address FROM report")} == {published.url}


async def test_reports_are_limited_by_place_and_what_was_typed_stays(site: Site, published: Shared) -> None:
    for _ in range(5):
        await report(published)
    answer = await site.anonymous.post(f"{published.url}/report", {"reason": "law", "words": "Once more"})
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0 and "Once more</textarea>" in answer.text
    assert len(await published.run("SELECT 1 FROM report")) == 5


async def test_a_map_is_made_private_after_a_report_and_all_are_told(site: Site, published: Shared, admin: Person) -> None:
    reader = await site.person("reader@example.org")
    await reader.post(f"{published.url}/report", {"reason": "rights", "words": "These pictures are mine."})
    place = await report(published, email="somebody@example.org")
    assert (await admin.post(place, {"way": "unpublish"})).status_code == 422, "the owner is owed a reason"
    answer = await admin.post(place, {"way": "unpublish", "words": "The pictures are not yours."})
    assert answer.headers["location"] == "/admin/reports"
    assert (await site.anonymous.get(published.url)).status_code == 404
    assert await published.notices(published.owner) == ["unpublished"] and await published.notices(reader) == ["outcome"]
    assert "The pictures are not yours." in (await published.owner.get("/notices")).text
    assert "No report waits." in (await admin.get("/admin/reports")).text
    decided = (await admin.get("/admin/reports?show=handled")).text
    assert decided.count("The pictures are not yours.") == 2 and "Decided by Admin" in decided
    assert (await published.audit())[-2:] == ["map.unpublish", "report.unpublish"]


async def test_a_dismissed_report_leaves_the_map_and_the_other_reports(published: Shared, admin: Person, site: Site) -> None:
    first, second = await report(published), await report(published)
    await admin.post(first, {"way": "dismiss"})
    assert (await site.anonymous.get(published.url)).status_code == 200
    assert [row.id for row in await published.run("SELECT id FROM report WHERE handled_at IS NULL")] == [int(second.rpartition("-")[2])]
    assert await published.notices(published.owner) == []


async def test_two_administrators_decide_once(site: Site, published: Shared, admin: Person) -> None:
    other, place = await site.person("other@example.org", admin=True), await report(published)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(person.post(place, {"way": "dismiss"})) for person in (admin, other)]
    assert [task.result().status_code for task in tasks] == [303, 303]
    assert (await published.audit()).count("report.dismiss") == 1


async def test_only_administrators_see_reports_and_the_log(site: Site, published: Shared) -> None:
    place = await report(published)
    for path in ("/admin/reports", place, "/admin/maps", "/admin/audit", "/admin/audit.csv"):
        assert (await published.owner.get(path)).status_code == 404
        assert (await site.anonymous.get(path)).headers["location"].startswith("/sign-in")
    assert (await published.owner.post(place, {"way": "dismiss"})).status_code == 404


async def test_reports_that_there_are_not(admin: Person) -> None:
    for place in ("1-999", "x", "1", "1-1-1", f"1-{'9' * 30}"):
        assert (await admin.get(f"/admin/reports/{place}")).status_code == 404
        assert (await admin.post(f"/admin/reports/{place}", {"way": "dismiss"})).status_code == 404


async def test_published_maps_are_shown_first_and_made_private_from_their_list(site: Site, published: Shared, admin: Person) -> None:
    await shared_map(site, published.owner, "Secret")
    page = (await admin.get("/admin/maps")).text
    assert "Italian opera" in page and "Secret" not in page
    assert "Italian opera" in (await admin.get("/admin/maps?q=OWNER+ital", fragment=True, target="map_list")).text
    answer = await admin.post(f"{published.url}/promotion", {"promoted": "1", "next": "/admin/maps"})
    assert answer.headers["location"] == "/admin/maps" and "Shown first" in (await admin.follow(answer)).text
    await admin.post(f"{published.url}/publication", {"published": "0", "next": "/admin/maps"})
    assert await published.notices(published.owner) == ["unpublished"]
    assert "No map is published yet." in (await admin.get("/admin/maps")).text
    assert await published.audit() == ["map.publish", "map.promote", "map.unpublish"]


async def test_what_is_posted_to_go_on_to_stays_on_this_site(published: Shared) -> None:
    answer = await published.owner.post(f"{published.url}/publication", {"published": "1", "next": "https://elsewhere.example/"})
    assert answer.headers["location"] == published.url


# The log


async def test_the_log_tells_what_was_done_with_accounts_and_maps(site: Site, published: Shared, admin: Person) -> None:
    ada = await site.person("ada@example.org")
    await admin.post(f"/admin/users/{ada.id}/appointment")
    await admin.post(f"/admin/users/{ada.id}/dismissal")
    await admin.post(f"/admin/users/{ada.id}/reset-link")
    await admin.post(f"/admin/users/{ada.id}/disabling")
    await admin.post(f"/admin/users/{ada.id}/enabling")
    await admin.post("/admin/invitations", {"email": "new@example.org"})
    page = (await admin.get(f"/admin/audit?person={ada.id}")).text
    told = [
        "made Ada an administrator",
        "made Ada no longer an administrator",
        "made a link for a new password of Ada",
        "disabled the account of Ada",
        "enabled the account of Ada",
    ]
    assert [page.count(f"<td>{text}") for text in told] == [1] * 5 and "published the map" not in page
    everything = (await admin.get("/admin/audit")).text
    assert "made an invitation for new@example.org" in everything and "published the map" in everything
    assert "new@example.org" not in (await admin.get("/admin/audit?kind=maps", fragment=True, target="log_list")).text


async def test_accounts_that_people_make_are_in_the_log(site: Site, published: Shared, admin: Person) -> None:
    await published.invite("ada@example.org")
    await new_account(site, await published.link("ada@example.org"), name="Ada")
    answer = await admin.post("/admin/invitations", {"email": "ben@example.org"})
    link = re.findall(r"<code>http://[^/]+(/invitations/[^<]+)</code>", (await admin.follow(answer)).text)[0]
    await site.anonymous.post(link, {"name": "Ben", "email": "ben@example.org", "password": "a long and private phrase"})
    page = (await admin.get("/admin/audit?kind=accounts")).text
    assert [re.findall(rf">{name}</a></th><td>made an account", page) != [] for name in ("Ada", "Ben", "Admin")] == [True, True, False]


async def test_what_is_refused_is_not_in_the_log(admin: Person, published: Shared) -> None:
    await admin.post(f"/admin/users/{admin.id}/disabling")
    await admin.post("/admin/users/999/disabling")
    assert await published.run("SELECT 1 FROM audit WHERE action LIKE 'account.%'") == []


async def test_the_log_is_downloaded_whole_and_holds_no_formulas(site: Site, published: Shared, admin: Person) -> None:
    await published.run("INSERT INTO audit (action, subject) SELECT 'account.create', '=1+' || n FROM generate_series(1, 2500) AS n")
    answer = await admin.get("/admin/audit.csv?kind=accounts")
    assert answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    lines = answer.text.strip().split("\r\n")
    assert len(lines) == 2501 and lines[1].split(",")[8] == "'=1+2500" and lines[-1].split(",")[8] == "'=1+1"


async def test_damaged_filters_of_the_log_are_no_filters(admin: Person, published: Shared) -> None:
    assert "published the map" in (await admin.get("/admin/audit?kind=%00&person=x&map=-1&q=%00&after=zzz")).text
