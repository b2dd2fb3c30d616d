"""What every kind of occurrence needs to become a part of the page: names, addresses, contexts, what is said about it."""

from collections.abc import Callable, Mapping

from contextualise.repository.reading.records import OccurrenceRow, TopicRecord
from contextualise.web.pages.topics.contexts import Scopes
from contextualise.web.pages.topics.facts import Fact, fact_of
from contextualise.web.pages.topics.links import Addresses, Topics


class Bearings:
    """The page that occurrences are put on; `create` gives the address where an unknown name becomes a topic, for who may make one."""

    def __init__(
        self, record: TopicRecord, topics: Topics, scopes: Scopes, addresses: Addresses, create: Callable[[str], str] | None
    ) -> None:
        self.record = record
        self.topics = topics
        self.scopes = scopes
        self.addresses = addresses
        self.create = create
        self.targets = _targets(record, topics)
        self._reifiers = {reifier.construct_id: reifier.topic_id for reifier in record.reifiers}

    def base(self, iri: str) -> int | None:
        """The topic of this map with a subject identifier of the base topics."""
        return self.record.base.get(iri)

    def kind(self, type_id: int) -> tuple[str, str]:
        """Name and address of a type."""
        return (self.topics.name(type_id), self.topics.link(type_id).href) if type_id in self.topics else ("", "")

    def details(self, construct_id: int) -> tuple[Fact, ...]:
        """What is said about a statement through the topic that stands for it."""
        reifier = self._reifiers.get(construct_id)
        if reifier is None:
            return ()
        return tuple(self.fact(row) for row in self.record.details if row.topic_id == reifier)

    def fact(self, row: OccurrenceRow) -> Fact:
        """A row as an attribute."""
        return fact_of(row, self.topics, self.scopes.links(row.scope_id), self.details(row.id))


def _targets(record: TopicRecord, topics: Topics) -> Mapping[int, dict[int, str | None]]:
    targets: dict[int, dict[int, str | None]] = {}
    for link in record.wiki_links:
        if link.topic_id in topics:
            targets.setdefault(link.occurrence_id, {})[link.position] = topics.link(link.topic_id).href
    return targets
