"""Lets one topic take another's place in every statement of a map.

Statements that become equal by that become one (TMDM 6.2): identifiers unite, variants unite, and where both were reified the two
reifiers are the same subject; those pairs are left in `Redirect.reifiers` for the caller to merge.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.repository import associations, identifiers, reification, rows, scopes
from contextualise.repository.journal import Image, Journal
from contextualise.repository.names import name_key
from contextualise.repository.tables import (
    Association,
    AssociationRole,
    Identifier,
    Name,
    Occurrence,
    Reification,
    TopicType,
    Variant,
)


@dataclass(frozen=True, slots=True)
class Collapse:
    """What happens to rows that are given new values: those that change, and those that turn out equal to another."""

    changes: list[tuple[Image, Image]]
    losers: list[tuple[Image, Image]]  # the row that goes and the one it is equal to, as it will be

    @property
    def heirs(self) -> dict[int, int]:
        """The id that takes the place of each id that goes."""
        return {loser["id"]: survivor["id"] for loser, survivor in self.losers}


def collapse(found: Sequence[Image], moved: Callable[[Image], Image], key: Sequence[str]) -> Collapse:
    """Which of the rows stay when all are moved and those with equal keys are one: a row that was there unmoved, else the oldest."""
    groups: defaultdict[tuple[object, ...], list[tuple[Image, Image]]] = defaultdict(list)
    for row in {row["id"]: row for row in found}.values():
        new = moved(row)
        groups[tuple(new[name] for name in key)].append((row, new))
    changes, losers = [], []
    for group in groups.values():
        group.sort(key=lambda pair: (pair[0] != pair[1], pair[0]["id"]))
        old, survivor = group[0]
        for loser, _ in group[1:]:
            survivor = _united(survivor, loser)
            losers.append((loser, survivor))
        if old != survivor:
            changes.append((old, survivor))
    return Collapse(changes, losers)


def _united(survivor: Image, loser: Image) -> Image:
    """A title or file name is no part of what makes occurrences equal: the one that has it gives it to the one that has not."""
    return survivor | {
        name: loser[name] for name in ("title", "file_name") if name in survivor and survivor[name] is None and loser[name] is not None
    }


@dataclass(slots=True)
class Redirect:
    """One topic's way into another's place: as type, theme and role type, and with `identity` as subject and player too."""

    journal: Journal
    user_id: int | None
    old: int
    new: int
    identity: bool
    reifiers: list[tuple[int, int]] = field(default_factory=list)
    scope_map: dict[int, int] = field(default_factory=dict)

    @property
    def session(self) -> AsyncSession:
        """The transaction this is part of."""
        return self.journal.session

    async def run(self) -> None:
        """Redirect every use; afterwards nothing uses the old topic but, without `identity`, its own statements."""
        await self._map_scopes()
        names = await self._collapse_names()
        await self._move_variants(names)
        await self.journal.remove(Name, [loser for loser, _ in names.losers])
        await self.journal.rewrite(Name, self._set(names, "topic_id", "type_id", "scope_id"))
        await self._promote_variants()
        await self._move_occurrences()
        await self._move_associations()
        await self._move_types()

    async def _map_scopes(self) -> None:
        map_id = self.journal.map_id
        themes = await scopes.themes_of(self.session, map_id, await scopes.scopes_with(self.session, map_id, [self.old]))
        for scope_id, theme_ids in themes.items():
            self.scope_map[scope_id] = await scopes.intern_scope(self.session, map_id, (theme_ids - {self.old}) | {self.new})

    async def _collapse_names(self) -> Collapse:
        found = await self._affected(Name)
        parents = {self._subject(row["topic_id"]) for row in found} | {row["topic_id"] for row in found}
        found += await rows.find_many(self.session, self.journal.map_id, Name, "topic_id", parents)
        names = collapse(found, self._moved, ("topic_id", "type_id", "scope_id", "value"))
        await self._transfer([(loser["id"], survivor["id"], "n") for loser, survivor in names.losers])
        return names

    async def _move_variants(self, names: Collapse) -> None:
        heirs, map_id = names.heirs, self.journal.map_id
        found = await rows.find_many(self.session, map_id, Variant, "scope_id", self.scope_map)
        parents = {*heirs, *heirs.values()} | {row["name_id"] for row in found}
        found += await rows.find_many(self.session, map_id, Variant, "name_id", parents)

        def moved(row: Image) -> Image:
            return row | {"name_id": heirs.get(row["name_id"], row["name_id"]), "scope_id": self._scope(row["scope_id"])}

        variants = collapse(found, moved, ("name_id", "scope_id", "datatype", "value"))
        await self._transfer([(loser["id"], survivor["id"], "v") for loser, survivor in variants.losers])
        await self.journal.remove(Variant, [loser for loser, _ in variants.losers])
        await self.journal.rewrite(Variant, self._set(variants, "name_id", "scope_id"))

    async def _promote_variants(self) -> None:
        """A variant whose themes its name has too by now (both were themes that are one now) becomes a name of its own."""
        map_id = self.journal.map_id
        variants = await rows.find_many(self.session, map_id, Variant, "scope_id", set(self.scope_map.values()))
        parents = await rows.find_many(self.session, map_id, Name, "id", {variant["name_id"] for variant in variants})
        scope_of = {name["id"]: name for name in parents}
        for variant in variants:
            name = scope_of[variant["name_id"]]
            if name["scope_id"] == variant["scope_id"]:
                await self._promote(variant, name)

    async def _promote(self, variant: Image, name: Image) -> None:
        siblings = await rows.find_many(self.session, self.journal.map_id, Name, "topic_id", [name["topic_id"]])
        key = (name["type_id"], name["scope_id"], variant["value"])
        equal = next((row for row in siblings if (row["type_id"], row["scope_id"], row["value"]) == key), None)
        await self.journal.remove(Variant, [variant])
        if equal is None:
            columns = {name_: name[name_] for name_ in ("topic_id", "type_id", "scope_id")}
            equal = await self.journal.insert(Name, value=variant["value"], key=name_key(variant["value"]), **columns)
        await self._transfer([(variant["id"], equal["id"], "n")])

    async def _move_occurrences(self) -> None:
        map_id = self.journal.map_id
        found = await self._affected(Occurrence)
        parents = {self._subject(row["topic_id"]) for row in found}
        found += await rows.find_many(self.session, map_id, Occurrence, "topic_id", parents)
        occurrences = collapse(found, self._moved, ("topic_id", "type_id", "scope_id", "datatype", "value"))
        await self._transfer([(loser["id"], survivor["id"], "o") for loser, survivor in occurrences.losers])
        await self.journal.remove(Occurrence, [loser for loser, _ in occurrences.losers])
        await self.journal.rewrite(Occurrence, self._set(occurrences, "topic_id", "type_id", "scope_id", "title", "file_name"))

    async def _move_associations(self) -> None:
        map_id = self.journal.map_id
        roles = await rows.find_many(self.session, map_id, AssociationRole, "type_id", [self.old])
        if self.identity:
            roles += await rows.find_many(self.session, map_id, AssociationRole, "player_id", [self.old])
        found = await rows.find_many(self.session, map_id, Association, "type_id", [self.old])
        found += await rows.find_many(self.session, map_id, Association, "scope_id", self.scope_map)
        found += await rows.find_many(self.session, map_id, Association, "id", {role["association_id"] for role in roles})
        if not found:
            return
        members = await self._members(found)
        signed = {row["id"]: self._signed(row, members[row["id"]]) for row in found}
        equal = await associations.find_equal(self.session, map_id, [row["sig"] for row in signed.values()])
        members |= await self._members([row for row in equal if row["id"] not in members])
        plan = collapse([*equal, *found], lambda row: signed.get(row["id"], row), ("sig",))
        await self._transfer([(loser["id"], survivor["id"], "a") for loser, survivor in plan.losers])
        await self._move_roles(plan, members)
        await self.journal.remove(Association, [loser for loser, _ in plan.losers])
        await associations.rewrite_associations(self.journal, plan.changes, self.user_id)

    async def _move_roles(self, plan: Collapse, members: dict[int, list[Image]]) -> None:
        heirs = plan.heirs
        copies = {row["id"]: (row["type_id"], row["scope_id"]) for pair in (*plan.changes, *plan.losers) for row in pair[1:]}
        found = [role for owner in {*heirs, *copies} for role in members[owner]]

        def moved(role: Image) -> Image:
            owner = heirs.get(role["association_id"], role["association_id"])
            type_id, scope_id = copies[owner]
            return self._moved_role(role) | {
                "association_id": owner,
                "association_type_id": type_id,
                "association_scope_id": scope_id,
            }

        roles = collapse(found, moved, ("association_id", "type_id", "player_id"))
        await self._transfer([(loser["id"], survivor["id"], "r") for loser, survivor in roles.losers])
        await self.journal.remove(AssociationRole, [loser for loser, _ in roles.losers])
        columns = ("association_id", "type_id", "player_id", "association_type_id", "association_scope_id")
        await self.journal.rewrite(AssociationRole, self._set(roles, *columns))

    async def _move_types(self) -> None:
        map_id = self.journal.map_id
        found = await rows.find_many(self.session, map_id, TopicType, "type_id", [self.old])
        if self.identity:
            found += await rows.find_many(self.session, map_id, TopicType, "topic_id", [self.old])
        gone = await self.journal.remove(TopicType, found)
        wanted = {(self._subject(row["topic_id"]), self.new if row["type_id"] == self.old else row["type_id"]) for row in gone}
        there = await rows.find_many(self.session, map_id, TopicType, "topic_id", {topic_id for topic_id, _ in wanted})
        wanted -= {(row["topic_id"], row["type_id"]) for row in there}
        await self.journal.insert_many(TopicType, [{"topic_id": topic_id, "type_id": type_id} for topic_id, type_id in sorted(wanted)])

    async def _transfer(self, heirs: Sequence[tuple[int, int, str]]) -> None:
        """Give what identifies or reifies statements that go to the equal ones that stay (with their kind)."""
        if not heirs:
            return
        heir = {loser: survivor for loser, survivor, _ in heirs}
        self.journal.heirs.update(heir)
        kinds = {survivor: kind for _, survivor, kind in heirs}
        found = await identifiers.identifiers_of(self.session, self.journal.map_id, list(heir))
        await self.journal.rewrite(Identifier, [(row, {"construct_id": heir[row["construct_id"]]}) for row in found])
        reified = await reification.reifiers_of(self.session, self.journal.map_id, [*heir, *kinds])
        reifier = {row["construct_id"]: row["reifier_id"] for row in reified if row["construct_id"] in kinds}
        for row in (row for row in reified if row["construct_id"] in heir):
            survivor = heir[row["construct_id"]]
            if survivor in reifier:
                await self.journal.remove(Reification, [row])
                self.reifiers.append((reifier[survivor], row["reifier_id"]))
            else:
                await self.journal.rewrite(Reification, [(row, {"construct_id": survivor, "kind": kinds[survivor]})])
                reifier[survivor] = row["reifier_id"]

    async def _affected(self, model: type[Name] | type[Occurrence]) -> list[Image]:
        map_id = self.journal.map_id
        found = await rows.find_many(self.session, map_id, model, "type_id", [self.old])
        found += await rows.find_many(self.session, map_id, model, "scope_id", self.scope_map)
        return found + (await rows.find_many(self.session, map_id, model, "topic_id", [self.old]) if self.identity else [])

    async def _members(self, found: Sequence[Image]) -> dict[int, list[Image]]:
        members: dict[int, list[Image]] = {row["id"]: [] for row in found}
        for role in await associations.roles_of(self.session, self.journal.map_id, list(members)):
            members[role["association_id"]].append(role)
        return members

    def _signed(self, row: Image, members: Sequence[Image]) -> Image:
        type_id = self.new if row["type_id"] == self.old else row["type_id"]
        scope_id = self._scope(row["scope_id"])
        pairs = [(role["type_id"], role["player_id"]) for role in map(self._moved_role, members)]
        return row | {"type_id": type_id, "scope_id": scope_id, "sig": str(associations.association_sig(type_id, scope_id, pairs))}

    def _moved(self, row: Image) -> Image:
        type_id = self.new if row["type_id"] == self.old else row["type_id"]
        return row | {"topic_id": self._subject(row["topic_id"]), "type_id": type_id, "scope_id": self._scope(row["scope_id"])}

    def _moved_role(self, role: Image) -> Image:
        type_id = self.new if role["type_id"] == self.old else role["type_id"]
        return role | {"type_id": type_id, "player_id": self._subject(role["player_id"])}

    def _subject(self, topic_id: int) -> int:
        return self.new if self.identity and topic_id == self.old else topic_id

    def _scope(self, scope_id: int) -> int:
        return self.scope_map.get(scope_id, scope_id)

    @staticmethod
    def _set(plan: Collapse, *columns: str) -> list[tuple[Image, Image]]:
        return [(old, {name: new[name] for name in columns}) for old, new in plan.changes]
