"""Nobody learns which maps, files or accounts there are, neither from an answer nor from what it costs the server.

What forms of accounts tell is in test_recovery, test_addresses and test_sign_in; here is what can be asked of every address.
"""

import time
from collections.abc import AsyncIterator
from hashlib import sha256
from statistics import median

import pytest
from httpx import Response

from contextualise.repository.database import Database
from tests.counting import counted
from tests.web import PASSWORD, Site
from tests.whole import FILE, Whole, filled, prepared, routes_of, unmarked

NOWHERE = 987_654_321


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole")) as site:
        yield site


def told(response: Response, *addresses: object) -> tuple[object, ...]:
    """All that an answer tells: status, headers and words, without the request's own id and the address that was asked for."""
    headers = {name: unmarked_text(value, addresses) for name, value in response.headers.items() if name not in ("x-request-id", "date")}
    headers.pop("content-length", None)  # of the words, which are compared themselves
    return response.status_code, headers, unmarked(response, *addresses)


def unmarked_text(text: str, addresses: tuple[object, ...]) -> str:
    for address in addresses:
        text = text.replace(str(address), "ADDRESS")
    return text


@pytest.mark.parametrize(
    ("who", "state", "fragment"), [("anonymous", "private", False), ("stranger", "private", True), ("stranger", "trashed", False)]
)
async def test_a_map_one_may_not_see_is_told_from_none_by_nothing(whole: Whole, who: str, state: str, fragment: bool) -> None:
    """Every address of a map, read and written: the same answer after the same statements."""
    await whole.people[who].get("/maps/1")  # a new connection asks the database some things of its own
    await whole.people[who].post("/maps/1/edit")
    values = (
        await whole.values("private")
        if state == "private"
        else {**await whole.values("private"), "maps": f"{whole.maps[state]}-italian-opera"}
    )
    there, nowhere = values["maps"], f"{NOWHERE}-italian-opera"
    differing, asked = [], 0
    for method, path in routes_of(whole.site.app):
        if not path.startswith("/maps/{ref"):
            continue
        answers, costs = [], []
        for ref in (there, nowhere):
            whole.people[who].cookies.pop("flash", None)
            address = filled(path, {**values, "maps": ref})
            with counted() as statements:
                answer = await whole.people[who].request(method, address, fragment=fragment, target="main")
            answers.append(told(answer, ref))
            costs.append(len(statements))
        asked += 1
        if answers[0] != answers[1] or costs[0] != costs[1]:
            differing.append(f"{method} {path}: {costs} statements, {answers[0][0]} and {answers[1][0]}")
    assert not differing, "\n".join(differing)
    assert asked > 150


async def test_a_file_is_not_found_by_its_hash(whole: Whole) -> None:
    """Whoever has the bytes learns not whether somebody else's map has them too; nor does an upload of them tell."""
    stranger = whole.people["stranger"]
    made = await stranger.post("/maps/new", {"title": "Mine"})
    mine = made.headers["location"]
    known, unknown = sha256(FILE).hexdigest(), sha256(b"nobody has this").hexdigest()
    for base in (mine, f"/maps/{whole.maps['private']}"):
        answers = []
        for digest in (known, unknown):
            with counted() as statements:
                answer = await stranger.get(f"{base}/files/{digest}/synopsis.txt")
            answers.append((told(answer, digest), len(statements)))
        assert answers[0] == answers[1]
        assert answers[0][0][0] == 404
    topic = (await stranger.post(f"{mine}/topics/new", {"name": "Tosca", "anyway": "Tosca"})).headers["location"].partition("#")[0]
    for data in (FILE, b"nobody has this"):
        sent = await stranger.post(f"{topic}/files/new", files={"file": ("synopsis.txt", data)}, headers={"Accept": "application/json"})
        assert sent.status_code == 200, sent.text
    assert (await stranger.get(f"{mine}/files/{known}/synopsis.txt")).content == FILE  # one's own copy, kept for one's own map


async def test_signing_in_costs_the_same_for_every_address(site: Site) -> None:
    """In processor time, which does not grow with what else the machine does: a password is hashed whether there is an account or not."""
    costs: dict[str, list[float]] = {"known": [], "unknown": [], "disabled": []}
    people = [await site.person(f"person-{number}@example.org") for number in range(10)]
    async with site.database.writer.begin() as connection:
        await connection.exec_driver_sql("UPDATE app_user SET disabled_at = now() WHERE id = %s", (people[0].id,))
    await site.anonymous.post("/sign-in", {"email": "warming-up@example.org", "password": "wrong password"})
    for number in range(1, 7):
        asked = {"known": people[number].email, "unknown": f"nobody-{number}@example.org", "disabled": people[0].email}
        for kind, email in asked.items():
            began = time.process_time()
            answer = await site.anonymous.post(
                "/sign-in", {"email": email, "password": PASSWORD if kind == "disabled" else "wrong password"}
            )
            costs[kind].append(time.process_time() - began)
            assert answer.status_code == 422
    middle = {kind: median(each) for kind, each in costs.items()}
    assert max(middle.values()) < 1.6 * min(middle.values()), middle


@pytest.mark.parametrize("path", ["/invitations/{}", "/reset/{}", "/confirmations/{}", "/addresses/{}", "/returns/{}"])
async def test_links_that_are_none_answer_alike(site: Site, path: str) -> None:
    """Used up, expired, of another kind or made up: there is nothing to be learnt, and nothing to be guessed."""
    answers = set()
    for token in ("x", "a" * 43, "0" * 1000, "..%2f", "%00"):
        answer = await site.anonymous.get(path.format(token))
        answers.add((answer.status_code, unmarked(answer, token)))
    assert len({status for status, _ in answers}) == 1
    assert {status for status, _ in answers} <= {404}
