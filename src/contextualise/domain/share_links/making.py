"""Making share links, listing them, taking them back. Every change of who may read is noted in the log of access."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain import audit, inputs
from contextualise.domain.accounts import BEGINNING, Page, Place
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.live import announce
from contextualise.domain.share_links.tokens import new_nonce, token_of
from contextualise.repository import share_links as repository
from contextualise.repository.reading.paths import PATH
from contextualise.repository.share_links import LinkRow

Kind = Literal["map", "topic", "path"]
MOST = 200
PAGE = 25
LABEL = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """A topic that can be shared; a path is a topic too."""

    id: int
    slug: str
    label: str
    is_path: bool


@dataclass(frozen=True, slots=True)
class LinkFields:
    """What a link is to open, for whom, and until when; None as `expires_at` is for ever, None as `subject` the whole map."""

    kind: Kind
    subject: Subject | None
    label: str
    expires_at: datetime | None


async def find_subject(connection: AsyncConnection, map_id: int, slug: str) -> Subject:
    """The topic with this address; raises `NotFound`."""
    found = await repository.find_subject(connection, map_id, slug, PATH) if slug.isprintable() else None
    if found is None:
        raise NotFound("No topic of this map has this address.")
    return Subject(found[0], slug, found[1], found[2])


async def make_link(session: AsyncSession, key: bytes, map_id: int, user_id: int, fields: LinkFields) -> int:
    """Make a link and return its number.

    Raises `Invalid` for a label that is too long, for an end that is past and for a topic that is no path but is to be shared as one, and
    `Conflict` when the map has `MOST` links that are good.
    """
    label = inputs.optional_line(fields.label, "label", limit=LABEL) or ""
    if fields.expires_at is not None and fields.expires_at <= datetime.now(UTC):
        raise Invalid({"until": "Choose a day that is still to come."})
    if fields.kind == "path" and not (fields.subject and fields.subject.is_path):
        raise Invalid({"what": "This topic is no path any more. Share it as a topic."})
    if await repository.count_good(session, map_id) >= MOST:
        raise Conflict(f"This map has {MOST} share links. Revoke some that are no longer needed first.")
    nonce = new_nonce()
    token = token_of(key, map_id, nonce)
    subject = fields.subject if fields.kind != "map" else None
    link_id = await repository.add_link(
        session,
        map_id,
        token_hash=token.digest,
        nonce=nonce,
        kind=fields.kind,
        topic_id=subject.id if subject else None,
        label=label,
        created_by=user_id,
        expires_at=fields.expires_at,
    )
    until = fields.expires_at.isoformat() if fields.expires_at else None
    detail = {"link": link_id, "kind": fields.kind, "topic": subject.label if subject else None, "until": until}
    await audit.note(session, user_id=user_id, action="share.create", map_id=map_id, subject=_named(link_id, label), detail=detail)
    return link_id


async def list_links(connection: AsyncConnection, map_id: int, place: Place = BEGINNING, *, ended: bool = False) -> Page[LinkRow]:
    """A page of the links that are good, or of those that have ended."""
    return await repository.list_links(connection, map_id, place, PAGE, ended=ended)


async def find_link(connection: AsyncConnection, map_id: int, link_id: int) -> LinkRow:
    """A link of the map; raises `NotFound`."""
    found = await repository.find_link(connection, map_id, link_id) if link_id < 2**63 else None
    if found is None:
        raise NotFound("This map has no such share link.")
    return found


async def revoke_link(session: AsyncSession, map_id: int, user_id: int, link_id: int) -> str:
    """End a link at once and for good; returns what it is called. One that was revoked before stays so. Raises `NotFound`."""
    label = await repository.revoke_link(session, map_id, link_id) if link_id < 2**63 else None
    if label is None:
        found = await find_link(await session.connection(), map_id, link_id)
        return _named(found.id, found.label)
    named = _named(link_id, label)
    await announce(session, map_id, "access")  # open pages of its readers look whether they still may
    await audit.note(session, user_id=user_id, action="share.revoke", map_id=map_id, subject=named, detail={"link": link_id})
    return named


def _named(link_id: int, label: str) -> str:
    return f"“{label}”" if label else f"number {link_id}"
