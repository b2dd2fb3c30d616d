"""Opening a map: what every page of it begins with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import PRIVATE, Action, Opened, Reach, Role, Standing, require, role_of
from contextualise.domain.errors import NotFound
from contextualise.repository import maps as repository
from contextualise.repository.accounts import Viewer
from contextualise.repository.maps import GuestLink, MapRow


@dataclass(frozen=True, slots=True)
class OpenMap:
    """A map that the viewer (None: nobody is signed in) may do with what was asked for."""

    map: MapRow
    viewer: Viewer | None
    standing: Standing


async def open_map(
    connection: AsyncConnection, map_id: int, token_hash: bytes | None, action: Action, *, links: Collection[bytes] = ()
) -> OpenMap:
    """The map and who asks for it, in one statement; `links` are the hashes of share links that the reader has opened.

    Raises `NotFound` for a map that does not exist or that the person may not see, with the same words, and `NotAllowed` for an action
    that is closed to a person who may see it.
    """
    found, _ = await find_map(connection, map_id, token_hash, links=links)
    if found is None:
        raise NotFound(PRIVATE)
    require(found.standing, action)
    return found


async def find_map(
    connection: AsyncConnection, map_id: int, token_hash: bytes | None, *, links: Collection[bytes] = ()
) -> tuple[OpenMap | None, Viewer | None]:
    """The map, whether or not the person may see it, and who asks, in one statement.

    For pages that greet the person even when they refuse the map; ask `domain.access` before anything of it is told.
    """
    found = await repository.find_map_with_viewer(connection, map_id, token_hash, links)
    if found.map is None:
        return None, found.viewer
    return OpenMap(found.map, found.viewer, standing_of(found.map, found.viewer, found.mode, found.links)), found.viewer


def standing_of(found: MapRow, viewer: Viewer | None, mode: str | None, links: Sequence[GuestLink] = ()) -> Standing:
    """What decides about the person's rights on the map; share links count only for somebody who has no right without them."""
    standing = Standing(
        user_id=viewer.id if viewer else None,
        is_admin=viewer is not None and viewer.is_admin,
        is_owner=viewer is not None and viewer.id == found.owner_id,
        mode=mode,
        is_published=found.published_at is not None,
        is_trashed=found.trashed_at is not None,
    )
    return replace(standing, link=_opened(links)) if links and role_of(standing) is Role.STRANGER else standing


def _opened(links: Sequence[GuestLink]) -> Opened | None:
    """What several links open together: the map if one of them does, else the parts of all."""
    whole = [link for link in links if link.kind == "map"]
    parts = [link for link in links if link.topics]
    lasting = max(whole or parts, key=lambda link: link.expires_at or _FOR_EVER, default=None)
    if lasting is None:
        return None
    topics = tuple(sorted({topic for link in parts for topic in link.topics}))
    paths = tuple(sorted({link.topic_id for link in parts if link.kind == "path" and link.topic_id is not None}))
    return Opened(None if whole else Reach(topics, paths), lasting.by, lasting.expires_at)


_FOR_EVER = datetime.max.replace(tzinfo=UTC)
