"""How many statements PostgreSQL gets for a page: few, and as many for a large map as for a small one.

Counted where the driver sends them, so that those which go round SQLAlchemy count too.
"""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from contextualise.repository.database import Database
from tests.counting import counted
from tests.whole import Whole, filled, prepared

MANY = 300


@pytest.fixture(scope="module")
async def whole(database_url: str, database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    async with prepared(database_url, database, tmp_path_factory.mktemp("whole")) as site:
        yield site


async def statements(whole: Whole, who: str, path: str, status: int = 200, **headers: str) -> int:
    """How many statements the page takes once connections are open."""
    whole.people[who].cookies.pop("trail", None)
    await whole.people[who].get(path, headers=headers)
    with counted() as sent:
        answer = await whole.people[who].get(path, headers=headers)
    assert answer.status_code == status, path
    return len(sent)


@pytest.fixture(scope="module")
async def hub(whole: Whole) -> str:
    """The address of a topic with hundreds of associations in the published map."""
    values = await whole.values("published")
    map_id, base = whole.maps["published"], whole.base["published"]
    async with whole.site.database.writing() as session:
        await session.execute(
            text(
                """
                WITH others AS (
                  INSERT INTO topic (map_id, slug, label, sort_key)
                  SELECT :map, 'spoke-' || i, 'Spoke ' || i, 'spoke ' || i FROM generate_series(1, :many) AS i RETURNING id
                ), names AS (
                  INSERT INTO name (map_id, topic_id, type_id, value, key)
                  SELECT :map, topic_id, :name, 'Spoke ' || topic_id, 'spoke ' || topic_id FROM (SELECT id AS topic_id FROM others) AS o
                ), links AS (
                  INSERT INTO association (map_id, id, type_id, sig)
                  SELECT :map, nextval('construct_id'), CASE WHEN n % 2 = 0 THEN CAST(:even AS bigint) ELSE :odd END, md5(id::text)::uuid
                  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM others) AS o RETURNING id, type_id
                ), paired AS (
                  SELECT l.id, l.type_id, o.id AS other FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM links) AS l
                  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM others) AS o USING (n)
                )
                INSERT INTO role (map_id, association_id, type_id, player_id, association_type_id, association_scope_id)
                SELECT :map, id, :role, player, type_id, 0 FROM paired, LATERAL (VALUES (CAST(:hub AS bigint)), (other)) AS players (player)
                """
            ),
            {
                "map": map_id,
                "many": MANY,
                "hub": values["topic_id"],
                "name": base["topic-name"],
                "even": base["inclusion"],
                "odd": base["association"],
                "role": base["related"],
            },
        )
        # Pages are kept under the map's version, which whoever writes around the domain has to raise.
        await session.execute(text("UPDATE map SET version = version + 1 WHERE id = :map"), {"map": map_id})
    return filled("/maps/{ref:str}/topics/{slug:str}", values)


@pytest.mark.parametrize("who", ["anonymous", "stranger", "viewer", "editor", "owner", "admin"])
async def test_a_topic_page_takes_at_most_three(whole: Whole, who: str) -> None:
    page = filled("/maps/{ref:str}/topics/{slug:str}", await whole.values("published"))
    assert 1 <= await statements(whole, who, page) <= 3
    assert 1 <= await statements(whole, who, f"{page}?scope=topic&strict=1") <= 3


async def test_so_does_a_hub(whole: Whole, hub: str) -> None:
    for who in ("anonymous", "owner"):
        assert 1 <= await statements(whole, who, hub) <= 3
    shown = (await whole.people["owner"].get(hub)).text
    # One half of each type, and beside them one that the topic has anyway; ten of each are shown.
    for count in (MANY + 1, MANY // 2, MANY // 2 + 1):
        assert f'<span class="count">{count}</span>' in shown
    assert len(set(re.findall(r"Spoke \d+", shown))) == 19
    assert f"{MANY // 2 - 10} more" in shown and f"{MANY // 2 - 9} more" in shown


async def test_an_unchanged_page_takes_one(whole: Whole, hub: str) -> None:
    for who in ("anonymous", "owner"):
        first = await whole.people[who].get(hub)
        first = await whole.people[who].get(hub)
        with counted() as sent:
            again = await whole.people[who].get(hub, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert len(sent) <= 2, sent


PATHS = {
    "": 8,
    "/topics": 4,
    "/topics?sort=changed": 4,
    "/topics?q=spoke": 4,
    "/topics?type=topic": 5,
    "/contexts": 3,
    "/trash": 4,
}


async def test_lists_take_as_many_for_many_rows_as_for_few(whole: Whole, hub: str) -> None:
    """The published map has hundreds of topics by now, the private one a handful."""
    wrong = {}
    for path, most in PATHS.items():
        few, many = [
            await statements(whole, "owner", f"/maps/{whole.maps[state]}-italian-opera{path}") for state in ("shared", "published")
        ]
        if few != many or many > most:
            wrong[path] = (few, many)
    assert wrong == {}


async def test_searching_stops_where_enough_is_found_and_ends_in_any_case(whole: Whole, hub: str) -> None:
    for state in ("shared", "published"):
        for typed in ("", "spoke", "topic", "tpoic", "nothing like it"):
            for path in ("go-to", "references"):
                assert await statements(whole, "owner", f"/maps/{whole.maps[state]}-italian-opera/{path}?q={typed}") <= 7


async def test_other_pages_are_bounded(whole: Whole, hub: str) -> None:
    values = await whole.values("published")
    for path, most in {
        "/maps/{ref:str}/associations/{number:str}": 3,
        "/maps/{ref:str}/topics/{slug:str}/changes": 5,
        "/maps": 3,
        "/": 4,
        "/go-to": 4,
        "/account": 3,
    }.items():
        assert await statements(whole, "owner", filled(path, values)) <= most, path
    anonymous = await statements(whole, "anonymous", "/")
    assert anonymous <= 2


async def test_forms_do_not_grow_with_the_map(whole: Whole, hub: str) -> None:
    few, many = [await whole.values(state) for state in ("shared", "published")]
    for path in (
        "/maps/{ref:str}/topics/new",
        "/maps/{ref:str}/topics/{slug:str}/names/new",
        "/maps/{ref:str}/topics/{slug:str}/text/new",
        "/maps/{ref:str}/topics/{slug:str}/associations/new",
        "/maps/{ref:str}/topics/{slug:str}/removal",
        "/maps/{ref:str}/associations/{association_id:int}/edit",
    ):
        counts = [await statements(whole, "owner", filled(path, values)) for values in (few, many)]
        assert counts[0] == counts[1] <= 15, path
