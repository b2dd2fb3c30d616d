import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from contextualise.repository.database import Database
from contextualise.repository.reading import search
from contextualise.repository.reading.raw import Statement

ADD = Statement("SELECT %(one)s::int + %(two)s::int, %(one)s::int")


async def test_values_go_to_the_places_of_their_names(database: Database) -> None:
    async with database.reading() as connection:
        assert [tuple(row) for row in await ADD.rows(connection, {"two": 2, "one": 1, "more": 3})] == [(3, 1)]
        assert await ADD.value(connection, {"one": 20, "two": 22}) == 42
        assert await Statement("SELECT 1 WHERE false").value(connection, {}) is None


async def test_lost_connection_is_given_up_and_the_next_one_works(database: Database) -> None:
    pid = Statement("SELECT pg_backend_pid()")
    async with database.reading() as connection:
        number = await pid.value(connection, {})
        async with database.writer.connect() as other:
            await other.execute(text("SELECT pg_terminate_backend(:pid, 2000)"), {"pid": number})
        with pytest.raises(DBAPIError) as refused:
            await pid.value(connection, {})
        assert refused.value.connection_invalidated
    async with database.reading() as connection:
        assert await pid.value(connection, {}) != number


async def test_faulty_statement_leaves_the_connection_usable(database: Database) -> None:
    async with database.reading() as connection:
        with pytest.raises(DBAPIError) as refused:
            await Statement("SELECT 1 / %(zero)s::int").value(connection, {"zero": 0})
        assert not refused.value.connection_invalidated
        assert await ADD.value(connection, {"one": 1, "two": 1}) == 2


async def test_text_that_cannot_be_kept_is_bad_input(database: Database) -> None:
    async with database.reading() as connection:
        with pytest.raises(DBAPIError) as refused:
            await Statement("SELECT %(text)s::text").value(connection, {"text": "a\0b"})
    assert type(refused.value.orig).__name__ == "DataError"


async def test_search_stops_after_a_moment_and_keeps_what_it_has(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_INSIDE", Statement("SELECT pg_sleep(30), %(map_id)s::bigint", planned_each_time=True))
    async with database.reading() as connection:
        assert await search.search_topics(connection, 1, "urn:x", "nothing", patience=50) == search.Found([], is_cut=True)
        assert await Statement("SELECT current_setting('statement_timeout')").value(connection, {}) == "0"
