"""Decides which rows of a deletion can come back while something that some of them need is still gone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from contextualise.repository.journal import Entry

_NEEDS = {
    "topic": (),
    "topic_type": ("topic_id", "type_id"),
    "identifier": ("construct_id",),
    "scope": (),
    "scope_theme": ("scope_id", "topic_id"),
    "name": ("topic_id", "type_id", "scope_id"),
    "variant": ("name_id", "scope_id"),
    "occurrence": ("topic_id", "type_id", "scope_id"),
    "association": ("type_id", "scope_id"),
    "role": ("association_id", "type_id", "player_id"),
    "reification": ("reifier_id", "construct_id"),
}


def needs_of(entries: Sequence[Entry]) -> list[set[int]]:
    """For each deleted row the ids of the constructs and scopes without which it must not come back.

    A scope needs all its themes, an association all its players, a hidden reifier what it reified. 0 is the map and the empty scope.
    """
    themes: defaultdict[int, set[int]] = defaultdict(set)
    members: defaultdict[int, set[int]] = defaultdict(set)
    reified: dict[int, int] = {}
    for entry in entries:
        row = entry.image
        if entry.table == "scope_theme":
            themes[row["scope_id"]].add(row["topic_id"])
        elif entry.table == "role":
            members[row["association_id"]] |= {row["type_id"], row["player_id"]}
        elif entry.table == "reification":
            reified[row["reifier_id"]] = row["construct_id"]
    needs = []
    for entry in entries:
        row = entry.image
        needed = {row[column] for column in _NEEDS[entry.table]}
        if entry.table == "scope":
            needed |= themes[row["id"]]
        elif entry.table == "association":
            needed |= members[row["id"]]
        elif entry.table == "topic" and row["is_hidden"] and row["id"] in reified:
            needed.add(reified[row["id"]])
        needs.append(needed - {0})
    return needs


def missing_for(entries: Sequence[Entry], present: Collection[int]) -> Mapping[int, int]:
    """For each deleted row (by position) that cannot come back now, the id of something that is not there and not among the rows.

    `present` are the ids that exist. A row that needs another row's construct cannot come back where that one cannot.
    """
    needs = needs_of(entries)
    providers = {entry.image["id"]: position for position, entry in enumerate(entries) if "id" in entry.image}
    missing: dict[int, int] = {}
    changed = True
    while changed:
        changed = False
        for position, needed in enumerate(needs):
            if position in missing:
                continue
            cause = _cause(sorted(needed - set(present)), providers, missing)
            if cause is not None:
                missing[position] = cause
                changed = True
    return missing


def _cause(needed: Sequence[int], providers: Mapping[int, int], missing: Mapping[int, int]) -> int | None:
    """What is missing for a row; where that is something of the deletion itself, what that waits for, so that the two stay together."""
    for need in needed:
        if need in providers and providers[need] in missing:
            return missing[providers[need]]
    return next((need for need in needed if need not in providers), None)
