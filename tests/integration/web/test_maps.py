"""Lists of maps, making and changing one, publishing, the trash and the front page, through the running application."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import text

from contextualise.domain import maps
from contextualise.domain.associations import quick_association
from contextualise.domain.base_topics import base_ids
from contextualise.domain.maps import check_fields
from contextualise.domain.texts import save_text
from contextualise.domain.topics import create_topic
from tests.counting import counted
from tests.web import Client, Person, Site


async def make(site: Site, owner: Person, title: str = "Italian opera", *, publish: bool = False) -> str:
    async with site.database.writing() as session:
        map_id = await maps.create_map(session, owner.id, check_fields(title=title, description="From Peri to Puccini."))
        if publish:
            await maps.publish_map(session, map_id, owner.id)
    return f"/maps/{maps.map_ref(map_id, title)}"


async def share(site: Site, url: str, person: Person, mode: str) -> None:
    async with site.database.writing() as session:
        map_id = int(url.split("/")[2].split("-")[0])
        await session.execute(text("INSERT INTO map_member VALUES (:m, :u, :mode)"), {"m": map_id, "u": person.id, "mode": mode})


async def test_a_map_is_made_with_the_form_and_is_private(site: Site, owner: Person) -> None:
    form = await owner.get("/maps/new")
    assert form.status_code == 200 and 'name="title"' in form.text
    fields = {"title": "Italian opera", "description": "From Peri to Puccini.", "default_lang": "it", "accent": "plum"}
    answer = await owner.post("/maps/new", fields)
    assert answer.status_code == 303
    page = await owner.follow(answer)
    assert "Italian opera" in page.text and 'data-accent="plum"' in page.text and "Write the first topic" in page.text
    assert (await site.anonymous.get(answer.headers["location"])).status_code == 404


async def test_a_multipart_form_works_as_well(owner: Person) -> None:
    answer = await owner.post("/maps/new", {"title": "Opéra"}, files={"image": ("", b"", "application/octet-stream")})
    assert answer.status_code == 303 and answer.headers["location"].endswith("-opera")


async def test_a_refused_form_says_what_is_wrong_and_keeps_what_was_typed(owner: Person) -> None:
    answer = await owner.post("/maps/new", {"title": " ", "description": "<i>" + "x" * 2001, "accent": "crimson", "default_lang": "??"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text and 'href="#title"' in answer.text and 'href="#description"' in answer.text
    assert "&lt;i&gt;xxx" in answer.text and "<i>xxx" not in answer.text


@pytest.mark.parametrize("path", ["/maps", "/maps/new"])
async def test_strangers_are_asked_to_sign_in(site: Site, path: str) -> None:
    answer = await site.anonymous.get(path)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


class TestAccess:
    """Every route of a map for everybody: a private map and none at all look the same."""

    async def people(self, site: Site, owner: Person) -> dict[str, Client]:
        return {
            "anonymous": site.anonymous,
            "stranger": await site.person("stranger@example.org"),
            "owner": owner,
            "admin": await site.person("admin@example.org", admin=True),
        }

    async def test_of_a_private_map(self, site: Site, owner: Person) -> None:
        url = await make(site, owner)
        everybody = await self.people(site, owner)
        for name, browser in everybody.items():
            inside = name in ("owner", "admin")
            for path in ("", "/edit"):
                found = await browser.get(url + path)
                assert found.status_code == (200 if inside else 404), (name, path)
            if not inside:
                missing = await browser.get("/maps/99999-italian-opera")
                strip = re.compile(r"99999|/maps/\d+|request-id[^>]*|[0-9a-f-]{20,}")
                assert strip.sub("", missing.text) == strip.sub("", (await browser.get(url)).text)
                for deed in ("edit", "publication", "promotion", "trashing", "restoration"):
                    assert (await browser.post(f"{url}/{deed}", {"title": "Mine"})).status_code in (303, 404), (name, deed)
        row = await self.row(site)
        assert (row.title, row.published_at, row.trashed_at) == ("Italian opera", None, None)

    async def test_of_a_published_map(self, site: Site, owner: Person) -> None:
        url = await make(site, owner, publish=True)
        for name, browser in (await self.people(site, owner)).items():
            inside = name in ("owner", "admin")
            assert (await browser.get(url)).status_code == 200, name
            assert (await browser.get(f"{url}/edit")).status_code in ((200,) if inside else (303, 403)), name
            if not inside:
                for deed in ("edit", "publication", "promotion", "trashing", "restoration"):
                    assert (await browser.post(f"{url}/{deed}", {"title": "Mine", "published": "0"})).status_code in (303, 403, 404), deed
        row = await self.row(site)
        assert row.title == "Italian opera" and row.published_at is not None and row.trashed_at is None

    async def test_of_people_one_works_with(self, site: Site, owner: Person) -> None:
        url = await make(site, owner)
        for mode in ("view", "comment", "edit"):
            guest = await site.person(f"{mode}@example.org")
            await share(site, url, guest, mode)
            page = await guest.get(url)
            assert page.status_code == 200
            assert ("Write the first topic" in page.text) is (mode == "edit")
            assert (await guest.get(f"{url}/edit")).status_code == 403
            assert (await guest.post(f"{url}/trashing")).status_code == 403

    async def test_of_promoting(self, site: Site, owner: Person) -> None:
        url = await make(site, owner, publish=True)
        assert (await owner.post(f"{url}/promotion")).status_code == 404
        admin = await site.person("admin@example.org", admin=True)
        assert (await admin.post(f"{url}/promotion")).status_code == 303
        assert (await self.row(site)).promoted_at is not None
        assert (await admin.post(f"{url}/promotion?promoted=0")).status_code == 303
        assert (await self.row(site)).promoted_at is None

    async def row(self, site: Site) -> object:
        async with site.database.reading() as connection:
            return (await connection.execute(text("SELECT * FROM map"))).one()


async def test_settings_are_saved_and_the_address_follows_the_title(owner: Person, site: Site) -> None:
    url = await make(site, owner)
    form = await owner.get(f"{url}/edit")
    assert "From Peri to Puccini." in form.text and "Delete this map" in form.text
    fields = {"title": "Opera in Italy", "description": "", "default_lang": "it", "accent": "rust", "published": "1"}
    answer = await owner.post(f"{url}/edit", fields)
    assert answer.status_code == 303 and answer.headers["location"].endswith("-opera-in-italy")
    old = await site.anonymous.get(f"{url}?scope=x")
    assert (old.status_code, old.headers["location"]) == (301, answer.headers["location"] + "?scope=x")
    refused = await owner.post(f"{answer.headers['location']}/edit", {**fields, "title": ""})
    assert refused.status_code == 422 and 'role="alert"' in refused.text


@pytest.mark.parametrize("ref", ["0", "abc", "7x", "-1", "9" * 30, "%00", "１２", "7-%F0%9F"])
async def test_addresses_of_no_map_are_not_found(site: Site, ref: str) -> None:
    assert (await site.anonymous.get(f"/maps/{ref}")).status_code == 404


async def test_publishing_can_be_taken_back_by_the_button_of_the_message(site: Site, owner: Person) -> None:
    url = await make(site, owner)
    page = await owner.follow(await owner.post(f"{url}/publication"))
    undo = re.search(r'action="(/maps/[^"]+published=0)"', page.text)
    assert undo and (await site.anonymous.get(url)).status_code == 200
    assert (await owner.post(undo[1].replace("&amp;", "&"))).status_code == 303
    assert (await site.anonymous.get(url)).status_code == 404


async def test_a_deleted_map_is_gone_until_it_is_brought_back(site: Site, owner: Person) -> None:
    url = await make(site, owner, publish=True)
    answer = await owner.post(f"{url}/trashing")
    page = await owner.follow(answer)
    assert answer.headers["location"] == "/maps" and f'action="{url}/restoration"' in page.text
    for browser in (owner, site.anonymous):
        assert (await browser.get(url)).status_code == 404
    assert "Italian opera" in (await owner.get("/maps?show=trash")).text
    stranger = await site.person("stranger@example.org")
    assert (await stranger.post(f"{url}/restoration")).status_code == 404
    assert (await owner.post(f"{url}/restoration")).status_code == 303
    assert (await site.anonymous.get(url)).status_code == 200


async def test_lists_show_what_is_ones_own_shared_and_deleted(site: Site, owner: Person) -> None:
    guest = await site.person("guest@example.org")
    assert "Make your first map" in (await guest.get("/maps")).text
    url = await make(site, owner)
    await share(site, url, guest, "edit")
    assert "Italian opera" in (await owner.get("/maps")).text
    assert "Italian opera" not in (await guest.get("/maps")).text
    shared = (await guest.get("/maps?show=shared")).text
    assert "Italian opera" in shared and "Can edit" in shared
    assert (await guest.get("/maps?show=nothing&after=zzz&q=%00")).status_code == 200


async def test_an_unchanged_front_page_is_answered_304_and_a_changed_one_not(site: Site, owner: Person) -> None:
    url = await make(site, owner, publish=True)
    first = await site.anonymous.get(url)
    tag = first.headers["etag"]
    assert (await site.anonymous.get(url, headers={"If-None-Match": tag})).status_code == 304
    assert (await owner.get(url, headers={"If-None-Match": tag})).status_code == 200, "another reader's page"
    await owner.post(f"{url}/edit", {"title": "Italian opera", "description": "Changed."})
    await owner.post(f"{url}/publication")
    assert (await site.anonymous.get(url, headers={"If-None-Match": tag})).status_code == 200


async def test_the_front_page_takes_at_most_three_statements(site: Site, owner: Person) -> None:
    url = await make(site, owner)
    await owner.get("/sign-in")  # a new connection has questions of its own
    with counted() as statements:
        assert (await owner.get(url)).status_code == 200
    assert len(statements) <= 3


def picture(width: int = 900, height: int = 500, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind)
    return file.getvalue()


async def test_a_picture_is_shown_in_two_sizes_to_readers_only(site: Site, owner: Person) -> None:
    answer = await owner.post("/maps/new", {"title": "Opera"}, files={"image": ("photo.png", picture(), "image/png")})
    assert answer.status_code == 303
    page = (await owner.follow(answer)).text
    address = re.search(r'src="(/maps/[^"]+/image[^"]+)"', page)
    assert address
    sizes = {}
    for path in (address[1].replace("&amp;", "&"), f"{answer.headers['location']}/image?size=small"):
        shown = await owner.get(path)
        assert (shown.status_code, shown.headers["content-type"], shown.headers["x-content-type-options"]) == (200, "image/webp", "nosniff")
        sizes[path] = Image.open(io.BytesIO(shown.content)).width
        again = await owner.get(path, headers={"If-None-Match": shown.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await site.anonymous.get(path)).status_code == 404
    assert list(sizes.values()) == [900, 400]
    assert "/image?size=small" in (await owner.get("/maps")).text


async def test_a_picture_can_be_replaced_and_taken_away(site: Site, owner: Person) -> None:
    url = await make(site, owner, publish=True)
    assert (await site.anonymous.get(f"{url}/image")).status_code == 404
    for colour in ("PNG", "JPEG"):
        answer = await owner.post(f"{url}/edit", {"title": "Italian opera"}, files={"image": ("p", picture(kind=colour), "image/png")})
        assert answer.status_code == 303
    await owner.post(f"{url}/publication")
    assert (await site.anonymous.get(f"{url}/image")).status_code == 200
    assert "Take the image away" in (await owner.get(f"{url}/edit")).text
    await owner.post(f"{url}/edit", {"title": "Italian opera", "published": "1"})
    assert (await site.anonymous.get(f"{url}/image")).status_code == 200, "a form without a file keeps the picture"
    await owner.post(f"{url}/edit", {"title": "Italian opera", "published": "1", "remove_image": "1"})
    assert (await site.anonymous.get(f"{url}/image")).status_code == 404


@pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", picture()[:200]])
async def test_what_is_no_picture_is_refused_beside_the_field(owner: Person, data: bytes) -> None:
    answer = await owner.post("/maps/new", {"title": "Kept title"}, files={"image": ("x.png", data, "image/png")})
    assert answer.status_code == 422
    assert 'id="image-error"' in answer.text and 'value="Kept title"' in answer.text
    assert "Kept title" not in (await owner.get("/maps")).text


async def test_a_picture_above_the_limit_is_told_with_both_sizes(owner: Person) -> None:
    answer = await owner.post("/maps/new", {"title": "Big"}, files={"image": ("x.png", b"x" * 10_100_000, "image/png")})
    assert answer.status_code == 422
    assert "10.1 MB" in answer.text and "at most 10 MB" in answer.text


async def test_the_front_page_tells_what_is_in_the_map(site: Site, owner: Person) -> None:
    url = await make(site, owner, publish=True)
    map_id = int(url.split("/")[2].split("-")[0])
    async with site.database.writing() as session:
        opera = (await create_topic(session, map_id, owner.id, name="Opera")).construct_id
        tosca = (await create_topic(session, map_id, owner.id, name="Tosca", type_ids=[opera])).construct_id
        for name in ("Aida", "Norma & <b>Adalgisa</b>"):
            other = (await create_topic(session, map_id, owner.id, name=name, type_ids=[opera])).construct_id
            await quick_association(session, map_id, owner.id, tosca, other)
        home = (await base_ids(session, map_id, ["home"]))["home"]
        source = "Begin with [[Aida]] or [[Nobody wrote this]]."
        await save_text(session, site.objects, map_id, owner.id, home, source=source, expected=None)
    page = (await site.anonymous.get(url)).text
    assert "Begin at Tosca" in page and "2 connections" in page and "4 topics" in page
    assert re.search(r"topics\?type=opera\"><span[^>]*></span>Opera<span class=\"count\">3<", page)
    assert "Norma &amp; &lt;b&gt;Adalgisa" in page and "<b>Adalgisa" not in page
    assert f'href="{url}/topics/aida">Aida</a>' in page
    assert "Nobody wrote this" in page and "topics/new" not in page, "a reader is offered nothing to write"
    assert f"{url}/topics/new?name=Nobody+wrote+this" in (await owner.get(url)).text
