"""What every handler starts with: the connection or transaction, who asks, and the map that is asked for.

async with reading(request) as connection:
    found = await map_for(request, connection, ref, Action.READ)

async with writing(request) as session:          # commits at the end, rolls back on any error
    found = await map_for(request, session, ref, Action.EDIT)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from contextualise.domain.access import PRIVATE, Action, may, require
from contextualise.domain.accounts import Viewer, find_viewer, hash_token
from contextualise.domain.errors import NotFound
from contextualise.domain.maps import OpenMap, find_map
from contextualise.lib.numbers import whole_number
from contextualise.web.shared.opened_links import opened_links
from contextualise.web.shared.state import parts_of

AnyRequest = Request[Any, Any, State]


@asynccontextmanager
async def reading(request: AnyRequest) -> AsyncIterator[AsyncConnection]:
    """A connection for statements that change nothing."""
    async with parts_of(request).database.reading() as connection:
        yield connection


@asynccontextmanager
async def writing(request: AnyRequest) -> AsyncIterator[AsyncSession]:
    """A session in one transaction, committed when the block ends well."""
    async with parts_of(request).database.writing() as session:
        yield session


def session_cookie(request: AnyRequest) -> str:
    """The name of the session cookie; over TLS with the prefix that binds it to this host and to TLS."""
    return "__Host-session" if parts_of(request).is_secure else "session"


def token_hash(request: AnyRequest) -> bytes | None:
    """The hash under which the browser's session is kept; None without a cookie."""
    token = request.cookies.get(session_cookie(request))
    return hash_token(token) if token else None


async def viewer_of(request: AnyRequest, connection: AsyncConnection | AsyncSession) -> Viewer | None:
    """Who asks; one statement, and none for a browser without a session cookie."""
    digest = token_hash(request)
    viewer = await find_viewer(await _connection(connection), digest) if digest else None
    request.state.viewer = viewer
    return viewer


async def require_viewer(request: AnyRequest, connection: AsyncConnection | AsyncSession) -> Viewer:
    """Who asks; raises `SignInNeeded` for a stranger."""
    viewer = await viewer_of(request, connection)
    if viewer is None:
        raise SignInNeeded
    return viewer


async def require_admin(request: AnyRequest, connection: AsyncConnection | AsyncSession) -> Viewer:
    """The administrator who asks; others are told that there is no such page."""
    viewer = await require_viewer(request, connection)
    if not viewer.is_admin:
        raise NotFound("There is no such page.")
    return viewer


async def map_for(
    request: AnyRequest, connection: AsyncConnection | AsyncSession, ref: str, action: Action, *, within_reach: bool = False
) -> OpenMap:
    """The map named by an address such as `7-italian-opera`, with the viewer and the viewer's standing, in one statement.

    A handler that says `within_reach` asks the standing for each topic that it tells of; all others are closed to readers to whom a share
    link opens only a part of the map. Raises `NotFound` for a map that the viewer may not see, `SignInNeeded` when signing in might help
    with an action or the browser's session has ended, else `NotAllowed`.
    """
    number, _, _ = ref.partition("-")
    map_id, token = whole_number(number), token_hash(request)
    if map_id is None:
        raise NotFound(PRIVATE)
    found, viewer = await find_map(await _connection(connection), map_id, token, links=opened_links(request, map_id))
    request.state.viewer = viewer
    is_shown = found is not None and may(found.standing, Action.READ) and (found.standing.reach is None or within_reach)
    if viewer is None and token is not None and not is_shown:
        # The session has ended. Whether there is such a map is not told either way.
        raise SignInNeeded
    if found is None:
        raise NotFound(PRIVATE)
    if is_shown:
        # From here on the frame of the page, an error page too, may name the map.
        request.state.current_map = found
        request.state.by_link = found.standing.link is not None
        if viewer is None and not may(found.standing, action):
            raise SignInNeeded
    require(found.standing, action, within_reach=within_reach)
    request.state.current_map = found
    return found


class SignInNeeded(Exception):
    """The page is there, but only for people who have signed in."""


async def _connection(connection: AsyncConnection | AsyncSession) -> AsyncConnection:
    return connection if isinstance(connection, AsyncConnection) else await connection.connection()
