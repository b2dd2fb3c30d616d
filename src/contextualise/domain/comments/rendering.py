"""A comment made ready for reading when it is written: sanitised HTML with its links in place, and who is named in it."""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain.errors import Invalid
from contextualise.lib.markdown import Remark, fill_links, render_remark
from contextualise.lib.people import People
from contextualise.repository.links import meanings
from contextualise.repository.topics import find_topics

MAX_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """A comment as it is kept."""

    body: str
    html: str
    plain: str
    named: frozenset[int]


def check_words(source: str) -> str:
    """The words as they are kept; raises `Invalid`."""
    body = unicodedata.normalize("NFC", source).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if not body:
        raise Invalid({"text": "Write something first."})
    if len(body) > MAX_LENGTH:
        raise Invalid({"text": f"A comment may have at most {MAX_LENGTH:,} characters; this has {len(body):,}."})
    return body


async def prepare(session: AsyncSession, map_id: int, source: str, people: Sequence[tuple[int, str]]) -> Prepared:
    """The comment; raises `Invalid`. A link to a topic goes to the one that is meant now: its address leads there for ever."""
    body = check_words(source)
    remark = await asyncio.to_thread(_render, map_id, body, people)
    return Prepared(body, await _with_links(session, map_id, remark), remark.plain, remark.named)


def _render(map_id: int, body: str, people: Sequence[tuple[int, str]]) -> Remark:
    return render_remark(body, People(people), files=f"/maps/{map_id}/files/")


async def _with_links(session: AsyncSession, map_id: int, remark: Remark) -> str:
    meant = await meanings(session, map_id, [link.target for link in remark.links])
    topics = await find_topics(session, map_id, sorted({topic_id for topic_id in meant if topic_id is not None}))
    addresses = {
        position: f"/maps/{map_id}/topics/{quote(topics[topic_id].slug, safe='')}"
        for position, topic_id in enumerate(meant)
        if topic_id is not None and topic_id in topics
    }
    return fill_links(remark.html, addresses)
