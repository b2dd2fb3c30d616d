"""Every form of the topic page against everybody who may not use it."""

import re

import pytest
from sqlalchemy import text

from contextualise.domain.maps import publish_map
from tests.editing import Desk, open_desk
from tests.web import Person, Site

GETS = (
    "topics/new",
    "topics/tosca/names/new",
    "topics/tosca/types/edit",
    "topics/tosca/address/edit",
    "topics/tosca/identifiers/new",
    "topics/tosca/text/new",
    "topics/tosca/links/new",
    "topics/tosca/attributes/new",
    "topics/tosca/associations/new",
    "topics/tosca/quick-association",
    "topics/tosca/merging",
    "topics/tosca/removal",
    "topics/tosca/notes/new",
    "notes",
    "trash",
)
POSTS = (
    *(path for path in GETS if path != "trash"),
    "topics/tosca/tags",
    "topics/tosca/tags/1/removal",
    "topics/tosca/names/1/edit",
    "topics/tosca/names/1/removal",
    "topics/tosca/text/1/edit",
    "topics/tosca/text/1/removal",
    "topics/tosca/occurrences/1/edit",
    "topics/tosca/occurrences/1/removal",
    "topics/tosca/identifiers/removal",
    "associations/1/edit",
    "associations/1/removal",
    "associations/1/attributes/new",
    "occurrences/1/attributes/new",
    "details/1/edit",
    "details/1/removal",
    "changes/1/undoing",
    "notes/1/edit",
    "notes/1/removal",
    "notes/1/attaching",
    "notes/1/detaching",
    "notes/1/conversion",
    "topics/tosca/mentions/1/association",
    "topics/tosca/mentions/1/link",
)


@pytest.fixture
async def desk(site: Site, owner: Person) -> Desk:
    desk = await open_desk(site, owner)
    await desk.topic("Tosca")
    return desk


async def test_a_private_map_is_not_there_for_strangers(desk: Desk, site: Site) -> None:
    stranger = await site.person("stranger@example.org")
    for fragment in (False, True):
        assert {path: (await stranger.get(f"{desk.url}/{path}", fragment=fragment)).status_code for path in GETS} == dict.fromkeys(
            GETS, 404
        )
        answers = {path: (await stranger.post(f"{desk.url}/{path}", fragment=fragment)).status_code for path in POSTS}
        assert answers == dict.fromkeys(POSTS, 404)


async def test_a_published_map_is_not_changed_by_readers(desk: Desk, site: Site) -> None:
    async with site.database.writing() as session:
        await publish_map(session, desk.map_id, desk.person.id)
    reader = await site.person("reader@example.org")
    assert {path: (await reader.get(f"{desk.url}/{path}")).status_code for path in GETS} == dict.fromkeys(GETS, 403)
    assert {path: (await reader.post(f"{desk.url}/{path}")).status_code for path in POSTS} == dict.fromkeys(POSTS, 403)
    for path in GETS:
        answer = await site.anonymous.get(f"{desk.url}/{path}")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(("mode", "status"), [("view", 403), ("comment", 403), ("edit", 200)])
async def test_only_collaborators_who_edit_get_the_forms(desk: Desk, site: Site, mode: str, status: int) -> None:
    person = await site.person(f"{mode}@example.org")
    async with site.database.writing() as session:
        statement = text("INSERT INTO map_member (map_id, user_id, mode) VALUES (:map_id, :user_id, :mode)")
        await session.execute(statement, {"map_id": desk.map_id, "user_id": person.id, "mode": mode})
    assert {path: (await person.get(f"{desk.url}/{path}")).status_code for path in GETS} == dict.fromkeys(GETS, status)
    saved = await person.post(f"{desk.url}/topics/tosca/names/new", {"value": "Floria"})
    assert saved.status_code == (303 if status == 200 else status)


async def test_an_administrator_reads_but_does_not_write_for_others(desk: Desk, site: Site) -> None:
    admin = await site.person("admin@example.org", admin=True)
    assert (await admin.get(f"{desk.url}/topics/tosca")).status_code == 200
    assert {path: (await admin.post(f"{desk.url}/{path}")).status_code for path in POSTS} == dict.fromkeys(POSTS, 403)


async def test_forms_work_for_the_owner_as_page_and_fragment(desk: Desk) -> None:
    for path in GETS:
        page = await desk.get(f"{desk.url}/{path}")
        assert page.status_code == 200, path
        assert "</html>" in page.text
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), (path, sorted(each for each in ids if ids.count(each) > 1))
        if path != "trash":
            fragment = await desk.get(f"{desk.url}/{path}", fragment=True, target="topic-head")
            assert fragment.status_code == 200, path
            assert "<html" not in fragment.text, path


async def test_odd_forms_are_never_a_failure(desk: Desk) -> None:
    bodies = (
        b"",
        b"\xff\xfe=\x00&%zz=%00&a=b=c;&&",
        b"value=%00&name=%ed%a0%80&text=%ff&tags=%00&slug=%00&iri=%00&url=%00&topic=%00&type=%00&other=%00&replacement=%00",
        b"text=" + b"y" * 1_100_000,
        b"value=1&value=2&theme=x&theme=99999999999999999999&theme_text=a&theme_text=b&language=77&type_id=zzz&datatype=nope&expected=zz",
        b"&".join(b"f%d=1" % number for number in range(3000)),
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in POSTS:
        for body in bodies:
            answer = await desk.person.request("POST", f"{desk.url}/{path}", headers=headers, content=body)
            assert answer.status_code < 500, (path, body[:60])
            if path == "topics/tosca/removal" and answer.status_code == 303:
                await desk.topic("Tosca")
