"""What every answer carries, whoever made it: handlers, error pages, static files, uploaded files."""

from collections.abc import AsyncIterator
from http.cookies import Morsel, SimpleCookie

import pytest
from httpx import Response
from litestar import get

from contextualise.repository.database import Database
from tests.web import PASSWORD
from tests.whole import Whole, filled, prepared, routes_of

SOURCES = {"script-src", "style-src", "img-src", "font-src", "media-src", "connect-src", "manifest-src", "form-action"}


@get("/forced", sync_to_thread=False)
def forced() -> None:
    """Fails; only this test's application has it."""
    raise RuntimeError


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole"), SIGN_UP="invite") as site:
        site.site.app.register(forced)
        yield site


@pytest.fixture(scope="module")
async def secure(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory, whole: Whole) -> AsyncIterator[Whole]:
    """The site that people reach over TLS."""
    public = {"PUBLIC_URL": "https://maps.example.org", "SIGN_UP": "invite"}
    async with prepared(database_url, database, tmp_path_factory.mktemp("secure"), **public) as site:
        for person in site.people.values():
            if "session" in person.cookies:
                person.cookies["__Host-session"] = person.cookies.pop("session")
        yield site


def check(response: Response, *, plays: bool = False, is_secret: bool = False) -> None:
    """The headers of any answer; a page that plays one thing stands in frames of ours and shows one other site.

    `is_secret`: its address opens something, and is told to nobody, not even to pages of ours.
    """
    headers = response.headers
    policy = {words[0]: words[1:] for words in (part.split() for part in headers["content-security-policy"].split(";"))}
    assert policy["default-src"] == ["'none'"]
    assert "unsafe" not in headers["content-security-policy"] and "*" not in headers["content-security-policy"]
    if "sandbox" not in policy:
        assert policy["base-uri"] == ["'none'"]
        assert policy["frame-ancestors"] == (["'self'"] if plays else ["'none'"])
        assert plays or policy["frame-src"] == ["'self'"]
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == ["'self'"]
        assert all(source in ("'self'", "data:") for name in SOURCES & set(policy) for source in policy[name])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == ("no-referrer" if is_secret else "same-origin")
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 16
    assert "cache-control" in headers
    assert "server" not in headers and "x-powered-by" not in headers


async def test_every_page_and_fragment(whole: Whole) -> None:
    values = await whole.values("shared")
    for method, path in routes_of(whole.site.app):
        if method == "GET":
            for who in ("anonymous", "owner"):
                for fragment in (False, True):
                    response = await whole.people[who].get(filled(path, values), fragment=fragment, target="main")
                    check(response, plays="/players/" in path and response.status_code == 200, is_secret=path.startswith("/s/"))
                    kept = response.headers["cache-control"]
                    assert "public" not in kept or path.startswith(("/static", "/favicon", "/robots.txt")), (path, kept)
                    if response.headers.get("content-type", "").startswith("text/html") and response.status_code == 200:
                        assert "HX-Request" in response.headers["vary"] and "Cookie" in response.headers["vary"], path


async def test_errors_too(whole: Whole) -> None:
    owner, theme = whole.people["owner"], {"Content-Type": "application/x-www-form-urlencoded"}
    answers = {
        400: await owner.request("POST", "/maps/importing", content=b"{}", headers={"Content-Type": "text/plain"}),
        403: await owner.post("/theme", headers={"Sec-Fetch-Site": "cross-site"}),
        404: await owner.get("/nowhere"),
        405: await owner.get("/theme"),
        413: await owner.request("POST", "/theme", content=b"a" * 300_000, headers=theme),
        422: await owner.post("/maps/new", {}),
        500: await owner.get("/forced"),
    }
    for _ in range(12):
        answers[429] = await whole.site.anonymous.post("/sign-in", {"email": "nobody@example.org", "password": "x"})
    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    for answer in answers.values():
        check(answer)
    for method in ("OPTIONS", "HEAD"):
        check(await owner.request(method, "/"))


async def test_unchanged_pages_keep_the_policy(whole: Whole) -> None:
    owner, url = whole.people["owner"], f"/maps/{whole.maps['private']}-italian-opera"
    first = await owner.get(url)
    again = await owner.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    check(again)
    assert again.headers["etag"] == first.headers["etag"]


async def test_static_files_are_kept_for_ever_under_their_hash_alone(whole: Whole) -> None:
    for name in ("css/base.css", "js/go-to.js", "icons/mark.svg"):
        lasting = await whole.site.anonymous.get(whole.site.parts.assets.url(name))
        check(lasting)
        assert "immutable" in lasting.headers["cache-control"] and "public" in lasting.headers["cache-control"]
        assert (await whole.site.anonymous.get(f"/static/0123456789ab/{name}")).headers["cache-control"] == "no-store"


async def test_uploaded_files_can_run_nothing(whole: Whole) -> None:
    values = await whole.values("shared")
    file = await whole.people["owner"].get(filled("/maps/{ref:str}/files/{digest:str}/{name:str}", values))
    check(file)
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["content-disposition"].startswith("attachment")
    picture = await whole.people["owner"].get(filled("/maps/{ref:str}/image", values))
    check(picture)
    assert picture.headers["content-type"] == "image/webp"


async def test_a_private_file_is_not_kept_by_shared_caches(whole: Whole) -> None:
    values = await whole.values("published")
    for path in ("/maps/{ref:str}/files/{digest:str}/{name:str}", "/maps/{ref:str}/image", "/maps/{ref:str}", "/maps/{ref:str}/topics"):
        answer = await whole.site.anonymous.get(filled(path, values))
        assert answer.status_code == 200 and answer.headers["cache-control"].startswith("private"), path


async def cookies_of(whole: Whole) -> dict[str, Morsel[str]]:
    """Every cookie that the site sets, as it sets it."""
    values = await whole.values("shared")
    fresh = await whole.site.person(f"{values['topics']}@example.org")
    answers = [
        await whole.site.anonymous.post("/sign-in", {"email": fresh.email, "password": PASSWORD}),
        await whole.people["owner"].post("/theme", {"theme": "dark"}),
        await whole.people["owner"].post("/account/name", {"name": "Ada"}),
        await whole.people["owner"].get(filled("/maps/{ref:str}/topics/{slug:str}", values)),
        await whole.people["admin"].post("/admin/invitations", {}),
    ]
    found = {}
    for answer in answers:
        for line in answer.headers.get_list("set-cookie"):
            found.update({name: cookie for name, cookie in SimpleCookie(line).items() if cookie.value})  # an empty one goes away
    return found


async def test_cookies_are_not_for_scripts_nor_for_other_sites(whole: Whole) -> None:
    found = await cookies_of(whole)
    assert set(found) == {"session", "flash", "trail", "fresh-link", "theme"}
    for name, cookie in found.items():
        assert cookie["samesite"].lower() == "lax", name
        assert cookie["httponly"] or name == "theme", name
        assert not cookie["secure"] and not cookie["domain"], name


async def test_over_tls_cookies_are_bound_to_it_and_to_the_host(secure: Whole) -> None:
    found = await cookies_of(secure)
    assert set(found) == {"__Host-session", "flash", "trail", "fresh-link", "theme"}
    for name, cookie in found.items():
        assert cookie["secure"] and not cookie["domain"], name
    assert found["__Host-session"]["path"] == "/"


async def test_only_over_tls_browsers_are_told_to_stay_there(whole: Whole, secure: Whole) -> None:
    assert "strict-transport-security" not in (await whole.site.anonymous.get("/")).headers
    for path in ("/", "/nowhere", secure.site.parts.assets.url("css/base.css")):
        assert "max-age=31536000" in (await secure.site.anonymous.get(path)).headers["strict-transport-security"]


async def test_over_tls_the_plain_cookie_opens_nothing(secure: Whole) -> None:
    owner = secure.people["owner"]
    stolen = secure.site.anonymous
    stolen.cookies["session"] = owner.cookies["__Host-session"]
    assert (await stolen.get("/account")).status_code == 303
    assert (await owner.get("/account")).status_code == 200
