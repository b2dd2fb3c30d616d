"""The neighbourhood of a topic: what it is connected with, and how all of that is connected with each other.

Groups of associations are found by skipping through `role_by_player` and counted up to a bound, so that a hub of a million connections
costs what a leaf costs: it is told by its groups and their sizes, with a few members each.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from contextualise.repository.reading.fitting import FIT, best_name
from contextualise.repository.reading.raw import Statement
from contextualise.repository.reading.topic import CATEGORIZATION, NAVIGATION, Context

COUNTED = 10_000  # counts stop here
ROLES = 12  # roles of one association that are drawn
HUB = 300  # a topic with more roles is met from its neighbours' side
SEARCHED = 20_000  # roles of one hub that are looked through for connections to other hubs
AMONG = 3000  # associations among the topics shown

GroupKey = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Start:
    """The topic in the middle, what the reader's context means here, and the filters as topics."""

    id: int
    slug: str
    label: str
    is_hidden: bool
    context: tuple[int, ...]
    fits: tuple[int, ...] | None  # scopes that fit the reader's context; None: all do
    reserved: tuple[int, ...]
    association_types: tuple[int, ...]
    topic_types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Role:
    """A part in an association, with what decides whether its player is shown."""

    type_id: int
    player_id: int
    player_types: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Connection:
    """An association and its roles, at most `ROLES` of them."""

    id: int
    type_id: int
    scope_id: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The associations of one type in which a topic plays one role; `count` stops at `COUNTED` + 1."""

    player_id: int
    type_id: int
    role_type_id: int
    count: int
    members: tuple[Connection, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A topic to be drawn; `degree` stops at 1,000 and leaves tags and paths out."""

    id: int
    slug: str
    name: str
    type_ids: tuple[int, ...]
    degree: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a reading keeps to: the context's scopes, the types left out, and the types that alone are followed."""

    map_id: int
    fits: tuple[int, ...] | None
    without: tuple[int, ...]
    only: tuple[int, ...]

    def values(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "map_id": self.map_id,
            "all_fit": self.fits is None,
            "fits": list(self.fits or ()),
            "without": list(self.without),
            "all_types": not self.only,
            "only": list(self.only),
        }


_START = Statement(
    f"""
    WITH context AS MATERIALIZED (SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(themes)s)),
    {FIT.format(themes="ARRAY(SELECT id FROM context)")}
    SELECT t.id, t.slug, t.label, t.is_hidden, ARRAY(SELECT id FROM context),
      ARRAY(SELECT id FROM fit WHERE NOT %(strict)s OR shared = size),
      ARRAY(SELECT construct_id FROM identifier WHERE map_id = %(map_id)s AND kind = 1 AND iri = ANY(%(reserved)s)),
      ARRAY(SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(association_types)s)),
      ARRAY(SELECT id FROM topic WHERE map_id = %(map_id)s AND slug = ANY(%(topic_types)s))
    FROM topic t WHERE t.map_id = %(map_id)s AND t.slug = %(slug)s
    """  # noqa: S608 - constants of this module
)

_PASSES = "(%(all_fit)s OR r.association_scope_id = ANY(%(fits)s::bigint[]))"
_OF_GROUP = f"r.map_id = %(map_id)s AND r.player_id = g.p AND r.association_type_id = g.a AND r.type_id = g.b AND {_PASSES}"
_TYPES = "ARRAY(SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = o.player_id ORDER BY y.type_id)"

_AROUND = Statement(
    f"""
    WITH RECURSIVE opened AS MATERIALIZED (
      SELECT * FROM unnest(%(opened_p)s::bigint[], %(opened_a)s::bigint[], %(opened_b)s::bigint[]) AS o (p, a, b)
    ), step (p, a, b) AS (
      SELECT s.p, n.a, n.b FROM unnest(%(players)s::bigint[]) AS s (p) CROSS JOIN LATERAL (
        SELECT r.association_type_id AS a, r.type_id AS b FROM role r WHERE r.map_id = %(map_id)s AND r.player_id = s.p
        ORDER BY r.association_type_id, r.type_id LIMIT 1
      ) AS n
      UNION ALL
      SELECT step.p, n.a, n.b FROM step CROSS JOIN LATERAL (
        SELECT r.association_type_id AS a, r.type_id AS b FROM role r
        WHERE r.map_id = %(map_id)s AND r.player_id = step.p AND (r.association_type_id, r.type_id) > (step.a, step.b)
        ORDER BY r.association_type_id, r.type_id LIMIT 1
      ) AS n
    ), g AS MATERIALIZED (
      SELECT g.p, g.a, g.b, (SELECT count(*) FROM (SELECT FROM role r WHERE {_OF_GROUP} LIMIT {COUNTED} + 1) AS c) AS n,
        EXISTS (SELECT FROM opened o WHERE (o.p, o.a, o.b) = (g.p, g.a, g.b)) AS is_open
      FROM step AS g WHERE g.a <> ALL(%(without)s::bigint[])
    )
    SELECT g.p, g.a, g.b, g.n, m.association_id, m.association_scope_id, o.type_id, o.player_id, o.types
    FROM g
    LEFT JOIN LATERAL (
      SELECT r.association_id, r.association_scope_id FROM role r WHERE {_OF_GROUP} AND (%(all_types)s OR g.a = ANY(%(only)s::bigint[]))
      ORDER BY r.association_id LIMIT CASE WHEN g.is_open THEN %(opened_limit)s ELSE %(limit)s END
    ) AS m ON true
    LEFT JOIN LATERAL (
      SELECT o.type_id, o.player_id, {_TYPES} AS types FROM role o JOIN topic t ON t.map_id = o.map_id AND t.id = o.player_id
      WHERE o.map_id = %(map_id)s AND o.association_id = m.association_id AND NOT t.is_hidden ORDER BY o.type_id, o.player_id LIMIT {ROLES}
    ) AS o ON true
    WHERE g.n > 0
    ORDER BY g.p, g.a, g.b, m.association_id
    """  # noqa: S608 - constants of this module
)

# Few-role topics give all their roles; a connection among those shown is one that comes up twice, or that a hub takes part in. The
# limit of one keeps the planner from reading all roles of the hubs for that.
_AMONG = Statement(
    f"""
    WITH shown AS MATERIALIZED (
      SELECT s.id, (SELECT count(*) FROM (SELECT FROM role r WHERE r.map_id = %(map_id)s AND r.player_id = s.id LIMIT {HUB} + 1) AS c) AS n
      FROM unnest(%(ids)s::bigint[]) AS s (id)
    ), few AS MATERIALIZED (
      SELECT r.association_id, r.player_id FROM shown s JOIN role r ON r.map_id = %(map_id)s AND r.player_id = s.id
      WHERE s.n <= {HUB} AND r.association_type_id <> ALL(%(without)s::bigint[]) AND {_PASSES}
        AND (%(all_types)s OR r.association_type_id = ANY(%(only)s::bigint[]))
    ), hub AS MATERIALIZED (SELECT id FROM shown WHERE n > {HUB}
    ), many AS MATERIALIZED (
      SELECT x.association_id, hub.id AS player_id FROM hub CROSS JOIN LATERAL (
        SELECT r.association_id FROM role r WHERE r.map_id = %(map_id)s AND r.player_id = hub.id
          AND r.association_type_id <> ALL(%(without)s::bigint[]) AND {_PASSES}
          AND (%(all_types)s OR r.association_type_id = ANY(%(only)s::bigint[])) LIMIT {SEARCHED}
      ) AS x WHERE (SELECT count(*) FROM hub) > 1
    ), found AS MATERIALIZED (
      SELECT association_id FROM few GROUP BY association_id HAVING count(DISTINCT player_id) > 1
      UNION
      SELECT f.association_id FROM few f WHERE EXISTS (SELECT FROM hub) AND (
        SELECT true FROM role o WHERE o.map_id = %(map_id)s AND o.association_id = f.association_id
          AND o.player_id <> f.player_id AND o.player_id = ANY(ARRAY(SELECT id FROM hub)) LIMIT 1)
      UNION
      SELECT association_id FROM many GROUP BY association_id HAVING count(DISTINCT player_id) > 1
    )
    SELECT a.id, a.type_id, a.scope_id, o.type_id, o.player_id
    FROM (SELECT association_id FROM found ORDER BY association_id LIMIT {AMONG} + 1) AS f
    JOIN association a ON a.map_id = %(map_id)s AND a.id = f.association_id
    CROSS JOIN LATERAL (
      SELECT o.type_id, o.player_id FROM role o WHERE o.map_id = %(map_id)s AND o.association_id = a.id
      ORDER BY o.player_id = ANY(%(ids)s::bigint[]) DESC, o.type_id, o.player_id LIMIT {ROLES}
    ) AS o ORDER BY a.id, o.type_id, o.player_id
    """  # noqa: S608 - constants of this module
)

_NODES = Statement(
    f"""
    WITH {FIT.format(themes="%(context)s::bigint[]")}
    SELECT t.id, t.slug, {best_name("t")},
      ARRAY(SELECT y.type_id FROM topic_type y WHERE y.map_id = %(map_id)s AND y.topic_id = t.id ORDER BY y.type_id),
      CASE WHEN t.id = ANY(%(drawn)s::bigint[]) THEN (
        SELECT count(*) FROM (
          SELECT FROM role r WHERE r.map_id = %(map_id)s AND r.player_id = t.id AND r.association_type_id <> ALL(%(without)s::bigint[])
            AND {_PASSES} LIMIT 1000
        ) AS c) ELSE 0 END
    FROM topic t WHERE t.map_id = %(map_id)s AND t.id = ANY(%(ids)s::bigint[])
    """  # noqa: S608 - constants of this module
)


async def find_start(
    connection: AsyncConnection,
    map_id: int,
    slug: str,
    context: Context,
    *,
    association_types: Sequence[str] = (),
    topic_types: Sequence[str] = (),
) -> Start | None:
    """The topic with this address; None when there is none."""
    values = {
        "map_id": map_id,
        "slug": slug,
        "themes": list(context.themes),
        "strict": context.strict,
        "reserved": [NAVIGATION, CATEGORIZATION],
        "association_types": list(association_types),
        "topic_types": list(topic_types),
    }
    rows = await _START.rows(connection, values)
    if not rows:
        return None
    number, address, label, is_hidden, themes, fits, reserved, kinds, types = rows[0]
    is_open = context.is_everything or (bool(context.themes) and not themes)
    return Start(
        number, address, label, is_hidden, tuple(themes), None if is_open else tuple(fits), tuple(reserved), tuple(kinds), tuple(types)
    )


async def read_around(
    connection: AsyncConnection,
    bounds: Bounds,
    players: Collection[int],
    *,
    limit: int,
    opened: Collection[GroupKey] = (),
    opened_limit: int = 60,
) -> list[Group]:
    """The groups of several topics, each with its first `limit` associations, or `opened_limit` where the group was opened."""
    values = bounds.values() | {
        "players": list(players),
        "limit": limit,
        "opened_limit": opened_limit,
        "opened_p": [key[0] for key in opened],
        "opened_a": [key[1] for key in opened],
        "opened_b": [key[2] for key in opened],
    }
    counts: dict[GroupKey, int] = {}
    members: dict[GroupKey, dict[int, list[Role]]] = {}
    scopes: dict[int, int] = {}
    for player, kind, part, count, association, scope, role_type, other, types in await _AROUND.rows(connection, values):
        key = (player, kind, part)
        counts[key] = count
        roles = members.setdefault(key, {})
        if association is not None:
            scopes[association] = scope
            found = roles.setdefault(association, [])
            if other is not None:
                found.append(Role(role_type, other, tuple(types)))
    return [
        Group(*key, count, tuple(Connection(number, key[1], scopes[number], tuple(roles)) for number, roles in members[key].items()))
        for key, count in counts.items()
    ]


async def read_among(connection: AsyncConnection, bounds: Bounds, ids: Collection[int]) -> list[Connection]:
    """The associations that connect at least two of the topics, at most `AMONG` + 1."""
    values = bounds.values() | {"ids": list(ids)}
    kinds: dict[int, tuple[int, int]] = {}
    roles: dict[int, list[Role]] = {}
    for number, kind, scope, role_type, player in await _AMONG.rows(connection, values):
        kinds[number] = (kind, scope)
        roles.setdefault(number, []).append(Role(role_type, player, ()))
    return [Connection(number, *kinds[number], tuple(found)) for number, found in roles.items()]


async def read_nodes(
    connection: AsyncConnection, bounds: Bounds, context: Sequence[int], ids: Collection[int], drawn: Collection[int]
) -> Mapping[int, Node]:
    """Names, types and degrees of topics, by id; the degree is counted for those that are drawn."""
    values = bounds.values() | {"context": list(context), "ids": list(ids), "drawn": list(drawn)}
    rows = await _NODES.rows(connection, values)
    return {row[0]: Node(row[0], row[1], row[2], tuple(row[3]), row[4]) for row in rows}
