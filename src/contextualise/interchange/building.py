"""Builds the records of one map while its documents are read.

References find topics by identifier, and make them where there is none yet. Two topics that turn out to have an
identifier in common are only noted as one here; merging.py draws the consequences for everything that names them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from contextualise.interchange.limits import Limits
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


class TooMuch(ValueError):
    """The map has more of something than the builder was told to take."""


class MapBuilder:
    """Collects records; `map` is complete, but not merged, after `finish`."""

    def __init__(self, base: str, limits: Limits) -> None:
        self.map = TopicMap(base)
        self.union = TopicUnion()
        # Where the constructs stand that can collide: those with an item identifier or a reifier.
        self.places: dict[int, Place] = {}
        self._limits = limits
        self._next = MAP_ID
        self._topics: dict[int, Topic] = {}
        self._by_subject: dict[str, int] = {}
        self._by_locator: dict[str, int] = {}
        self._by_item: dict[str, int] = {}
        self._xtm1: dict[str, Statement | TopicMap] = {}
        self._scopes: dict[Scope, Scope] = {}
        self._themes = 0
        self._map_items: dict[str, None] = {}

    def _number(self) -> int:
        self._next += 1
        if self._next > self._limits.constructs:
            raise TooMuch(f"the topic map has more than {self._limits.constructs:,} constructs")
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
        known = self._scopes.get(scope)
        if known is None:
            self._count_themes(len(scope))
            known = self._scopes[scope] = scope
        return known

    def _count_themes(self, count: int) -> None:
        self._themes += count
        if count > self._limits.themes:
            raise TooMuch(f"a scope has more than {self._limits.themes} themes")
        if self._themes > self._limits.themes_of_scopes:
            raise TooMuch(f"the scopes have more than {self._limits.themes_of_scopes:,} themes together")

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
        self._map_items[iri] = None

    # XTM 1.0

    def note_xtm1_id(self, iri: str, construct: Statement | TopicMap) -> None:
        """Remembers the address of an element of XTM 1.0, where a topic reifies what its subject indicator points at."""
        self._xtm1[iri] = construct

    def finish(self) -> TopicMap:
        """The map, with what XTM 1.0 says in its own way brought into the terms of the data model."""
        self.map.item_identifiers = tuple(self._map_items)
        spent: dict[int, set[str]] = {}
        for iri, construct in self._xtm1.items():
            number = self._by_subject.get(iri)
            if number is not None:
                self._reify(construct, number)
                spent.setdefault(number, set()).add(iri)
        for number, iris in spent.items():
            self._drop(number, iris)
        for old, new in SUCCESSORS.items():
            number = self._by_subject.pop(old, None)
            if number is not None:
                self._topics[number].subject_identifiers.remove(old)
                self.add_subject(number, new)
        return self.map

    def _reify(self, construct: Statement | TopicMap, number: int) -> None:
        if construct.reifier is not None:
            self._join(number, construct.reifier)
        construct.reifier = number

    def _drop(self, number: int, iris: set[str]) -> None:
        """Takes away the pairs of identifiers that stood for nothing but reification, unless the topic has no other."""
        topic = self._topics[number]
        others = [iri for iri in topic.subject_identifiers if iri not in iris]
        if not (others or topic.subject_locators or topic.item_identifiers or self.union.is_joined(number)):
            return
        topic.subject_identifiers = others
        for iri in iris:
            construct = self._xtm1[iri]
            construct.item_identifiers = tuple(item for item in construct.item_identifiers if item != iri)
