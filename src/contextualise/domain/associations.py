"""Associations: statements about topics that play roles in them (TMDM 5.7, 5.8)."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from contextualise.domain import inputs
from contextualise.domain.base_topics import RESERVED_ASSOCIATIONS, base_ids, require_base
from contextualise.domain.errors import Conflict, Invalid, NotFound
from contextualise.domain.history import Saved, begin, finish
from contextualise.domain.scopes import scope_of
from contextualise.repository import associations, deletion, rows, topics
from contextualise.repository.associations import Member
from contextualise.repository.journal import Image, Journal
from contextualise.repository.tables import Association

MAX_MEMBERS = 200


class AlreadyThere(Conflict):
    """An equal association exists; `construct_id` is its id."""

    def __init__(self, construct_id: int) -> None:
        super().__init__("This association is there already.")
        self.construct_id = construct_id


async def create_association(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    *,
    type_id: int,
    members: Sequence[Member],
    scope_ids: Collection[int] = (),
) -> Saved:
    """Relate topics: each member is a role type and the topic that plays it; one is enough, an equal member counts once.

    Raises `Invalid` for topics that are not there and for types that only tags, paths or the types of topics use, and `AlreadyThere`.
    """
    journal = await begin(session, map_id)
    await _check(journal, type_id, members, scope_ids)
    scope_id = await scope_of(journal, scope_ids)
    return await insert_association(journal, user_id, type_id=type_id, members=members, scope_id=scope_id)


async def quick_association(session: AsyncSession, map_id: int, user_id: int | None, topic_id: int, other_id: int) -> Saved:
    """Relate two topics without saying how; raises `Invalid` and `AlreadyThere`."""
    if topic_id == other_id:
        raise Invalid({"other_id": "Choose another topic."})
    journal = await begin(session, map_id)
    base = await require_base(journal, "association", "related")
    members = [(base["related"], topic_id), (base["related"], other_id)]
    await _check(journal, base["association"], members, ())
    return await insert_association(journal, user_id, type_id=base["association"], members=members, scope_id=0)


async def edit_association(
    session: AsyncSession,
    map_id: int,
    user_id: int | None,
    association_id: int,
    *,
    type_id: int,
    members: Sequence[Member],
    scope_ids: Collection[int] = (),
) -> Saved:
    """Change type, members and context; roles that stay keep what is said about them. Raises as `create_association` does."""
    journal = await begin(session, map_id)
    old = await _require(session, map_id, association_id)
    if old["type_id"] in (await base_ids(session, map_id, RESERVED_ASSOCIATIONS)).values():
        raise Conflict("Tags and paths are changed where they are shown.")
    await _check(journal, type_id, members, scope_ids)
    scope_id = await scope_of(journal, scope_ids)
    sig = associations.association_sig(type_id, scope_id, members)
    equal = [row["id"] for row in await associations.find_equal(session, map_id, [sig])]
    if equal and equal != [association_id]:
        raise AlreadyThere(equal[0])
    before = await associations.players_of(session, map_id, association_id)
    await _change_members(journal, old, {**old, "type_id": type_id, "scope_id": scope_id, "sig": str(sig)}, members, user_id)
    after = {player for _, player in members}
    label = await label_of(session, map_id, association_id)
    return await finish(journal, user_id=user_id, op="association.edit", construct_id=association_id, label=label, also=before | after)


async def delete_association(session: AsyncSession, map_id: int, user_id: int | None, association_id: int) -> Saved:
    """Delete an association with its roles and what is said about them; goes to the trash."""
    journal = await begin(session, map_id)
    await _require(session, map_id, association_id)
    label = await label_of(session, map_id, association_id)
    await deletion.delete_all(journal, await deletion.collect(session, map_id, deletion.Doomed(associations={association_id})))
    return await finish(journal, user_id=user_id, op="association.delete", construct_id=association_id, label=label)


async def insert_association(
    journal: Journal, user_id: int | None, *, type_id: int, members: Sequence[Member], scope_id: int, op: str = "association.create"
) -> Saved:
    """Write an association whose topics are known to be there and record it; raises `AlreadyThere`."""
    session, map_id = journal.session, journal.map_id
    equal = await associations.find_equal(session, map_id, [associations.association_sig(type_id, scope_id, members)])
    if equal:
        raise AlreadyThere(equal[0]["id"])
    made = await associations.insert_association(journal, type_id=type_id, scope_id=scope_id, members=members, user_id=user_id)
    label = await label_of(session, map_id, made)
    return await finish(journal, user_id=user_id, op=op, construct_id=made, label=label)


async def label_of(session: AsyncSession, map_id: int, association_id: int) -> str:
    """What an association is called in the history: its type and its first players."""
    association = await _require(session, map_id, association_id)
    roles = await associations.roles_of(session, map_id, [association_id])
    ids = [association["type_id"], *(role["player_id"] for role in roles[:5])]
    found = await topics.find_topics(session, map_id, ids)
    players = " – ".join(found[topic_id].label for topic_id in ids[1:])
    return f"{found[ids[0]].label}: {players}" + (" …" if len(roles) > 5 else "")


async def _check(journal: Journal, type_id: int, members: Sequence[Member], scope_ids: Collection[int]) -> None:
    if not members:
        raise Invalid({"members": "Choose at least one topic."})
    if len(members) > MAX_MEMBERS:
        raise Invalid({"members": f"Use at most {MAX_MEMBERS} members."})
    topic_ids = [topic_id for member in members for topic_id in member]
    await inputs.require_topics(journal.session, journal.map_id, {"type_id": [type_id], "members": topic_ids})
    base = await base_ids(journal.session, journal.map_id, [*RESERVED_ASSOCIATIONS, "type-instance"])
    if type_id == base.get("type-instance"):
        raise Invalid({"type_id": "Say what a topic is by choosing its types."})
    if type_id in base.values():
        raise Invalid({"type_id": "Tags and paths use this type for themselves. Choose another one."})


async def _change_members(journal: Journal, old: Image, new: Image, members: Sequence[Member], user_id: int | None) -> None:
    roles = await associations.roles_of(journal.session, journal.map_id, [old["id"]])
    present = {(role["type_id"], role["player_id"]): role for role in roles}
    wanted = set(members)
    gone = {role["id"] for pair, role in present.items() if pair not in wanted}
    if gone:
        await deletion.delete_all(journal, await deletion.collect(journal.session, journal.map_id, deletion.Doomed(roles=gone)))
    if any(old[name] != new[name] for name in ("type_id", "scope_id", "sig")):
        await associations.rewrite_associations(journal, [(old, new)], user_id)
    await associations.copy_to_roles(journal, new)
    await associations.insert_roles(journal, new, wanted - set(present))


async def _require(session: AsyncSession, map_id: int, association_id: int) -> Image:
    association = await rows.find(session, map_id, Association, association_id)
    if association is None:
        raise NotFound("There is no such association in this map.")
    return association
