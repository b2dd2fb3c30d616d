"""What surrounds a topic, step by step, up to a number of things that a person can still take in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.graph import (
    AMONG,
    Bounds,
    Connection,
    Group,
    GroupKey,
    Node,
    Role,
    Start,
    find_start,
    read_among,
    read_around,
    read_nodes,
)
from contextualise.repository.reading.topic import Context

MOST_NODES = 100
EVEN_MORE = 240  # and when somebody asks for more than that
STEPS = 3
LIMITS = (12, 5, 3)  # associations of one group that are followed at first, by distance from the middle
OPENED = 60  # and once a person opened the group


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for: distance, kinds to follow, kinds of topics to keep, what was opened and what was hidden."""

    depth: int = 1
    association_types: tuple[str, ...] = ()
    topic_types: tuple[str, ...] = ()
    opened: frozenset[int] = frozenset()
    groups: tuple[GroupKey, ...] = ()
    hidden: frozenset[int] = frozenset()
    is_large: bool = False


@dataclass(slots=True)
class Neighbourhood:
    """The topics around one, as a tree from the middle and with every association among them.

    `tree` has, for each topic or association with more than two parts, what was found from there, `found_in` the group that it was found
    in; `more` the groups with how many associations of each are not drawn.
    """

    map_id: int
    start: Start
    tree: dict[int, list[int]] = field(default_factory=dict)
    topics: dict[int, int] = field(default_factory=dict)  # id: steps from the middle
    found_in: dict[int, GroupKey] = field(default_factory=dict)
    via: dict[int, Connection] = field(default_factory=dict)  # associations drawn as things of their own
    groups: dict[GroupKey, Group] = field(default_factory=dict)
    more: dict[GroupKey, int] = field(default_factory=dict)
    connections: Sequence[Connection] = ()
    nodes: Mapping[int, Node] = field(default_factory=dict)
    is_cut: bool = False  # more was near than fits
    lacks_connections: bool = False


async def explore(connection: AsyncConnection, map_id: int, slug: str, context: Context, wish: Wish) -> Neighbourhood | None:
    """The neighbourhood of a topic in a reader's context; None when no topic has this address."""
    start = await find_start(connection, map_id, slug, context, association_types=wish.association_types, topic_types=wish.topic_types)
    if start is None:
        return None
    followed = set(start.association_types)
    bounds = Bounds(map_id, start.fits, tuple(set(start.reserved) - followed), start.association_types)
    found = Neighbourhood(map_id, start, topics={start.id: 0})
    frontier, distance = [start.id], 0
    while frontier and distance < STEPS + 1:
        players = [player for player in frontier if distance < wish.depth or player in wish.opened]
        if not players:
            break
        limit = LIMITS[min(distance, len(LIMITS) - 1)]
        around = await read_around(connection, bounds, players, limit=limit, opened=wish.groups, opened_limit=OPENED)
        frontier = _take(found, around, wish, players)
        distance += 1
    drawn = list(found.topics)
    among = await read_among(connection, bounds, drawn) if len(drawn) > 1 else []
    found.lacks_connections = len(among) > AMONG
    found.connections = among[:AMONG]
    found.nodes = await _nodes(connection, bounds, found)
    return found


def _take(found: Neighbourhood, around: Sequence[Group], wish: Wish, players: Sequence[int]) -> list[int]:
    """Put what was found around the players into the tree; returns the topics that are new."""
    order = {player: position for position, player in enumerate(players)}
    new: list[int] = []
    for group in sorted(around, key=lambda group: order[group.player_id]):
        key = (group.player_id, group.type_id, group.role_type_id)
        found.groups[key] = group
        followed = not found.start.association_types or group.type_id in found.start.association_types
        left = group.count - len(group.members) if followed else 0
        for member in group.members:
            taken = _take_member(found, key, member, wish, new)
            left += 0 if taken else 1
        if left > 0:
            found.more[key] = left
    return new


def _take_member(found: Neighbourhood, group: GroupKey, member: Connection, wish: Wish, new: list[int]) -> bool:
    """Put one association into the tree; False where there was no room for it."""
    player = group[0]
    others = [role.player_id for role in member.roles if role.player_id != player and _may_show(found, role, wish)]
    fresh = [other for other in dict.fromkeys(others) if other not in found.topics]
    if len(found.topics) + len(fresh) > (EVEN_MORE if wish.is_large else MOST_NODES):
        found.is_cut = True
        return False
    is_thing = len({(role.type_id, role.player_id) for role in member.roles}) > 2
    parent = player
    if is_thing and member.id not in found.via:
        found.via[member.id] = member
        found.found_in[member.id] = group
        found.tree.setdefault(player, []).append(member.id)
    if is_thing:
        parent = member.id
    for other in fresh:
        found.found_in[other] = group
        found.topics[other] = found.topics[player] + 1
        found.tree.setdefault(parent, []).append(other)
        new.append(other)
    return True


def _may_show(found: Neighbourhood, role: Role, wish: Wish) -> bool:
    if role.player_id in wish.hidden:
        return False
    kept = set(found.start.topic_types)
    return not kept or bool(kept & set(role.player_types)) or role.player_id in found.topics


async def names_of(connection: AsyncConnection, found: Neighbourhood, ids: Collection[int]) -> list[tuple[int, str]]:
    """Ids and names of topics of the map, as the reader's context has them; what is no topic is left out."""
    bounds = Bounds(found.map_id, found.start.fits, (), ())
    nodes = await read_nodes(connection, bounds, found.start.context, ids, [])
    return [(topic_id, nodes[topic_id].name) for topic_id in ids if topic_id in nodes]


async def _nodes(connection: AsyncConnection, bounds: Bounds, found: Neighbourhood) -> Mapping[int, Node]:
    """All topics that the drawing names: those drawn, their types, and the types and parts of their associations."""
    ids = {*found.topics, *found.start.context, *found.start.topic_types, *found.start.association_types}
    for group in found.groups.values():
        ids |= {group.type_id, group.role_type_id}
    for connected in (*found.connections, *found.via.values()):
        ids |= {connected.type_id, *(role.type_id for role in connected.roles)}
    nodes = dict(await read_nodes(connection, bounds, found.start.context, ids, list(found.topics)))
    types = {type_id for topic in found.topics if topic in nodes for type_id in nodes[topic].type_ids} - nodes.keys()
    if types:
        nodes |= await read_nodes(connection, bounds, found.start.context, types, [])
    return nodes
