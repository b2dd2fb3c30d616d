"""How far back the history of a published map is open to its readers: to where it was published, and not before.

Who writes in private and then publishes shows what the map says from then on, and not every word that was ever tried and taken out.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.access import Role, role_of
from contextualise.domain.errors import NotFound
from contextualise.domain.history.timeline import Publication, latest_publication
from contextualise.domain.maps import OpenMap
from contextualise.domain.versions import TextHistory, Version

BEFORE = "What this map was before it was published is seen only by those who work on it."


async def opened_by(connection: AsyncConnection, found: OpenMap) -> Publication | None:
    """The change from which on the reader may follow the map; None for members, to whom all of it is open."""
    if role_of(found.standing) is not Role.READER:
        return None
    return await latest_publication(connection, found.map.id)


def require_opened(opened: Publication | None, *versions: int) -> None:
    """Raise `NotFound` for a version of before."""
    if opened is not None and any(version < opened.version for version in versions):
        raise NotFound(BEFORE)


def opened_versions(opened: Publication | None, history: TextHistory) -> TextHistory:
    """The text with its versions since then, and the one that it had at the time."""
    if opened is None:
        return history
    later = [version for version in history.versions if version.change_id > opened.change_id]
    then: Sequence[Version] = [version for version in history.versions if version.change_id <= opened.change_id][:1]
    return replace(history, versions=[*later, *then])
