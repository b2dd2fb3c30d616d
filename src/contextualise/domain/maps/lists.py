"""Lists of maps for people."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.accounts import BEGINNING, Page, Place, searchable
from contextualise.repository import maps as repository
from contextualise.repository.maps import MapCard


async def list_published(connection: AsyncConnection, place: Place = BEGINNING, *, search: str = "") -> Page[MapCard]:
    """Maps that everybody may read, promoted ones first, then the one published last."""
    return await repository.list_published(connection, place, search=searchable(search))


async def list_own(connection: AsyncConnection, user_id: int, place: Place = BEGINNING, *, search: str = "") -> Page[MapCard]:
    """The person's own maps, the one changed last first."""
    return await repository.list_own(connection, user_id, place, search=searchable(search))


async def list_shared(connection: AsyncConnection, user_id: int, place: Place = BEGINNING, *, search: str = "") -> Page[MapCard]:
    """Maps of others that the person collaborates on, the one changed last first."""
    return await repository.list_shared(connection, user_id, place, search=searchable(search))


async def list_trashed(connection: AsyncConnection, user_id: int, place: Place = BEGINNING) -> Page[MapCard]:
    """The person's own maps in the trash, the one changed last first."""
    return await repository.list_own(connection, user_id, place, trashed=True)
