"""Statements about content rows, which name objects of the store, and about the links in texts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.lib.values.datatypes import ANY_URI
from contextualise.repository.journal import Image, Journal
from contextualise.repository.links import link_slug, meanings
from contextualise.repository.names import name_key
from contextualise.repository.rows import find_all, one_of
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
    """Name an object in the database; content that is there already stays as it is.

    Only a file that is written as a text as well becomes one: the same bytes have one row.
    """
    values = {"map_id": map_id, "sha256": sha256, "media_type": media_type, "bytes": size}
    statement = insert(Content).values(values)
    if text is None:
        await session.execute(statement.on_conflict_do_nothing())
        return
    rendered = {"media_type": media_type, "html": text.html, "plain": text.plain}
    statement = insert(Content).values(values | rendered)
    statement = statement.on_conflict_do_update(
        index_elements=[Content.map_id, Content.sha256], set_=rendered, where=Content.html.is_(None)
    )
    is_new = (await session.execute(statement.returning(Content.sha256))).scalar_one_or_none() is not None
    if is_new:
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


async def is_on_topic(session: AsyncSession, map_id: int, *, topic_id: int, scope_id: int, sha256: bytes) -> bool:
    """Whether the topic has the content in the scope, whatever it is there."""
    same = (Occurrence.topic_id == topic_id) & (Occurrence.scope_id == scope_id) & (Occurrence.sha256 == sha256)
    found = await session.execute(select(Occurrence.id).where(Occurrence.map_id == map_id, same).limit(1))
    return found.scalar_one_or_none() is not None


async def last_position(session: AsyncSession, map_id: int, topic_id: int) -> int:
    """The greatest position of the topic's content; 0 where it has none."""
    of_topic = (Occurrence.map_id == map_id, Occurrence.topic_id == topic_id, Occurrence.sha256.is_not(None))
    return (await session.execute(select(func.coalesce(func.max(Occurrence.position), 0)).where(*of_topic))).scalar_one()


async def files_of(session: AsyncSession, map_id: int, topic_id: int) -> list[Image]:
    """The topic's content that is no text, in its order."""
    texts = select(Content.sha256).where(Content.map_id == map_id, Content.html.is_not(None), Content.sha256 == Occurrence.sha256)
    files = (Occurrence.topic_id == topic_id) & Occurrence.sha256.is_not(None) & ~texts.exists()
    found = await find_all(session, map_id, Occurrence, files)
    return sorted(found, key=lambda row: (row["position"], row["id"]))


async def links_of(session: AsyncSession, map_id: int, topic_id: int) -> list[Image]:
    """The topic's addresses of pages and films elsewhere, in their order."""
    links = (Occurrence.topic_id == topic_id) & Occurrence.sha256.is_(None) & (Occurrence.datatype == ANY_URI)
    return sorted(await find_all(session, map_id, Occurrence, links), key=lambda row: (row["position"], row["id"]))


async def place_files(journal: Journal, places: Sequence[tuple[Image, int]]) -> None:
    """Give occurrences their positions; those that have them already are left alone."""
    changed = [(row, {"position": position}) for row, position in places if row["position"] != position]
    await journal.rewrite(Occurrence, changed)
