"""Valid people, maps, topics and statements with few arguments, made through the domain's own functions.

Names differ by themselves, so that a test states only what matters to it.
"""

from collections.abc import Collection, Sequence
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import base_topics, history
from contextualise.domain.topics import create_topic
from contextualise.repository.tables import TopicMap, User

_numbers = count(1)


async def make_user(session: AsyncSession, *, email: str | None = None, name: str = "Ada", is_admin: bool = False) -> int:
    """A person without a password; returns the id."""
    email = email or f"person{next(_numbers)}@example.org"
    user = User(email=email, email_key=email.casefold(), name=name, is_admin=is_admin)
    session.add(user)
    await session.flush()
    return user.id


async def make_map(session: AsyncSession, *, owner_id: int | None = None, title: str = "Italian opera", lang: str = "en") -> int:
    """A map with its base topics; returns the id."""
    owner_id = owner_id or await make_user(session)
    topic_map = TopicMap(owner_id=owner_id, title=title, base_iri=f"urn:test:map:{next(_numbers)}", default_lang=lang)
    session.add(topic_map)
    await session.flush()
    journal = await history.begin(session, topic_map.id)
    await base_topics.seed(journal)
    await history.finish(journal, user_id=owner_id, op="map.create", construct_id=0, label=title)
    return topic_map.id


async def make_topic(
    session: AsyncSession,
    map_id: int,
    name: str | None = None,
    *,
    user_id: int | None = None,
    type_ids: Collection[int] = (),
    scope_ids: Collection[int] = (),
) -> int:
    """A topic with one name; returns the id."""
    name = name or f"Topic {next(_numbers)}"
    return (await create_topic(session, map_id, user_id, name=name, type_ids=type_ids, scope_ids=scope_ids)).construct_id


async def make_topics(session: AsyncSession, map_id: int, *names: str) -> Sequence[int]:
    """Topics with these names; returns their ids in the same order."""
    return [await make_topic(session, map_id, name) for name in names]


async def base(session: AsyncSession, map_id: int, slug: str) -> int:
    """The id of a base topic."""
    return (await base_topics.base_ids(session, map_id, [slug]))[slug]
