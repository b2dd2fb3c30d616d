"""Lists of maps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.accounts.paging import Key, Page, Place, read_page
from contextualise.repository.maps.opening import map_ref
from contextualise.repository.tables import MapMember, TopicMap, User

CARDS = 24


@dataclass(frozen=True, slots=True)
class MapCard:
    """What a list shows of a map; `mode` is what the person asking may do as a collaborator."""

    id: int
    title: str
    description: str
    accent: str
    image_sha256: bytes | None
    topic_count: int
    published_at: datetime | None
    promoted_at: datetime | None
    trashed_at: datetime | None
    updated_at: datetime
    owner_name: str
    mode: str | None

    @property
    def ref(self) -> str:
        """The map's name in addresses."""
        return map_ref(self.id, self.title)


_IS_PUBLISHED = and_(TopicMap.published_at.is_not(None), TopicMap.trashed_at.is_(None))


async def list_published(connection: AsyncConnection, place: Place, *, search: str = "", limit: int = CARDS) -> Page[MapCard]:
    """Published maps, promoted ones first, then the one published last; `search` is looked for in titles and descriptions."""
    return await read_page(
        connection,
        _cards(null()).where(_IS_PUBLISHED, *_matching(search)),
        order=(TopicMap.promoted_at.is_not(None), TopicMap.published_at, TopicMap.id),
        descending=True,
        place=place,
        limit=limit,
        make=MapCard,
        key_of=_published_key,
    )


async def list_own(
    connection: AsyncConnection, user_id: int, place: Place, *, trashed: bool = False, search: str = "", limit: int = CARDS
) -> Page[MapCard]:
    """The person's own maps, the one changed last first; with `trashed` those that lie in the trash."""
    in_trash = TopicMap.trashed_at.is_not(None) if trashed else TopicMap.trashed_at.is_(None)
    return await read_page(
        connection,
        _cards(null()).where(TopicMap.owner_id == user_id, in_trash, *_matching(search)),
        order=(TopicMap.updated_at, TopicMap.id),
        descending=True,
        place=place,
        limit=limit,
        make=MapCard,
        key_of=_updated_key,
    )


async def list_shared(connection: AsyncConnection, user_id: int, place: Place, *, search: str = "", limit: int = CARDS) -> Page[MapCard]:
    """Maps of others that the person collaborates on, the one changed last first."""
    return await read_page(
        connection,
        _cards(MapMember.mode)
        .join(MapMember, MapMember.map_id == TopicMap.id)
        .where(MapMember.user_id == user_id, TopicMap.owner_id != user_id, TopicMap.trashed_at.is_(None), *_matching(search)),
        order=(TopicMap.updated_at, TopicMap.id),
        descending=True,
        place=place,
        limit=limit,
        make=MapCard,
        key_of=_updated_key,
    )


def _cards(mode: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    return select(
        TopicMap.id,
        TopicMap.title,
        TopicMap.description,
        TopicMap.accent,
        TopicMap.image_sha256,
        TopicMap.topic_count,
        TopicMap.published_at,
        TopicMap.promoted_at,
        TopicMap.trashed_at,
        TopicMap.updated_at,
        User.name,
        mode,
    ).join(User, User.id == TopicMap.owner_id)


def _matching(search: str) -> tuple[ColumnElement[bool], ...]:
    """One condition per word, so that words may stand in any order."""
    return tuple(
        or_(TopicMap.title.icontains(word, autoescape=True), TopicMap.description.icontains(word, autoescape=True))
        for word in search.split()[:10]
    )


def _published_key(card: MapCard) -> Key:
    return (card.promoted_at is not None, card.published_at, card.id)


def _updated_key(card: MapCard) -> Key:
    return (card.updated_at, card.id)
