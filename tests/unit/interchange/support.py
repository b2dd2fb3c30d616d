"""Short ways to write topic maps and to look at what was read."""

import io

from contextualise.interchange import Limits, Reading, cxtm, read
from contextualise.interchange.limits import DEFAULT_LIMITS
from contextualise.interchange.records import TopicMap
from contextualise.interchange.sources import Resolver

BASE = "http://example.org/maps/map.xtm"
XTM1 = '<topicMap xmlns="http://www.topicmaps.org/xtm/1.0/" xmlns:xlink="http://www.w3.org/1999/xlink"{}>\n{}\n</topicMap>'
XTM2 = '<topicMap xmlns="http://www.topicmaps.org/xtm/" version="{}"{}>\n{}\n</topicMap>'


def xtm1(body: str = "", root: str = "") -> str:
    """A document of XTM 1.0."""
    return XTM1.format(root, body)


def xtm20(body: str = "", root: str = "") -> str:
    """A document of XTM 2.0."""
    return XTM2.format("2.0", root, body)


def xtm21(body: str = "", root: str = "") -> str:
    """A document of XTM 2.1."""
    return XTM2.format("2.1", root, body)


def reading(
    text: str | bytes, *, strict: bool = True, resolver: Resolver | None = None, limits: Limits = DEFAULT_LIMITS, base: str = BASE
) -> Reading:
    """What reading `text` gives."""
    data = text.encode() if isinstance(text, str) else text
    return read(io.BytesIO(data), base=base, strict=strict, resolver=resolver, limits=limits, file="map.xtm")


def canonical(topic_map: TopicMap) -> str:
    """The canonical form of a map that was read."""
    out = io.BytesIO()
    cxtm.write(topic_map, out)
    return out.getvalue().decode()


def canonical_of(text: str | bytes, *, strict: bool = True, resolver: Resolver | None = None) -> str:
    """The canonical form of a document."""
    return canonical(reading(text, strict=strict, resolver=resolver).map)
