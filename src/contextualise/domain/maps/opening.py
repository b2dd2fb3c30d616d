"""Opening a map: what every page of it begins with."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Action, Standing, require
from contextualise.domain.errors import NotFound
from contextualise.repository import maps as repository
from contextualise.repository.accounts import Viewer
from contextualise.repository.maps import MapRow


@dataclass(frozen=True, slots=True)
class OpenMap:
    """A map that the viewer (None: nobody is signed in) may do with what was asked for."""

    map: MapRow
    viewer: Viewer | None
    standing: Standing


async def open_map(connection: AsyncConnection, map_id: int, token_hash: bytes | None, action: Action) -> OpenMap:
    """The map and who asks for it, in one statement.

    Raises `NotFound` for a map that does not exist or that the person may not see, with the same words, and `NotAllowed` for an action
    that is closed to a person who may see it.
    """
    found, _ = await find_map(connection, map_id, token_hash)
    if found is None:
        raise NotFound("There is no such map, or it is private.")
    require(found.standing, action)
    return found


async def find_map(connection: AsyncConnection, map_id: int, token_hash: bytes | None) -> tuple[OpenMap | None, Viewer | None]:
    """The map, whether or not the person may see it, and who asks, in one statement.

    For pages that greet the person even when they refuse the map; ask `domain.access` before anything of it is told.
    """
    found, viewer, mode = await repository.find_map_with_viewer(connection, map_id, token_hash)
    return (None if found is None else OpenMap(found, viewer, standing_of(found, viewer, mode))), viewer


def standing_of(found: MapRow, viewer: Viewer | None, mode: str | None) -> Standing:
    """What decides about the person's rights on the map."""
    return Standing(
        user_id=viewer.id if viewer else None,
        is_admin=viewer is not None and viewer.is_admin,
        is_owner=viewer is not None and viewer.id == found.owner_id,
        mode=mode,
        is_published=found.published_at is not None,
        is_trashed=found.trashed_at is not None,
    )
