"""What the timeline and the places of a map share: the view that an address asks for, and where a value is said."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from contextualise.repository.reading.choosing import Chosen
from contextualise.repository.reading.tellings import Telling
from contextualise.repository.reading.topic import Context
from contextualise.web.pages.choosing import chooser_of
from contextualise.web.pages.context_choice import ContextChooser
from contextualise.web.pages.topics.links import SIGNS, Addresses, Link, query_of


@dataclass(frozen=True, slots=True)
class View:
    """What every address of such a view asks for: where it is, the context, and the type of topics, "" for all."""

    path: str
    context: Context
    type_slug: str = ""

    def pairs(self) -> list[tuple[str, object]]:
        """The fields of the address."""
        pairs: list[tuple[str, object]] = [*parse_qsl(query_of(replace(self.context, at="")).removeprefix("?"))]
        return pairs + ([("type", self.type_slug)] if self.type_slug else [])

    def url(self, **changes: object) -> str:
        """The address of the same view with something changed."""
        raise NotImplementedError

    def type_chip(self, chosen: Chosen) -> tuple[Link, ...]:
        """The way out of the chosen type."""
        return (Link(chosen.type[1], self.url(type_slug="")),) if chosen.type else ()

    def contexts(self, chosen: Chosen, map_url: str) -> ContextChooser:
        """The ways to other contexts."""
        return chooser_of(chosen, self.context, lambda context: self.url(context=context), map_url)


def href_of(told: Telling, addresses: Addresses) -> str:
    """Where the value is said."""
    if told.kind == "a" and told.construct_id is not None:
        return addresses.association(told.construct_id)
    return f"{addresses.topic(told.topic_slug)}#occurrence-{told.id}"


def sign_of(told: Telling) -> int | None:
    """The colour of the topic's type; None for a topic without one."""
    return None if told.topic_type_id is None else told.topic_type_id % SIGNS
