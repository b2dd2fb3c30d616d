"""Announcements: `NOTIFY` in the transaction of what they tell about, so that only what is committed is heard, in its order."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "live"
_MOST_TOPICS = 300  # PostgreSQL takes 8,000 bytes; beyond these every page looks for itself
_MOST_PEOPLE = 300
_LONGEST_NAME = 80


def _message(version: str, change_id: str) -> str:
    """The expression that announces; version and change_id are expressions of the statement around it."""
    return f"""
    pg_notify('{CHANNEL}', json_strip_nulls(json_build_object(
      'kind', CAST(:live_kind AS text), 'map', CAST(:map_id AS bigint), 'version', {version}, 'change', {change_id},
      'user', CAST(:user_id AS bigint), 'name', (SELECT left(name, {_LONGEST_NAME}) FROM app_user WHERE id = :user_id),
      'topics', CAST(:live_topics AS jsonb), 'access', CAST(:live_access AS boolean)
    ))::text)
    """  # noqa: S608 - constants


IN_A_CHANGE = _message("version", "id")
"""The announcement of a change, for the statement that records it; its parameters are `announcement_of`'s and map_id and user_id."""
_ALONE = text("SELECT " + _message("NULL::bigint", "NULL::bigint")).bindparams(
    bindparam("live_kind", type_=Text),
    bindparam("map_id", type_=BigInteger),
    bindparam("user_id", type_=BigInteger),
    bindparam("live_topics", type_=JSONB(none_as_null=True)),
)


@dataclass(frozen=True, slots=True)
class News:
    """What was announced. `topic_ids` None: it may show on every page of the map; `map_id` None: it is about people everywhere."""

    kind: str
    map_id: int | None
    user_id: int | None = None
    user_name: str = ""
    version: int | None = None
    change_id: int | None = None
    topic_ids: frozenset[int] | None = None
    people: frozenset[int] = frozenset()
    concerns_access: bool = False

    def shows_on(self, topic_ids: frozenset[int] | None) -> bool:
        """Whether a page on which these topics stand may look different now; None is a page of the whole map."""
        return topic_ids is None or self.topic_ids is None or not topic_ids.isdisjoint(self.topic_ids)


def notices_told(people: str) -> str:
    """The statement that announces to the people whose `user_id` that part of the statement brings that their notices are others now."""
    return f"""
    SELECT pg_notify('{CHANNEL}', json_build_object('kind', 'notices', 'people', json_agg(user_id))::text)
    FROM (SELECT user_id, row_number() OVER () / {_MOST_PEOPLE} AS part FROM (SELECT DISTINCT user_id FROM {people}) AS each) AS parts
    GROUP BY part
    """  # noqa: S608 - constants


def announcement_of(kind: str, topic_ids: Collection[int] | None, *, access: bool = False) -> dict[str, Any]:
    """The parameters of an announcement; too many topics become all."""
    told = None if topic_ids is None or len(topic_ids) > _MOST_TOPICS else sorted(topic_ids)
    return {"live_kind": kind, "live_topics": told, "live_access": access or None}


async def announce(
    session: AsyncSession, map_id: int | None, kind: str, *, user_id: int | None = None, topic_ids: Collection[int] | None = None
) -> None:
    """Tell all processes when this transaction commits; nothing is told when it does not."""
    values = announcement_of(kind, topic_ids, access=kind == "access")
    await session.execute(_ALONE, {**values, "map_id": map_id, "user_id": user_id})


def news_of(payload: str) -> News:
    """The inverse of what the statements above make."""
    given = json.loads(payload)
    topics = given.get("topics")
    return News(
        kind=given["kind"],
        map_id=given.get("map"),
        user_id=given.get("user"),
        user_name=given.get("name", ""),
        version=given.get("version"),
        change_id=given.get("change"),
        topic_ids=None if topics is None else frozenset(topics),
        people=frozenset(given.get("people", ())),
        concerns_access=given.get("access", False),
    )
