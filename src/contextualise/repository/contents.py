"""Statements about content rows, which name objects of the store, and about the links in texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository.links import link_slug, meanings
from contextualise.repository.names import name_key
from contextualise.repository.rows import one_of
from contextualise.repository.tables import Content, ContentLink, Occurrence

MARKDOWN = "text/markdown"


@dataclass(frozen=True, slots=True)
class TextRow:
    """What a row keeps of a Markdown text: HTML, words, and the targets of its wiki links in order."""

    html: str
    plain: str
    targets: Sequence[str]


async def keep_content(
    session: AsyncSession, map_id: int, sha256: bytes, *, media_type: str, size: int, text: TextRow | None = None
) -> None:
    """Name an object in the database; content that is there already stays as it is."""
    values = {"map_id": map_id, "sha256": sha256, "media_type": media_type, "bytes": size}
    if text is not None:
        values |= {"html": text.html, "plain": text.plain}
    statement = insert(Content).values(values).on_conflict_do_nothing().returning(Content.sha256)
    is_new = (await session.execute(statement)).scalar_one_or_none() is not None
    if is_new and text is not None:
        await _insert_links(session, map_id, sha256, text.targets)


async def render_again(session: AsyncSession, map_id: int, sha256: bytes, text: TextRow) -> None:
    """Replace what was made from a text by what is made from it now."""
    same = (Content.map_id == map_id) & (Content.sha256 == sha256)
    await session.execute(update(Content).where(same).values(html=text.html, plain=text.plain))
    await session.execute(delete(ContentLink).where(ContentLink.map_id == map_id, ContentLink.sha256 == sha256))
    await _insert_links(session, map_id, sha256, text.targets)


async def _insert_links(session: AsyncSession, map_id: int, sha256: bytes, targets: Sequence[str]) -> None:
    meant = await meanings(session, map_id, targets)
    rows = [
        {
            "map_id": map_id,
            "sha256": sha256,
            "position": position,
            "target": target,
            "key": name_key(target),
            "slug": link_slug(target),
            "topic_id": topic_id,
        }
        for position, (target, topic_id) in enumerate(zip(targets, meant, strict=True))
    ]
    if rows:
        await session.execute(insert(ContentLink), rows)


async def texts_of(session: AsyncSession, map_id: int, after: bytes, limit: int) -> Sequence[bytes]:
    """The next Markdown texts of a map in the order of their hashes."""
    statement = (
        select(Content.sha256)
        .where(Content.map_id == map_id, Content.media_type == MARKDOWN, Content.sha256 > after)
        .order_by(Content.sha256)
        .limit(limit)
    )
    return (await session.execute(statement)).scalars().all()


async def places_of(session: AsyncSession, map_id: int, sha256s: Collection[bytes]) -> dict[bytes, tuple[int, int]]:
    """Type and scope of the oldest occurrence of each text that is in use."""
    statement = (
        select(Occurrence.sha256, Occurrence.type_id, Occurrence.scope_id)
        .where(Occurrence.map_id == map_id, one_of(Occurrence.sha256, sha256s))
        .order_by(Occurrence.id.desc())
    )
    return {row[0]: (row[1], row[2]) for row in await session.execute(statement) if row[0] is not None}
