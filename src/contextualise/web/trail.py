"""The way a reader came: the last topics of a map, as ids in a cookie of that map alone."""

from urllib.parse import quote

from contextualise.domain.maps import OpenMap
from contextualise.lib.numbers import whole_number
from contextualise.web.shared.requests import AnyRequest
from contextualise.web.shared.state import parts_of

COOKIE = "trail"
STEPS = 4


def trail_of(request: AnyRequest) -> tuple[int, ...]:
    """The ids of the topics seen before, the latest last; what is no id is left out."""
    parts = request.cookies.get(COOKIE, "").split(".")
    return tuple(number for part in parts[-STEPS - 1 :] if (number := whole_number(part)) is not None)


def steps_before(trail: tuple[int, ...], topic_id: int) -> tuple[int, ...]:
    """The steps to show above a topic: all but itself."""
    return tuple(step for step in trail if step != topic_id)[-STEPS:]


def trail_cookie(request: AnyRequest, found: OpenMap, trail: tuple[int, ...], topic_id: int) -> str | None:
    """The `Set-Cookie` header with this topic as the last step; None when it is that already."""
    following = (*steps_before(trail, topic_id), topic_id)
    if following == trail:
        return None
    value = ".".join(map(str, following))
    secure = "; Secure" if parts_of(request).is_secure else ""
    return f"{COOKIE}={value}; Path=/maps/{quote(found.map.ref)}; HttpOnly; SameSite=lax{secure}"
