"""Statements about share links and their uses."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, insert, not_, or_, select, text, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.repository.accounts import Page, Place, read_page
from contextualise.repository.tables import ShareLink, ShareUse, Topic, TopicMap, User


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A share link as its owner sees it; a `slug` of None stands for the whole map, or for a topic that is gone."""

    id: int
    token_hash: bytes
    nonce: bytes
    kind: str
    topic_id: int | None
    slug: str | None
    topic: str | None
    label: str
    made_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    is_good: bool
    openings: int
    readers: int  # browsers, each counted anew on another day
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class UseRow:
    """One browser on one day."""

    link_id: int
    day: date
    visitor: bytes
    browser: str
    first_at: datetime
    last_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class GoodLink:
    """Where a link that is good leads to."""

    id: int
    kind: str
    slug: str | None
    title: str  # of the map


_IS_GOOD = and_(ShareLink.revoked_at.is_(None), or_(ShareLink.expires_at.is_(None), ShareLink.expires_at > func.now()))


async def add_link(
    session: AsyncSession,
    map_id: int,
    *,
    token_hash: bytes,
    nonce: bytes,
    kind: str,
    topic_id: int | None,
    label: str,
    created_by: int | None,
    expires_at: datetime | None,
) -> int:
    """Write a link; returns its number."""
    statement = (
        insert(ShareLink)
        .values(
            map_id=map_id,
            token_hash=token_hash,
            nonce=nonce,
            kind=kind,
            topic_id=topic_id,
            label=label,
            created_by=created_by,
            expires_at=expires_at,
        )
        .returning(ShareLink.id)
    )
    return (await session.execute(statement)).scalar_one()


async def count_good(session: AsyncSession, map_id: int) -> int:
    """How many links of the map are good."""
    return (await session.execute(select(func.count()).where(ShareLink.map_id == map_id, _IS_GOOD))).scalar_one()


async def list_links(connection: AsyncConnection, map_id: int, place: Place, limit: int, *, ended: bool) -> Page[LinkRow]:
    """Links that are good, or those that have ended, the latest first."""
    return await read_page(
        connection,
        _links(map_id).where(not_(_IS_GOOD) if ended else _IS_GOOD),
        order=[ShareLink.id],
        descending=True,
        place=place,
        limit=limit,
        make=LinkRow,
        key_of=lambda row: (row.id,),
    )


async def find_link(connection: AsyncConnection, map_id: int, link_id: int) -> LinkRow | None:
    """A link of the map, good or not."""
    row = (await connection.execute(_links(map_id).where(ShareLink.id == link_id))).one_or_none()
    return None if row is None else LinkRow(*row)


async def find_good(connection: AsyncConnection, map_id: int, token_hash: bytes) -> GoodLink | None:
    """The link with this hash, while it opens something: it has not ended, and neither map nor topic is in the trash."""
    statement = (
        select(ShareLink.id, ShareLink.kind, Topic.slug, TopicMap.title)
        .join(TopicMap, TopicMap.id == ShareLink.map_id)
        .outerjoin(Topic, _of_topic())
        .where(
            ShareLink.map_id == map_id,
            ShareLink.token_hash == token_hash,
            _IS_GOOD,
            TopicMap.trashed_at.is_(None),
            or_(ShareLink.kind == "map", not_(Topic.is_hidden)),
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else GoodLink(*row)


async def revoke_link(session: AsyncSession, map_id: int, link_id: int) -> str | None:
    """End a link now; returns its label, None when there is none that had not been revoked before."""
    statement = (
        update(ShareLink)
        .where(ShareLink.map_id == map_id, ShareLink.id == link_id, ShareLink.revoked_at.is_(None))
        .values(revoked_at=func.now())
        .returning(ShareLink.label)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def count_use(session: AsyncSession, map_id: int, link_id: int, *, day: date, visitor: bytes, browser: str) -> None:
    """Count that the link was opened."""
    statement = upsert(ShareUse).values(map_id=map_id, link_id=link_id, day=day, visitor=visitor, browser=browser)
    again = {"count": ShareUse.count + 1, "last_at": func.now()}
    await session.execute(
        statement.on_conflict_do_update(index_elements=[ShareUse.map_id, ShareUse.link_id, ShareUse.day, ShareUse.visitor], set_=again)
    )


async def list_uses(connection: AsyncConnection, map_id: int, link_id: int, place: Place, limit: int) -> Page[UseRow]:
    """Who opened a link, the latest day first."""
    columns = (
        ShareUse.link_id,
        ShareUse.day,
        ShareUse.visitor,
        ShareUse.browser,
        ShareUse.first_at,
        ShareUse.last_at,
        ShareUse.count,
    )
    return await read_page(
        connection,
        select(*columns).where(ShareUse.map_id == map_id, ShareUse.link_id == link_id),
        order=[ShareUse.day, ShareUse.visitor],
        descending=True,
        place=place,
        limit=limit,
        make=UseRow,
        key_of=lambda row: (row.day, row.visitor),
    )


async def forget_uses(session: AsyncSession, days: int) -> None:
    """Delete the uses that are older than so many days."""
    await session.execute(delete(ShareUse).where(ShareUse.day < func.current_date() - days))


async def find_subject(connection: AsyncConnection, map_id: int, slug: str, path_type: str) -> tuple[int, str, bool] | None:
    """The topic that somebody wants to share: its number, its name, and whether it is a knowledge path."""
    statement = text(
        """
        SELECT t.id, t.label, EXISTS (
          SELECT FROM topic_type y JOIN identifier i ON i.map_id = y.map_id AND i.construct_id = y.type_id
          WHERE y.map_id = t.map_id AND y.topic_id = t.id AND i.kind = 1 AND i.iri = :path)
        FROM topic t WHERE t.map_id = :map_id AND t.slug = :slug AND NOT t.is_hidden
        """
    )
    row = (await connection.execute(statement, {"map_id": map_id, "slug": slug, "path": path_type})).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def takes_part(connection: AsyncConnection, map_id: int, slug: str, association_id: int) -> bool:
    """Whether the topic with this address plays a role in the association."""
    statement = text(
        """
        SELECT EXISTS (
          SELECT FROM topic t JOIN role r ON r.map_id = t.map_id AND r.player_id = t.id
          WHERE t.map_id = :map_id AND t.slug = :slug AND r.association_id = :id)
        """
    )
    return bool((await connection.execute(statement, {"map_id": map_id, "slug": slug, "id": association_id})).scalar_one())


def _links(map_id: int) -> Select[*tuple[Any, ...]]:
    uses = (
        select(
            func.coalesce(func.sum(ShareUse.count), 0).label("openings"),
            func.count().label("readers"),
            func.max(ShareUse.last_at).label("used_at"),
        )
        .where(ShareUse.map_id == ShareLink.map_id, ShareUse.link_id == ShareLink.id)
        .lateral("uses")
    )
    return (
        select(
            ShareLink.id,
            ShareLink.token_hash,
            ShareLink.nonce,
            ShareLink.kind,
            ShareLink.topic_id,
            Topic.slug,
            Topic.label,
            ShareLink.label,
            User.name,
            ShareLink.created_at,
            ShareLink.expires_at,
            ShareLink.revoked_at,
            _IS_GOOD,
            uses.c.openings,
            uses.c.readers,
            uses.c.used_at,
        )
        .outerjoin(Topic, _of_topic())
        .outerjoin(User, User.id == ShareLink.created_by)
        .join(uses, true())
        .where(ShareLink.map_id == map_id)
    )


def _of_topic() -> ColumnElement[bool]:
    return and_(Topic.map_id == ShareLink.map_id, Topic.id == ShareLink.topic_id)
