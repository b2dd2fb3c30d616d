"""Writes records as XTM 2.1, one piece of text per element, so that tests can put them in any order."""

from collections.abc import Iterable
from random import Random
from xml.sax.saxutils import escape, quoteattr

from contextualise.interchange.records import Association, Name, Occurrence, Role, Statement, Topic, TopicMap, Variant
from tests.unit.interchange.support import xtm21

REFERENCES = {"item": "topicRef", "subject": "subjectIdentifierRef", "locator": "subjectLocatorRef"}


class XtmWriter:
    """Writes one map; `rng` chooses the order of everything that has none, and how topics are referred to."""

    def __init__(self, topic_map: TopicMap, rng: Random) -> None:
        self._map = topic_map
        self._rng = rng
        self._topics = {topic.id: topic for topic in topic_map.topics}

    def document(self) -> str:
        """The whole document."""
        parts = [self._topic(topic) for topic in self._map.topics] + [self._association(found) for found in self._map.associations]
        head = self._reifier(self._map.reifier) + self._items(self._map.item_identifiers)
        return xtm21(head + "\n".join(self._shuffled(parts)))

    def _shuffled(self, parts: Iterable[str]) -> list[str]:
        parts = list(parts)
        self._rng.shuffle(parts)
        return parts

    def _topic(self, topic: Topic) -> str:
        identity = [f"<subjectIdentifier href={quoteattr(iri)}/>" for iri in topic.subject_identifiers]
        identity += [f"<subjectLocator href={quoteattr(iri)}/>" for iri in topic.subject_locators]
        identity += [f"<itemIdentity href={quoteattr(iri)}/>" for iri in topic.item_identifiers]
        statements = [self._name(name) for name in self._map.names if name.topic == topic.id]
        statements += [self._occurrence(found) for found in self._map.occurrences if found.topic == topic.id]
        return f"<topic>{''.join(self._shuffled(identity))}{''.join(self._shuffled(statements))}</topic>"

    def _name(self, name: Name) -> str:
        variants = [self._variant(variant, name) for variant in self._map.variants if variant.name == name.id]
        value = f"<value>{escape(name.value)}</value>"
        return f"<name>{self._about(name)}{self._type(name.type)}{self._scope(name.scope)}{value}{''.join(self._shuffled(variants))}</name>"

    def _variant(self, variant: Variant, name: Name) -> str:
        return f"<variant>{self._about(variant)}{self._scope(variant.scope - name.scope)}{self._value(variant)}</variant>"

    def _occurrence(self, found: Occurrence) -> str:
        return f"<occurrence>{self._about(found)}{self._type(found.type)}{self._scope(found.scope)}{self._value(found)}</occurrence>"

    def _association(self, found: Association) -> str:
        roles = [self._role(role) for role in self._map.roles if role.association == found.id]
        inside = self._about(found) + self._type(found.type) + self._scope(found.scope) + "".join(self._shuffled(roles))
        return f"<association>{inside}</association>"

    def _role(self, role: Role) -> str:
        return f"<role>{self._about(role)}{self._type(role.type)}{self._reference(role.player)}</role>"

    def _about(self, statement: Statement) -> str:
        return self._reifier(statement.reifier) + self._items(statement.item_identifiers)

    def _items(self, iris: Iterable[str]) -> str:
        return "".join(self._shuffled(f"<itemIdentity href={quoteattr(iri)}/>" for iri in iris))

    def _reifier(self, topic: int | None) -> str:
        return "" if topic is None else f"<reifier>{self._reference(topic)}</reifier>"

    def _type(self, topic: int) -> str:
        return f"<type>{self._reference(topic)}</type>"

    def _scope(self, themes: Iterable[int]) -> str:
        references = self._shuffled(self._reference(theme) for theme in themes)
        return f"<scope>{''.join(references)}</scope>" if references else ""

    def _value(self, construct: Occurrence | Variant) -> str:
        return f"<resourceData datatype={quoteattr(construct.datatype)}>{escape(construct.value)}</resourceData>"

    def _reference(self, number: int) -> str:
        topic = self._topics[number]
        ways = [("subject", iri) for iri in topic.subject_identifiers] + [("locator", iri) for iri in topic.subject_locators]
        kind, iri = self._rng.choice(ways + [("item", iri) for iri in topic.item_identifiers])
        return f"<{REFERENCES[kind]} href={quoteattr(iri)}/>"
