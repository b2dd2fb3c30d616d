"""Announcements fit into what PostgreSQL carries, and say where a change shows."""

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.names import add_name
from contextualise.domain.topics import create_topic
from contextualise.repository.database import Database
from contextualise.repository.live import CHANNEL, News, announce, news_of
from tests.factories import make_map, make_user

LARGEST = 2**63 - 1


async def heard(write: AsyncSession, url: str) -> list[News]:
    """What others hear of a transaction when it commits."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        await write.commit()
        return [news_of(message.payload) async for message in listening.notifies(timeout=5, stop_after=1)]


async def test_the_longest_announcement_is_carried(session: AsyncSession) -> None:
    user_id = await make_user(session, name="\x07" * 100)
    for count in (300, 301, 100_000):
        await announce(session, LARGEST, "comments", user_id=user_id, topic_ids=[LARGEST - number for number in range(count)])


async def test_too_many_topics_are_all_topics(emptied: Database, database_url: str) -> None:
    async with AsyncSession(emptied.writer) as session:
        await announce(session, 7, "comments", topic_ids=range(301))
        assert await heard(session, database_url) == [News("comments", 7)]
        await announce(session, 7, "comments", topic_ids=range(300))
        assert await heard(session, database_url) == [News("comments", 7, topic_ids=frozenset(range(300)))]


async def test_a_change_says_where_it_shows_and_a_name_shows_anywhere(emptied: Database, database_url: str) -> None:
    async with AsyncSession(emptied.writer, expire_on_commit=False) as session:
        user_id = await make_user(session)
        map_id = await make_map(session, owner_id=user_id)
        await session.commit()
        made = await create_topic(session, map_id, user_id, name="Tosca")
        (news,) = await heard(session, database_url)
        assert (news.kind, news.map_id, news.user_name, news.version) == ("change", map_id, "Ada", made.version)
        assert news.topic_ids is not None and made.construct_id in news.topic_ids
        await add_name(session, map_id, user_id, made.construct_id, value="La Tosca")
        (news,) = await heard(session, database_url)
        assert news.topic_ids is None
        assert not news.concerns_access


async def test_nothing_is_heard_of_what_is_rolled_back(emptied: Database, database_url: str) -> None:
    async with AsyncSession(emptied.writer) as session:
        await announce(session, 7, "first")
        await session.rollback()
        await announce(session, 7, "second")
        assert await heard(session, database_url) == [News("second", 7)]
