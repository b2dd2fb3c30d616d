"""The stream of events to an open page (server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import time
from collections.abc import AsyncIterator
from typing import Any

from litestar import Response, route
from litestar.enums import HttpMethod
from litestar.params import FromPath
from litestar.response import Stream as StreamResponse
from psycopg import Error as DriverError
from sqlalchemy.exc import SQLAlchemyError

from contextualise.domain.access import Action
from contextualise.domain.errors import NotAllowed, NotFound
from contextualise.domain.live import Stream, TooManyStreams
from contextualise.domain.maps import OpenMap
from contextualise.web.asked import asked_number
from contextualise.web.live.events import CATCH_UP, PING, closed, event_of, hello, is_for, is_of_notices, notices, unread_of
from contextualise.web.live.presence import show_who_is_here
from contextualise.web.live.within import Followed, asked_page, digest_of, keep_to_part
from contextualise.web.shared.requests import AnyRequest, SignInNeeded, map_for, reading
from contextualise.web.shared.state import parts_of

EVENTS = "text/event-stream"
_PING_SECONDS = 25.0
_CHECK_SECONDS = 60.0
_TRY_AGAIN_SECONDS = 5.0
# A proxy that gathers the answer before it hands it on would hold back what is meant to arrive now.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_AWAY = (SQLAlchemyError, DriverError, OSError)  # the database, and with it everything that could be told


@route("/maps/{ref:str}/live", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def live(request: AnyRequest, ref: FromPath[str]) -> Response[Any]:
    """What happens to a map as it happens; for a browser without scripts, who is here now.

    With `?topic=7` only what shows on the page of that topic, with `?about=7&about=8` on another page where these topics stand. A reader to
    whom a share link opens a part of the map names a topic of it or, with `?path=7`, a path.
    """
    page = asked_page(request)
    async with reading(request) as connection:
        found = await map_for(request, connection, ref, Action.READ, within_reach=True)
        keep_to_part(request, found, page)
        if EVENTS not in request.headers.get("accept", ""):
            return await show_who_is_here(request, connection, found)
    person_id = found.viewer.id if found.viewer else None
    stream = Stream(found.map.id, page.topic_id, page.topics_for(found), person_id=person_id, user_id=member_id(found))
    if request.method == HttpMethod.HEAD:
        return Response(None, media_type=EVENTS, headers=_HEADERS)
    if parts_of(request).hub.is_full:
        return Response(None, status_code=503, media_type=EVENTS, headers={**_HEADERS, "Retry-After": "30"})
    since = asked_number(request.query_params.get("since"))
    return StreamResponse(_events(request, ref, page, stream, since), media_type=EVENTS, headers=_HEADERS)


def member_id(found: OpenMap) -> int | None:
    """The person, if it is one of those whom the owner has let in, or the owner: only they see each other."""
    standing = found.standing
    return standing.user_id if standing.is_owner or standing.mode is not None else None


async def _events(request: AnyRequest, ref: str, page: Followed, stream: Stream, since: int) -> AsyncIterator[bytes]:
    """The events of one page, until it is left, its reader may no longer read, or the server stops."""
    try:
        async with parts_of(request).hub.joined(stream):
            found = await _look(request, ref, page, stream)
            if not isinstance(found, OpenMap):
                yield closed(found)
                return
            shown, unread = await _shown(request, found, page), unread_of(found)
            yield hello(stream, found, unread)
            # The version of the map counts what happens elsewhere too: pages of a part of it know none, and always look for themselves.
            if shown is not None or (since and since != found.map.version):
                yield CATCH_UP
            due, ping = time.monotonic() + _CHECK_SECONDS, time.monotonic() + _PING_SECONDS
            while not stream.is_ended:
                message = await stream.next(max(0.0, ping - time.monotonic()))
                is_of_part = found.standing.reach is not None and message is not None
                try:
                    if stream.must_check or is_of_part or is_of_notices(message) or time.monotonic() >= due:
                        answer = await _look(request, ref, page, stream)
                        if not isinstance(answer, OpenMap):
                            yield closed(answer)
                            return
                        found, due = answer, time.monotonic() + _CHECK_SECONDS
                    is_told = message is not None and is_for(message, found)
                    now_shown = await _shown(request, found, page) if is_told else None
                except _AWAY:
                    due = time.monotonic() + _TRY_AGAIN_SECONDS
                    continue
                if (now := unread_of(found)) is not None and now != unread:
                    unread = now
                    yield notices(now)
                # As regular as ever, whatever was kept from this reader meanwhile.
                if time.monotonic() >= ping:
                    ping = time.monotonic() + _PING_SECONDS
                    yield PING
                if message is not None and is_told and (now_shown is None or now_shown != shown):
                    shown = now_shown
                    yield event_of(request, message, found, stream)
    except TooManyStreams:
        # The page asks again later; until then it is right when it is loaded anew.
        return


async def _look(request: AnyRequest, ref: str, page: Followed, stream: Stream) -> OpenMap | str:
    """The map as the reader may see it now, else why no longer: `session` or `access`."""
    hub = parts_of(request).hub
    stream.must_check = False
    try:
        async with hub.checks, reading(request) as connection:
            found = await map_for(request, connection, ref, Action.READ, within_reach=True)
            keep_to_part(request, found, page)
    except SignInNeeded:
        return "session"
    except (NotFound, NotAllowed):
        return "access"
    stream.about = page.topics_for(found)
    hub.changed_standing(stream, member_id(found))
    return found


async def _shown(request: AnyRequest, found: OpenMap, page: Followed) -> bytes | None:
    """What stands for the page as it looks now, for a reader of a part of the map; None for everybody else."""
    if found.standing.reach is None:
        return None
    try:
        async with parts_of(request).hub.checks, reading(request) as connection:
            return await digest_of(request, connection, found, page)
    except NotFound:
        return b""


ROUTES = [live]
