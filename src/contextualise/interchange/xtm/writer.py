"""Writes a whole map as XTM 2.1. What is read from it again, at the same address, is the same map."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO

from contextualise.interchange.records import Association, Name, Occurrence, Role, Topic, TopicMap, Variant
from contextualise.interchange.subjects import INSTANCE, TYPE, TYPE_INSTANCE
from contextualise.interchange.xtm.writing import HEAD, TAIL, Elements, locator_reference, subject_reference, topic_reference

# Such an id is one in every version of XML (NCName, without the letters that few tools agree on).
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_AT_ONCE = 2_000


def write(topic_map: TopicMap, out: BinaryIO) -> None:
    """Writes `topic_map` to `out` as UTF-8; topics of the map's own document keep their ids."""
    pieces: list[str] = []
    for piece in _Writer(topic_map).document():
        pieces.append(piece)
        if len(pieces) >= _AT_ONCE:
            out.write("".join(pieces).encode())
            pieces.clear()
    out.write("".join(pieces).encode())


class _Writer:
    def __init__(self, topic_map: TopicMap) -> None:
        self._map = topic_map
        self._topics = {topic.id: topic for topic in topic_map.topics}
        self._own = f"{topic_map.base.partition('#')[0]}#"
        self._identities = self._chosen_identities()
        self._elements = Elements(self._reference)
        self._variants: defaultdict[int, list[Variant]] = defaultdict(list)
        self._names: defaultdict[int, list[Name]] = defaultdict(list)
        self._occurrences: defaultdict[int, list[Occurrence]] = defaultdict(list)
        self._roles: defaultdict[int, list[Role]] = defaultdict(list)
        self._types: defaultdict[int, list[int]] = defaultdict(list)
        for variant in topic_map.variants:
            self._variants[variant.name].append(variant)
        for name in topic_map.names:
            self._names[name.topic].append(name)
        for occurrence in topic_map.occurrences:
            self._occurrences[occurrence.topic].append(occurrence)
        for role in topic_map.roles:
            self._roles[role.association].append(role)

    def document(self) -> Iterator[str]:
        associations = self._without_instances()
        yield HEAD
        yield self._elements.map(self._map.item_identifiers, self._map.reifier)
        for topic in self._map.topics:
            yield self._topic(topic)
        for association in associations:
            yield self._elements.association(association, self._roles[association.id])
        yield TAIL

    def _topic(self, topic: Topic) -> str:
        identity = self._identities.get(topic.id)
        items = [iri for iri in topic.item_identifiers if identity is None or iri != self._own + identity]
        return self._elements.topic(
            Topic(topic.id, topic.subject_identifiers, topic.subject_locators, items),
            identity=identity,
            types=self._types[topic.id],
            names=((name, self._variants[name.id]) for name in self._names[topic.id]),
            occurrences=self._occurrences[topic.id],
        )

    def _chosen_identities(self) -> dict[int, str]:
        """The ids that topics have in the document, and new ones for those without any identifier, which could not be written else."""
        chosen: dict[int, str] = {}
        for topic in self._map.topics:
            ids = (iri.removeprefix(self._own) for iri in topic.item_identifiers if iri.startswith(self._own))
            found = next((identity for identity in ids if _ID.fullmatch(identity)), None)
            if found is not None:
                chosen[topic.id] = found
        taken = set(chosen.values())
        for topic in self._map.topics:
            if not (topic.subject_identifiers or topic.subject_locators or topic.item_identifiers):
                identity = f"t{topic.id}"
                while identity in taken:
                    identity += "_"
                taken.add(identity)
                chosen[topic.id] = identity
        return chosen

    def _reference(self, number: int) -> str:
        topic = self._topics[number]
        if number in self._identities:
            return topic_reference(f"#{self._identities[number]}")
        if topic.subject_identifiers:
            return subject_reference(topic.subject_identifiers[0])
        if topic.subject_locators:
            return locator_reference(topic.subject_locators[0])
        return topic_reference(topic.item_identifiers[0])

    def _without_instances(self) -> list[Association]:
        """The associations but for the plain ones of type and instance, which are written as `instanceOf` (ISO 13250-2, clause 7.2)."""
        subjects = {iri: topic.id for topic in self._map.topics for iri in topic.subject_identifiers}
        if not {TYPE_INSTANCE, TYPE, INSTANCE} <= subjects.keys():
            return self._map.associations
        rest = []
        for association in self._map.associations:
            roles = self._roles[association.id]
            players = {role.type: role.player for role in roles}
            bare = not association.scope and _is_bare(association) and all(map(_is_bare, roles))
            is_plain = association.type == subjects[TYPE_INSTANCE] and bare and len(roles) == 2
            if is_plain and players.keys() == {subjects[TYPE], subjects[INSTANCE]}:
                self._types[players[subjects[INSTANCE]]].append(players[subjects[TYPE]])
            else:
                rest.append(association)
        return rest


def _is_bare(statement: Association | Role) -> bool:
    return statement.reifier is None and not statement.item_identifiers
