"""Builds the records of one map while its documents are read.

References find topics by identifier, and make them where there is none yet. Two topics that turn out to have an
identifier in common are only noted as one here; merging.py draws the consequences for everything that names them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from contextualise.interchange.records import (
    MAP_ID,
    NO_IDENTIFIERS,
    Association,
    Name,
    Occurrence,
    Role,
    Scope,
    Statement,
    Topic,
    TopicMap,
    Variant,
)
from contextualise.interchange.subjects import SUCCESSORS
from contextualise.interchange.topics import TopicUnion


class Place(NamedTuple):
    """Where in which file something stands."""

    file: str
    line: int


class TooManyConstructs(ValueError):
    """The map has more constructs than the builder was told to take."""


class MapBuilder:
    """Collects records; `map` is complete, but not merged, after `finish`."""

    def __init__(self, base: str, max_constructs: int) -> None:
        self.map = TopicMap(base)
        self.union = TopicUnion()
        # Where the constructs stand that can collide: those with an item identifier or a reifier.
        self.places: dict[int, Place] = {}
        self._max = max_constructs
        self._next = MAP_ID
        self._topics: dict[int, Topic] = {}
        self._by_subject: dict[str, int] = {}
        self._by_locator: dict[str, int] = {}
        self._by_item: dict[str, int] = {}
        self._xtm1: dict[str, Statement | TopicMap] = {}
        self._scopes: dict[Scope, Scope] = {}

    def _number(self) -> int:
        self._next += 1
        if self._next > self._max:
            raise TooManyConstructs(f"the topic map has more than {self._max:,} constructs")
        return self._next

    # Topics

    def new_topic(self) -> int:
        """A topic with no identifier yet."""
        topic = Topic(self._number())
        self.map.topics.append(topic)
        self._topics[topic.id] = topic
        return topic.id

    def topic_with_subject(self, iri: str) -> int:
        """The topic with the subject identifier `iri`."""
        number = self._by_subject.get(iri)
        if number is None:
            number = self._by_item.get(iri) or self.new_topic()
            self.add_subject(number, iri)
        return number

    def topic_with_locator(self, iri: str) -> int:
        """The topic whose subject is the document at `iri`."""
        number = self._by_locator.get(iri)
        if number is None:
            number = self.new_topic()
            self.add_locator(number, iri)
        return number

    def topic_with_item(self, iri: str) -> int:
        """The topic with the item identifier `iri`."""
        number = self._by_item.get(iri)
        if number is None:
            number = self._by_subject.get(iri) or self.new_topic()
            self.add_item(number, iri)
        return number

    def add_subject(self, number: int, iri: str) -> None:
        """Gives a topic a subject identifier; it becomes one with the topic that has it already."""
        self._identify(self._by_subject, number, iri, self._topics[number].subject_identifiers)
        self._join(number, self._by_item.get(iri))

    def add_locator(self, number: int, iri: str) -> None:
        """Gives a topic a subject locator; it becomes one with the topic that has it already."""
        self._identify(self._by_locator, number, iri, self._topics[number].subject_locators)

    def add_item(self, number: int, iri: str) -> None:
        """Gives a topic an item identifier; it becomes one with the topic that has it already."""
        self._identify(self._by_item, number, iri, self._topics[number].item_identifiers)
        self._join(number, self._by_subject.get(iri))

    def _identify(self, known: dict[str, int], number: int, iri: str, own: list[str]) -> None:
        other = known.get(iri)
        if other is None:
            known[iri] = number
            own.append(iri)
        else:
            self._join(number, other)

    def _join(self, number: int, other: int | None) -> None:
        if other is not None and other != number:
            self.union.join(number, other)

    def has_identity(self, number: int) -> bool:
        """Whether the topic, as its own element describes it, has an identifier."""
        topic = self._topics[number]
        return bool(topic.subject_identifiers or topic.subject_locators or topic.item_identifiers) or self.union.is_joined(number)

    def scope(self, themes: Iterable[int]) -> Scope:
        """The set of `themes`; equal sets are one object, which saves most of the memory scopes take."""
        scope = frozenset(map(self.union.root, themes))
        return self._scopes.setdefault(scope, scope)

    # Statements

    def name(self, topic: int, type_: int, scope: Scope, value: str) -> Name:
        """Adds a name."""
        name = Name(self._number(), topic, type_, scope, value)
        self.map.names.append(name)
        return name

    def variant(self, name: Name, scope: Scope, datatype: str, value: str) -> Variant:
        """Adds a variant, `scope` being its whole scope."""
        variant = Variant(self._number(), name.id, scope, datatype, value)
        self.map.variants.append(variant)
        return variant

    def occurrence(self, topic: int, type_: int, scope: Scope, datatype: str, value: str) -> Occurrence:
        """Adds an occurrence."""
        occurrence = Occurrence(self._number(), topic, type_, scope, datatype, value)
        self.map.occurrences.append(occurrence)
        return occurrence

    def association(self, type_: int, scope: Scope) -> Association:
        """Adds an association; its roles follow."""
        association = Association(self._number(), type_, scope)
        self.map.associations.append(association)
        return association

    def role(self, association: Association, type_: int, player: int) -> Role:
        """Adds a role."""
        role = Role(self._number(), association.id, type_, player)
        self.map.roles.append(role)
        return role

    def mark(self, construct: Statement, items: Iterable[str], reifier: int | None, place: Place) -> None:
        """Gives a statement its item identifiers and its reifier."""
        construct.item_identifiers = tuple(dict.fromkeys(items)) or NO_IDENTIFIERS
        construct.reifier = reifier
        if construct.item_identifiers or reifier is not None:
            self.places[construct.id] = place

    def add_map_item(self, iri: str) -> None:
        """Gives the map itself an item identifier."""
        if iri not in self.map.item_identifiers:
            self.map.item_identifiers += (iri,)

    # XTM 1.0

    def note_xtm1_id(self, iri: str, construct: Statement | TopicMap) -> None:
        """Remembers the address of an element of XTM 1.0, where a topic reifies what its subject indicator points at."""
        self._xtm1[iri] = construct

    def finish(self) -> TopicMap:
        """Brings what XTM 1.0 says in its own way into the terms of the data model."""
        for iri, construct in self._xtm1.items():
            number = self._by_subject.get(iri)
            if number is not None:
                self._reify(construct, number, iri)
        for old, new in SUCCESSORS.items():
            number = self._by_subject.get(old)
            if number is not None:
                self._topics[number].subject_identifiers.remove(old)
                del self._by_subject[old]
                self.add_subject(number, new)
        return self.map

    def _reify(self, construct: Statement | TopicMap, number: int, iri: str) -> None:
        if construct.reifier is not None:
            self._join(number, construct.reifier)
        construct.reifier = number
        if self._is_identified_otherwise(number, iri):
            # The pair of identifiers has done its work: it stood for nothing but the reification.
            self._topics[number].subject_identifiers.remove(iri)
            del self._by_subject[iri]
            construct.item_identifiers = tuple(item for item in construct.item_identifiers if item != iri)

    def _is_identified_otherwise(self, number: int, iri: str) -> bool:
        topic = self._topics[number]
        return bool(topic.subject_locators or topic.item_identifiers or topic.subject_identifiers != [iri]) or self.union.is_joined(number)
