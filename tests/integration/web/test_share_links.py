"""Share links: made, opened, read by, counted, revoked. What they keep closed is proved for every route in test_access."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from httpx import Response
from sqlalchemy import text

from contextualise.domain.maps import trash_map
from contextualise.domain.paths import save_path
from contextualise.domain.share_links import forget_old_uses
from contextualise.domain.topics import delete_topic
from contextualise.domain.topics.editing import rename_topic
from tests.opera import PIXEL, Opera
from tests.web import Client

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
OPENS_NOTHING = "This link opens nothing"


@dataclass
class Made:
    """A link as its owner gets it."""

    url: str
    page: str


async def make(opera: Opera, what: str = "map", slug: str = "", **more: str) -> Made:
    answer = await opera.owner.post(f"{opera.url}/share-links", {"what": what, "topic": slug, "ends": "never", **more})
    assert answer.status_code == 303, answer.text
    shown = await opera.owner.follow(answer)
    address = re.search(r'data-text="http://testserver\.local(/s/[^"]+)"', shown.text)
    assert address
    return Made(address[1], f"{opera.url}/share-links/{answer.headers['location'].rpartition('=')[2]}")


async def opened(opera: Opera, made: Made, reader: Client | None = None) -> tuple[Client, Response]:
    """A browser that has opened the link, and the page that it came to."""
    reader = reader or opera.anonymous
    answer = await reader.get(made.url, headers=FIREFOX)
    assert answer.status_code == 303, answer.text
    return reader, await reader.follow(answer)


async def make_path(opera: Opera, *names: str) -> str:
    async with opera.site.database.writing() as session:
        await save_path(session, opera.map_id, opera.owner.id, name="Evenings", step_ids=[opera.ids[name] for name in names])
    return "evenings"


async def test_a_map_is_read_through_a_link(opera: Opera) -> None:
    made = await make(opera, label="The editor of the review")
    reader, page = await opened(opera, made)
    assert page.status_code == 200 and "Italian opera" in page.text
    assert "You read this through a link from Owner." in page.text
    for path in ("/topics", "/topics/tosca", "/timeline", "/places", "/search?q=tosca", "/paths", "/topics/tosca/graph"):
        assert (await reader.get(opera.url + path)).status_code == 200, path
    assert (await opera.anonymous.get(opera.url)).status_code == 404


async def test_nothing_can_be_done_through_it(opera: Opera) -> None:
    reader, page = await opened(opera, await make(opera))
    assert not re.search(r'(href|action)="/maps/[^"]*/(edit|new|notes|trash|history|share-links)"', page.text)
    answer = await reader.post(f"{opera.tosca}/names/new", {"value": "Mine"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
    with_account, _ = await opened(opera, await make(opera), opera.stranger)
    refused = await with_account.post(f"{opera.tosca}/names/new", {"value": "Mine"})
    assert refused.status_code == 403 and "Your link lets you read this" in unescape(refused.text)
    assert "Mine" not in (await opera.owner.get(opera.tosca)).text


async def test_it_tells_nobody_who_works_on_the_map(own_opera: Opera) -> None:
    made = await make(own_opera)
    async with own_opera.site.database.writing() as session:
        await session.execute(text("UPDATE app_user SET name = 'Quentin' WHERE id = :id"), {"id": own_opera.owner.id})
        await session.execute(text("UPDATE share_link SET created_by = NULL"))
    reader, front = await opened(own_opera, made)
    association = f"{own_opera.url}/associations/{own_opera.ids['composition']}"
    assert "Quentin" in (await own_opera.viewer.get(own_opera.tosca)).text
    for page in (front, await reader.get(own_opera.tosca), await reader.get(association), await reader.get(f"{own_opera.url}/topics")):
        assert page.status_code == 200 and "Quentin" not in page.text and '/history"' not in page.text
    for path in ("/history", "/topics/tosca/changes", "/topics/tosca?at=v1", f"/texts/{own_opera.ids['text']}/versions"):
        assert (await reader.get(own_opera.url + path)).headers["location"].startswith("/sign-in"), path
        assert "?at=" in path or (await own_opera.viewer.get(own_opera.url + path)).status_code == 200, path


async def test_a_topic_is_read_with_its_pictures_and_no_way_out(opera: Opera) -> None:
    reader, page = await opened(opera, await make(opera, "topic", "tosca"))
    html = page.text
    assert page.status_code == 200 and "<h1>Tosca</h1>" in html
    assert "Giacomo Puccini" in html and "verismo" in html, "neighbours are named"
    inside = [unescape(href) for href in re.findall(r'<a\b[^>]*href="(/maps/[^"]*)"', html)]
    assert inside and all("/topics/tosca" in href or "/files/" in href for href in inside), inside
    assert "/graph" not in html and "/mentions" not in html and "/go-to" in html and f"{opera.url}/go-to" not in html
    picture = re.search(r'src="([^"]*/files/[^"]*)"', html)
    assert picture and (await reader.get(unescape(picture[1]))).status_code == 200
    for path in ("", "/topics", "/topics/giacomo-puccini", "/search?q=puccini", "/graph", "/timeline.ics", "/image", "/references?q=gia"):
        hidden = await reader.get(opera.url + path)
        assert hidden.status_code == 404 and "Italian opera" not in hidden.text, path


async def test_files_of_other_topics_stay_closed(opera: Opera) -> None:
    reader, _ = await opened(opera, await make(opera, "topic", "giacomo-puccini"))
    shown = (await opera.owner.get(opera.tosca)).text
    picture = re.search(r'src="([^"]*/files/[^"]*)"', shown)
    assert picture and (await opera.viewer.get(unescape(picture[1]))).content == PIXEL
    assert (await reader.get(unescape(picture[1]))).status_code == 404


async def test_no_name_is_to_be_had_by_asking_for_it(opera: Opera) -> None:
    """Contexts in the address and the cookie of the way here name topics: those of the rest are not looked up."""
    reader, _plain = await opened(opera, await make(opera, "topic", "giacomo-puccini"))
    page = f"{opera.url}/topics/giacomo-puccini"
    there, missing = [(await reader.get(f"{page}?scope={slug}")).text.replace(slug, "") for slug in ("luigi-illica", "nobody-at-all")]
    assert there == missing and "Luigi Illica" not in there
    reader.cookies["trail"] = str(opera.ids["Luigi Illica"])
    assert "Luigi Illica" not in (await reader.get(page)).text
    opera.viewer.cookies["trail"] = str(opera.ids["Luigi Illica"])
    assert "Luigi Illica" in (await opera.viewer.get(page)).text


async def test_a_list_does_not_go_on_after_an_association_of_others(opera: Opera) -> None:
    """The rows after a row are those with a later name; the name of a row elsewhere must not be found out by asking what is after it."""
    reader, _ = await opened(opera, await make(opera, "topic", "tosca"))
    page = (await opera.owner.get(opera.tosca)).text
    group = re.search(r'id="group-(\d+-\d+)"', page)
    assert group
    shown = f"{opera.tosca}?group={group[1]}&after="
    everything = await reader.get(f"{opera.tosca}")
    answers = [await reader.get(f"{shown}{number}") for number in (10**15, opera.ids["audience"])]
    rows = [re.findall(r'id="association-(\d+)"', answer.text) for answer in (everything, *answers)]
    assert rows[0] and rows[1] == rows[2] == rows[0], "as if nothing had been asked"
    assert re.findall(r'id="association-(\d+)"', (await reader.get(f"{shown}{opera.ids['libretto of Luigi Illica']}")).text) != rows[0]


async def test_a_path_is_read_along(own_opera: Opera) -> None:
    slug = await make_path(own_opera, "La Bohème", "Tosca", "Giacomo Puccini")
    reader, page = await opened(own_opera, await make(own_opera, "path", slug))
    assert page.status_code == 200
    addresses = [unescape(href) for href in re.findall(r'<li><a href="([^"]+)"', page.text)]
    assert len(addresses) == 3
    middle = await reader.get(addresses[1])
    assert "Tosca" in middle.text
    following = re.search(r'<a href="([^"]+)" rel="next"', middle.text)
    assert following and (await reader.get(unescape(following[1]))).status_code == 200
    assert "all paths" in page.text and f'href="{own_opera.url}/paths"' not in page.text
    assert (await reader.get(f"{own_opera.url}/topics/luigi-illica")).status_code == 404
    assert (await reader.get(f"{own_opera.url}/topics/{slug}")).status_code == 200, "what is written about the path"


async def test_a_topic_that_leaves_the_path_is_closed(own_opera: Opera) -> None:
    slug = await make_path(own_opera, "La Bohème", "Tosca")
    reader, _ = await opened(own_opera, await make(own_opera, "path", slug))
    assert (await reader.get(own_opera.tosca)).status_code == 200
    steps = [own_opera.ids[name] for name in ("La Bohème", "Giacomo Puccini")]
    async with own_opera.site.database.writing() as session:
        await save_path(session, own_opera.map_id, own_opera.owner.id, name="Evenings", step_ids=steps, slug=slug)
    assert (await reader.get(own_opera.tosca)).status_code == 404
    assert (await reader.get(f"{own_opera.url}/topics/giacomo-puccini")).status_code == 200


async def test_several_links_open_what_they_open_together(opera: Opera) -> None:
    reader, _ = await opened(opera, await make(opera, "topic", "tosca"))
    await opened(opera, await make(opera, "topic", "la-boheme"), reader)
    for slug in ("tosca", "la-boheme"):
        assert (await reader.get(f"{opera.url}/topics/{slug}")).status_code == 200
    assert (await reader.get(opera.url)).status_code == 404
    await opened(opera, await make(opera), reader)
    assert (await reader.get(opera.url)).status_code == 200


async def test_a_topic_that_moved_is_found(own_opera: Opera) -> None:
    made = await make(own_opera, "topic", "tosca")
    reader, _ = await opened(own_opera, made)
    async with own_opera.site.database.writing() as session:
        await rename_topic(session, own_opera.map_id, own_opera.owner.id, own_opera.ids["Tosca"], slug="floria-tosca")
    assert (await reader.get(own_opera.tosca)).headers["location"].endswith("/topics/floria-tosca")
    _, page = await opened(own_opera, made)
    assert page.status_code == 200 and "<h1>Tosca</h1>" in page.text


async def test_a_revoked_link_is_closed_at_the_next_request(opera: Opera) -> None:
    made = await make(opera)
    reader, first = await opened(opera, made)
    again = await reader.get(opera.url, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    told = await opera.owner.follow(await opera.owner.post(f"{made.page}/revocation"))
    assert "opens nothing any more" in told.text and "Undo" not in told.text
    assert (await reader.get(opera.url, headers={"If-None-Match": first.headers["etag"]})).status_code == 404
    assert OPENS_NOTHING in (await opera.anonymous.get(made.url)).text
    assert (await opera.owner.post(f"{made.page}/revocation")).status_code == 303, "twice does no harm"


async def test_a_link_ends_by_itself(own_opera: Opera) -> None:
    made = await make(own_opera, ends="7")
    reader, page = await opened(own_opera, made)
    assert re.search(r"from Owner until <time", page.text)
    async with own_opera.site.database.writing() as session:
        await session.execute(text("UPDATE share_link SET expires_at = now() - interval '1 second'"))
    assert (await reader.get(own_opera.url)).status_code == 404
    assert (await own_opera.anonymous.get(made.url)).status_code == 404
    assert made.url not in (await own_opera.owner.get(f"{own_opera.url}/share-links?show=ended")).text


async def test_deleted_things_are_closed_and_come_back(own_opera: Opera) -> None:
    topic, whole = await make(own_opera, "topic", "tosca"), await make(own_opera)
    reader, _ = await opened(own_opera, topic)
    async with own_opera.site.database.writing() as session:
        await delete_topic(session, own_opera.map_id, own_opera.owner.id, own_opera.ids["Tosca"])
    assert (await reader.get(own_opera.tosca)).status_code == 404
    assert (await own_opera.anonymous.get(topic.url)).status_code == 404
    assert "Its topic is gone" in (await own_opera.owner.get(f"{own_opera.url}/share-links")).text
    other, _ = await opened(own_opera, whole)
    async with own_opera.site.database.writing() as session:
        await trash_map(session, own_opera.map_id, own_opera.owner.id)
    assert (await other.get(own_opera.url)).status_code == 404
    assert (await own_opera.anonymous.get(whole.url)).status_code == 404


async def test_whatever_is_wrong_with_a_link_one_page_says_so(own_opera: Opera) -> None:
    made = await make(own_opera)
    revoked = await make(own_opera)
    await own_opera.owner.post(f"{revoked.page}/revocation")
    mistyped = made.url[:-1] + ("A" if made.url[-1] != "A" else "B")
    wrong = [revoked.url, mistyped, "/s/999999999-" + made.url[-24:], "/s/x", "/s/1-%00", "/s/-"]
    pages = []
    for url in wrong:
        answer = await own_opera.anonymous.get(url)
        assert answer.status_code == 404 and "Italian opera" not in answer.text
        assert answer.headers["x-robots-tag"] == "noindex" and answer.headers["cache-control"] == "private, no-store"
        body = answer.text.replace(unescape(url), "").replace(url, "")
        pages.append(re.sub(r'value="[^"]*"|next=[^"&]*|[0-9a-f]{16}', "", body))
    assert len(set(pages)) == 1


async def test_trying_many_is_stopped(own_opera: Opera) -> None:
    made = await make(own_opera)
    codes = [(await own_opera.anonymous.get(f"/s/{own_opera.map_id}-{number:024}")).status_code for number in range(61)]
    assert codes == [404] * 60 + [429]
    assert (await own_opera.anonymous.get(made.url)).status_code == 429


async def test_opening_a_good_one_often_is_not(opera: Opera) -> None:
    made = await make(opera)
    for _ in range(70):
        assert (await opera.anonymous.get(made.url)).status_code == 303


async def test_answers_through_a_link_are_for_nobody_else(opera: Opera) -> None:
    reader, page = await opened(opera, await make(opera))
    picture = re.search(r'src="([^"]*/files/[^"]*)"', (await reader.get(opera.tosca)).text)
    assert picture
    for answer in (page, await reader.get(opera.tosca), await reader.get(unescape(picture[1]))):
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "private, no-cache"
    for other in (opera.owner, opera.viewer):
        assert (await other.get(opera.url)).headers["referrer-policy"] == "same-origin"
    old = await reader.get(opera.url, headers={"Sec-Fetch-Site": ""})
    assert old.status_code == 200


async def test_the_cookie_is_signed_and_kept_from_scripts(opera: Opera) -> None:
    made = await make(opera)
    answer = await opera.anonymous.get(made.url)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert made.url.removeprefix("/s/") not in cookie, "the secret itself stays out of it"
    value = cookie.partition("=")[2].partition(";")[0]
    # Not the last sign: some of its bits say nothing.
    forged = Client(opera.site, {"links": value[:-5] + ("A" if value[-5] != "A" else "B") + value[-4:]})
    assert (await forged.get(opera.url)).status_code == 404
    assert (await Client(opera.site, {"links": value}).get(opera.url)).status_code == 200
    assert (await Client(opera.site, {"links": "x.y"}).get(opera.url)).status_code == 404


async def test_a_browser_keeps_the_last_eight(opera: Opera) -> None:
    reader = opera.anonymous
    await opened(opera, await make(opera, "topic", "tosca"), reader)
    for _ in range(8):
        await opened(opera, await make(opera, "topic", "giacomo-puccini"), reader)
    assert (await reader.get(f"{opera.url}/topics/giacomo-puccini")).status_code == 200
    assert (await reader.get(opera.tosca)).status_code == 404


async def test_members_stay_what_they_are(own_opera: Opera) -> None:
    made = await make(own_opera, "topic", "tosca")
    for person in (own_opera.owner, own_opera.viewer):
        answer = await person.get(made.url)
        assert answer.status_code == 303 and "set-cookie" not in answer.headers
    own_opera.viewer.cookies |= (await opened(own_opera, made))[0].cookies
    assert (await own_opera.viewer.get(own_opera.url)).status_code == 200, "a link to a topic takes nothing from a viewer"
    assert "through a link" not in (await own_opera.viewer.get(own_opera.tosca)).text
    await own_opera.publish()
    reader, page = await opened(own_opera, made)
    assert "through a link" not in page.text and (await reader.get(own_opera.url)).status_code == 200


async def test_uses_are_counted_without_addresses(own_opera: Opera) -> None:
    made = await make(own_opera)
    for _ in range(3):
        await opened(own_opera, made)
    await own_opera.anonymous.get(made.url, headers={"User-Agent": "curl/8"})
    await own_opera.anonymous.request("HEAD", made.url, headers=FIREFOX)
    await own_opera.owner.get(made.url)
    page = (await own_opera.owner.get(made.page)).text
    rows = re.findall(r"<td>([^<]+)</td>.*?<td class=\"number\">(\d+)</td>", page, re.DOTALL)
    assert sorted(rows) == [("Firefox on Linux", "3"), ("curl", "1")]
    assert re.search(r"Opened 4 times", (await own_opera.owner.get(f"{own_opera.url}/share-links")).text)
    async with own_opera.site.database.writing() as session:
        kept = (await session.execute(text("SELECT string_agg(u::text, ' ') FROM share_use u"))).scalar_one()
        await session.execute(text("UPDATE share_use SET day = day - 400 WHERE browser = 'curl'"))
        await forget_old_uses(session)
        assert (await session.execute(text("SELECT browser FROM share_use"))).scalars().all() == ["Firefox on Linux"]
    assert "testclient" not in kept and "127.0.0.1" not in kept


async def test_the_log_of_access_has_it(own_opera: Opera) -> None:
    made = await make(own_opera, "topic", "tosca", label="Cavaradossi")
    await own_opera.owner.post(f"{made.page}/revocation")
    async with own_opera.site.database.reading() as connection:
        rows = (await connection.execute(text("SELECT action, subject, user_id FROM audit ORDER BY id"))).all()
    assert [tuple(row) for row in rows] == [
        ("share.create", "“Cavaradossi”", own_opera.owner.id),
        ("share.revoke", "“Cavaradossi”", own_opera.owner.id),
    ]


async def test_the_secret_is_not_in_the_database(own_opera: Opera) -> None:
    made = await make(own_opera)
    async with own_opera.site.database.reading() as connection:
        kept = (await connection.execute(text("SELECT l::text FROM share_link l"))).scalar_one()
    secret = made.url.removeprefix("/s/")
    assert secret not in kept and secret.encode().hex() not in kept
    assert made.url in (await own_opera.owner.get(f"{own_opera.url}/share-links")).text


async def test_a_link_made_under_another_key_still_works_and_cannot_be_shown(own_opera: Opera) -> None:
    made = await make(own_opera)
    async with own_opera.site.database.writing() as session:
        await session.execute(text("UPDATE share_link SET nonce = decode(repeat('ab', 16), 'hex')"))
    page = (await own_opera.owner.get(f"{own_opera.url}/share-links")).text
    assert "/s/" not in page and "cannot be shown again" in page
    assert (await opened(own_opera, made))[1].status_code == 200


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "", "ends": "7"}, "Choose what the link opens."),
        ({"what": "topic", "topic": "nobody", "ends": "7"}, "That topic is not there any more."),
        ({"what": "topic", "topic": "x\x00", "ends": "7"}, "That topic is not there any more."),
        ({"what": "path", "topic": "tosca", "ends": "7"}, "This topic is no path any more."),
        ({"what": "map", "ends": "soon"}, "Choose when the link ends."),
        ({"what": "map", "ends": "date", "until": ""}, "Write a day as 2026-11-23."),
        ({"what": "map", "ends": "date", "until": "9999-12-31"}, "Write a day as 2026-11-23."),
        ({"what": "map", "ends": "date", "until": "9000-12-31"}, "Choose a day within the next ten years"),
        ({"what": "map", "ends": "date", "until": "2020-02-02"}, "Choose a day that is still to come."),
        ({"what": "map", "ends": "7", "label": "x" * 201}, "Use at most 200 characters"),
    ],
)
async def test_a_refused_form_keeps_what_was_typed(opera: Opera, fields: dict[str, str], said: str, fragment: bool) -> None:
    answer = await opera.owner.post(
        f"{opera.url}/share-links", {"label": "For the review", **fields}, fragment=fragment, target="share_links"
    )
    assert answer.status_code == 422
    html = unescape(answer.text)
    assert said in html and ("<!doctype" in html) is not fragment
    assert fields.get("label", "For the review") in html


async def test_a_day_is_kept_to_its_end(own_opera: Opera) -> None:
    today = datetime.now(UTC).date()
    await make(own_opera, ends="date", until=str(today))
    async with own_opera.site.database.reading() as connection:
        end = (await connection.execute(text("SELECT expires_at FROM share_link"))).scalar_one()
    assert end == datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1)


async def test_pages_lead_to_the_form_for_what_they_show(own_opera: Opera) -> None:
    slug = await make_path(own_opera, "La Bohème", "Tosca")
    for page, asked in ((own_opera.url, ""), (own_opera.tosca, "?topic=tosca"), (f"{own_opera.url}/paths/{slug}", f"?path={slug}")):
        assert f'href="{own_opera.url}/share-links{asked}"' in (await own_opera.owner.get(page)).text
        assert "/share-links" not in (await own_opera.viewer.get(page)).text
    form = (await own_opera.owner.get(f"{own_opera.url}/share-links?path={slug}")).text
    assert re.search(r'value="path" checked', form) and "The path “Evenings”" in form


async def test_a_long_list_has_pages(own_opera: Opera) -> None:
    for number in range(27):
        await make(own_opera, label=f"Reader {number}")
    first = (await own_opera.owner.get(f"{own_opera.url}/share-links")).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = (await own_opera.owner.get(unescape(following[1]))).text
    names = [re.findall(r"Reader (\d+)</a>", page) for page in (first, second)]
    assert [int(name) for page in names for name in page] == list(range(26, -1, -1))
    async with own_opera.site.database.writing() as session:
        await session.execute(
            text(
                "INSERT INTO share_use (map_id, link_id, day, visitor, browser) SELECT map_id, id, '2026-01-01'::date + n, '\\x01',"
                " 'Day ' || n FROM share_link, generate_series(1, 60) AS n WHERE label = 'Reader 26'"
            )
        )
    link = re.search(r'href="([^"]+/share-links/\d+)">Reader 26<', first)
    assert link
    uses = (await own_opera.owner.get(link[1])).text
    more = re.search(r'rel="next" href="([^"]+)"', uses)
    assert more
    rest = (await own_opera.owner.get(unescape(more[1]))).text
    assert [int(day) for page in (uses, rest) for day in re.findall(r"<td>Day (\d+)</td>", page)] == list(range(60, 0, -1))
