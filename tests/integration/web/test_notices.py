"""Notices: counted in the header, listed, opened, marked, told by mail, and never about what one may not see any more."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.mail import Mailer
from contextualise.domain.notices import forget_old_notices, notify
from contextualise.domain.notices.mailing import mail_next
from contextualise.web.notices import stop_path
from tests.factories import make_map
from tests.web import Person, Site

MAILER = Mailer(is_on=True, origin="https://maps.example.org")


@pytest.fixture
async def reader(site: Site) -> Person:
    return await site.person("reader@example.org")


@pytest.fixture
async def map_id(site: Site, owner: Person, reader: Person) -> int:
    """A map of the owner on which the reader may comment."""
    async with site.database.writing() as session:
        made = await make_map(session, owner_id=owner.id)
        await session.execute(
            text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:m, :u, 'comment')"), {"m": made, "u": reader.id}
        )
    return made


async def tell(site: Site, person: Person, map_id: int | None, kind: str = "mention", **more: int) -> int:
    async with site.database.writing() as session:
        await notify(session, user_id=person.id, kind=kind, map_id=map_id, detail={"about": "the name “Tosca”"}, **more)
        return (await session.execute(text("SELECT max(id) FROM notice"))).scalar_one()


def bell(html: str) -> str:
    """What the bell in the header says."""
    found = re.search(r'class="bar__bell" href="/notices" aria-label="([^"]*)"', html)
    assert found is not None
    return found[1]


async def execute(site: Site, statement: str, **values: object) -> None:
    async with site.database.writing() as session:
        await session.execute(text(statement), values)


async def test_the_header_counts_what_is_unread(site: Site, owner: Person, reader: Person, map_id: int) -> None:
    assert bell((await reader.get("/notices")).text) == "Notices"
    for _ in range(3):
        last = await tell(site, reader, map_id, by_user_id=owner.id)
    for path in ("/notices", f"/maps/{map_id}-italian-opera", "/account"):
        assert bell((await reader.get(path)).text) == "Notices: 3 unread"
    assert bell((await owner.get(f"/maps/{map_id}-italian-opera")).text) == "Notices"
    assert "bar__bell" not in (await site.anonymous.get("/")).text
    await reader.post(f"/notices/{last}/reading", {"read": "1"})
    assert bell((await reader.get("/notices")).text) == "Notices: 2 unread"
    await reader.post(f"/notices/{last}/reading", {"read": "0"})
    assert bell((await reader.get("/notices")).text) == "Notices: 3 unread"


async def test_a_page_that_is_known_is_not_shown_again_once_the_count_has_changed(site: Site, reader: Person, map_id: int) -> None:
    first = await reader.get(f"/maps/{map_id}/topics")
    known = {"If-None-Match": first.headers["etag"]}
    assert (await reader.get(f"/maps/{map_id}/topics", headers=known)).status_code == 304
    await tell(site, reader, map_id)
    assert (await reader.get(f"/maps/{map_id}/topics", headers=known)).status_code == 200


async def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(site: Site, reader: Person, map_id: int) -> None:
    notice_id = await tell(site, reader, map_id, comment_id=77)
    looked = await reader.get(f"/notices/{notice_id}", headers={"Sec-Purpose": "prefetch"})
    assert looked.status_code == 303 and bell((await reader.get("/notices")).text) == "Notices: 1 unread"
    opened = await reader.get(f"/notices/{notice_id}")
    assert opened.headers["location"] == f"/maps/{map_id}-italian-opera/comments/77#comment-77"
    assert bell((await reader.get("/notices")).text) == "Notices"


async def test_the_list_says_what_happened_and_keeps_others_out(site: Site, owner: Person, reader: Person, map_id: int) -> None:
    notice_id = await tell(site, reader, map_id, by_user_id=owner.id)
    page = (await reader.get("/notices")).text
    assert "Owner mentioned you in a comment on the name “Tosca”, in Italian opera" in page
    fragment = (await reader.get("/notices", fragment=True, target="notices")).text
    assert fragment.lstrip().startswith('<div id="notices">') and "Owner mentioned you" in fragment
    assert "Owner mentioned you" not in (await owner.get("/notices")).text
    for answer in (await owner.get(f"/notices/{notice_id}"), await owner.post(f"/notices/{notice_id}/reading", {"read": "1"})):
        assert answer.status_code == 404
    assert (await reader.get(f"/notices/{2**70}")).status_code == 404


async def test_all_are_marked_but_what_came_meanwhile(site: Site, reader: Person, map_id: int) -> None:
    await tell(site, reader, map_id)
    page = (await reader.get("/notices")).text
    until = re.search(r'name="until" value="(\d+)"', page)
    assert until is not None
    await tell(site, reader, map_id)
    await reader.post("/notices/reading", {"until": until[1]})
    assert bell((await reader.get("/notices")).text) == "Notices: 1 unread"
    assert (await reader.get("/notices?show=unread")).text.count("notices__line--unread") == 1


async def test_the_list_goes_by_key(site: Site, reader: Person, map_id: int) -> None:
    await execute(
        site,
        "INSERT INTO notice (user_id, kind, needs, map_id, detail)"
        " SELECT :u, 'mention', 'talk', :m, jsonb_build_object('about', 'no. ' || n || '.') FROM generate_series(1, 95) AS n",
        u=reader.id,
        m=map_id,
    )

    def shown(html: str) -> list[int]:
        return [int(number) for number in re.findall(r">Somebody who left mentioned you in a comment on no\. (\d+)\.", html)]

    first = (await reader.get("/notices")).text
    assert shown(first) == list(range(95, 55, -1)) and 'rel="prev"' not in first
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = (await reader.get(older[1])).text
    assert shown(second) == list(range(55, 15, -1))
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer is not None and shown((await reader.get(newer[1])).text) == shown(first)
    assert (await reader.get("/notices?after=nonsense&before=-1")).status_code == 200


@pytest.mark.parametrize("kind", ["mention", "role"])
async def test_nothing_is_told_about_what_is_not_open_any_more(site: Site, owner: Person, reader: Person, map_id: int, kind: str) -> None:
    notice_id = await tell(site, reader, map_id, kind, by_user_id=owner.id)
    await execute(site, "DELETE FROM map_member")
    page = (await reader.get("/notices")).text
    assert bell(page) == "Notices" and "Italian opera" not in page and "Tosca" not in page
    assert (await reader.get(f"/notices/{notice_id}")).status_code == 404
    await execute(site, "UPDATE map SET published_at = now()")
    told = kind == "role"  # comments stay among members; who may read the map is told about it again
    assert ("Italian opera" in (await reader.get("/notices")).text) is told
    await execute(site, "UPDATE map SET trashed_at = now()")
    assert "Italian opera" not in (await reader.get("/notices")).text


async def mails(session: AsyncSession) -> list[tuple[str, str, str]]:
    rows = await session.execute(text("SELECT recipient, subject, body FROM outgoing_mail ORDER BY id"))
    return [(row[0], row[1], row[2]) for row in rows]


async def send_due(site: Site) -> list[tuple[str, str, str]]:
    """Ten minutes later."""
    await execute(site, "UPDATE notice SET mail_after = mail_after - interval '10 minutes'")
    while await mail_next(site.database, MAILER, lambda user_id: stop_path(site.parts.signer, user_id)):
        pass
    async with site.database.writing() as session:
        return await mails(session)


async def test_several_notices_come_in_one_mail_after_a_while(site: Site, owner: Person, reader: Person, map_id: int) -> None:
    for _ in range(3):
        await tell(site, reader, map_id, by_user_id=owner.id)
    assert not await mail_next(site.database, MAILER, str), "the conversation may go on"
    ((recipient, subject, body),) = await send_due(site)
    assert recipient == "reader@example.org"
    assert subject == "Owner mentioned you in a comment on the name “Tosca”, in Italian opera, and 2 others"
    assert body.count("https://maps.example.org/notices/") == 4 and "No more of these mails: https://maps.example.org/notices/mail/" in body
    assert len(await send_due(site)) == 1, "told once"


async def test_no_mail_tells_what_was_read_or_is_closed_or_unwanted(site: Site, owner: Person, reader: Person, map_id: int) -> None:
    read = await tell(site, reader, map_id)
    await reader.get(f"/notices/{read}")
    assert await send_due(site) == []
    await tell(site, reader, map_id)
    await execute(site, "DELETE FROM map_member")
    assert await send_due(site) == []
    await execute(site, "INSERT INTO map_member (map_id, user_id, mode) VALUES (:m, :u, 'view')", m=map_id, u=reader.id)
    await tell(site, reader, map_id)
    await reader.post("/notices/mail", {})
    await tell(site, reader, map_id)
    assert await send_due(site) == []
    await reader.post("/notices/mail", {"wanted": "1"})
    await tell(site, reader, map_id)
    await execute(site, "UPDATE app_user SET disabled_at = now() WHERE id = :id", id=reader.id)
    assert await send_due(site) == []


async def test_mails_are_ended_by_their_link_without_signing_in(site: Site, reader: Person, map_id: int) -> None:
    path = stop_path(site.parts.signer, reader.id)
    stranger = site.anonymous
    page = await stranger.get(path)
    assert page.status_code == 200 and f'action="{path}"' in page.text
    await tell(site, reader, map_id)
    assert len(await send_due(site)) == 1, "looking at the page ends nothing: programs follow links in mails"
    assert (await stranger.post(path)).status_code == 303
    await tell(site, reader, map_id)
    assert len(await send_due(site)) == 1
    forged = stop_path(type(site.parts.signer)("x" * 40), reader.id)
    assert (await stranger.get(forged)).status_code == 404 and (await stranger.post(forged)).status_code == 404


async def test_old_notices_are_forgotten(site: Site, reader: Person, map_id: int) -> None:
    for age, read in (("89 days", True), ("91 days", True), ("399 days", False), ("401 days", False)):
        notice_id = await tell(site, reader, map_id)
        await execute(
            site,
            "UPDATE notice SET created_at = now() - CAST(:age AS interval),"
            " read_at = CASE WHEN :read THEN now() - CAST(:age AS interval) END WHERE id = :id",
            age=age,
            read=read,
            id=notice_id,
        )
    async with site.database.writing() as session:
        await forget_old_notices(session)
        left = (await session.execute(text("SELECT count(*) FROM notice"))).scalar_one()
    assert left == 2
