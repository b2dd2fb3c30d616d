"""Writes the canonical form of a map, CXTM (ISO 13250-4): equal maps give equal bytes, different maps different ones.

The map must be merged. Where the numbers of clause 3.19 are said "relative", they are against the address of the
document, so that a map reads the same wherever its file lies.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any, BinaryIO, TypeVar
from urllib.parse import unquote

from contextualise.interchange.records import Association, Name, Occurrence, Role, Scope, Topic, TopicMap, Variant
from contextualise.interchange.subjects import ANY_URI, DECIMAL, INTEGER
from contextualise.lib.iri import split

T = TypeVar("T")

_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:(?P<point>\.)(?P<part>[0-9]*))?")
_TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_LINES_AT_ONCE = 2_000


def write(topic_map: TopicMap, out: BinaryIO, base: str | None = None) -> None:
    """Writes `topic_map` to `out` as UTF-8, with locators relative to `base` (by default, the map's own)."""
    lines: list[str] = []
    for line in _Canonical(topic_map, base or topic_map.base).document():
        lines.append(line)
        if len(lines) >= _LINES_AT_ONCE:
            out.write("".join(lines).encode())
            lines.clear()
    out.write("".join(lines).encode())


class _Canonical:
    """The positions of all constructs of one map in canonical order, and the lines that follow from them."""

    def __init__(self, topic_map: TopicMap, base: str) -> None:
        self._map = topic_map
        self._locators = _Locators(base)
        self._topics = sorted(topic_map.topics, key=self._topic_key)
        self._rank = {topic.id: rank for rank, topic in enumerate(self._topics, 1)}
        self._scope_keys: dict[Scope, tuple[int, list[int]]] = {}
        self._roles: defaultdict[int, list[Role]] = defaultdict(list)
        for role in topic_map.roles:
            self._roles[role.association].append(role)
        for roles in self._roles.values():
            roles.sort(key=self._role_key)
        self._associations = sorted(topic_map.associations, key=self._association_key)
        self._names = _grouped((name.topic, self._name_key(name), name) for name in topic_map.names)
        self._variants = _grouped((variant.name, self._value_key(variant), variant) for variant in topic_map.variants)
        self._occurrences = _grouped((found.topic, self._occurrence_key(found), found) for found in topic_map.occurrences)
        self._played = self._roles_played()

    # Order (clauses 3.4 to 3.10): locators, then players, types and scopes by the positions of their topics.

    def _topic_key(self, topic: Topic) -> tuple[tuple[int, list[str]], ...]:
        kinds = (topic.subject_identifiers, topic.subject_locators, topic.item_identifiers)
        return tuple((len(kind), self._locators.sorted(kind)) for kind in kinds)

    def _scope_key(self, scope: Scope) -> tuple[int, list[int]]:
        key = self._scope_keys.get(scope)
        if key is None:
            key = self._scope_keys[scope] = (len(scope), sorted(self._rank[theme] for theme in scope))
        return key

    def _role_key(self, role: Role) -> tuple[int, int]:
        return self._rank[role.player], self._rank[role.type]

    def _association_key(self, association: Association) -> tuple[int, int, list[tuple[int, int]], tuple[int, list[int]]]:
        roles = self._roles[association.id]
        return self._rank[association.type], len(roles), [self._role_key(role) for role in roles], self._scope_key(association.scope)

    def _name_key(self, name: Name) -> tuple[str, int, tuple[int, list[int]]]:
        return name.value, self._rank[name.type], self._scope_key(name.scope)

    def _value_key(self, variant: Variant) -> tuple[str, str, tuple[int, list[int]]]:
        return self._value(variant), variant.datatype, self._scope_key(variant.scope)

    def _occurrence_key(self, found: Occurrence) -> tuple[str, str, int, tuple[int, list[int]]]:
        return self._value(found), found.datatype, self._rank[found.type], self._scope_key(found.scope)

    def _roles_played(self) -> dict[int, list[str]]:
        """The roles that each topic plays, by type and then by association (clause 3.5)."""
        played: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for number, association in enumerate(self._associations, 1):
            for position, role in enumerate(self._roles[association.id], 1):
                played[role.player].append((self._rank[role.type], number, position))
        return {
            topic: [f"association.{number}.role.{position}" for _, number, position in sorted(roles)] for topic, roles in played.items()
        }

    # Lines

    def document(self) -> Iterator[str]:
        yield f"<topicMap{self._reified_by(self._map.reifier)}>\n"
        yield from self._identifiers("itemIdentifiers", self._map.item_identifiers)
        for number, topic in enumerate(self._topics, 1):
            yield from self._topic(number, topic)
        for number, association in enumerate(self._associations, 1):
            yield from self._association(number, association)
        yield "</topicMap>\n"

    def _topic(self, number: int, topic: Topic) -> Iterator[str]:
        yield f'<topic number="{number}">\n'
        yield from self._identifiers("subjectIdentifiers", topic.subject_identifiers)
        yield from self._identifiers("subjectLocators", topic.subject_locators)
        yield from self._identifiers("itemIdentifiers", topic.item_identifiers)
        for position, name in enumerate(self._names.get(topic.id, ()), 1):
            yield from self._name(position, name)
        for position, occurrence in enumerate(self._occurrences.get(topic.id, ()), 1):
            yield f'<occurrence number="{position}"{self._reified_by(occurrence.reifier)}>\n'
            yield from self._value_and_datatype(occurrence)
            yield self._type(occurrence.type)
            yield from self._scope(occurrence.scope)
            yield from self._identifiers("itemIdentifiers", occurrence.item_identifiers)
            yield "</occurrence>\n"
        for reference in self._played.get(topic.id, ()):
            yield f'<rolePlayed ref="{reference}"></rolePlayed>\n'
        yield "</topic>\n"

    def _name(self, position: int, name: Name) -> Iterator[str]:
        yield f'<name number="{position}"{self._reified_by(name.reifier)}>\n'
        yield f"<value>{_escaped(name.value)}</value>\n"
        yield self._type(name.type)
        yield from self._scope(name.scope)
        for number, variant in enumerate(self._variants.get(name.id, ()), 1):
            yield f'<variant number="{number}"{self._reified_by(variant.reifier)}>\n'
            yield from self._value_and_datatype(variant)
            yield from self._scope(variant.scope)
            yield from self._identifiers("itemIdentifiers", variant.item_identifiers)
            yield "</variant>\n"
        yield from self._identifiers("itemIdentifiers", name.item_identifiers)
        yield "</name>\n"

    def _association(self, number: int, association: Association) -> Iterator[str]:
        yield f'<association number="{number}"{self._reified_by(association.reifier)}>\n'
        yield self._type(association.type)
        for position, role in enumerate(self._roles[association.id], 1):
            yield f'<role number="{position}"{self._reified_by(role.reifier)}>\n<player topicref="{self._rank[role.player]}"></player>\n'
            yield self._type(role.type)
            yield from self._identifiers("itemIdentifiers", role.item_identifiers)
            yield "</role>\n"
        yield from self._scope(association.scope)
        yield from self._identifiers("itemIdentifiers", association.item_identifiers)
        yield "</association>\n"

    def _reified_by(self, reifier: int | None) -> str:
        return "" if reifier is None else f' reifier="{self._rank[reifier]}"'

    def _type(self, topic: int) -> str:
        return f'<type topicref="{self._rank[topic]}"></type>\n'

    def _scope(self, scope: Scope) -> Iterator[str]:
        if scope:
            yield "<scope>\n"
            for rank in self._scope_key(scope)[1]:
                yield f'<scopingTopic topicref="{rank}"></scopingTopic>\n'
            yield "</scope>\n"

    def _identifiers(self, element: str, iris: Iterable[str]) -> Iterator[str]:
        if iris:
            yield f"<{element}>\n"
            for locator in self._locators.sorted(iris):
                yield f"<locator>{_escaped(locator)}</locator>\n"
            yield f"</{element}>\n"

    def _value_and_datatype(self, construct: Occurrence | Variant) -> Iterator[str]:
        yield f"<value>{_escaped(self._value(construct))}</value>\n<datatype>{_escaped(construct.datatype)}</datatype>\n"

    def _value(self, construct: Occurrence | Variant) -> str:
        if construct.datatype == ANY_URI:
            return self._locators[construct.value]
        return _canonical_number(construct.value, construct.datatype)


def _grouped(rows: Iterable[tuple[int, Any, T]]) -> dict[int, list[T]]:
    """The third parts of `rows` by their first, each list in the order of the second."""
    groups: defaultdict[int, list[tuple[Any, T]]] = defaultdict(list)
    for parent, key, item in rows:
        groups[parent].append((key, item))
    return {parent: [item for _, item in sorted(group, key=itemgetter(0))] for parent, group in groups.items()}


class _Locators:
    """Locators in canonical form (clause 3.19): relative to the base, percent-encoding undone, in Unicode form C."""

    def __init__(self, base: str) -> None:
        self._base = base.partition("#")[0].partition("?")[0].removesuffix("/")
        self._path = len(self._base) - len(split(self._base).path)
        self._known: dict[str, str] = {}

    def __getitem__(self, iri: str) -> str:
        known = self._known.get(iri)
        if known is None:
            known = self._known[iri] = unicodedata.normalize("NFC", unquote(self._relative(iri)))
        return known

    def sorted(self, iris: Iterable[str]) -> list[str]:
        return sorted(self[iri] for iri in iris)

    def _relative(self, iri: str) -> str:
        known = len(self._base) if iri.startswith(self._base) else self._shared_folders(iri)
        return iri[known:].removeprefix("/")

    def _shared_folders(self, iri: str) -> int:
        """How many characters `iri` and the base have in common, up to their last slash in common.

        The slashes before the path do not count: what two addresses share in "http://" says nothing.
        """
        shared = 0
        for position, (one, other) in enumerate(zip(iri, self._base, strict=False)):
            if one != other:
                break
            if one == "/" and position >= self._path:
                shared = position
        return shared


def _escaped(text: str) -> str:
    return text.translate(_TEXT_ESCAPES)


def _canonical_number(value: str, datatype: str) -> str:
    """A whole or decimal number in the canonical form of XML Schema (part 2); any other value as it is."""
    if datatype not in (INTEGER, DECIMAL):
        return value
    match = _NUMBER.fullmatch(value.strip())
    if not match or (datatype == INTEGER and match["point"]) or not (match["whole"] or match["part"]):
        return value
    whole = match["whole"].lstrip("0") or "0"
    number = whole if datatype == INTEGER else f"{whole}.{(match['part'] or '').rstrip('0') or '0'}"
    return f"-{number}" if match["sign"] == "-" and number.strip("0.") else number
