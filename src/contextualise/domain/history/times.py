"""Times in the history of a map: which version it had, and how far the history reaches back."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.domain.errors import NotFound
from contextualise.repository.reading.as_of import Then, find_then
from contextualise.repository.reading.change import Moment, first_moment, latest_moment, moment_of, version_at

__all__ = ["Moment", "Then", "find_latest", "find_moment", "find_past"]

_VERSION = re.compile(r"v(\d{1,18})")


async def find_moment(connection: AsyncConnection, map_id: int, given: str, at: datetime | None) -> Moment:
    """The version named as `v12`, or the one that the map had at a time; raises `NotFound` with the reason."""
    named = _VERSION.fullmatch(given.strip())
    if named is None and at is None:
        raise NotFound("Write the time as 2026-11-23 or 2026-11-23T15:00, or a version as v12.")
    if named is not None:
        found = await moment_of(connection, map_id, int(named[1]))
        if found is None:
            raise NotFound("This map has never had such a version.")
        return found
    assert at is not None
    found = await version_at(connection, map_id, at)
    if found is None:
        raise NotFound(await _beginning(connection, map_id))
    return found


async def find_latest(connection: AsyncConnection, map_id: int) -> Moment:
    """The version that a map has now; raises `NotFound` for one without any history."""
    found = await latest_moment(connection, map_id)
    if found is None:
        raise NotFound(await _beginning(connection, map_id))
    return found


async def find_past(connection: AsyncConnection, map_id: int, given: str, at: datetime | None) -> Then:
    """The version as pages can be made of; raises `NotFound` with the reason where none can."""
    moment = await find_moment(connection, map_id, given, at)
    then = await find_then(connection, map_id, moment.version)
    assert then is not None, "the change was there a statement ago"
    if then.precedes:
        raise NotFound(await _beginning(connection, map_id))
    if not then.is_readable:
        raise NotFound("Too much has been changed since then for a page to be made of that time. The history tells all of it.")
    return then


async def _beginning(connection: AsyncConnection, map_id: int) -> str:
    first = await first_moment(connection, map_id)
    if first is None:
        return "This map has no history yet."
    return f"The history of this map begins on {first.at.day} {first.at:%B %Y at %H:%M} UTC."
