"""Messages in the form in which they are sent."""

import json
from typing import Any

from contextualise.domain.access import Action, may
from contextualise.domain.live import Here, Message, News, People, Stream
from contextualise.domain.maps import OpenMap
from contextualise.web.pages.live import Person, people_of
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of

PING = b":\n\n"
_SPREAD, _LONGEST_SPREAD = 10, 5000


def _event(name: str, data: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()


CATCH_UP = _event("catch-up", "")


def hello(stream: Stream, found: OpenMap, unread: str | None) -> bytes:
    """The first event: the name under which the page can say what is edited in it, the version of the map, and what the bell shows."""
    return _event("hello", json.dumps({"stream": str(stream.id), "version": version_for(found), "unread": unread}))


def version_for(found: OpenMap) -> int:
    """The version of the map; none for a reader of a part, who would learn from it of changes elsewhere."""
    return found.map.version if found.standing.reach is None else 0


def notices(unread: str) -> bytes:
    """The event that tells how many notices the reader has not read."""
    return _event("notices", unread)


def unread_of(found: OpenMap) -> str | None:
    """What the bell shows, "" where nothing is unread; None for somebody who has none."""
    if found.viewer is None:
        return None
    unread = found.viewer.unread
    return "" if not unread else str(unread) if unread < 1000 else "999+"


def closed(reason: str) -> bytes:
    """The last event to a reader who may no longer read; `reason` is `access` or `session`."""
    return _event("closed", reason)


def is_for(message: Message, found: OpenMap) -> bool:
    """Whether the reader is told: of what is more than a change of the map, such as comments, only who sees them learns anything."""
    if not isinstance(message, News):
        return True
    return message.kind == "change" or (message.kind != "notices" and may(found.standing, Action.DISCUSS))


def is_of_notices(message: Message | None) -> bool:
    """Whether the reader has got a notice, or has read one."""
    return isinstance(message, News) and message.kind == "notices"


def event_of(request: AnyRequest, message: Message, found: OpenMap, stream: Stream) -> bytes:
    """The event for a message, with what this reader may know of it."""
    if found.standing.reach is not None:
        return _event("change", json.dumps({"version": 0, "mine": False}))
    if isinstance(message, News):
        told = _told(message, found, stream)
        if message.kind == "change":
            return _event("change", json.dumps({**told, "spread": _spread(request, stream)}))
        return _event("news", json.dumps({"kind": message.kind, **told}))
    if isinstance(message, People):
        return _event("presence", _people(request, found, message.here))
    return CATCH_UP


def _told(news: News, found: OpenMap, stream: Stream) -> dict[str, Any]:
    told: dict[str, Any] = {"version": news.version, "mine": news.user_id is not None and news.user_id == stream.person_id}
    if news.user_name and may(found.standing, Action.FOLLOW):
        told["by"] = news.user_name
    if news.change_id is not None and may(found.standing, Action.EDIT):
        told["undo"] = f"/maps/{found.map.ref}/changes/{news.change_id}/undoing"
    return told


def _spread(request: AnyRequest, stream: Stream) -> int:
    """Over how many milliseconds the open pages of the map ask anew, so that they do not all ask at once."""
    return min(_LONGEST_SPREAD, parts_of(request).hub.count_of(stream.map_id) * _SPREAD)


def _people(request: AnyRequest, found: OpenMap, here: tuple[Here, ...]) -> str:
    people: tuple[Person, ...] = people_of(here)
    return parts_of(request).templates.render("live/_people.html", {"people": people, "url": f"/maps/{found.map.ref}/live"})
