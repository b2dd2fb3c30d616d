"""What people write and point at, checked in one place."""

import unicodedata
from collections.abc import Collection, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Invalid, NotFound
from contextualise.repository.topics import TopicRef, find_topics

MAX_NAME = 1000
MAX_VALUE = 100_000


def line(text: str, field: str, *, what: str, limit: int = MAX_NAME) -> str:
    """One line of text as it is kept: NFC, single spaces; raises `Invalid` when empty, too long or not showable."""
    value = " ".join(unicodedata.normalize("NFC", text).split())
    if not value:
        raise Invalid({field: f"Write {what}."})
    return _checked(value, field, limit)


def optional_line(text: str | None, field: str, *, limit: int = MAX_NAME) -> str | None:
    """One line of text or None for nothing; raises `Invalid` as `line` does."""
    value = " ".join(unicodedata.normalize("NFC", text or "").split())
    return _checked(value, field, limit) if value else None


def block(text: str, field: str, *, what: str, limit: int = MAX_VALUE) -> str:
    """Text of several lines as it is kept; raises `Invalid` when empty, too long or not showable."""
    value = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not value:
        raise Invalid({field: f"Write {what}."})
    return _checked(value, field, limit)


def _checked(value: str, field: str, limit: int) -> str:
    if len(value) > limit:
        raise Invalid({field: f"Use at most {limit:,} characters; there are {len(value):,}."})
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in value):
        raise Invalid({field: "This holds characters that cannot be shown."})
    return value


async def require_topic(session: AsyncSession, map_id: int, topic_id: int) -> TopicRef:
    """The topic; raises `NotFound`."""
    found = (await find_topics(session, map_id, [topic_id])).get(topic_id)
    if found is None:
        raise NotFound("There is no such topic in this map.")
    return found


async def require_topics(session: AsyncSession, map_id: int, fields: Mapping[str, Collection[int]]) -> Mapping[int, TopicRef]:
    """The topics that fields of a form point at, in one statement; raises `Invalid` naming the fields whose topic is not there."""
    wanted = {topic_id for ids in fields.values() for topic_id in ids}
    found = await find_topics(session, map_id, wanted)
    missing = {field: "Choose a topic of this map." for field, ids in fields.items() if any(topic_id not in found for topic_id in ids)}
    if missing:
        raise Invalid(missing)
    return found
