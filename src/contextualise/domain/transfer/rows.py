"""Turns a merged topic map into rows of a new map: numbers, slugs, interned scopes. Pure: no database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from contextualise.interchange.records import Association, Name, Occurrence, Role, Scope, Topic, TopicMap, Variant
from contextualise.interchange.subjects import INSTANCE, TYPE, TYPE_INSTANCE
from contextualise.lib.slugs import RESERVED, slugify
from contextualise.lib.values import Checked, ValueRefused, check
from contextualise.repository.associations import association_sig
from contextualise.repository.names import name_key
from contextualise.repository.scopes import UNCONSTRAINED, scope_key
from contextualise.repository.transfer import Seeded

Row = tuple[object, ...]
SUBJECT_IDENTIFIER, SUBJECT_LOCATOR, ITEM_IDENTIFIER = 1, 2, 3
_KINDS = {Name: "n", Variant: "v", Occurrence: "o", Association: "a", Role: "r"}

COLUMNS: dict[str, tuple[str, ...]] = {
    "topic": ("map_id", "id", "slug", "label", "sort_key", "is_hidden", "created_by", "updated_by"),
    "identifier": ("map_id", "kind", "iri", "construct_id"),
    "topic_type": ("map_id", "topic_id", "type_id"),
    "scope": ("map_id", "id", "key"),
    "scope_theme": ("map_id", "scope_id", "topic_id"),
    "name": ("map_id", "id", "topic_id", "type_id", "scope_id", "value", "key"),
    "variant": ("map_id", "id", "name_id", "scope_id", "datatype", "value"),
    "occurrence": (
        *("map_id", "id", "topic_id", "type_id", "scope_id", "datatype", "value"),
        *("num", "t_from", "t_to", "lat", "lon", "position", "created_by", "updated_by"),
    ),
    "association": ("map_id", "id", "type_id", "scope_id", "sig", "created_by", "updated_by"),
    "role": ("map_id", "id", "association_id", "type_id", "player_id", "association_type_id", "association_scope_id"),
    "reification": ("map_id", "reifier_id", "construct_id", "kind"),
}
"""Tables in the order in which they can be filled, with the columns that `MapRows` yields."""


@dataclass(slots=True)
class MapRows:
    """The rows of a map. `numbers` are new construct ids, at least `numbers_needed(source)` of them."""

    source: TopicMap
    map_id: int
    user_id: int | None
    numbers: Sequence[int]
    seeded: Seeded
    ids: dict[int, int] = field(default_factory=dict)
    scope_ids: dict[Scope, int] = field(default_factory=dict)
    instances: set[int] = field(default_factory=set)  # associations that become rows of topic_type
    _roles: dict[int, list[Role]] = field(default_factory=dict)
    _type_role: int | None = None
    _last_number: dict[str, int] = field(default_factory=dict)
    _equal: set[int] = field(default_factory=set)  # associations that turned out equal to an earlier one

    def __post_init__(self) -> None:
        self._number_constructs()
        roles: defaultdict[int, list[Role]] = defaultdict(list)
        for role in self.source.roles:
            roles[role.association].append(role)
        self._roles = dict(roles)
        self._find_instances()

    def tables(self) -> Iterator[tuple[str, tuple[str, ...], Iterator[Row]]]:
        """For each table its name, its columns and its rows, parents before children."""
        for table, columns in COLUMNS.items():
            yield table, columns, getattr(self, f"_{table}_rows")()

    def _number_constructs(self) -> None:
        numbers = iter(self.numbers)
        for topic in self.source.topics:
            base = self._base_topic(topic)
            self.ids[topic.id] = next(numbers) if base is None else base
        for statement in self.source.statements():
            self.ids[statement.id] = next(numbers)
        scopes = {statement.scope for statement in self.source.statements() if not isinstance(statement, Role)}
        for scope in sorted(scopes, key=sorted):
            self.scope_ids[scope] = next(numbers) if scope else UNCONSTRAINED

    def _base_topic(self, topic: Topic) -> int | None:
        """The base topic with the same subject; what reifies the map is its home (TMDM 5.3.5: one reifier, so one topic)."""
        if topic.id == self.source.reifier:
            return self.seeded.home_id
        return next((self.seeded.by_subject[iri] for iri in topic.subject_identifiers if iri in self.seeded.by_subject), None)

    def _find_instances(self) -> None:
        subjects = {
            iri: topic.id for topic in self.source.topics for iri in topic.subject_identifiers if iri in (TYPE_INSTANCE, TYPE, INSTANCE)
        }
        if TYPE_INSTANCE not in subjects:
            return
        wanted = {subjects.get(TYPE), subjects.get(INSTANCE)}
        for association in self.source.associations:
            roles = self._roles.get(association.id, [])
            plain = association.type == subjects[TYPE_INSTANCE] and not association.scope and _is_bare(association)
            if plain and len(roles) == 2 and {role.type for role in roles} == wanted and all(map(_is_bare, roles)):
                self.instances.add(association.id)
        self._type_role = subjects.get(TYPE)

    # One generator for each table

    def _topic_rows(self) -> Iterator[Row]:
        own = {identity for identity in self.ids.values() if identity in self.seeded.topic_ids}
        names = self._first_names()
        taken = {*self.seeded.slugs, *RESERVED}
        reified = self.source.reified()
        for topic in self.source.topics:
            identity = self.ids[topic.id]
            if identity in own:
                continue
            slug = self._free_slug(slugify(names.get(topic.id) or _last_part(topic)), taken)
            taken.add(slug)
            # A reifier that nobody named only carries what is said about a statement.
            hidden = topic.id in reified and topic.id not in names
            yield (self.map_id, identity, slug, slug, slug, hidden, self.user_id, self.user_id)

    def _free_slug(self, wanted: str, taken: set[str]) -> str:
        """The address or its first free form; a hundred thousand topics of one name must not count up from 2 each time."""
        if wanted not in taken:
            return wanted
        start = self._last_number.get(wanted, 1)
        for number in count(start + 1):
            slug = f"{wanted[:70]}-{number}"
            if slug not in taken:
                self._last_number[wanted] = number
                return slug
        raise AssertionError("unreachable")

    def _first_names(self) -> dict[int, str]:
        """For each topic with names the one its address is made from: unscoped before scoped, then in the order of the file."""
        chosen: dict[int, str] = {}
        for name in sorted(self.source.names, key=lambda name: len(name.scope)):
            if name.value.strip():
                chosen.setdefault(name.topic, name.value)
        return chosen

    def _identifier_rows(self) -> Iterator[Row]:
        seen = set(self.seeded.identifiers)
        for topic in self.source.topics:
            for kind, iris in (
                (SUBJECT_IDENTIFIER, topic.subject_identifiers),
                (SUBJECT_LOCATOR, topic.subject_locators),
                (ITEM_IDENTIFIER, topic.item_identifiers),
            ):
                for iri in iris:
                    if (kind, iri) not in seen:
                        seen.add((kind, iri))
                        yield (self.map_id, kind, iri, self.ids[topic.id])
        for iri in self.source.item_identifiers:
            yield (self.map_id, ITEM_IDENTIFIER, iri, 0)
        for statement in self.source.statements():
            for iri in statement.item_identifiers:
                yield (self.map_id, ITEM_IDENTIFIER, iri, self.ids[statement.id])

    def _topic_type_rows(self) -> Iterator[Row]:
        seen = set(self.seeded.types)
        for number in self.instances:
            players = {role.type: self.ids[role.player] for role in self._roles[number]}
            type_id = players.pop(self._type_role)  # type: ignore[arg-type]  # _find_instances saw that both roles are there
            pair = (players.popitem()[1], type_id)
            if pair not in seen:
                seen.add(pair)
                yield (self.map_id, *pair)

    def _scope_rows(self) -> Iterator[Row]:
        for scope, number in self.scope_ids.items():
            if scope:
                yield (self.map_id, number, scope_key(self.ids[theme] for theme in scope))

    def _scope_theme_rows(self) -> Iterator[Row]:
        for scope, number in self.scope_ids.items():
            for theme in sorted({self.ids[theme] for theme in scope}):
                yield (self.map_id, number, theme)

    def _name_rows(self) -> Iterator[Row]:
        # Topics that became one with a base topic may bring names that it has; what is said of those names is said of that one.
        known = dict(self.seeded.names)
        for name in self.source.names:
            row = (self.ids[name.topic], self.ids[name.type], self.scope_ids[name.scope], name.value)
            number = known.setdefault(row, self.ids[name.id])
            if number == self.ids[name.id]:
                yield (self.map_id, number, *row, name_key(name.value))
            else:
                self.ids[name.id] = number

    def _variant_rows(self) -> Iterator[Row]:
        for variant in self.source.variants:
            scope_id = self.scope_ids[variant.scope]
            yield (self.map_id, self.ids[variant.id], self.ids[variant.name], scope_id, variant.datatype, variant.value)

    def _occurrence_rows(self) -> Iterator[Row]:
        known: dict[Row, int] = {}
        for position, occurrence in enumerate(self.source.occurrences):
            equal = (self.ids[occurrence.topic], self.ids[occurrence.type], occurrence.scope, occurrence.datatype, occurrence.value)
            number = known.setdefault(equal, self.ids[occurrence.id])
            if number != self.ids[occurrence.id]:
                self.ids[occurrence.id] = number
                continue
            projected = _projections(occurrence)
            yield (
                *(self.map_id, self.ids[occurrence.id], self.ids[occurrence.topic], self.ids[occurrence.type]),
                *(self.scope_ids[occurrence.scope], occurrence.datatype, occurrence.value),
                *((projected.num, projected.t_from, projected.t_to, projected.lat, projected.lon) if projected else (None,) * 5),
                *(position, self.user_id, self.user_id),
            )

    def _association_rows(self) -> Iterator[Row]:
        known: dict[object, int] = {}
        for association in self.source.associations:
            if association.id in self.instances:
                continue
            type_id, scope_id = self.ids[association.type], self.scope_ids[association.scope]
            pairs = [(self.ids[role.type], self.ids[role.player]) for role in self._roles.get(association.id, [])]
            sig = association_sig(type_id, scope_id, pairs)
            number = known.setdefault(sig, self.ids[association.id])
            if number == self.ids[association.id]:
                yield (self.map_id, number, type_id, scope_id, sig, self.user_id, self.user_id)
            else:
                self.ids[association.id] = number
                self._equal.add(association.id)

    def _role_rows(self) -> Iterator[Row]:
        for association in self.source.associations:
            if association.id in self.instances or association.id in self._equal:
                continue
            identity, type_id, scope_id = self.ids[association.id], self.ids[association.type], self.scope_ids[association.scope]
            known: set[tuple[int, int]] = set()
            for role in self._roles.get(association.id, []):
                pair = (self.ids[role.type], self.ids[role.player])
                if pair not in known:
                    known.add(pair)
                    yield (self.map_id, self.ids[role.id], identity, *pair, type_id, scope_id)

    def _reification_rows(self) -> Iterator[Row]:
        for statement in self.source.statements():
            if statement.reifier is not None:
                yield (self.map_id, self.ids[statement.reifier], self.ids[statement.id], _KINDS[type(statement)])


def numbers_needed(source: TopicMap) -> int:
    """How many construct ids the rows of a map take at most."""
    return len(source) + len({statement.scope for statement in source.statements() if not isinstance(statement, Role)})


def _is_bare(statement: Association | Role) -> bool:
    return statement.reifier is None and not statement.item_identifiers


def _last_part(topic: Topic) -> str:
    """The end of an identifier, for a topic without names."""
    iris = [*topic.item_identifiers, *topic.subject_identifiers, *topic.subject_locators]
    return next((part for iri in iris if (part := iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2])), "")


def _projections(occurrence: Occurrence) -> Checked | None:
    try:
        return check(occurrence.datatype, occurrence.value)
    except ValueRefused:
        return None  # another program's value is kept as it is; it only cannot be placed in time, in space or among numbers
