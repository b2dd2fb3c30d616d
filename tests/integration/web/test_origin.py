"""Changes that a page of another site asks for are refused, whatever the browser tells about where they come from."""

from collections.abc import AsyncIterator

import pytest
from httpx import Response

from contextualise.repository.database import Database
from tests.whole import Whole, filled, prepared, routes_of

HOST = "testserver.local"
PUBLIC = "https://maps.example.org"

FOREIGN = {
    "a page of another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "a page of a neighbour": {"Sec-Fetch-Site": "same-site", "Origin": f"http://other.{HOST}"},
    "what no browser sends": {"Sec-Fetch-Site": "ours, honestly"},
    "nothing said": {"Sec-Fetch-Site": ""},
    "the fetch site counts before the origin": {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
    "an older browser": {"Origin": "https://evil.example"},
    "an opaque origin": {"Origin": "null"},
    "another port": {"Origin": f"http://{HOST}:8443"},
    "our name within another": {"Origin": f"http://{HOST}.evil.example"},
    "our name as a user": {"Origin": f"http://{HOST}@evil.example"},
    "our name without a scheme": {"Origin": HOST},
    "no address at all": {"Origin": "http://["},
    "only a referrer": {"Referer": f"https://evil.example/{HOST}"},
    "a referrer that is no address": {"Referer": "http://["},
    "the origin counts before the referrer": {"Origin": "https://evil.example", "Referer": f"http://{HOST}/"},
}
OWN = {
    "a page of ours": {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
    "typed by the person": {"Sec-Fetch-Site": "none"},
    "an older browser": {"Origin": f"http://{HOST}"},
    "a still older browser": {"Referer": f"http://{HOST}/maps/1-italian-opera?q=1"},
    "no browser": {},
}


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole")) as site:
        yield site


async def post(whole: Whole, path: str, headers: dict[str, str], who: str = "owner") -> Response:
    """A POST with these headers alone, and the person's cookie."""
    cookies = "; ".join(f"{name}={value}" for name, value in whole.people[who].cookies.items())
    whole.site.client.cookies.clear()
    return await whole.site.client.post(
        path, data={"theme": "dark"}, headers={"Cookie": cookies, "Accept": "application/json", **headers}, follow_redirects=False
    )


def is_refused(response: Response) -> bool:
    return response.status_code == 403 and "page of another site" in response.text


@pytest.mark.parametrize("case", FOREIGN)
async def test_every_change_is_refused_to_other_sites(whole: Whole, case: str) -> None:
    values = await whole.values("shared")
    before = await whole.state()
    changing = [path for method, path in routes_of(whole.site.app) if method not in ("GET", "HEAD")]
    assert len(changing) > 40
    let_in = [path for path in changing if not is_refused(await post(whole, filled(path, values), FOREIGN[case]))]
    assert let_in == []
    assert await whole.state() == before


@pytest.mark.parametrize("case", OWN)
async def test_changes_from_here_are_let_in(whole: Whole, case: str) -> None:
    answer = await post(whole, "/theme", OWN[case])
    assert (answer.status_code, answer.cookies["theme"]) == (303, "dark")


async def test_every_form_may_be_posted_by_a_person_of_ours(whole: Whole) -> None:
    """The check stands before every route and refuses none for its own sake."""
    values = await whole.values("shared")
    for method, path in routes_of(whole.site.app):
        if method == "POST":
            assert not is_refused(await post(whole, filled(path, values), OWN["a page of ours"], who="anonymous")), path


async def test_reading_is_open_to_links_from_anywhere(whole: Whole) -> None:
    for headers in FOREIGN.values():
        answer = await whole.site.client.get("/sign-in", headers=headers)
        assert answer.status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_no_other_method_changes_anything(whole: Whole, method: str) -> None:
    for (_, path), values in zip(routes_of(whole.site.app), [await whole.values("shared")] * 1000, strict=False):
        answer = await whole.people["owner"].request(method, filled(path, values))
        assert answer.status_code in (404, 405), path


async def test_a_refusal_is_a_page_a_fragment_or_a_problem(whole: Whole) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    page = await post(whole, "/theme", {**foreign, "Accept": "text/html"})
    assert "<h1>" in page.text and "nothing was changed" in page.text
    fragment = await post(whole, "/theme", {**foreign, "HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<h1>" not in fragment.text and "nothing was changed" in fragment.text
    problem = await post(whole, "/theme", foreign)
    assert problem.json()["status"] == 403


@pytest.fixture(scope="module")
async def proxied(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory, whole: Whole) -> AsyncIterator[Whole]:
    """A site whose PUBLIC_URL is set: that is our origin, whatever the request's Host says."""
    async with prepared(database_url, database, tmp_path_factory.mktemp("proxied"), PUBLIC_URL=PUBLIC) as site:
        yield site


@pytest.mark.parametrize("headers", [{"Origin": PUBLIC}, {"Referer": f"{PUBLIC}/maps"}, {"Sec-Fetch-Site": "same-origin"}, {}])
async def test_behind_a_proxy_the_public_origin_is_ours(proxied: Whole, headers: dict[str, str]) -> None:
    assert (await post(proxied, "/theme", headers)).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": f"http://{HOST}"},
        {"Origin": "http://maps.example.org"},
        {"Origin": f"{PUBLIC}:8443"},
        {"Origin": "null"},
        {"Referer": f"http://{HOST}/maps"},
        {"Referer": "http://maps.example.org/maps"},
        {"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC},
    ],
)
async def test_behind_a_proxy_every_other_origin_is_foreign(proxied: Whole, headers: dict[str, str]) -> None:
    assert is_refused(await post(proxied, "/theme", headers))
