"""Who is here: rows that live as long as a page is open, and what is told of them."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.live import OpenPage, keep_presence, read_presence, say_editing, set_hidden
from tests.counting import counted
from tests.factories import make_map, make_user


@pytest.fixture
async def page(session: AsyncSession) -> OpenPage:
    user_id = await make_user(session, name="Ada")
    page = OpenPage(await make_map(session, owner_id=user_id), uuid4(), user_id, 7)
    await keep_presence(session, [page])
    return page


async def seen(session: AsyncSession, page: OpenPage) -> list[tuple[str, int | None, str]]:
    here = await read_presence(await session.connection(), [page.map_id])
    return [(one.name, one.topic_id, one.editing) for one in here]


async def age(session: AsyncSession, column: str, seconds: int) -> None:
    await session.execute(text(f"UPDATE presence SET {column} = now() - make_interval(secs => {seconds})"))


async def test_an_open_page_is_seen_until_it_is_left(session: AsyncSession, page: OpenPage) -> None:
    assert await seen(session, page) == [("Ada", 7, "")]
    await keep_presence(session, [], [page.stream_id])
    assert await seen(session, page) == []


async def test_the_pages_of_a_process_that_died_are_forgotten(session: AsyncSession, page: OpenPage) -> None:
    await age(session, "seen_at", 65)
    await keep_presence(session, [page])
    assert await seen(session, page) == [("Ada", 7, "")], "a sign of life keeps it"
    await age(session, "seen_at", 75)
    assert await seen(session, page) == [], "nobody sees it any more"
    await keep_presence(session, [])
    assert await session.scalar(text("SELECT count(*) FROM presence")) == 0


async def test_what_somebody_writes_runs_out_unless_it_is_said_again(session: AsyncSession, page: OpenPage) -> None:
    await say_editing(session, page, "topic-text")
    await age(session, "editing_at", 80)
    await keep_presence(session, [page])
    assert await seen(session, page) == [("Ada", 7, "topic-text")]
    await say_editing(session, page, "topic-text")
    await keep_presence(session, [page])
    assert await seen(session, page) == [("Ada", 7, "topic-text")]
    await age(session, "editing_at", 95)
    await keep_presence(session, [page])
    assert await seen(session, page) == [("Ada", 7, "")]


async def test_only_the_one_whose_page_it_is_says_what_is_written(session: AsyncSession, page: OpenPage) -> None:
    other_id = await make_user(session, name="Bo")
    await say_editing(session, OpenPage(page.map_id, page.stream_id, other_id, None), "topic-text")
    await say_editing(session, OpenPage(page.map_id + 1, page.stream_id, page.user_id, None), "topic-text")
    assert await seen(session, page) == [("Ada", 7, "")]


async def test_who_hides_is_not_seen_and_not_written_down(session: AsyncSession, page: OpenPage) -> None:
    await set_hidden(session, page.user_id, hidden=True)
    await keep_presence(session, [page])
    assert await session.scalar(text("SELECT count(*) FROM presence")) == 0
    await set_hidden(session, page.user_id, hidden=False)
    await keep_presence(session, [page])
    assert await seen(session, page) == [("Ada", 7, "")]


async def test_who_is_disabled_is_not_seen(session: AsyncSession, page: OpenPage) -> None:
    await session.execute(text("UPDATE app_user SET disabled_at = now() WHERE id = :id"), {"id": page.user_id})
    assert await seen(session, page) == []


async def test_many_pages_are_kept_by_two_statements(session: AsyncSession, page: OpenPage) -> None:
    pages = [OpenPage(page.map_id, UUID(int=number), page.user_id, number % 9) for number in range(500)]
    with counted() as sent:
        await keep_presence(session, pages)
    assert len(sent) == 2
    assert len(await seen(session, page)) == 501
