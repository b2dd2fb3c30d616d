"""Merges equal constructs of a whole map at once (ISO 13250-2, clauses 5.3 to 5.8 and 6).

Each pass is linear: point every reference at the topic that now stands for it, then let equal statements become one.
Statements that become one make their reifiers one, which may make more statements equal, so passes go on until one of
them joins no topics. Maps that people have made need one or two.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import TypeVar

from contextualise.interchange.records import (
    MAP_ID,
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
from contextualise.interchange.topics import TopicUnion

S = TypeVar("S", Name, Variant, Occurrence, Association, Role)

# A file that needs more was made to keep us busy.
MAX_PASSES = 25


class MergeConflict(ValueError):
    """Constructs that would have to be one but cannot; `constructs` has their numbers."""

    def __init__(self, reason: str, *constructs: int) -> None:
        self.constructs = constructs
        super().__init__(reason)


def merge(topic_map: TopicMap, union: TopicUnion | None = None) -> TopicMap:
    """`topic_map` itself, with equal topics and equal statements made one; `union` says which topics are equal already.

    Merging a merged map changes nothing. Raises MergeConflict where a topic would reify two constructs, or an item
    identifier belong to two.
    """
    if union is None:
        union = TopicUnion()
        _join_by_identifiers(topic_map, union)
    for _ in range(MAX_PASSES):
        before = len(union)
        _merge_once(topic_map, union)
        if len(union) == before:
            break
    else:
        raise MergeConflict(f"merging does not come to an end within {MAX_PASSES} passes")
    _check_item_identifiers(topic_map)
    _check_reifiers(topic_map)
    return topic_map


def variants_without_own_theme(topic_map: TopicMap) -> list[Variant]:
    """The variants that break the rule of having a theme that their name has not (ISO 13250-2, clause 5.6).

    Only a merged map can tell: two themes may turn out to be one topic anywhere in a file.
    """
    scopes = {name.id: name.scope for name in topic_map.names} if topic_map.variants else {}
    return [variant for variant in topic_map.variants if not variant.scope > scopes[variant.name]]


def _join_by_identifiers(topic_map: TopicMap, union: TopicUnion) -> None:
    by_item_or_subject: dict[str, int] = {}
    by_locator: dict[str, int] = {}
    for topic in topic_map.topics:
        _drop_repetitions(topic)
        for iri in (*topic.subject_identifiers, *topic.item_identifiers):
            union.join(by_item_or_subject.setdefault(iri, topic.id), topic.id)
        for iri in topic.subject_locators:
            union.join(by_locator.setdefault(iri, topic.id), topic.id)


def _merge_once(topic_map: TopicMap, union: TopicUnion) -> None:
    _point_at_roots(topic_map, union)
    topic_map.topics = _merged_topics(topic_map.topics, union)
    kept: dict[int, int] = {}
    topic_map.names = _merged(topic_map.names, lambda name: (name.topic, name.type, name.scope, name.value), union, kept)
    for variant in topic_map.variants:
        variant.name = kept.get(variant.name, variant.name)
    topic_map.variants = _merged(topic_map.variants, _variant_key, union, {})
    topic_map.occurrences = _merged(
        topic_map.occurrences, lambda found: (found.topic, found.type, found.scope, found.datatype, found.value), union, {}
    )
    _merge_associations(topic_map, union)


def _variant_key(variant: Variant) -> Hashable:
    return variant.name, variant.scope, variant.datatype, variant.value


def _point_at_roots(topic_map: TopicMap, union: TopicUnion) -> None:
    if not union:
        return
    root = union.root
    scopes: dict[Scope, Scope] = {}

    def rooted(scope: Scope) -> Scope:
        found = scopes.get(scope)
        if found is None:
            found = scopes[scope] = frozenset(map(root, scope))
        return found

    for name in topic_map.names:
        name.topic, name.type, name.scope = root(name.topic), root(name.type), rooted(name.scope)
    for variant in topic_map.variants:
        variant.scope = rooted(variant.scope)
    for occurrence in topic_map.occurrences:
        occurrence.topic, occurrence.type, occurrence.scope = root(occurrence.topic), root(occurrence.type), rooted(occurrence.scope)
    for association in topic_map.associations:
        association.type, association.scope = root(association.type), rooted(association.scope)
    for role in topic_map.roles:
        role.type, role.player = root(role.type), root(role.player)
    for statement in topic_map.statements():
        if statement.reifier is not None:
            statement.reifier = root(statement.reifier)
    if topic_map.reifier is not None:
        topic_map.reifier = root(topic_map.reifier)


def _merged_topics(topics: list[Topic], union: TopicUnion) -> list[Topic]:
    if not union:
        return topics
    by_number = {topic.id: topic for topic in topics}
    for topic in topics:
        root = by_number[union.root(topic.id)]
        if root is not topic:
            root.subject_identifiers += topic.subject_identifiers
            root.subject_locators += topic.subject_locators
            root.item_identifiers += topic.item_identifiers
    kept = [topic for topic in topics if union.root(topic.id) == topic.id]
    for topic in kept:
        _drop_repetitions(topic)
    return kept


def _drop_repetitions(topic: Topic) -> None:
    topic.subject_identifiers = list(dict.fromkeys(topic.subject_identifiers))
    topic.subject_locators = list(dict.fromkeys(topic.subject_locators))
    topic.item_identifiers = list(dict.fromkeys(topic.item_identifiers))


def _merged(statements: list[S], key: Callable[[S], Hashable], union: TopicUnion, kept: dict[int, int]) -> list[S]:
    """`statements` without the later ones of equal ones; `kept` then has, for each that went, the number of the one that stays."""
    first: dict[Hashable, S] = {}
    items: dict[int, list[str]] = {}
    for statement in statements:
        stays = first.setdefault(key(statement), statement)
        if stays is not statement:
            kept[statement.id] = stays.id
            if statement.item_identifiers:
                items.setdefault(stays.id, list(stays.item_identifiers)).extend(statement.item_identifiers)
            _unite_reifiers(stays, statement, union)
    if len(first) == len(statements):
        return statements
    merged = list(first.values())
    for statement in merged if items else ():
        if statement.id in items:
            statement.item_identifiers = tuple(dict.fromkeys(items[statement.id]))
    return merged


def _unite_reifiers(stays: Statement, goes: Statement, union: TopicUnion) -> None:
    if goes.reifier is not None:
        if stays.reifier is None:
            stays.reifier = goes.reifier
        else:
            union.join(stays.reifier, goes.reifier)


def _merge_associations(topic_map: TopicMap, union: TopicUnion) -> None:
    """Equal associations become one, and so do their roles: each role of the one that goes has its equal in the one that stays."""
    topic_map.roles = _merged(topic_map.roles, _role_key, union, {})
    parts: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for role in topic_map.roles:
        parts[role.association].append((role.type, role.player))

    def association_key(association: Association) -> Hashable:
        roles = parts[association.id]
        return association.type, association.scope, tuple(sorted(roles)) if len(roles) > 1 else tuple(roles)

    kept: dict[int, int] = {}
    topic_map.associations = _merged(topic_map.associations, association_key, union, kept)
    if kept:
        for role in topic_map.roles:
            role.association = kept.get(role.association, role.association)
        topic_map.roles = _merged(topic_map.roles, _role_key, union, {})


def _role_key(role: Role) -> Hashable:
    return role.association, role.type, role.player


def _check_item_identifiers(topic_map: TopicMap) -> None:
    owners: dict[str, int] = dict.fromkeys(topic_map.item_identifiers, MAP_ID)
    for topic in topic_map.topics:
        _claim(owners, topic.item_identifiers, topic.id)
    for statement in topic_map.statements():
        if statement.item_identifiers:
            _claim(owners, statement.item_identifiers, statement.id)


def _claim(owners: dict[str, int], identifiers: list[str] | tuple[str, ...], number: int) -> None:
    for iri in identifiers:
        owner = owners.setdefault(iri, number)
        if owner != number:
            raise MergeConflict(f"the item identifier {iri} is on two different constructs", number, owner)


def _check_reifiers(topic_map: TopicMap) -> None:
    reified: dict[int, int] = {} if topic_map.reifier is None else {topic_map.reifier: MAP_ID}
    for statement in topic_map.statements():
        if statement.reifier is not None:
            other = reified.setdefault(statement.reifier, statement.id)
            if other != statement.id:
                raise MergeConflict("one topic reifies two different constructs", statement.id, other)
