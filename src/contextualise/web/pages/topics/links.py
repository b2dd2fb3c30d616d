"""Addresses of a map's pages, which keep the reader's context, and the parts that every page of topics is made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from contextualise.repository.reading.records import Reference
from contextualise.repository.reading.topic import EVERYTHING_SHOWN, Context

SIGNS = 24
_PLAIN = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class TopicLink:
    """A topic named on a page, with the sign and the name of its first type (`sign` is None for a topic without one)."""

    id: int
    text: str
    href: str
    sign: int | None
    kind: str


class Addresses:
    """Makes the addresses of one map for one reader; `query` is the reader's context with its question mark, or nothing."""

    __slots__ = ("_now", "_topics", "map_url", "query")

    def __init__(self, map_url: str, context: Context = EVERYTHING_SHOWN) -> None:
        self.map_url = map_url
        self.query = query_of(context)
        self._now = query_of(replace(context, at="")) if context.at else self.query  # only pages of topics have a past
        self._topics = f"{map_url}/topics/"

    def topic(self, slug: str) -> str:
        """The page of a topic, in the reader's context."""
        return self._topics + encoded(slug) + self.query

    def plain_topic(self, slug: str) -> str:
        """The page of a topic without any context: what the addresses of its forms begin with."""
        return self._topics + encoded(slug)

    def association(self, association_id: int) -> str:
        """The page of an association."""
        return f"{self.map_url}/associations/{association_id}{self._now}"

    def creation(self, name: str) -> str:
        """Where a topic of this name is made."""
        return f"{self.map_url}/topics/new?{urlencode({'name': name})}"

    def file(self, sha256: str, name: str) -> str:
        """Where the bytes of content are; the name only tells a browser how to call them."""
        return f"{self.map_url}/files/{sha256}/{quote(name.replace('/', '-').strip('. ') or 'file', safe='')}"


def encoded(slug: str) -> str:
    """A slug as it stands in an address."""
    return slug if _PLAIN.fullmatch(slug) else quote(slug, safe="")


def query_of(context: Context) -> str:
    """The part of an address that carries a context."""
    pairs = [("scope", theme) for theme in context.themes]
    if context.universal:
        pairs = [("scope", "*")]
    if context.strict and pairs:
        pairs.append(("strict", "1"))
    if context.at:
        pairs.append(("at", context.at))
    return f"?{urlencode(pairs)}" if pairs else ""


class Topics:
    """Every topic that a page names, by id."""

    __slots__ = ("_addresses", "_links", "_references")

    def __init__(self, references: tuple[Reference, ...], addresses: Addresses) -> None:
        self._references: Mapping[int, Reference] = {reference.id: reference for reference in references}
        self._addresses = addresses
        self._links: dict[int, TopicLink] = {}

    def __contains__(self, topic_id: int) -> bool:
        return topic_id in self._references

    def name(self, topic_id: int) -> str:
        """The name of a topic in the reader's context."""
        found = self._references.get(topic_id)
        return found.name if found else ""

    def slug(self, topic_id: int) -> str:
        """The address of a topic within its map."""
        found = self._references.get(topic_id)
        return found.slug if found else ""

    def is_hidden(self, topic_id: int) -> bool:
        """Whether the topic only carries facts of a statement."""
        found = self._references.get(topic_id)
        return found is not None and found.is_hidden

    def link(self, topic_id: int) -> TopicLink:
        """The topic as a link; each is made once."""
        found = self._links.get(topic_id)
        if found is None:
            reference = self._references[topic_id]
            type_id = reference.type_id
            found = TopicLink(
                topic_id,
                reference.name,
                self._addresses.topic(reference.slug),
                None if type_id is None else type_id % SIGNS,
                "" if type_id is None else self.name(type_id),
            )
            self._links[topic_id] = found
        return found
