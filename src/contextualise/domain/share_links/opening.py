"""Opening a share link, and what is remembered of it: that it was opened and by what kind of browser, never from where."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.accounts import BEGINNING, Page, Place
from contextualise.domain.accounts.browsers import describe_browser
from contextualise.domain.accounts.limits import HOUR, Limit, network_of
from contextualise.domain.errors import NotFound
from contextualise.domain.share_links.tokens import Token
from contextualise.repository import share_links as repository
from contextualise.repository.share_links import GoodLink, UseRow

_USES = 50
_KEPT_DAYS = 366
_NOT_GOOD = "This link opens nothing: it was not copied whole, has ended, or was taken back. Ask whoever gave it to you for another."


@dataclass(frozen=True, slots=True)
class Visit:
    """Who opens a link, as far as the server sees it."""

    address: str
    user_agent: str


def open_limits(address: str) -> Sequence[Limit]:
    """Sixty links an hour from one address that open nothing. Nobody can guess one; the limit is for those who try all the same."""
    return (Limit(f"share-link {network_of(address)}", 60, HOUR),)


async def require_link(connection: AsyncConnection, token: Token | None) -> GoodLink:
    """Where the link leads to; raises `NotFound` with the same words for one that is wrong, revoked or expired, or of a deleted map."""
    found = await repository.find_good(connection, token.map_id, token.digest) if token else None
    if found is None:
        raise NotFound(_NOT_GOOD)
    return found


async def count_use(session: AsyncSession, key: bytes, map_id: int, link_id: int, visit: Visit) -> None:
    """Count an opening. A browser is known again on the same day only, by a keyed hash that is worthless on another."""
    day = datetime.now(UTC).date()
    seen = f"{day} {link_id} {network_of(visit.address)} {visit.user_agent}"
    visitor = hmac.digest(key, seen.encode("utf-8", "replace"), hashlib.sha256)[:16]
    await repository.count_use(session, map_id, link_id, day=day, visitor=visitor, browser=describe_browser(visit.user_agent))


async def forget_old_uses(session: AsyncSession) -> None:
    """Forget the uses of more than a year ago."""
    await repository.forget_uses(session, _KEPT_DAYS)


async def list_uses(connection: AsyncConnection, map_id: int, link_id: int, place: Place = BEGINNING) -> Page[UseRow]:
    """A page of the uses of a link, the latest day first."""
    return await repository.list_uses(connection, map_id, link_id, place, _USES)
