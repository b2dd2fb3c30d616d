"""Taking everything along and deleting one's account."""

import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from contextualise.domain.leaving import purge_left
from contextualise.interchange import read
from contextualise.jobs import Stores, run_next, tidy_up
from contextualise.settings import Settings
from tests.mailing import MailSite, mail_site
from tests.media_samples import picture
from tests.opera import Opera
from tests.web import OURS, PASSWORD, Person, Site


async def fact(site: Site, statement: str, **values: Any) -> Any:
    async with site.database.reading() as connection:
        return (await connection.execute(text(statement), values)).scalar_one_or_none()


async def new_map(person: Person, title: str) -> tuple[int, str]:
    path = (await person.post("/maps/new", {"title": title})).headers["location"]
    return int(path.rpartition("/")[2].partition("-")[0]), path


async def join(site: Site, map_id: int, person: Person, mode: str = "edit") -> None:
    async with site.database.writing() as session:
        await session.execute(text(f"INSERT INTO map_member (map_id, user_id, mode) VALUES ({map_id}, {person.id}, '{mode}')"))


async def leave(person: Person, **more: str) -> Any:
    return await person.post("/account/deletion", {"password": PASSWORD, **more})


async def run_jobs(site: Site) -> None:
    settings = site.parts.settings
    while await run_next(site.database, site.objects, Stores(settings.database_url or "", str(settings.objects_folder), settings.s3)):
        pass


async def test_everything_is_in_one_archive(own_opera: Opera) -> None:
    opera = own_opera
    await opera.owner.post(
        f"{opera.tosca}/files/new", files=[("file", ("stage set.png", picture()))], headers={"Accept": "application/json"}
    )
    await opera.owner.post(f"{opera.url}/drafts", {"place": "topics/x/text/new", "source": "Not saved yet."})
    await new_map(opera.owner, "Another & empty")
    answer = await opera.owner.get("/account/export.zip")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment")
    archive = ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = archive.namelist()
    (account,) = json.loads(archive.read("account.json"))
    assert account["email"] == opera.owner.email and "password" not in archive.read("account.json").decode()
    assert [draft["source"] for draft in json.loads(archive.read("drafts.json"))] == ["Not saved yet."]
    assert len(json.loads(archive.read("maps.json"))) == 2 and json.loads(archive.read("comments.json")) == []
    assert json.loads(archive.read("changes.json")), "what was done, and when"
    folders = {name.split("/")[1] for name in names if name.startswith("maps/")}
    assert len(folders) == 2 and any("another-empty" in folder for folder in folders)
    folder = f"maps/{opera.url.rpartition('/')[2]}"
    found = read(io.BytesIO(archive.read(f"{folder}/map.xtm")), base="https://example.org/map.xtm", strict=True).map
    (address,) = [item.value for item in found.occurrences if item.value.endswith("stage%20set.png")]
    (kept,) = [name for name in names if name.endswith("/stage set.png")]
    assert address == f"https://example.org/{kept.removeprefix(folder + '/').replace(' ', '%20')}", "the map finds its files beside it"
    assert archive.read(kept) == picture()
    listed = json.loads(archive.read(f"{folder}/files.json"))
    assert {row["path"] for row in listed if row["path"].endswith("png")} and all(row["media_type"] for row in listed)


async def test_nobody_elses_data_is_in_it(own_opera: Opera) -> None:
    archive = ZipFile(io.BytesIO((await own_opera.viewer.get("/account/export.zip")).content))
    assert not [name for name in archive.namelist() if name.startswith("maps/")]
    assert [row["mode"] for row in json.loads(archive.read("memberships.json"))] == ["view"]
    assert own_opera.owner.email not in "".join(archive.read(name).decode() for name in archive.namelist())


async def test_a_lost_file_does_not_keep_the_rest(own_opera: Opera) -> None:
    opera = own_opera
    await opera.owner.post(f"{opera.tosca}/files/new", files=[("file", ("stage.png", picture()))], headers={"Accept": "application/json"})
    async for stored in opera.site.objects.keys(f"maps/{opera.map_id}/"):
        await opera.site.objects.delete(stored.key)
    archive = ZipFile(io.BytesIO((await opera.owner.get("/account/export.zip")).content))
    assert archive.testzip() is None
    assert not [name for name in archive.namelist() if name.endswith(".png")]


async def test_an_account_is_deleted_with_its_maps_and_nothing_of_the_person_is_left(site: Site, owner: Person) -> None:
    phone = site.anonymous
    await phone.post("/sign-in", {"email": owner.email, "password": PASSWORD})
    map_id, path = await new_map(owner, "Mine")
    await owner.post(f"{path}/topics/new", {"name": "Tosca", "anyway": "Tosca"})
    page = await owner.get("/account/deletion")
    assert "Mine" in page.text and "nobody else works on it" in page.text
    gone = await leave(owner)
    assert (gone.status_code, gone.headers["location"]) == (303, "/")
    assert "session" not in owner.cookies and "Your account is deleted" in (await owner.follow(gone)).text
    assert (await phone.get("/account")).status_code == 303
    again = await site.anonymous.post("/sign-in", {"email": owner.email, "password": PASSWORD})
    assert again.status_code == 422
    assert (await phone.get(path)).status_code in (303, 404)
    await run_jobs(site)
    assert await fact(site, "SELECT count(*) FROM map") == 0 and await fact(site, "SELECT count(*) FROM topic") == 0
    assert [stored async for stored in site.objects.keys(f"maps/{map_id}/")] == []
    row = await fact(site, "SELECT to_jsonb(u)::text FROM app_user u WHERE id = :id", id=owner.id)
    assert "owner" not in row.lower() and "Somebody who left" in row
    for table in ("user_session", "account_link", "draft", "notice", "map_member"):
        assert await fact(site, f"SELECT count(*) FROM {table} WHERE user_id = :id", id=owner.id) == 0, table
    admin = await site.person("admin@example.org", admin=True)
    assert "Somebody who left" not in (await admin.get("/admin/users")).text


async def test_the_address_is_free_again(site: Site, owner: Person) -> None:
    await leave(owner)
    again = await site.person(owner.email)
    assert (await again.get("/account")).status_code == 200


async def test_a_map_can_be_given_to_somebody_who_works_on_it(site: Site, owner: Person) -> None:
    ada, eve = await site.person("ada@example.org"), await site.person("eve@example.org")
    kept, path = await new_map(owner, "Given away")
    doomed, _ = await new_map(owner, "Not given")
    await join(site, kept, ada)
    assert f'name="heir-{kept}"' in (await owner.get("/account/deletion")).text
    for heir in (eve.id, owner.id, 10**12):
        refused = await leave(owner, **{f"heir-{kept}": str(heir)})
        assert refused.status_code == 422 and "does not work on the map" in refused.text, heir
    strange = await leave(owner, **{"heir-999999": str(ada.id)})
    assert strange.status_code == 422
    assert (await leave(owner, **{f"heir-{kept}": str(ada.id)})).status_code == 303
    await run_jobs(site)
    assert await fact(site, "SELECT owner_id FROM map WHERE id = :id", id=kept) == ada.id
    assert await fact(site, "SELECT count(*) FROM map WHERE id = :id", id=doomed) == 0
    assert (await ada.get(path)).status_code == 200 and (await ada.get(f"{path}/edit")).status_code == 200
    assert await fact(site, "SELECT count(*) FROM map_member WHERE map_id = :id", id=kept) == 0
    history = await ada.get(f"{path}/history")
    assert "Owner" not in history.text


async def test_what_was_done_in_maps_of_others_stays_as_the_work_of_somebody_who_left(site: Site, owner: Person) -> None:
    ada = await site.person("ada@example.org")
    map_id, path = await new_map(owner, "Shared")
    await join(site, map_id, ada)
    topic = (await ada.post(f"{path}/topics/new", {"name": "Tosca", "anyway": "Tosca"})).headers["location"].partition("#")[0]
    before = await owner.get(topic)
    assert (await leave(ada)).status_code == 303
    await run_jobs(site)
    after = await owner.get(topic, headers={"If-None-Match": before.headers.get("etag", "")})
    assert after.status_code == 200, "a page that names the person is not shown again as it was"
    changes = (await owner.get(f"{topic}/changes")).text
    assert "Somebody who left" in changes
    assert "Ada" not in (await owner.get(f"{path}/members")).text.partition("<main")[2].partition("Log")[0]


async def test_a_wrong_password_deletes_nothing_and_keeps_what_was_chosen(site: Site, owner: Person) -> None:
    ada = await site.person("ada@example.org")
    map_id, _ = await new_map(owner, "Mine")
    await join(site, map_id, ada)
    refused = await owner.post("/account/deletion", {"password": "wrong", f"heir-{map_id}": str(ada.id)})
    assert refused.status_code == 422 and "not your present password" in refused.text
    assert f'<option value="{ada.id}" selected>' in refused.text
    assert (await owner.get("/account")).status_code == 200
    for _ in range(9):
        await owner.post("/account/deletion", {"password": "wrong"})
    assert (await leave(owner)).status_code == 429


async def test_the_last_administrator_cannot_leave(site: Site) -> None:
    admin = await site.person("admin@example.org", admin=True)
    refused = await leave(admin)
    assert refused.status_code == 409 and "last administrator" in refused.text
    await site.person("second@example.org", admin=True)
    assert (await leave(admin)).status_code == 303


async def test_of_two_tabs_that_delete_the_account_one_is_too_late(site: Site, owner: Person) -> None:
    assert (await leave(replace(owner, cookies=dict(owner.cookies)))).status_code == 303
    late = await site.client.post(
        "/account/deletion",
        data={"password": PASSWORD},
        headers={**OURS, "Cookie": f"session={owner.cookies['session']}"},
        follow_redirects=False,
    )
    assert late.status_code == 303 and late.headers["location"].startswith("/sign-in")


async def test_what_a_killed_job_left_is_deleted_by_the_housekeeping(site: Site, owner: Person) -> None:
    await new_map(owner, "Mine")
    await leave(owner)
    async with site.database.writing() as session:
        await session.execute(text("DELETE FROM job"))
    await tidy_up(site.database, site.objects)
    assert await fact(site, "SELECT count(*) FROM map") == 0
    assert await purge_left(site.database, site.objects, owner.id) == 0


@pytest.fixture
async def mail(settings: Settings, emptied: object) -> AsyncIterator[MailSite]:
    async with mail_site(settings) as found:
        yield found


async def test_the_last_mail_says_that_the_account_is_gone(mail: MailSite) -> None:
    ada = await mail.site.person("ada@example.org")
    await ada.post("/account/address", {"email": "new@example.org", "address_password": PASSWORD})
    await mail.server.stop()
    assert (await leave(ada)).status_code == 303, "which does not wait for mail"
    await mail.server.start()
    assert [(message["To"], message["Subject"]) for message in await mail.deliver()] == [
        ("new@example.org", "Confirm your new e-mail address"),
        ("ada@example.org", "Your account is deleted"),
    ]
